// SPDX-License-Identifier: GPL-2.0-only
/*
 * crossings.c - lab 2: the crossings between guest kernel mode and guest user mode.
 *
 * The Host tells what happens to the process (linux/typetwo.h), with the registers
 * that it will go on with.  enter puts a Guest application's there and keeps the
 * Guest kernel's; whatever the application then does puts them back.
 */
#include "monitor.h"
#include "hole.h"

#include <asm/trapnr.h>

struct tt_frame frame_of_nobody = { .immediate_exit = 1 };

static void hide_nothing(struct monitor *mon, bool hide)
{
}

const struct protection no_protection = { .hide = hide_nothing };

/* memcmp() goes by bytes. */
static inline bool same_words(const void *a, const void *b, unsigned int words)
{
	bool same;

	asm volatile("repe cmpsl" : "=@ccz" (same), "+S" (a), "+D" (b), "+c" (words)
		     : : "memory");
	return same;
}

/* The mode changes to guest kernel: the enter under way returns, for reason TT_EXIT_*. */
static void leave(struct monitor *mon, struct pt_regs *regs, unsigned int reason)
{
	struct tt_frame *frame = mon->frame;

	/* A host context switch looks at the mode: it changes before the bounds do. */
	mon->user = false;
	/* There may be leavings of the Host kernel's stack. */
	regs->__dsh = regs->__esh = regs->__fsh = 0;
	__constant_memcpy(&frame->regs, regs, sizeof(frame->regs));
	frame->regs.cs = TT_USER_CS;
	frame->regs.ss = TT_USER_DS;
	savesegment(gs, frame->regs.gs);
	loadsegment(gs, 0);
	frame->reason = reason;
	__constant_memcpy(regs, &mon->kernel, sizeof(*regs));
	mon->protection->hide(mon, false);
}


/* Hypercall enter; what eax is then: the application's, or what enter returns at once. */
static long enter(struct monitor *mon, struct pt_regs *regs)
{
	/*
	 * BEGIN lab2.2: enter guest user mode.
	 * ram_at() has the frame, if it is where one may be.  Obey immediate_exit.
	 * Load the TLS slots and the address space that it names, and return their
	 * errors.  Keep the Guest kernel's registers in mon->kernel, as they are to be
	 * when enter returns; put the application's into regs, without believing its
	 * cs, ss and flags; then change the mode, hide the Guest kernel, and load %gs,
	 * which is not among regs.
	 */
	hole(mon, "lab2.2");
	return -EFAULT;
	/* END lab2.2 */
}

/* A system call in guest kernel mode; false: the Host makes it. */
static bool guest_kernel_call(struct monitor *mon, struct pt_regs *regs)
{
	unsigned long number = regs->orig_ax;

	regs->orig_ax = -1;
	switch (number) {
	case TT_HC_ENTER:
		regs->ax = enter(mon, regs);
		return true;
	case TT_HC_MAP:
		regs->ax = space_map(mon, regs->bx, regs->cx, regs->dx, regs->si);
		return true;
	case TT_HC_UNMAP:
		regs->ax = space_unmap(mon, regs->bx, regs->cx, regs->dx);
		return true;
	case TT_HC_SPACE_CREATE:
		regs->ax = space_create(mon);
		return true;
	case TT_HC_SPACE_DESTROY:
		regs->ax = space_destroy(mon, regs->bx);
		return true;
	case TT_HC_DEBUG:
		regs->ax = debug_load(mon, regs->bx);
		return true;
	case TT_HC_FORGET:
		ram_forget(mon);
		regs->ax = 0;
		return true;
	}
	if (host_call_allowed(mon, number)) {
		regs->orig_ax = number;
		return false;
	}
	monitor_end(mon, number - TT_HC_BASE < TT_HC_NUMBERS ? TT_END_HYPERCALL : TT_END_HOST_CALL,
		    number);
	return true;
}

/* A Guest application's system call: the Guest kernel gets it, the Host never does. */
static void reflect_system_call(struct monitor *mon, struct pt_regs *regs)
{
	/*
	 * BEGIN lab2.4: reflect a system call.
	 * The Host comes here instead of making a system call of its own; ax is -ENOSYS
	 * already, orig_ax has the number.  Make the registers what frame.h says, and
	 * leave guest user mode.
	 */
	hole(mon, "lab2.4");
	/* END lab2.4 */
}

static struct monitor *monitor_of(struct typetwo *t)
{
	return container_of(t, struct monitor, hook);
}

static bool system_call(struct typetwo *t, struct pt_regs *regs)
{
	struct monitor *mon = monitor_of(t);

	if (!mon->user)
		return guest_kernel_call(mon, regs);
	reflect_system_call(mon, regs);
	return true;
}

/* A Guest application's exception ends enter; error is as frame.h has it. */
static void deliver(struct monitor *mon, struct pt_regs *regs, unsigned int trap,
		    unsigned int error, unsigned int cr2)
{
	/*
	 * BEGIN lab2.3: exceptions and page faults.
	 * Leave guest user mode, and tell the Guest kernel which exception it was.
	 */
	hole(mon, "lab2.3");
	/* END lab2.3 */
}

/* A signal came while a guest application ran: enter returns, and the signal's handler runs. */
static void interrupt(struct monitor *mon, struct pt_regs *regs)
{
	/*
	 * BEGIN lab2.5: turn a host signal into an interrupt.
	 * The Host delivers the signal next, to regs; it has to find the Guest kernel's there.
	 */
	hole(mon, "lab2.5");
	/* END lab2.5 */
}

void monitor_switch(struct monitor *mon, bool in)
{
	segments_switch(mon, in);
	if (mon->machine.fast)
		fast_gates(in ? mon : NULL);
}

static bool page_fault(struct typetwo *t, struct pt_regs *regs, unsigned long error,
		       unsigned long address)
{
	struct monitor *mon = monitor_of(t);

	/* Where the Host has mappings it may just not have filled them in. */
	if (!mon->user || !user_mode(regs))
		return false;
	if (address < TT_GUEST_KERNEL_BASE ? mon->machine.spaces == TT_SPACES_REMAP :
					     mon->machine.protect == TT_PROTECT_NONE)
		return false;
	local_irq_enable();
	error &= TT_PF_PRESENT | TT_PF_WRITE;
	error |= TT_PF_USER | (address >= TT_GUEST_KERNEL_BASE ? TT_PF_PRESENT : 0);
	deliver(mon, regs, X86_TRAP_PF, error, address);
	return true;
}

static bool exception(struct typetwo *t, struct pt_regs *regs, int signal, int code)
{
	struct monitor *mon = monitor_of(t);
	const struct thread_struct *thread = &current->thread;
	unsigned int trap = thread->trap_nr, error = thread->error_code;

	if (!mon->user) {
		monitor_end(mon, TT_END_EXCEPTION, signal);
		return false;
	}
	/* P as the guest's mappings have it, not the Host's. */
	if (trap == X86_TRAP_PF)
		error = (error & TT_PF_WRITE) | TT_PF_USER |
			(code == SEGV_ACCERR ? TT_PF_PRESENT : 0);
	/* The frame's own eip was out of bounds: the fault that its first fetch would be. */
	deliver(mon, regs, trap == X86_TRAP_IRET ? X86_TRAP_GP : trap, error,
		trap == X86_TRAP_DB ? thread->virtual_dr6 : thread->cr2);
	return true;
}

static void signal(struct typetwo *t, struct pt_regs *regs)
{
	struct monitor *mon = monitor_of(t);

	if (mon->user)
		interrupt(mon, regs);
}

static void switch_out(struct typetwo *t)
{
	monitor_switch(monitor_of(t), false);
}

static void switch_in(struct typetwo *t)
{
	monitor_switch(monitor_of(t), true);
}

static void exit_machine(struct typetwo *t)
{
	preempt_disable();
	current->typetwo = NULL;
	switch_out(t);
	preempt_enable();
	tables_leave(monitor_of(t));
}

const struct typetwo monitor_hook = {
	.system_call = system_call,
	.page_fault = page_fault,
	.exception = exception,
	.signal = signal,
	.switch_out = switch_out,
	.switch_in = switch_in,
	.exit = exit_machine,
};
