/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timer - the host timer interrupts an application that loops, and the Guest kernel itself; masked,
 * it waits.
 */
#include <asm/errno.h>
#include <asm/signal.h>
#include <asm/unistd.h>

#include "guest.h"

LABEL(loop_end);
APPLICATION(loop, "	mov	$0x10c, %ecx\n"
		  "1:	inc	%eax\n"
		  "	jmp	1b\n"
		  "loop_end:\n");

static struct space space;
static struct app app;

static bool
in_loop(unsigned int eip)
{
	return holds(eip >= ADDRESS(loop) && eip < ADDRESS(loop_end), "eip 0x%x is not in the loop",
		eip);
}

static unsigned long long
now(void)
{
	long long t[2] = {0, 0}; /* seconds, nanoseconds */

	holds(host_call(__NR_clock_gettime64, 1, (unsigned int)t, 0, 0) == 0, "clock_gettime64");
	return (unsigned long long)t[0] * 1000000000 + (unsigned long long)t[1];
}

static void
check_user(void)
{
	unsigned int interrupted = 0;

	check("tick-in-guest-user");
	app_restart(&app, loop);
	for (int tries = 0; tries < 100 && interrupted < 5; tries++) {
		unsigned int old = ticks, eax = app.frame.regs.eax;

		set_timer(3000, 0);
		run_until_tick(&app, old);
		same("reason", app.frame.reason, TT_EXIT_INTERRUPT);
		same("ticks", ticks, old + 1);
		in_loop(app.frame.regs.eip);
		holds(tick_eip >= TT_GUEST_KERNEL_BASE && tick_eip < TT_MONITOR_END,
			"the handler came back to 0x%x, no place of the Guest kernel's", tick_eip);
		/* On a slow Host the tick may have come before the application ran. */
		if (app.frame.regs.eax == eax)
			continue;
		same("ecx", app.frame.regs.ecx, 0x10c);
		same("orig_eax", app.frame.regs.orig_eax, -1u);
		interrupted++;
	}
	same("times that the application was interrupted", interrupted, 5);

	check("periodic-ticks-in-guest-user");
	unsigned int start = ticks, rounds = 0;

	set_timer(2000, 2000);
	while (ticks - start < 5 && rounds++ < 1000)
		run_until_tick(&app, ticks);
	set_timer(0, 0);
	holds(ticks - start >= 5, "only %u ticks", ticks - start);
	in_loop(app.frame.regs.eip);
}

LABEL(kernel_loop);
LABEL(kernel_loop_end);

static void
check_kernel(void)
{
	unsigned int old = ticks, a = 1, b = 2, c = 3, d = 4, limit = 1000000000;

	check("tick-in-guest-kernel");
	set_timer(3000, 0);
	__asm__ volatile("kernel_loop: cmp %5, ticks\n"
			 "	jne 1f\n"
			 "	decl %4\n"
			 "	jnz kernel_loop\n"
			 "kernel_loop_end:\n"
			 "1:"
			 : "+a"(a), "+b"(b), "+c"(c), "+d"(d), "+m"(limit)
			 : "S"(old)
			 : "cc", "memory");
	same("ticks", ticks, old + 1);
	holds(tick_eip >= ADDRESS(kernel_loop) && tick_eip <= ADDRESS(kernel_loop_end),
		"the tick came at 0x%x, not in the loop", tick_eip);
	holds(a == 1 && b == 2 && c == 3 && d == 4, "the handler changed registers");
}

/* Long beside a tick of the Host's clock, to which it may round the timer. */
static void
spin(unsigned long long nanoseconds)
{
	unsigned long long end = now() + nanoseconds;

	while (now() < end)
		;
}

static void
check_masked(void)
{
	unsigned int old = ticks;

	check("masked-tick-waits");
	block_signal(SIGALRM);
	set_timer(1000, 0);
	spin(30000000);
	same("ticks while masked", ticks, old);
	unblock_signal(SIGALRM);
	same("ticks after", ticks, old + 1);

	check("timer-off");
	set_timer(2000, 2000);
	set_timer(0, 0);
	old = ticks;
	spin(30000000);
	same("ticks", ticks, old);

	check("idle-until-a-tick");
	block_signal(SIGALRM);
	for (int i = 0; i < 5; i++) {
		old = ticks;
		set_timer(2000, 0);
		/* A Monitor may wake us for reasons of its own. */
		for (int tries = 0; ticks == old && tries < 1000; tries++)
			wait_for_signal();
		same("ticks", ticks, old + 1);
	}
	unblock_signal(SIGALRM);

	check("clock-goes-forward");
	unsigned long long before = now();

	for (int i = 0; i < 100; i++) {
		unsigned long long t = now();

		holds(t >= before, "it went back");
		before = t;
	}
	before = now();
	old = ticks;
	block_signal(SIGALRM);
	set_timer(50000, 0);
	while (ticks == old)
		wait_for_signal();
	unblock_signal(SIGALRM);
	holds(now() - before >= 40000000, "a tick came long before its time");
}

int
main(void)
{
	app_create(&app, &space, loop);
	take_ticks(&app.frame);
	check_user();
	check_kernel();
	check_masked();
	return 0;
}
