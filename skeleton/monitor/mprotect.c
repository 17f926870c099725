// SPDX-License-Identifier: GPL-2.0-only
/*
 * mprotect.c - lab 2: in guest user mode the Guest kernel's range of addresses is
 * mapped without any permission, as in lab 1.  The two system calls a crossing
 * are function calls now; but they still walk all page tables of the range.
 */
#include "monitor.h"
#include "hole.h"

#include <linux/mman.h>

static void mprotect_hide(struct monitor *mon, bool hide)
{
	/*
	 * BEGIN lab2.6: protect the Guest kernel.
	 * Let the Host do mprotect (do_mprotect_pkey) on everything from
	 * TT_GUEST_KERNEL_BASE up to TT_MONITOR_BASE.  A machine whose Guest kernel
	 * cannot be protected must not run on: monitor_end().
	 */
	hole(mon, "lab2.6");
	/* END lab2.6 */
}

const struct protection mprotect_protection = { .hide = mprotect_hide };
