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
#include "hole.h"

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

void
exception_deliver(struct monitor *mon, int signal)
{
	/*
	 * BEGIN lab1.4: deliver an exception.
	 * Fill in trap, error_code and cr2 and the registers of mon->frame, and leave guest user
	 * mode.  PTRACE_GETSIGINFO has no error code; the signal frame that the Host builds for a
	 * handler has it.  Point esp at the end of the Monitor's pages, run the process with
	 * PTRACE_SINGLESTEP and the signal: it stops before the handler's first instruction, with
	 * the frame in mon->tracee.monitor_pages.  Mind what a delivery changes besides, the
	 * signal mask and the FPU; and the P bit (frame.h).
	 */
	hole("lab1.4");
	/* END lab1.4 */
}

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
