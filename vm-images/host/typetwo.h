/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * typetwo.h - where a virtual machine monitor in a module meets the Host kernel.
 *
 * A Monitor embeds a struct typetwo in its state of one task and attaches it.
 * From then on the hooks below are called for this task, and for no other.
 * A child does not inherit it.
 *
 * A machine has two modes, guest kernel and guest user, and the Monitor keeps a
 * set of registers for each.  A hook changes the mode by exchanging *regs, the
 * user registers that the Host kernel returns to; it sets orig_ax to -1 then,
 * or the registers look like a system call to be restarted.  regs->gs is not
 * there on i386: use loadsegment().
 */
#ifndef _LINUX_TYPETWO_H
#define _LINUX_TYPETWO_H

#include <linux/preempt.h>
#include <linux/sched.h>

struct kernel_siginfo;
struct pt_regs;
struct typetwo;

/* All hooks have to be there. */
struct typetwo_ops {
	/*
	 * int80: int $0x80 in user mode; orig_ax is the number, ax is -ENOSYS.
	 * sysenter: the same by sysenter, which saves neither stack pointer nor
	 * return address: sp is a copy of bp, ip means nothing.
	 *
	 * Called with interrupts off, to be left off; may turn them on between.
	 * true: go on in user mode with *regs, by IRET, never by SYSEXIT, which
	 *	 loads flat segments whatever the descriptor tables say.
	 * false: a system call of the Host; *regs are untouched.
	 */
	bool (*int80)(struct typetwo *t, struct pt_regs *regs);
	bool (*sysenter)(struct typetwo *t, struct pt_regs *regs);

	/*
	 * A page fault below TASK_SIZE, before the Host looks at it; those
	 * above come as exceptions.  Interrupts are off.  When regs are not
	 * user_mode() the Host kernel itself has faulted, maybe with a lock
	 * held: don't sleep, and don't change regs; only code of the Monitor's
	 * own may be made to go on elsewhere.
	 *
	 * true: go on with *regs.  false: the Host handles the fault.
	 */
	bool (*page_fault)(struct typetwo *t, struct pt_regs *regs,
			   unsigned long error_code, unsigned long address);

	/*
	 * The Host is about to send the task a signal for an exception of its
	 * own; trap_nr, error_code and cr2 are in current->thread.  trap_nr 32
	 * is an IRET that could not load *regs.  May sleep, like the handler of
	 * a page fault, when regs are user_mode().
	 *
	 * true: no signal, go on with *regs.  false: the signal is sent.
	 */
	bool (*exception)(struct typetwo *t, struct pt_regs *regs,
			  struct kernel_siginfo *info);

	/*
	 * A signal may be delivered next, to *regs: leave guest user mode here.
	 * May be spurious.  May sleep.
	 */
	void (*signal)(struct typetwo *t, struct pt_regs *regs);

	/*
	 * Context switch.  switch_out gives the CPU back as any other task
	 * expects it: the user descriptors of the GDT flat.  switch_in makes
	 * them the machine's, after the Host has loaded the TLS entries, and
	 * before %gs is loaded.  Interrupts are off; don't sleep, don't printk,
	 * and don't use current.
	 */
	void (*switch_out)(struct typetwo *t);
	void (*switch_in)(struct typetwo *t);

	/*
	 * The task exits or calls exec, and still has its mm.  No hook will be
	 * called again, switch_out was the last; t is the Monitor's to free.
	 * Put back mm->pgd here.  May sleep.
	 */
	void (*detach)(struct typetwo *t);
};

struct typetwo {
	const struct typetwo_ops *ops;
};

/* Attach current, which is not attached. */
static inline void typetwo_attach(struct typetwo *t)
{
	preempt_disable();
	current->typetwo = t;
	t->ops->switch_in(t);
	preempt_enable();
}

/* Detach current, if attached. */
static inline void typetwo_detach(void)
{
	struct typetwo *t = current->typetwo;

	if (likely(!t))
		return;
	preempt_disable();
	t->ops->switch_out(t);
	current->typetwo = NULL;
	preempt_enable();
	t->ops->detach(t);
}

/*
 * A system call of the Host's on behalf of current: number in orig_ax,
 * arguments in bx, cx, dx, si, di, bp.  regs are the caller's own, not the
 * task's; so this is not for calls that read or change the task's registers.
 */
long typetwo_syscall(struct pt_regs *regs);

#endif
