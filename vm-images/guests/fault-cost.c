/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fault-cost - what a page fault of an application costs: the miss, the Guest kernel's map, and the
 * way back to the same instruction.
 */
#include "guest.h"

#define PAGES 64

APPLICATION(touch, "1:	mov	%eax, (%ebx)\n"
		   "	add	$0x1000, %ebx\n"
		   "	dec	%ecx\n"
		   "	jnz	1b\n"
		   "	int	$0x80\n");

static struct space space;
static struct app app;
static unsigned int entries[PAGES]; /* as map takes them */
static unsigned int faults, next;

/*
 * Every batch has fresh addresses and the same pages, so nothing has to be taken away.  Nothing of
 * the library's is in the loop: what it costs is not what is measured.
 */
static void
batch(unsigned int n)
{
	app_restart(&app, touch);
	app.frame.regs.ebx = next;
	app.frame.regs.ecx = n;
	next += n * TT_PAGE_SIZE;
	for (unsigned int i = 0;;) {
		tt_trap(TT_HC_ENTER, (unsigned int)&app.frame, 0, 0, 0);
		if (app.frame.reason == TT_EXIT_EXCEPTION && app.frame.cr2 >= APP_FREE) {
			tt_trap(TT_HC_MAP, space.id, app.frame.cr2 & -TT_PAGE_SIZE,
				(unsigned int)&entries[i++ % PAGES], 1);
			faults++;
		} else if (!process_space_refill(&space, &app.frame) &&
			   app.frame.reason != TT_EXIT_INTERRUPT) {
			break;
		}
	}
}

int
main(void)
{
	unsigned int offset = page_alloc();

	for (unsigned int i = 1; i < PAGES; i++)
		page_alloc();
	app_create(&app, &space, touch);
	next = APP_FREE;
	for (unsigned int i = 0; i < PAGES; i++)
		entries[i] = (offset + i * TT_PAGE_SIZE) | TT_MAP_PRESENT | TT_MAP_WRITE;
	measure(PAGES, batch, "page-fault");
	check("every-page-missed-once");
	same("reason", app.frame.reason, TT_EXIT_SYSCALL);
	same("pages", (next - APP_FREE) / TT_PAGE_SIZE % PAGES, 0);
	/* The code, the data and the stack were mapped before. */
	holds(faults >= (next - APP_FREE) / TT_PAGE_SIZE, "%u faults for %u pages", faults,
		(next - APP_FREE) / TT_PAGE_SIZE);
	return 0;
}
