// SPDX-License-Identifier: GPL-2.0-only
/*
 * crossings.c - lab 2: the crossings between guest kernel mode and guest user mode.
 *
 * The Host tells what happens to the process (linux/typetwo.h), with the registers
 * that it will go on with.  enter puts a Guest application's there and keeps the
 * Guest kernel's; whatever the application then does puts them back.
 */
#include "monitor.h"

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

/* BEGIN lab2.2-helper */
/* The frame that enter names; NULL if it is not in one page of RAM. */
static struct tt_frame *find_frame(struct monitor *mon, u32 address)
{
	if (likely(address == mon->frame_address && mon->frame != &frame_of_nobody))
		return mon->frame;
	return ram_at(mon, address, sizeof(*mon->frame));
}

/* What the frame asks for besides registers: TLS slots and the space.  0, or what enter returns. */
static long load_environment(struct monitor *mon, struct tt_frame *frame)
{
	const u64 *tls = (const u64 *)frame->tls;
	u32 space = READ_ONCE(frame->space);
	long error = 0;

	if (!same_words(tls, mon->tls, TT_TLS_SLOTS * 2))
		error = tls_change(mon, tls);
	if (!error && (space != mon->loaded || !space))
		error = space_load(mon, space);
	return error;
}

/* The application's registers take the Guest kernel's place, and the mode changes. */
static void go(struct monitor *mon, struct pt_regs *regs, struct tt_frame *frame)
{
	__constant_memcpy(&mon->kernel, regs, sizeof(*regs));
	mon->kernel.ax = 0; /* what enter returns, later */
	mon->kernel.fs = 0;
	__constant_memcpy(regs, &frame->regs, sizeof(frame->regs));
	/* All 32 bits: the Host's entry code keeps flags of its own in the high half of cs. */
	((struct tt_regs *)regs)->cs = TT_USER_CS;
	regs->ss = TT_USER_DS;
	regs->flags = (regs->flags & TT_USER_FLAGS) | TT_FIXED_FLAGS;
	mon->frame = frame;
	mon->frame_address = mon->kernel.bx;
	mon->user = true;
	mon->protection->hide(mon, true);
	/* What only level 0 may load, IRET makes 0 in every segment register (SDM volume 2, IRET). */
	loadsegment(gs, regs->gs);
}
/* END lab2.2-helper */

/* Hypercall enter; what eax is then: the application's, or what enter returns at once. */
static long enter(struct monitor *mon, struct pt_regs *regs)
{
	/* BEGIN lab2.2 */
	struct tt_frame *frame = find_frame(mon, regs->bx);
	long error;

	if (!frame)
		return -EFAULT;
	if (frame->immediate_exit) {
		frame->reason = TT_EXIT_INTERRUPT;
		return 0;
	}
	error = load_environment(mon, frame);
	if (error)
		return error;
	go(mon, regs, frame);
	return regs->ax;
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
	/* BEGIN lab2.4 */
	/* The Host has put -ENOSYS there already. */
	regs->ax = regs->orig_ax;
	leave(mon, regs, TT_EXIT_SYSCALL);
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
	/* BEGIN lab2.3 */
	struct tt_frame *frame = mon->frame;

	regs->orig_ax = -1;
	leave(mon, regs, TT_EXIT_EXCEPTION);
	frame->trap = trap;
	frame->error_code = error;
	frame->cr2 = cr2;
	/* END lab2.3 */
}

/* A signal came while a guest application ran: enter returns, and the signal's handler runs. */
static void interrupt(struct monitor *mon, struct pt_regs *regs)
{
	/* BEGIN lab2.5 */
	regs->orig_ax = -1;
	leave(mon, regs, TT_EXIT_INTERRUPT);
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
