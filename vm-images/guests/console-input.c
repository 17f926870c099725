/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console-input - lines from the console come back as "echo: LINE".  The console's signal says that
 * there may be input; poll and read say what there is.  The Guest kernel sleeps for one line, and
 * lets an application loop for the next.  A line "quit", control-D, or the end of input ends it.
 * Whoever types does so when a line has come back: more than once, since it may be there before the
 * application runs.
 */
#include <asm/errno.h>
#include <asm/poll.h>
#include <asm/unistd.h>

#include "guest.h"

#define CONTROL_D 4

APPLICATION(loop, "1:	jmp	1b\n");

static struct space space;
static struct app app;
static const struct tt_device *in;
static volatile unsigned int signals;

static void
on_input(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info, (void)context;
	signals++;
	app.frame.immediate_exit = 1;
}

/* The console's signal is blocked, so that none comes between the look and the wait. */
static bool
has_input(void)
{
	struct pollfd p = {.fd = in->fd, .events = POLLIN};
	int ready = host_call(__NR_poll, (unsigned int)&p, 1, 0, 0);

	return ready == 1 && p.revents & (POLLIN | POLLHUP);
}

static void
wait_idle(void)
{
	block_signal((int)in->signal);
	while (!has_input())
		wait_for_signal();
	unblock_signal((int)in->signal);
}

/* The signal has to end guest user mode, or has_input() is not asked again. */
static void
wait_in_application(void)
{
	app_restart(&app, loop);
	while (!has_input()) {
		enter(&app);
		holds(app.frame.reason == TT_EXIT_INTERRUPT ||
				process_space_refill(&space, &app.frame),
			"%s (trap %u)", exit_name(&app.frame), app.frame.trap);
		app.frame.immediate_exit = 0;
	}
}

int
main(void)
{
	char line[128];
	unsigned int length = 0, lines = 0, waited = 0;
	bool idle = true, going = true;

	in = find_device(TT_DEV_CONSOLE_IN);
	app_create(&app, &space, loop);
	check("console-has-input-and-signal");
	if (!holds(in != NULL, "no console") || !holds(in->signal != 0, "its signal is 0"))
		return 1;
	handle_signal((int)in->signal, on_input);
	check("console-input");
	print("type lines, then quit\n");
	while (going) {
		char c;
		int got;

		if (!has_input()) {
			if (idle)
				wait_idle();
			else
				wait_in_application();
			waited++;
		}
		got = host_call(__NR_read, (unsigned int)in->fd, (unsigned int)&c, 1, 0);
		if (got == -EINTR || got == -EAGAIN)
			continue;
		if (!holds(got >= 0, "read: %d", got))
			break;
		if (got == 0 || c == CONTROL_D) {
			going = false;
		} else if (c == '\n' || c == '\r') {
			line[length] = 0;
			length = 0;
			idle = !idle;
			lines++;
			if (strings_equal(line, "quit"))
				going = false;
			else
				print("echo: %s\n", line);
		} else if (length < sizeof(line) - 1) {
			line[length++] = c;
		}
	}
	holds(lines > 0, "no line came");
	/* Input that was there before the guest asked needs no signal. */
	check("console-signal");
	holds(signals > 0 || !waited, "waited %u times, no signal", waited);
	return 0;
}
