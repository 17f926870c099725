// SPDX-License-Identifier: GPL-2.0-only
/*
 * protect.c - the Guest kernel is out of its applications' reach: in guest user mode its range of
 * addresses is mapped without any permission.  Two host system calls a crossing, each as long as
 * the page tables of that range: this is the paper's second bottleneck.
 */
#include "monitor.h"

#include <err.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "hole.h"

#ifndef SKELETON
static void
protect_range(struct monitor *mon, int protection)
{
	int error = tracee_call(&mon->tracee, SYS_mprotect, TT_GUEST_KERNEL_BASE,
		TT_MONITOR_BASE - TT_GUEST_KERNEL_BASE, protection, 0, 0, 0);

	if (error)
		errx(TT_STATUS_HOST, "protecting the Guest kernel: %s", strerror(-error));
}
#endif

void
protect_hide(struct monitor *mon)
{
	if (mon->protect == TT_PROTECT_NONE)
		return;
#ifndef SKELETON
	protect_range(mon, PROT_NONE);
#else
	/*
	 * BEGIN lab1.6: protect the Guest kernel.
	 * Have the process mprotect everything from TT_GUEST_KERNEL_BASE up to TT_MONITOR_BASE, so
	 * that guest user mode can neither read, write nor run it; protect_reveal undoes it.  What
	 * must not happen is that the machine runs on when the Host refuses.
	 */
	hole("lab1.6");
	/* END lab1.6 */
#endif
}

void
protect_reveal(struct monitor *mon)
{
	if (mon->protect == TT_PROTECT_NONE)
		return;
#ifndef SKELETON
	protect_range(mon, PROT_READ | PROT_WRITE | PROT_EXEC);
#else
	/* BEGIN lab1.6: the other half. */
	hole("lab1.6");
	/* END lab1.6 */
#endif
}
