// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts are host signals, and interrupt n is signal n.  Turning interrupts off does not touch
 * the host's signal mask, which would cost a host call each time: the handler looks at
 * signals_enabled, and leaves what it may not do yet in signals_pending (asm/irqflags.h).
 */
#include <linux/cpu.h>
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <asm/irq_regs.h>
#include <asm/irqflags.h>
#include <asm/typetwo.h>
#include <asm/ucontext.h>

#define HOST_SIGNALS 32 /* real-time signals are not for devices here */

int signals_enabled;
EXPORT_SYMBOL(signals_enabled);
unsigned long signals_pending;

/* The host's struct sigaction. */
struct host_sigaction {
	void *handler;
	unsigned long flags;
	void *restorer;
	u32 mask[2];
};

static unsigned long interrupts; /* the signals that are interrupts */
static struct pt_regs unknown_regs; /* of an interrupt that had to wait: guest kernel mode */

void tt_idle(void);
extern char tt_idle_look[], tt_idle_woken[];

static void do_irq(int irq, struct pt_regs *regs)
{
	struct pt_regs *old = set_irq_regs(regs);

	irq_enter();
	generic_handle_irq(irq);
	irq_exit();
	set_irq_regs(old);
}

/* Interrupts have just been turned on, and some are waiting. */
void tt_run_pending(void)
{
	unsigned long pending;

	do {
		signals_enabled = 0;
		barrier();
		/* one instruction: a handler may come before or after, not in between */
		pending = xchg(&signals_pending, 0);
		for (; pending; pending &= pending - 1)
			do_irq(__ffs(pending), &unknown_regs);
		signals_enabled = 1;
		barrier();
	} while (signals_pending);
}
EXPORT_SYMBOL(tt_run_pending);

/*
 * The handler of all interrupts, on the stack of that moment, with the other interrupts blocked by
 * the host.  It never switches tasks: there is no preemption in here.
 */
static void interrupt(int signal, void *info, struct ucontext *uc)
{
	struct pt_regs *regs = &unknown_regs;

	/* The task may be past its last look for work and about to enter guest user mode. */
	current->thread.regs.regs.frame.immediate_exit = 1;

	if (uc->uc_mcontext.ip >= (unsigned long)tt_idle_look &&
	    uc->uc_mcontext.ip < (unsigned long)tt_idle_woken)
		uc->uc_mcontext.ip = (unsigned long)tt_idle_woken;

	if (!signals_enabled) {
		signals_pending |= 1UL << signal;
		return;
	}
	signals_enabled = 0;
	if (uc->uc_mcontext.ip == (unsigned long)tt_enter_return)
		regs = &current->thread.regs;
	do_irq(signal, regs);
	arch_local_irq_enable();
}

/* A fault in guest kernel mode: a new mapping above RAM, or a bug. */
static void fault(int signal, void *info, struct ucontext *uc)
{
	struct sigcontext *sc = &uc->uc_mcontext;
	struct pt_regs regs = {};

	if ((signal == SIGSEGV || signal == SIGBUS) && tt_kernel_fill(sc->cr2))
		return;

	regs.regs.gp[HOST_BX] = sc->bx;
	regs.regs.gp[HOST_CX] = sc->cx;
	regs.regs.gp[HOST_DX] = sc->dx;
	regs.regs.gp[HOST_SI] = sc->si;
	regs.regs.gp[HOST_DI] = sc->di;
	regs.regs.gp[HOST_BP] = sc->bp;
	regs.regs.gp[HOST_AX] = sc->ax;
	regs.regs.gp[HOST_DS] = sc->ds;
	regs.regs.gp[HOST_ES] = sc->es;
	regs.regs.gp[HOST_IP] = sc->ip;
	regs.regs.gp[HOST_SP] = sc->sp;
	regs.regs.gp[HOST_EFLAGS] = sc->flags;
	current->thread.segv_regs = &regs;
	signals_enabled = 0;
	show_regs(&regs);
	panic("Fault in guest kernel mode: signal %d trap %lu error %lx at %pS (%08lx), address %08lx",
	      signal, (unsigned long)sc->trapno, (unsigned long)sc->err, (void *)sc->ip,
	      (unsigned long)sc->ip, (unsigned long)sc->cr2);
}

static void __init set_handler(int signal, void *handler, unsigned long flags, unsigned long mask)
{
	struct host_sigaction action = {
		.handler = handler,
		.flags = SA_SIGINFO | SA_RESTORER | flags,
		.restorer = tt_sigreturn,
		.mask = { mask },
	};

	host_call(__NR_rt_sigaction, signal, (unsigned long)&action, 0, sizeof(action.mask), 0);
}

/*
 * Before anything can go wrong, and before a device can call: the default action of most signals
 * would end the machine.  Interrupts are off, so they wait.
 */
void __init tt_signals_init(void)
{
	static const int faults[] __initconst = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
	unsigned int i;

	interrupts = 1UL << SIGALRM;
	for (i = 0; i < tt_boot.devices; i++)
		if (tt_boot.device[i].signal && tt_boot.device[i].signal < HOST_SIGNALS)
			interrupts |= 1UL << tt_boot.device[i].signal;

	/* Who writes to a device that nobody reads any more is told by the write. */
	set_handler(SIGPIPE, SIG_IGN, 0, 0);
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		set_handler(faults[i], fault, SA_NODEFER, 0);
	for (i = 1; i < HOST_SIGNALS; i++)
		if (interrupts & 1UL << i)
			set_handler(i, interrupt, SA_RESTART, interrupts >> 1); /* signal 1 is bit 0 */
}

void __init init_IRQ(void)
{
	int i;

	for (i = 1; i < HOST_SIGNALS; i++)
		if (interrupts & 1UL << i)
			irq_set_chip_and_handler(i, &dummy_irq_chip, handle_simple_irq);
}

void arch_cpu_idle(void)
{
	tt_idle();
	raw_local_irq_enable();
}
