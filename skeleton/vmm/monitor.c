// SPDX-License-Identifier: GPL-2.0-only
/*
 * monitor.c - the exit loop: every stop of the guest-machine process passes through monitor_run.
 */
#include "monitor.h"
#include "hole.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

_Static_assert(sizeof(struct tt_regs) == sizeof(struct user_regs_struct),
	"registers move between frame and ptrace in one copy");

#define SIGNAL_BIT(s) (1ULL << ((s)-1))
#define EXCEPTIONS                                                                            \
	(SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGILL) | \
		SIGNAL_BIT(SIGTRAP))

_Noreturn void
monitor_kill(const struct monitor *mon, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("vmm: machine killed: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, " (trap %d eip 0x%08lx cr2 0x%08x)\n", (int)mon->tracee.trap,
		mon->tracee.regs.eip, mon->tracee.cr2);
	exit(TT_STATUS_KILLED);
}

static void
set_mask(struct monitor *mon, unsigned long long mask)
{
	tracee_ptrace(&mon->tracee, PTRACE_SETSIGMASK, (void *)sizeof(mask), &mask);
}

/*
 * A Guest kernel that masks all interrupts still wants its applications' exceptions, and borrowed
 * calls end with one.  The Host would take a blocked one for the end of the process.
 */
static void
unblock_exceptions(struct monitor *mon)
{
	tracee_ptrace(&mon->tracee, PTRACE_GETSIGMASK, (void *)sizeof(mon->blocked), &mon->blocked);
	if (mon->blocked & EXCEPTIONS)
		set_mask(mon, mon->blocked & ~EXCEPTIONS);
}

static void
restore_mask(struct monitor *mon)
{
	if (mon->blocked & EXCEPTIONS)
		set_mask(mon, mon->blocked);
}

void
monitor_leave(struct monitor *mon, unsigned int reason)
{
	mon->frame->reason = reason;
	protect_reveal(mon);
	restore_mask(mon);
	mon->tracee.regs = mon->kernel;
	mon->tracee.regs_changed = true;
	mon->user = false;
}

/* A guest application made a system call: the Guest kernel gets it, the Host never does. */
static void
reflect_system_call(struct monitor *mon)
{
	/*
	 * BEGIN lab1.2: reflect a system call.
	 * Copy the application's registers from mon->tracee.regs to mon->frame->regs and leave
	 * guest user mode.  frame.h says what eax and orig_eax have to hold, and as which exception
	 * a sysenter has to come back, whose eip is tracee.sysenter_return.
	 */
	hole("lab1.2");
	/* END lab1.2 */
}

/* Hypercall enter; what it returns to the Guest kernel at once, or 1 when the mode has changed. */
static int
enter(struct monitor *mon, unsigned int address)
{
	struct tt_frame *frame = machine_page(mon->machine, address, sizeof(*frame));

	if (!frame)
		return -EFAULT;
	mon->frame = frame;
	/*
	 * BEGIN lab1.3: enter guest user mode.
	 * Obey immediate_exit.  Load the TLS slots and the address space that the frame names, and
	 * return their errors.  Keep the Guest kernel's registers in mon->kernel, as they are to be
	 * when enter returns; hide the Guest kernel; put the frame's registers into the process,
	 * without believing its cs, ss and flags (TT_USER_FLAGS).
	 */
	hole("lab1.3");
	/* END lab1.3 */
}

/* A signal came while a guest application ran: enter returns, and the signal's handler runs. */
static void
interrupt(struct monitor *mon, int signal)
{
	/*
	 * BEGIN lab1.5: turn a host signal into an interrupt.
	 * Save the application's registers (there is no system call: orig_eax) and leave guest user
	 * mode.  The signal must not be lost: its handler is the Guest kernel's interrupt handler
	 * and has to run before enter's caller goes on.
	 */
	hole("lab1.5");
	/* END lab1.5 */
}

static void
hypercall(struct monitor *mon)
{
	const struct user_regs_struct *r = &mon->tracee.regs;
	int result;

	unblock_exceptions(mon);
	switch (r->orig_eax) {
	case TT_HC_ENTER:
		result = enter(mon, r->ebx);
		break;
	case TT_HC_MAP:
		result = space_map(mon, r->ebx, r->ecx, r->edx, r->esi);
		break;
	case TT_HC_UNMAP:
		result = space_unmap(mon, r->ebx, r->ecx, r->edx);
		break;
	case TT_HC_SPACE_CREATE:
		result = space_create(mon);
		break;
	case TT_HC_SPACE_DESTROY:
		result = space_destroy(mon, r->ebx);
		break;
	case TT_HC_DEBUG:
		result = debug_load(mon, r->ebx);
		break;
	case TT_HC_FORGET:
		/* The pages are the RAM file's: what goes is their page table entries. */
		tracee_call(&mon->tracee, SYS_madvise, TT_GUEST_KERNEL_BASE,
			mon->machine->ram_bytes, MADV_DONTNEED, 0, 0, 0);
		result = 0;
		break;
	default:
		monitor_kill(mon, "unknown hypercall 0x%lx", r->orig_eax);
	}
	if (mon->user)
		return;
	restore_mask(mon);
	mon->tracee.regs.eax = result;
	mon->tracee.regs_changed = true;
}

_Noreturn void
monitor_run(struct monitor *mon, unsigned int entry)
{
	int deliver = 0;

	tracee_start(&mon->tracee, mon->machine, entry);
	/* Slot 0 is still the launcher's own; no frame has these, so the first enter loads all. */
	memset(mon->tls, 0xff, sizeof(mon->tls));
	for (;;) {
		int signal = tracee_run(&mon->tracee, PTRACE_SYSEMU, deliver);
		bool exception = signal && exception_is(mon, signal);

		deliver = 0;
		if (mon->user) {
			if (!signal)
				reflect_system_call(mon);
			else if (exception)
				exception_deliver(mon, signal);
			else
				interrupt(mon, signal);
		} else if (signal) {
			if (exception)
				exception_in_guest_kernel(mon, signal);
			deliver = signal;
		} else if ((unsigned int)mon->tracee.regs.orig_eax - TT_HC_BASE < TT_HC_NUMBERS) {
			hypercall(mon);
		} else {
			host_call_check(mon);
		}
	}
}
