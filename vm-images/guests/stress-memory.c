/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stress-memory [endless] - all of RAM is written, and read again: the Host has to find that much.
 */
#include "guest.h"

int
main(int argc, char **argv)
{
	bool endless = argc && strings_equal(argv[0], "endless");
	unsigned int round = 0;

	do {
		check("ram-keeps-what-it-is-given");
		for (unsigned int at = boot->image_end; at < boot->ram_bytes; at += TT_PAGE_SIZE)
			*(volatile unsigned int *)ram(at) = at + round;
		for (unsigned int at = boot->image_end; at < boot->ram_bytes; at += TT_PAGE_SIZE)
			if (!same("word", *(volatile unsigned int *)ram(at), at + round))
				break;
		round++;
	} while (endless);
	return 0;
}
