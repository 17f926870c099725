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

/* BEGIN lab1.6-helper */
static void
protect_range(struct monitor *mon, int protection)
{
	int error = tracee_call(&mon->tracee, SYS_mprotect, TT_GUEST_KERNEL_BASE,
		TT_MONITOR_BASE - TT_GUEST_KERNEL_BASE, protection, 0, 0, 0);

	if (error)
		errx(TT_STATUS_HOST, "protecting the Guest kernel: %s", strerror(-error));
}
/* END lab1.6-helper */

void
protect_hide(struct monitor *mon)
{
	if (mon->protect == TT_PROTECT_NONE)
		return;
	/* BEGIN lab1.6 */
	protect_range(mon, PROT_NONE);
	/* END lab1.6 */
}

void
protect_reveal(struct monitor *mon)
{
	if (mon->protect == TT_PROTECT_NONE)
		return;
	/* BEGIN lab1.6-reveal */
	protect_range(mon, PROT_READ | PROT_WRITE | PROT_EXEC);
	/* END lab1.6-reveal */
}
