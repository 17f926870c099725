/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wakeup - an interrupt just before enter is not lost: its handler sets immediate_exit, and enter
 * comes back at once, with the registers as they were.
 */
#include <asm/signal.h>

#include "guest.h"

#define LONG_TIME 300000000 /* cycles, or instructions; no tick takes so long */
#define LOST -1u
#define INT80 0x80cd
#define INT80_BYTES 2
#define SPUN_OUT 0x77 /* ecx, when a spin came to its end */

/* Longer than any tick takes, but it ends, so that a lost one is told and not waited for. */
APPLICATION(spin, "	mov	$150000000, %ecx\n"
		  "1:	dec	%ecx\n"
		  "	jnz	1b\n"
		  "	mov	$" STRING(SPUN_OUT) ", %ecx\n"
						    "	int	$0x80\n");
/* Calls as often as edi says, then spins. */
APPLICATION(calls_then_spin, "1:	dec	%edi\n"
			     "	js	spin\n"
			     "	int	$0x80\n"
			     "	jmp	1b\n");
APPLICATION(faults_then_spin, "1:	dec	%edi\n"
			      "	js	spin\n"
			      "	ud2\n"
			      "	jmp	1b\n");
#define UD2_BYTES 2
APPLICATION(short_spin, "	mov	$12000000, %ecx\n"
			"1:	dec	%ecx\n"
			"	jnz	1b\n"
			"	int	$0x80\n");

static struct space space;
static struct app app;

static void
check_immediate_exit(void)
{
	struct tt_regs before;

	check("immediate-exit-runs-nothing");
	for (unsigned int i = 0; i < 20; i++) {
		unsigned int *word = (unsigned int *)&app.frame.regs;

		app_restart(&app, spin);
		/* Nothing of this could run: no page is at eip, and single step would show. */
		for (unsigned int j = 0; j < TT_FRAME_REGS; j++)
			word[j] = (i * TT_FRAME_REGS + j + 1) * 0x9e3779b9;
		app.frame.regs.ds = app.frame.regs.es = TT_USER_DS;
		app.frame.regs.fs = app.frame.regs.gs = 0;
		app.frame.regs.cs = TT_USER_CS;
		app.frame.regs.ss = TT_USER_DS;
		app.frame.regs.orig_eax = -1u;
		app.frame.regs.eflags = i % 2 ? 0x202 : 0x302;
		before = app.frame.regs;
		app.frame.immediate_exit = i % 3 ? 1 : 0x80000000;
		enter(&app);
		same("reason", app.frame.reason, TT_EXIT_INTERRUPT);
		holds(app.frame.immediate_exit != 0, "the Monitor cleared immediate_exit");
		for (unsigned int j = 0; j < TT_FRAME_REGS; j++)
			holds(word[j] == ((unsigned int *)&before)[j],
				"word %u of the registers: expected 0x%x, got 0x%x", j,
				((unsigned int *)&before)[j], word[j]);
		app.frame.immediate_exit = 0;
	}
}

static void
check_before_enter(void)
{
	check("tick-before-enter-ends-enter");
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int old = ticks;

		app_restart(&app, spin);
		set_timer(500, 0);
		while (ticks == old)
			;
		enter(&app);
		same("reason", app.frame.reason, TT_EXIT_INTERRUPT);
		same("eip", app.frame.regs.eip, ADDRESS(spin));
		same("ticks", ticks, old + 1);
		app.frame.immediate_exit = 0;
	}
}

/*
 * The Guest kernel's own loop: look at ticks, enter, until there was one.  The application leaves
 * so many times before it spins.  Returns how often it did, or LOST.
 */
static unsigned int
enter_until_tick(const char *entry, unsigned int calls)
{
	unsigned int old = ticks, called = 0;
	unsigned long long start = read_tsc();

	app_restart(&app, entry);
	app.frame.regs.edi = calls;
	set_timer(2000, 0);
	while (ticks == old && read_tsc() - start < LONG_TIME) {
		enter(&app);
		if (app.frame.reason == TT_EXIT_EXCEPTION && app.frame.trap == 6) {
			app.frame.regs.eip += UD2_BYTES;
			called++;
		} else if (app.frame.reason == TT_EXIT_EXCEPTION) {
			holds(process_space_refill(&space, &app.frame), "trap %u", app.frame.trap);
		} else if (app.frame.reason == TT_EXIT_SYSCALL) {
			if (app.frame.regs.ecx == SPUN_OUT)
				break;
			called++;
		}
		app.frame.immediate_exit = 0;
	}
	app.frame.immediate_exit = 0;
	return holds(ticks == old + 1, "%u ticks, %s at eip 0x%x", ticks - old,
		       exit_name(&app.frame), app.frame.regs.eip)
		       ? called
		       : LOST;
}

/*
 * A tick is lost when it comes after the last look and before enter, and enter then waits for
 * another.  The Host may round the timer to its own clock, and always give us the same time from
 * one tick to the next; so it is the last enter that is moved to where the tick comes: a round
 * without a spin tells how many calls go before it.
 */
static void
check_stress(void)
{
	unsigned int start = ticks, rounds = 40;

	check("no-tick-is-lost-around-enter");
	for (unsigned int i = 0; i < rounds; i += 2) {
		const char *entry = i % 4 ? faults_then_spin : calls_then_spin;
		unsigned int calls = enter_until_tick(entry, 1000000000);

		if (calls == LOST)
			return;
		/* A part of a crossing, so that not every round is like the one before. */
		for (unsigned int wait = i * 997 % 65536; wait; wait--)
			__asm__ volatile("");
		if (enter_until_tick(entry, calls + i / 2 % 3 - 1) == LOST)
			return;
	}
	same("ticks", ticks - start, rounds);

	start = ticks;
	check("periodic-ticks-around-enter");
	app_restart(&app, spin);
	set_timer(1000, 1000);
	for (unsigned int i = 0; i < 10; i++) {
		unsigned int old = ticks;

		app.frame.regs.eip = ADDRESS(spin);
		run_until_tick(&app, old);
		if (!same("reason", app.frame.reason, TT_EXIT_INTERRUPT))
			break;
	}
	set_timer(0, 0);
	holds(ticks - start >= 10, "only %u ticks", ticks - start);
}

/*
 * A tick comes in the middle of enter, too, when the registers are the application's already.  It
 * interrupts no system call of theirs, whatever the frame had in orig_eax, and in eax.
 */
static void
check_no_call(void)
{
	struct tt_regs *r = &app.frame.regs;
	unsigned long long start = read_tsc();
	unsigned int interrupted = 0;

	check("no-system-call-is-interrupted");
	app_restart(&app, calls_then_spin);
	set_timer(1000, 1000);
	while (interrupted < 20 && read_tsc() - start < LONG_TIME) {
		unsigned int old = ticks;

		r->orig_eax = 20;
		r->eax = -512u; /* the Host's ERESTARTSYS */
		r->edi = 1000000;
		app.frame.immediate_exit = 0;
		enter(&app);
		if (app.frame.reason == TT_EXIT_EXCEPTION)
			holds(process_space_refill(&space, &app.frame), "trap %u", app.frame.trap);
		/* Not one before enter, when the registers are as they were. */
		if (app.frame.reason != TT_EXIT_INTERRUPT || ticks != old + 1 ||
			*(unsigned short *)(tick_eip - INT80_BYTES) != INT80)
			continue;
		interrupted++;
		same("orig_eax", r->orig_eax, -1u);
		same("eax", r->eax, -512u);
		holds(r->eip - ADDRESS(calls_then_spin) <= 8, "eip 0x%x", r->eip);
	}
	set_timer(0, 0);
	app.frame.immediate_exit = 0;
	holds(interrupted > 0, "no tick came in enter");
}

static void
check_masked(void)
{
	unsigned int old = ticks;

	check("masked-signal-does-not-end-guest-user");
	block_signal(SIGALRM);
	/* It comes before enter, and then in guest user mode. */
	for (unsigned int i = 0; i < 2; i++) {
		app_restart(&app, short_spin);
		set_timer(i % 2 ? 1000 : 1, 0);
		if (i % 2 == 0)
			for (volatile int wait = 0; wait < 1000000; wait++)
				;
		run_to_syscall(&app);
		same("ecx", app.frame.regs.ecx, 0);
		same("ticks while masked", ticks, old);
		unblock_signal(SIGALRM);
		same("ticks after", ticks, ++old);
		block_signal(SIGALRM);
		app.frame.immediate_exit = 0;
	}
	unblock_signal(SIGALRM);
}

int
main(void)
{
	app_create(&app, &space, spin);
	take_ticks(&app.frame);
	check_immediate_exit();
	check_before_enter();
	check_stress();
	check_no_call();
	check_masked();
	return 0;
}
