/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * switch-cost [PAGES [TOUCHED]] - what it costs to go from one guest process to another when each
 * has mapped PAGES pages, and touches all or TOUCHED of them each time.  A Monitor that drops
 * mappings at a switch pays for bringing them back, which is the point.
 */
#include "guest.h"

#define MAX 4096
#define SWITCHES 4

/* Touches its pages and calls. */
APPLICATION(loop, "1:	mov	%edi, %ebx\n"
		  "	mov	%esi, %ecx\n"
		  "2:	mov	(%ebx), %eax\n"
		  "	add	$0x1000, %ebx\n"
		  "	dec	%ecx\n"
		  "	jnz	2b\n"
		  "	int	$0x80\n"
		  "	jmp	1b\n");

static struct space spaces[2];
static struct app apps[2];
static unsigned int calls;

static void
batch(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct app *a = &apps[i % 2];

		/* Without the library's loop, as long as nothing misses. */
		tt_trap(TT_HC_ENTER, (unsigned int)&a->frame, 0, 0, 0);
		if (a->frame.reason != TT_EXIT_SYSCALL)
			run(a);
		calls += a->frame.reason == TT_EXIT_SYSCALL;
	}
}

int
main(int argc, char **argv)
{
	unsigned int pages = argc ? number(argv[0]) : 1;
	unsigned int touched = argc > 1 ? number(argv[1]) : pages;

	if (pages < 1 || pages > MAX || touched < 1 || touched > pages)
		fatal("switch-cost PAGES [TOUCHED]: 1 to %u", MAX);
	for (unsigned int p = 0; p < 2; p++) {
		app_create(&apps[p], &spaces[p], loop);
		for (unsigned int i = 0; i < pages; i++) {
			unsigned int page = page_alloc();

			*(volatile unsigned int *)ram(page) = p;
			process_space_map(
				&spaces[p], APP_FREE + i * TT_PAGE_SIZE, page, TT_MAP_WRITE);
		}
		apps[p].frame.regs.edi = APP_FREE;
		apps[p].frame.regs.esi = touched;
	}
	own_instructions = 4 * touched;
	measure(SWITCHES, batch, "switch-%u", pages);
	check("every-switch-went-to-the-other-process");
	for (unsigned int p = 0; p < 2; p++)
		same("word of its page", apps[p].frame.regs.eax, p);
	same("calls", calls, BATCHES * SWITCHES);
	return 0;
}
