/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wait - the Guest kernel waits in poll until the time is over, and has the whole of it, though
 * somebody stops the process meanwhile and lets it go on.
 */
#include <asm/poll.h>
#include <asm/unistd.h>

#include "guest.h"

int
main(void)
{
	const struct tt_device *in = find_device(TT_DEV_CONSOLE_IN);
	struct pollfd p = {.events = POLLIN};

	check("wait-is-taken-up-again");
	if (!holds(in != NULL, "no console"))
		return 1;
	p.fd = in->fd;
	print("waiting\n");
	same("poll", (unsigned int)host_call(__NR_poll, (unsigned int)&p, 1, 2000, 0), 0);
	return 0;
}
