// SPDX-License-Identifier: GPL-2.0-only
/*
 * enter.c - lab 2: the crossings between guest kernel mode and guest user mode.
 *
 * The Host calls these hooks (linux/typetwo.h) with the registers that the
 * process will go on with.  enter puts a Guest application's there and keeps the
 * Guest kernel's; whatever the application then does puts them back.
 */
#include "fast.h"
#include "hole.h"
#include "monitor.h"

#include <asm/trapnr.h>

static struct monitor *monitor_of(struct typetwo *t)
{
	return container_of(t, struct monitor, hooks);
}

static void hide_guest_kernel(struct monitor *mon, bool hide)
{
	if (mon->machine.protect == TT_PROTECT_SEGMENTS)
		segments_hide(mon, hide);
	else if (mon->machine.protect == TT_PROTECT_SUPERVISOR)
		supervisor_hide(mon, hide);
	else if (mon->machine.protect == TT_PROTECT_MPROTECT)
		mprotect_hide(mon, hide);
}

/* True if the words of the frame are those; false also if the Host cannot bring its page in. */
static bool same_words(const void *frame, const void *those, unsigned long words)
{
	bool same;

	__uaccess_begin();
	asm volatile("1: repe cmpsl\n"
		     "2:\n"
		     _ASM_EXTABLE_UA(1b, 2b)
		     : "=@ccz" (same), "+S" (frame), "+D" (those), "+c" (words) : : "memory");
	__uaccess_end();
	return same && !words;
}

static bool put_word(u32 word, u32 *to)
{
	__uaccess_begin();
	unsafe_put_user(word, to, bad);
	__uaccess_end();
	return false;
bad:
	__uaccess_end();
	return true;
}

/* The mode changes to guest kernel: the enter under way returns, for reason TT_EXIT_*. */
static noinline void leave(struct monitor *mon, struct pt_regs *regs, unsigned int reason)
{
	struct tt_regs *words = (struct tt_regs *)regs;
	struct tt_frame *frame = mon->frame;

	/* A host context switch looks at the mode: it changes before the bounds do. */
	mon->user = false;
	hide_guest_kernel(mon, false);
	/* Above 16 bits there may be leavings of the Host kernel's stack. */
	words->ds &= 0xffff;
	words->es &= 0xffff;
	words->fs &= 0xffff;
	words->cs = TT_USER_CS;
	words->ss = TT_USER_DS;
	savesegment(gs, words->gs);
	loadsegment(gs, 0);
	if (copy_words(&frame->regs, regs, TT_FRAME_REGS) || put_word(reason, &frame->reason))
		monitor_end(mon, TT_STATUS_HOST, "the Host has no memory for the frame of enter");
	__memcpy(regs, &mon->kernel, sizeof(*regs));
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

/* Hypercall enter; what it returns to the Guest kernel at once, unless the mode has changed. */
static long enter(struct monitor *mon, struct pt_regs *regs)
{
	/*
	 * BEGIN lab2.2: enter guest user mode.
	 * Copy the frame in; it has to be aligned and in RAM.  Obey immediate_exit.
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

static long other_hypercall(struct monitor *mon, struct pt_regs *regs)
{
	switch (regs->orig_ax) {
	case TT_HC_MAP:
		return space_map(mon, regs->bx, regs->cx, regs->dx, regs->si);
	case TT_HC_UNMAP:
		return space_unmap(mon, regs->bx, regs->cx, regs->dx);
	case TT_HC_SPACE_CREATE:
		return space_create(mon);
	case TT_HC_SPACE_DESTROY:
		return space_destroy(mon, regs->bx);
	}
	monitor_kill(mon, regs, "unknown hypercall 0x%lx", regs->orig_ax);
	return -ENOSYS;
}

static void hypercall(struct monitor *mon, struct pt_regs *regs)
{
	long result;

	if (regs->orig_ax == TT_HC_ENTER)
		result = enter(mon, regs);
	else
		result = other_hypercall(mon, regs);
	if (mon->user)
		return;
	regs->ax = result;
	regs->orig_ax = -1;
}

static void forbid(struct monitor *mon, const struct pt_regs *regs)
{
	monitor_kill(mon, regs, "forbidden host system call %ld (0x%lx, 0x%lx, 0x%lx)",
		     regs->orig_ax, regs->bx, regs->cx, regs->dx);
}

static bool int80(struct typetwo *t, struct pt_regs *regs)
{
	struct monitor *mon = monitor_of(t);
	bool handled = true;

	local_irq_enable();
	if (mon->user)
		reflect_system_call(mon, regs);
	else if (regs->orig_ax - TT_HC_BASE < TT_HC_NUMBERS)
		hypercall(mon, regs);
	else if (host_call_allowed(mon, regs))
		handled = false;
	else
		forbid(mon, regs);
	local_irq_disable();
	return handled;
}

static bool sysenter(struct typetwo *t, struct pt_regs *regs)
{
	struct monitor *mon = monitor_of(t);

	local_irq_enable();
	if (mon->user) {
		regs->ax = regs->orig_ax;
		leave(mon, regs, TT_EXIT_SYSENTER);
	} else {
		forbid(mon, regs);
	}
	local_irq_disable();
	return true;
}

/* A Guest application's exception ends enter; trap, error and cr2 as the CPU gave them. */
static void deliver(struct monitor *mon, struct pt_regs *regs, unsigned int trap,
		    unsigned int error, unsigned int cr2)
{
	/*
	 * BEGIN lab2.3: exceptions and page faults.
	 * Leave guest user mode, and tell the Guest kernel which exception it was.  The
	 * frame can be written only when the Guest kernel is not hidden.
	 */
	hole(mon, "lab2.3");
	/* END lab2.3 */
}

/* True if the Host has mappings of its own at address, and maybe just not filled them in. */
static bool host_maps(const struct monitor *mon, unsigned long address)
{
	if (address < TT_GUEST_KERNEL_BASE)
		return mon->machine.spaces == TT_SPACES_REMAP;
	return mon->machine.protect == TT_PROTECT_NONE ||
	       mon->machine.protect == TT_PROTECT_MPROTECT;
}

static bool page_fault(struct typetwo *t, struct pt_regs *regs, unsigned long error,
		       unsigned long address)
{
	struct monitor *mon = monitor_of(t);

	if (!user_mode(regs))
		return mon->machine.fast && fast_fixup(regs);
	if (!mon->user || host_maps(mon, address))
		return false;
	local_irq_enable();
	if (address >= TT_GUEST_KERNEL_BASE)
		error |= TT_PF_PRESENT;
	deliver(mon, regs, X86_TRAP_PF,
		(error & (TT_PF_PRESENT | TT_PF_WRITE)) | TT_PF_USER, address);
	return true;
}

/* An exception of the Guest kernel's own is a host signal; without a handler, the end. */
static bool guest_kernel_exception(struct monitor *mon, struct pt_regs *regs, int signal)
{
	__sighandler_t handler = current->sighand->action[signal - 1].sa.sa_handler;

	if (handler != SIG_DFL && handler != SIG_IGN && !sigismember(&current->blocked, signal))
		return false;
	monitor_kill(mon, regs, "guest kernel exception, signal %d", signal);
	return true;
}

static bool exception(struct typetwo *t, struct pt_regs *regs, struct kernel_siginfo *info)
{
	struct thread_struct *thread = &current->thread;
	struct monitor *mon = monitor_of(t);
	unsigned long error = thread->error_code;

	if (!mon->user)
		return guest_kernel_exception(mon, regs, info->si_signo);
	switch (thread->trap_nr) {
	case X86_TRAP_PF:
		/* P as the guest's mappings have it: the Host may not have filled in its own yet. */
		error = (error & TT_PF_WRITE) | TT_PF_USER;
		if (info->si_code == SEGV_ACCERR)
			error |= TT_PF_PRESENT;
		break;
	case X86_TRAP_IRET:
		/* The frame's own eip was out of bounds: the fault that its first fetch would be. */
		thread->trap_nr = X86_TRAP_GP;
		error = 0;
		break;
	case X86_TRAP_GP:
		if (tls_retry(mon, regs))
			return true;
	}
	deliver(mon, regs, thread->trap_nr, error, thread->cr2);
	return true;
}

/* A signal came while a guest application ran: enter returns, and the signal's handler runs. */
static void interrupt(struct typetwo *t, struct pt_regs *regs)
{
	struct monitor *mon = monitor_of(t);

	if (!mon->user)
		return;
	/*
	 * BEGIN lab2.5: turn a host signal into an interrupt.
	 * The Host delivers the signal next, to regs; it has to find the Guest kernel's there.
	 */
	hole(mon, "lab2.5");
	/* END lab2.5 */
}

static void switch_out(struct typetwo *t)
{
	struct monitor *mon = monitor_of(t);

	/* Whatever the mode: a crossing may be half done. */
	if (mon->machine.protect == TT_PROTECT_SEGMENTS)
		segments_switch(mon, true);
	if (mon->machine.fast)
		fast_gates(mon, false);
}

static void switch_in(struct typetwo *t)
{
	struct monitor *mon = monitor_of(t);

	if (mon->user && mon->machine.protect == TT_PROTECT_SEGMENTS)
		segments_switch(mon, false);
	if (mon->machine.fast)
		fast_gates(mon, true);
}

/* The process ends.  Its memory goes with the file, when nothing maps it any more. */
static void detach(struct typetwo *t)
{
	struct monitor *mon = monitor_of(t);

	if (mon->user)
		hide_guest_kernel(mon, false);
	mon->user = false;
	if (mon->mm->pgd != mon->own)
		tables_load(mon, 0);
}

const struct typetwo_ops monitor_hooks = {
	.int80 = int80,
	.sysenter = sysenter,
	.page_fault = page_fault,
	.exception = exception,
	.signal = interrupt,
	.switch_out = switch_out,
	.switch_in = switch_in,
	.detach = detach,
};
