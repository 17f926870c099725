/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flood - the Guest kernel writes to the console without end: nobody may drown in it.
 */
#include "guest.h"

int
main(void)
{
	for (unsigned int i = 0;; i++)
		print("flood %08x ............................................................\n",
			i);
}
