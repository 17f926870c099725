/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * syscall - an application's system call comes to the Guest kernel with its number and all six
 * arguments, and takes the result back; no number means anything to anybody else.
 */
#include "guest.h"

/* Calls with what the frame brought; then again with the result as an argument. */
LABEL(behind_first);
LABEL(behind_second);
LABEL(spin);
APPLICATION(application, "	int	$0x80\n"
			 "behind_first:\n"
			 "	xchg	%eax, %ebx\n"
			 "	int	$0x80\n"
			 "behind_second:\n"
			 "spin:	jmp	spin\n");

static const unsigned int numbers[] = {
	0,
	1,
	2,
	4,
	11,
	20,
	119,
	173,
	252,
	0x1ff,
	0x40000014,
	0x7fffffff,
	0x80000000,
	0xffffffda,
	0xffffffff,
	TT_HC_ENTER,
	TT_HC_MAP,
	TT_HC_UNMAP,
	TT_HC_SPACE_CREATE,
	TT_HC_SPACE_DESTROY,
	TT_HC_DEBUG,
	TT_HC_FORGET,
	TT_HC_BASE + TT_HC_COUNT,
};

/* The last four are those by which the Host restarts its own system calls. */
static const unsigned int results[] = {
	0,
	1,
	0x7fffffff,
	0x80000000,
	-1u,
	-4u,
	-38u,
	-4095u,
	-4096u,
	-512u,
	-513u,
	-514u,
	-516u,
};

static struct space space;
static struct app app;

static void
same_arguments(const struct tt_regs *r)
{
	same("ecx", r->ecx, 0x20202020);
	same("edx", r->edx, 0x30303030);
	same("esi", r->esi, 0x40404040);
	same("edi", r->edi, 0x50505050);
	same("ebp", r->ebp, 0x60606060);
	same("esp", r->esp, 0x0badbad4);
}

static bool
call(unsigned int number)
{
	struct tt_regs *r = &app.frame.regs;

	app_restart(&app, application);
	r->eax = number;
	r->ebx = 0x10101010;
	r->ecx = 0x20202020;
	r->edx = 0x30303030;
	r->esi = 0x40404040;
	r->edi = 0x50505050;
	r->ebp = 0x60606060;
	r->esp = 0x0badbad4;
	r->orig_eax = 0x77777777;
	return run_to_syscall(&app);
}

int
main(void)
{
	const struct tt_regs *r = &app.frame.regs;

	app_create(&app, &space, application);
	take_ticks(&app.frame);

	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		check("number-0x%x", numbers[i]);
		if (!call(numbers[i]))
			continue;
		same("eax", r->eax, numbers[i]);
		same("orig_eax", r->orig_eax, numbers[i]);
		same("ebx", r->ebx, 0x10101010);
		same("eip", r->eip, ADDRESS(behind_first));
		same("cs", r->cs, TT_USER_CS);
		same("ss", r->ss, TT_USER_DS);
		same_arguments(r);
	}

	for (unsigned int i = 0; i < ARRAY_SIZE(results); i++) {
		check("result-0x%x", results[i]);
		if (!call(20))
			continue;
		app.frame.regs.eax = results[i];
		app.frame.regs.orig_eax = 20;
		if (!run_to_syscall(&app))
			continue;
		same("result seen by the application", r->ebx, results[i]);
		same("ebx seen by the application", r->eax, 0x10101010);
		same("eip", r->eip, ADDRESS(behind_second));
		same_arguments(r);
	}

	/*
	 * The Host restarts a system call that ended with these numbers when a signal comes.  The
	 * application's own result must not look like one of them.
	 */
	for (unsigned int i = ARRAY_SIZE(results) - 4; i < ARRAY_SIZE(results); i++) {
		unsigned int old = ticks;

		check("interrupted-after-result-0x%x", results[i]);
		if (!call(20))
			continue;
		app.frame.regs.eax = results[i];
		app.frame.regs.eip = ADDRESS(spin);
		set_timer(3000, 0);
		run_until_tick(&app, old);
		same("reason", app.frame.reason, TT_EXIT_INTERRUPT);
		same("eax", r->eax, results[i]);
		same("eip", r->eip, ADDRESS(spin));
		same("ebx", r->ebx, 0x10101010);
		same_arguments(r);
	}
	return 0;
}
