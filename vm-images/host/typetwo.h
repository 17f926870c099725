/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * typetwo.h - where a virtual machine monitor in a module meets the Host kernel.
 *
 * A Monitor embeds a struct typetwo in its state of one task, and lets
 * current->typetwo point to it.  From then on the Host tells it what happens to
 * this task, and to no other: a task that it forks begins without a Monitor.  It
 * must not exec: its system calls come here first.
 *
 * A machine has two modes, guest kernel and guest user, and the Monitor keeps a
 * set of registers for each.  It changes the mode by exchanging *regs, the user
 * registers that the Host kernel returns to; orig_ax becomes -1 then, or they
 * look like a system call to be restarted.  regs->gs is not there on i386: use
 * loadsegment().
 */
#ifndef _LINUX_TYPETWO_H
#define _LINUX_TYPETWO_H

struct pt_regs;

struct typetwo;

/*
 * What happens to a machine.  Where there is an answer, true means that the Monitor
 * has seen to it, and the Host goes on with *regs; false, that the Host does.
 */
struct typetwo {
	/*
	 * orig_ax is the number, ax is -ENOSYS.  May sleep.  Must not come by
	 * sysenter, whose way back loads flat segments whatever the descriptor
	 * tables say: thread.sysenter_cs is to be 0.
	 */
	bool (*system_call)(struct typetwo *t, struct pt_regs *regs);
	/*
	 * Below TASK_SIZE, before the Host looks at it; above, it comes as an
	 * exception.  error and address are the CPU's.  Interrupts are off; the
	 * Monitor may turn them on, and sleep, if regs are user_mode().  If not,
	 * the Host kernel itself has faulted, maybe with a lock held.
	 */
	bool (*page_fault)(struct typetwo *t, struct pt_regs *regs, unsigned long error,
			   unsigned long address);
	/*
	 * The Host is about to send the task a signal for an exception of its own,
	 * with this si_signo and si_code; trap_nr, error_code and cr2 are in
	 * current->thread.  trap_nr 32 is an IRET that could not load *regs.  May
	 * sleep, unless the Host kernel was interrupted.  True: no signal.
	 */
	bool (*exception)(struct typetwo *t, struct pt_regs *regs, int signal, int code);
	/* A signal may be delivered next, to *regs.  May be spurious.  May sleep. */
	void (*signal)(struct typetwo *t, struct pt_regs *regs);
	/*
	 * Context switch: give the CPU back as any other task expects it, with the
	 * user descriptors of the GDT flat; or make them the machine's, the TLS
	 * entries being loaded, and %gs not yet.  Interrupts are off; don't sleep,
	 * don't printk, and don't use current.
	 */
	void (*switch_out)(struct typetwo *t);
	void (*switch_in)(struct typetwo *t);
	/*
	 * The task exits, and still has its mm: put back mm->pgd, give the CPU
	 * back, and clear current->typetwo.  May sleep.
	 */
	void (*exit)(struct typetwo *t);
};

/* Ask the task's Monitor, if it has one; or only tell it. */
#define typetwo_asks(task, hook, ...)						\
	(unlikely((task)->typetwo) &&						\
	 (task)->typetwo->hook((task)->typetwo, __VA_ARGS__))
#define typetwo_tells(task, hook, ...)						\
	do {									\
		if (unlikely((task)->typetwo))					\
			(task)->typetwo->hook((task)->typetwo, ##__VA_ARGS__);	\
	} while (0)

/* mm/mprotect.c: mprotect() of current; the last argument is -1.  0, or an errno. */
int do_mprotect_pkey(unsigned long start, size_t bytes, unsigned long prot, int key);

#endif
