/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * many-spaces - there are as many address spaces as machine.h says, and a Guest kernel that maps
 * pages all over them costs the Host no more than the Monitor has set aside: what does not fit is
 * dropped, and comes back by a miss.
 */
#include <asm/errno.h>

#include "guest.h"

#define REGION 0x00400000 /* what one page table of the CPU maps */
#define REGIONS 64 /* in each space: were they all kept, 256 MiB of page tables */

APPLICATION(counter, "1:	incl	(%ebx)\n"
		     "	mov	(%ebx), %eax\n"
		     "	int	$0x80\n"
		     "	jmp	1b\n");

static struct space space;
static struct app app;
static int spaces[TT_SPACES_MAX];
static unsigned int entry;

/* The application goes on where it was, in memory that is its own. */
static void
check_application(const char *when, unsigned int expected)
{
	check("%s", when);
	if (run_to_syscall(&app))
		same("its count", app.frame.regs.eax, expected);
	same("its page", app.data[0], expected);
}

static void
check_creation(void)
{
	check("as-many-spaces-as-promised");
	/* One is the application's. */
	for (unsigned int i = 1; i < TT_SPACES_MAX; i++) {
		spaces[i] = hc_space_create();
		if (!holds(spaces[i] >= 1 && spaces[i] <= TT_SPACES_MAX, "space %u: %d", i,
			    spaces[i]))
			break;
	}
	same("one more", (unsigned int)hc_space_create(), (unsigned int)-ENOSPC);
}

static void
check_mapping(void)
{
	check("pages-in-every-region-of-every-space");
	for (unsigned int i = 1; i < TT_SPACES_MAX; i++)
		for (unsigned int r = 8; r < 8 + REGIONS; r++)
			if (!same("map", hc_map(spaces[i], r * REGION, &entry, 1), 0))
				return;
}

static void
check_destruction(void)
{
	check("destroyed-spaces-are-free-again");
	for (unsigned int i = 1; i < TT_SPACES_MAX; i++)
		if (!same("destroy", hc_space_destroy(spaces[i]), 0))
			return;
	same("destroyed before", hc_space_destroy(spaces[1]), -EINVAL);
	same("map into a destroyed one", hc_map(spaces[1], 8 * REGION, &entry, 1), -EINVAL);
	spaces[1] = hc_space_create();
	holds(spaces[1] >= 1, "a new one: %d", spaces[1]);
}

int
main(void)
{
	entry = page_alloc() | TT_MAP_PRESENT | TT_MAP_WRITE;
	app_create(&app, &space, counter);
	app.frame.regs.ebx = APP_DATA;
	app.data[0] = 0;
	check_application("application-before", 1);
	check_creation();
	check_application("application-among-empty-spaces", 2);
	check_mapping();
	check_application("application-among-full-spaces", 3);
	check_destruction();
	check_application("application-after", 4);
	return 0;
}
