// SPDX-License-Identifier: GPL-2.0-only
/*
 * protect.c - the Guest kernel is out of its applications' reach: in guest user mode its range of
 * addresses is mapped without any permission.  Two host system calls a crossing, each as long as
 * the page tables of that range: this is the paper's second bottleneck.
 */
#include "monitor.h"
#include "hole.h"

#include <err.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>


void
protect_hide(struct monitor *mon)
{
	if (mon->protect == TT_PROTECT_NONE)
		return;
	/*
	 * BEGIN lab1.6: protect the Guest kernel.
	 * Have the process mprotect everything from TT_GUEST_KERNEL_BASE up to TT_MONITOR_BASE, so
	 * that guest user mode can neither read, write nor run it; protect_reveal undoes it.  What
	 * must not happen is that the machine runs on when the Host refuses.
	 */
	hole("lab1.6");
	/* END lab1.6 */
}

void
protect_reveal(struct monitor *mon)
{
	if (mon->protect == TT_PROTECT_NONE)
		return;
	/* BEGIN lab1.6: the other half. */
	hole("lab1.6");
	/* END lab1.6 */
}
