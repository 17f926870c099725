// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_calls.c - lab 2: the host system calls that a Guest kernel may make, and
 * with which arguments.  hypercall.h is the contract.  Everything else that a
 * process may ask of the Host is a way out of the machine, and ends it.
 */
#include "hole.h"
#include "monitor.h"

#include <linux/poll.h>
#include <asm/unistd_32.h>

#define HANDLER_NEEDS (SA_SIGINFO | SA_RESTORER)
#define HANDLER_MAY (HANDLER_NEEDS | SA_NODEFER | SA_RESTART)
#define EXCEPTIONS \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGFPE) | sigmask(SIGILL) | sigmask(SIGTRAP))

#ifndef SKELETON
static bool is_device(const struct monitor *mon, int fd, bool disk)
{
	const struct tt_device *d = mon->machine.device;
	unsigned int i;

	for (i = 0; i < mon->machine.devices; i++)
		if (d[i].fd == fd)
			return !disk || d[i].kind == TT_DEV_DISK || d[i].kind == TT_DEV_CDROM;
	return false;
}

static bool poll_ok(const struct monitor *mon, unsigned long address, unsigned long count)
{
	struct pollfd wait[TT_DEVICES_MAX];
	unsigned long i;

	if (count > TT_DEVICES_MAX ||
	    (count && !ram_contains(mon, address, count * sizeof(*wait))) ||
	    copy_from_user(wait, (const void __user *)address, count * sizeof(*wait)))
		return false;
	for (i = 0; i < count; i++)
		if (!is_device(mon, wait[i].fd, false))
			return false;
	return true;
}

static bool action_ok(const struct monitor *mon, unsigned long signal, unsigned long address)
{
	struct sigaction action;

	if (signal < 1 || signal > _NSIG || signal == SIGKILL || signal == SIGSTOP)
		return false;
	if (!address)
		return true;
	if (!ram_contains(mon, address, sizeof(action)) ||
	    copy_from_user(&action, (const void __user *)address, sizeof(action)))
		return false;
	if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)
		return signal > 32 || !(sigmask(signal) & EXCEPTIONS);
	return (action.sa_flags & HANDLER_NEEDS) == HANDLER_NEEDS &&
	       !(action.sa_flags & ~HANDLER_MAY);
}
#endif

bool host_call_allowed(struct monitor *mon, struct pt_regs *regs)
{
#ifndef SKELETON
	switch (regs->orig_ax) {
	case __NR_exit_group:
	case __NR_rt_sigprocmask:
	case __NR_rt_sigreturn:
	case __NR_rt_sigsuspend:
	case __NR_clock_gettime64:
	case __NR_restart_syscall: /* how the Host goes on with a poll that a stop interrupted */
		return true;
	case __NR_read:
	case __NR_write:
		return is_device(mon, regs->bx, false);
	case __NR_pread64:
	case __NR_pwrite64:
	case __NR_fdatasync:
		return is_device(mon, regs->bx, true);
	case __NR_poll:
		return poll_ok(mon, regs->bx, regs->cx);
	case __NR_rt_sigaction:
		return action_ok(mon, regs->bx, regs->cx);
	case __NR_setitimer:
		return regs->bx == ITIMER_REAL;
	}
	return false;
#else
	/*
	 * BEGIN lab2.1: the list of host system calls.
	 * hypercall.h has it, with the arguments that are allowed; mon->machine.device has
	 * the devices.  What is behind a pointer has to lie in RAM.
	 */
	hole(mon, "lab2.1");
	return false;
	/* END lab2.1 */
#endif
}
