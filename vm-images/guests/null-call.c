/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * null-call [PAGES [CALLS]] - what a system call of an application costs that does nothing, when
 * the Guest kernel has touched PAGES pages of RAM.  CALLS of them make a batch.
 */
#include "guest.h"

#define CALLS 64

APPLICATION(loop, "1:	int	$0x80\n"
		  "	jmp	1b\n");

#define ENTERS 16 /* in a row, so that the loop's own instructions count little */

static struct space space;
static struct app app;

static void
batch(unsigned int n)
{
	for (; n >= ENTERS; n -= ENTERS)
		__asm__ volatile(".rept %c0\n"
				 "	movl	%1, %%eax\n"
				 "	int	$0x80\n"
				 ".endr"
				 :
				 : "i"(ENTERS), "i"(TT_HC_ENTER), "b"(&app.frame)
				 : "eax", "memory");
}

int
main(int argc, char **argv)
{
	unsigned int pages = argc ? number(argv[0]) : 0;
	unsigned int calls = argc > 1 ? number(argv[1]) : CALLS;

	for (unsigned int i = 0; i < pages; i++)
		*(volatile unsigned int *)ram(page_alloc()) = 1;
	app_create(&app, &space, loop);
	run(&app); /* whatever its page costs is paid */
	if (argc)
		measure(calls, batch, "null-call-%u", pages);
	else
		measure(calls, batch, "null-call");
	check("null-call-was-a-system-call");
	same("reason", app.frame.reason, TT_EXIT_SYSCALL);
	same("eip", app.frame.regs.eip, ADDRESS(loop) + 2);
	return 0;
}
