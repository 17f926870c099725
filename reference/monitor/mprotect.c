// SPDX-License-Identifier: GPL-2.0-only
/*
 * mprotect.c - lab 2: in guest user mode the Guest kernel's range of addresses is
 * mapped without any permission, as in lab 1.  The two system calls a crossing
 * are function calls now; but they still walk all page tables of the range.
 */
#include "monitor.h"

#include <linux/mman.h>

static void mprotect_hide(struct monitor *mon, bool hide)
{
	/* BEGIN lab2.6 */
	int error = do_mprotect_pkey(TT_GUEST_KERNEL_BASE, KERNEL_PAGES * PAGE_SIZE,
				     hide ? PROT_NONE : PROT_READ | PROT_WRITE | PROT_EXEC, -1);

	if (error)
		monitor_end(mon, TT_END_PROTECT, error);
	/* END lab2.6 */
}

const struct protection mprotect_protection = { .hide = mprotect_hide };
