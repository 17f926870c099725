// SPDX-License-Identifier: GPL-2.0-only
/*
 * exception.c - faults and traps, which the Host turns into signals.
 *
 * A signal does not say everything: ptrace and siginfo have no error code.  The frame that the
 * Host builds on a stack for a signal handler has it.  So the signal is delivered, on the
 * Monitor's own stack, and the process stops in front of the handler's first instruction; no
 * handler ever runs in guest user mode.
 */
#include "monitor.h"

#include <err.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#define TRAP_DEBUG 1
#define TRAP_PAGE_FAULT 14
#define KERNEL_SIGSET_BYTES 8
/* A signal frame's FPU state is an fsave image with an fxsave image behind it. */
#define FSAVE_BYTES 112
/* Bits of MXCSR on a CPU whose fxsave says nothing of them (SDM volume 1, section 11.6.6). */
#define MXCSR_MASK 0xffbf

bool
exception_is(const struct monitor *mon, int signal)
{
	siginfo_t info;

	switch (signal) {
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGTRAP:
		tracee_ptrace(&mon->tracee, PTRACE_GETSIGINFO, NULL, &info);
		return info.si_code > 0; /* what a process sends has si_code <= 0 */
	}
	return false;
}

/* BEGIN lab1.4 */
/* What the Host pushes for a handler with SA_SIGINFO (Linux arch/x86/include/asm/sigframe.h). */
struct signal_frame {
	unsigned int return_address;
	int signal;
	unsigned int info, context; /* the handler's siginfo_t * and ucontext_t * */
};

/* The launcher's view of bytes that the Host wrote on the Monitor's stack. */
static const void *
monitor_stack(const struct monitor *mon, unsigned int address, unsigned int bytes)
{
	unsigned int offset = address - TT_MONITOR_BASE;

	if (offset > TT_MONITOR_END - TT_MONITOR_BASE - bytes)
		errx(TT_STATUS_HOST, "a signal frame at 0x%08x, not on the Monitor's stack",
			address);
	return mon->tracee.monitor_pages + offset;
}

void
exception_deliver(struct monitor *mon, int signal)
{
	struct tracee *t = &mon->tracee;
	const struct user_regs_struct application = t->regs;
	struct tt_frame *frame = mon->frame;
	const struct signal_frame *pushed;
	const ucontext_t *context;
	const siginfo_t *info;
	struct user_fpxregs_struct fpu;

	t->regs.esp = TT_MONITOR_END;
	t->regs_changed = true;
	tracee_run(t, PTRACE_SINGLESTEP, signal);
	pushed = monitor_stack(mon, t->regs.esp, sizeof(*pushed));
	info = monitor_stack(mon, pushed->info, sizeof(*info));
	context = monitor_stack(mon, pushed->context, sizeof(*context));

	/* A handler starts with a fresh FPU; the application's is in the signal frame, too. */
	memcpy(&fpu,
		monitor_stack(
			mon, (unsigned int)context->uc_mcontext.fpregs + FSAVE_BYTES, sizeof(fpu)),
		sizeof(fpu));
	/* QEMU lets an application set bits that there are not, and then the Host refuses all. */
	fpu.mxcsr &= fpu.reserved ? fpu.reserved : MXCSR_MASK;
	tracee_ptrace(t, PTRACE_SETFPXREGS, NULL, &fpu);
	/* And the delivery blocked what the handler's sa_mask says. */
	tracee_ptrace(
		t, PTRACE_SETSIGMASK, (void *)KERNEL_SIGSET_BYTES, (void *)&context->uc_sigmask);

	memcpy(&frame->regs, &application, sizeof(application));
	frame->regs.orig_eax = -1;
	frame->trap = context->uc_mcontext.gregs[REG_TRAPNO];
	frame->error_code = context->uc_mcontext.gregs[REG_ERR];
	frame->cr2 = frame->trap == TRAP_DEBUG ? debug_status(mon) : context->uc_mcontext.cr2;
	if (frame->trap == TRAP_PAGE_FAULT) {
		/* P as the guest's mappings have it: the Host may not have filled in its own yet.
		 */
		frame->error_code &= TT_PF_WRITE;
		frame->error_code |= TT_PF_USER;
		if (info->si_code == SEGV_ACCERR)
			frame->error_code |= TT_PF_PRESENT;
	}
	/* Every application of the guest can read the Monitor's stack. */
	memset(t->monitor_pages + (t->regs.esp - TT_MONITOR_BASE), 0, TT_MONITOR_END - t->regs.esp);
	monitor_leave(mon, TT_EXIT_EXCEPTION);
}
/* END lab1.4 */

/* For messages only: the vector behind a signal, as far as siginfo tells. */
static unsigned int
trap_of(const siginfo_t *info)
{
	switch (info->si_signo) {
	case SIGFPE:
		return info->si_code == FPE_INTDIV ? 0 : 16;
	case SIGTRAP:
		return info->si_code == SI_KERNEL || info->si_code == TRAP_BRKPT ? 3 : 1;
	case SIGILL:
		return 6;
	case SIGSEGV:
		return info->si_code == SI_KERNEL ? TRAP_GENERAL_PROTECTION : TRAP_PAGE_FAULT;
	}
	return TRAP_PAGE_FAULT;
}

void
exception_in_guest_kernel(struct monitor *mon, int signal)
{
	siginfo_t info;

	tracee_ptrace(&mon->tracee, PTRACE_GETSIGINFO, NULL, &info);
	mon->tracee.trap = trap_of(&info);
	mon->tracee.cr2 = (unsigned int)info.si_addr;
	if (!(mon->handled & 1ULL << (signal - 1)))
		monitor_kill(mon, "guest kernel exception, %s", strsignal(signal));
}
