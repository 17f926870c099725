/* SPDX-License-Identifier: GPL-2.0-only */
/* application.c - Guest applications and the loop that runs them. */
#include "guest.h"

/* The linker script's: where the applications' code waits in RAM. */
extern const char application_offset[], application_bytes[];

/* More misses or interrupts in a row than any Monitor has a reason for. */
#define PATIENCE 100000

void
app_restart(struct app *a, const char *entry)
{
	struct tt_frame *f = &a->frame;

	memset(f, 0, sizeof(*f));
	f->space = a->space->id;
	f->regs.eip = ADDRESS(entry);
	f->regs.esp = APP_STACK;
	f->regs.ds = f->regs.es = TT_USER_DS;
	f->regs.eflags = 0x202;
}

void
app_create(struct app *a, struct space *s, const char *entry)
{
	unsigned int code = ADDRESS(application_offset), data = page_alloc();

	process_space_create(s);
	for (unsigned int i = 0; i < ADDRESS(application_bytes); i += TT_PAGE_SIZE)
		process_space_map(s, APP_CODE + i, code + i, 0);
	process_space_map(s, APP_DATA, data, TT_MAP_WRITE);
	process_space_map(s, APP_STACK - TT_PAGE_SIZE, page_alloc(), TT_MAP_WRITE);
	a->space = s;
	a->data = ram(data);
	app_restart(a, entry);
}

void
enter(struct app *a)
{
	int error = hc_enter(&a->frame);

	if (error)
		fatal("enter: %d", error);
}

void
enter_patiently(struct app *a)
{
	for (int i = 0; i < PATIENCE; i++) {
		enter(a);
		if (a->frame.reason != TT_EXIT_INTERRUPT)
			return;
	}
	fatal("no end of interrupts");
}

/* old is what ticks was, or NULL if nobody waits for one. */
static void
run_until(struct app *a, const unsigned int *old)
{
	for (int i = 0; i < PATIENCE; i++) {
		enter(a);
		if (a->frame.reason == TT_EXIT_INTERRUPT) {
			a->frame.immediate_exit = 0;
			if (old && ticks != *old)
				return;
		} else if (!process_space_refill(a->space, &a->frame)) {
			return;
		}
	}
	fatal("no end of interrupts and misses: %s at eip 0x%x", exit_name(&a->frame),
		a->frame.regs.eip);
}

void
run_until_tick(struct app *a, unsigned int old)
{
	run_until(a, &old);
}

void
run(struct app *a)
{
	run_until(a, NULL);
}

const char *
exit_name(const struct tt_frame *f)
{
	static const char *const names[] = {
		[TT_EXIT_SYSCALL] = "system call",
		[TT_EXIT_EXCEPTION] = "exception",
		[TT_EXIT_INTERRUPT] = "interrupt",
	};

	if (f->reason >= ARRAY_SIZE(names) || !names[f->reason])
		return "unknown reason";
	return names[f->reason];
}

bool
run_to_syscall(struct app *a)
{
	const struct tt_frame *f = &a->frame;

	run(a);
	return holds(f->reason == TT_EXIT_SYSCALL,
		"expected a system call, got %s (trap %u error 0x%x cr2 0x%x) at eip 0x%x",
		exit_name(f), f->trap, f->error_code, f->cr2, f->regs.eip);
}

bool
run_to_exception(struct app *a, unsigned int trap, unsigned int error, const char *eip)
{
	const struct tt_frame *f = &a->frame;

	run(a);
	return holds(f->reason == TT_EXIT_EXCEPTION && f->trap == trap && f->error_code == error &&
			     f->regs.eip == ADDRESS(eip),
		"expected trap %u error 0x%x at eip 0x%x, got %s (trap %u error 0x%x) at eip 0x%x",
		trap, error, ADDRESS(eip), exit_name(f), f->trap, f->error_code, f->regs.eip);
}
