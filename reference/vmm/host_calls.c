// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_calls.c - the host system calls that a Guest kernel may make, and with which arguments.
 *
 * hypercall.h is the contract.  Everything else a process may ask of Linux is a way out of the
 * machine, so the list is short, and a call that is not on it ends the machine.
 */
#include "monitor.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>

#define KERNEL_SIGSET_BYTES 8
#define SA_RESTORER 0x04000000
#define HANDLER_NEEDS (SA_SIGINFO | SA_RESTORER)
#define HANDLER_MAY (HANDLER_NEEDS | SA_NODEFER | SA_RESTART)

/* struct sigaction of the system call itself. */
struct kernel_sigaction {
	unsigned int handler;
	unsigned int flags;
	unsigned int restorer;
	unsigned int mask[2];
};

static bool
any_device(struct monitor *mon, const struct user_regs_struct *r)
{
	return machine_device(mon->machine, r->ebx);
}

static bool
disk_device(struct monitor *mon, const struct user_regs_struct *r)
{
	const struct tt_device *d = machine_device(mon->machine, r->ebx);

	return d && (d->kind == TT_DEV_DISK || d->kind == TT_DEV_CDROM);
}

static bool
devices_in_poll(struct monitor *mon, const struct user_regs_struct *r)
{
	const struct pollfd *p;

	if ((unsigned long)r->ecx > TT_DEVICES_MAX)
		return false;
	p = machine_ram(mon->machine, r->ebx, r->ecx * sizeof(*p), sizeof(int));
	for (int i = 0; p && i < r->ecx; i++)
		if (!machine_device(mon->machine, p[i].fd))
			return false;
	return p || r->ecx == 0;
}

static bool
handler(struct monitor *mon, const struct user_regs_struct *r)
{
	static const unsigned long long exceptions = 1ULL << (SIGSEGV - 1) | 1ULL << (SIGBUS - 1) |
						     1ULL << (SIGFPE - 1) | 1ULL << (SIGILL - 1) |
						     1ULL << (SIGTRAP - 1);
	const struct kernel_sigaction *action;
	unsigned long long bit;

	if (r->ebx < 1 || r->ebx > 64 || r->ebx == SIGKILL || r->ebx == SIGSTOP)
		return false;
	if (r->ecx == 0)
		return true;
	action = machine_ram(mon->machine, r->ecx, sizeof(*action), sizeof(int));
	if (!action)
		return false;
	bit = 1ULL << (r->ebx - 1);
	if (action->handler == (unsigned int)SIG_DFL || action->handler == (unsigned int)SIG_IGN)
		return !(bit & exceptions);
	if ((action->flags & HANDLER_NEEDS) != HANDLER_NEEDS || action->flags & ~HANDLER_MAY)
		return false;
	mon->handled |= bit;
	return true;
}

static bool
real_timer(struct monitor *mon, const struct user_regs_struct *r)
{
	(void)mon;
	return r->ebx == ITIMER_REAL;
}

static const struct {
	long number;
	/* NULL: any arguments, since they concern the process itself alone. */
	bool (*arguments_ok)(struct monitor *mon, const struct user_regs_struct *r);
} allowed[] = {
	{SYS_exit_group, NULL},
	{SYS_read, any_device},
	{SYS_write, any_device},
	{SYS_poll, devices_in_poll},
	{SYS_pread64, disk_device},
	{SYS_pwrite64, disk_device},
	{SYS_fdatasync, disk_device},
	{SYS_rt_sigaction, handler},
	{SYS_rt_sigprocmask, NULL},
	{SYS_rt_sigreturn, NULL},
	{SYS_rt_sigsuspend, NULL},
	{SYS_setitimer, real_timer},
	{SYS_clock_gettime64, NULL},
};

void
host_call_check(struct monitor *mon)
{
	const struct user_regs_struct *r = &mon->tracee.regs;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++) {
		if (allowed[i].number != r->orig_eax)
			continue;
		if (allowed[i].arguments_ok && !allowed[i].arguments_ok(mon, r))
			break;
		mon->tracee.call_allowed = true;
		return;
	}
	monitor_kill(mon, "forbidden host system call %ld (0x%lx, 0x%lx, 0x%lx)", r->orig_eax,
		r->ebx, r->ecx, r->edx);
}
