/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spaces [N] - N guest address spaces (2 if it is not said) have different pages at one address;
 * a space that was destroyed leaves nothing behind; there are TT_SPACES_MAX and no more.
 */
#include <asm/errno.h>

#include "guest.h"

#define MAX TT_SPACES_MAX
#define PAGE APP_FREE
#define FAR_PAGE 0x6ffff000

/* Reads its word, replaces it, and tells. */
LABEL(exchange_at);
APPLICATION(exchange, "exchange_at: mov	(%ebx), %ecx\n"
		      "	mov	%eax, (%ebx)\n"
		      "	mov	%ecx, %eax\n"
		      "	int	$0x80\n");

static struct space spaces[MAX];
static struct app apps[MAX];
static unsigned int pages[MAX];
extern const char application_offset[]; /* the linker script's */
static unsigned int ids[TT_SPACES_MAX + 2];

static unsigned int
word(unsigned int space, unsigned int round)
{
	return 0x5face000 + round * 0x100000 + space;
}

/* The word that the application finds at address in its space; it leaves another. */
static unsigned int
exchange_in(struct app *a, unsigned int address, unsigned int value)
{
	app_restart(a, exchange);
	a->frame.regs.eax = value;
	a->frame.regs.ebx = address;
	run_to_syscall(a);
	return a->frame.regs.eax;
}

/* A word for each page table that RAM's upper half needs. */
#define TABLE_BYTES 0x400000

static void
mark_ram(void)
{
	for (unsigned int at = boot->ram_bytes / 2; at < boot->ram_bytes; at += TABLE_BYTES)
		*(volatile unsigned int *)ram(at) = at;
}

/* The Guest kernel has all its RAM at its place, whichever space is loaded. */
static void
check_ram(void)
{
	for (unsigned int at = boot->ram_bytes / 2; at < boot->ram_bytes; at += TABLE_BYTES)
		same("word of the Guest kernel's", *(volatile unsigned int *)ram(at), at);
}

static void
check_apart(unsigned int n)
{
	mark_ram();
	check("one-address-%u-pages", n);
	for (unsigned int i = 0; i < n; i++) {
		app_create(&apps[i], &spaces[i], exchange);
		pages[i] = page_alloc();
		*(unsigned int *)ram(pages[i]) = word(i, 0);
		process_space_map(&spaces[i], PAGE, pages[i], TT_MAP_WRITE);
		for (unsigned int j = 0; j < i; j++)
			holds(spaces[i].id != spaces[j].id, "two spaces have number %u",
				spaces[i].id);
	}
	for (unsigned int round = 0; round < 2; round++)
		for (unsigned int i = 0; i < n; i++)
			same("word", exchange_in(&apps[i], PAGE, word(i, round + 1)),
				word(i, round));
	check_ram();
	for (unsigned int i = n; i-- > 0;) {
		same("word in RAM", *(unsigned int *)ram(pages[i]), word(i, 2));
		same("word", exchange_in(&apps[i], PAGE, word(i, 0)), word(i, 2));
	}

	/* A page that only one of them has, at a place far from all others. */
	check("page-of-one-space-is-of-no-other");
	process_space_map(&spaces[0], FAR_PAGE, pages[0], TT_MAP_WRITE);
	same("word", exchange_in(&apps[0], FAR_PAGE, word(0, 5)), word(0, 0));
	for (unsigned int i = 1; i < n; i++) {
		app_restart(&apps[i], exchange);
		apps[i].frame.regs.ebx = FAR_PAGE;
		run_to_exception(&apps[i], 14, TT_PF_USER, exchange_at);
		same("cr2", apps[i].frame.cr2, FAR_PAGE);
	}

	check("unmap-in-one-space-is-in-no-other");
	process_space_unmap(&spaces[0], PAGE);
	for (unsigned int i = 1; i < n; i++)
		same("word", exchange_in(&apps[i], PAGE, word(i, 7)), word(i, 0));
	app_restart(&apps[0], exchange);
	apps[0].frame.regs.ebx = PAGE;
	run_to_exception(&apps[0], 14, TT_PF_USER, exchange_at);

	check("page-shared-by-spaces");
	for (unsigned int i = 0; i < n; i++)
		process_space_map(&spaces[i], PAGE, pages[0], TT_MAP_WRITE);
	*(unsigned int *)ram(pages[0]) = word(n - 1, 9);
	for (unsigned int i = 0; i < n; i++)
		same("word", exchange_in(&apps[i], PAGE, word(i, 9)), word(i ? i - 1 : n - 1, 9));
}

static void
check_destroy(unsigned int n)
{
	const unsigned int entry = pages[0] | TT_MAP_PRESENT | TT_MAP_WRITE;
	unsigned int gone = spaces[0].id;

	check("destroyed-space-is-gone");
	exchange_in(&apps[0], PAGE, 0);
	process_space_destroy(&spaces[0]);
	app_restart(&apps[0], exchange);
	same("enter", (unsigned int)hc_enter(&apps[0].frame), -EINVAL);
	same("map", (unsigned int)hc_map(gone, PAGE, &entry, 1), -EINVAL);
	same("unmap", (unsigned int)hc_unmap(gone, PAGE, TT_PAGE_SIZE), -EINVAL);
	same("destroy", (unsigned int)hc_space_destroy(gone), -EINVAL);
	if (n > 1)
		same("another space", exchange_in(&apps[n - 1], PAGE, 1), 0);

	/* Whatever number it gets, nothing of what was mapped in the old one shows. */
	check("new-space-is-empty");
	for (unsigned int i = 0; i < 4; i++) {
		static const unsigned int places[] = {
			PAGE, APP_DATA, APP_STACK - 4, FAR_PAGE, APP_CODE};

		process_space_create(&spaces[0]);
		app_restart(&apps[0], exchange);
		enter_patiently(&apps[0]);
		same("trap", apps[0].frame.trap, 14);
		same("cr2", apps[0].frame.cr2, ADDRESS(exchange));
		/* Now with code, and with nothing else. */
		for (unsigned int j = 0; j < ARRAY_SIZE(places) - 1; j++) {
			process_space_map(&spaces[0], APP_CODE, ADDRESS(application_offset), 0);
			app_restart(&apps[0], exchange);
			apps[0].frame.regs.ebx = places[j];
			run_to_exception(&apps[0], 14, TT_PF_USER, exchange_at);
			same("cr2", apps[0].frame.cr2, places[j]);
		}
		process_space_destroy(&spaces[0]);
	}
	for (unsigned int i = 1; i < n; i++)
		process_space_destroy(&spaces[i]);
}

static void
check_limit(void)
{
	unsigned int made, i;
	int id;

	check("as-many-spaces-as-promised");
	memset(ids, 0, sizeof(ids));
	for (made = 0; made <= TT_SPACES_MAX; made++) {
		id = hc_space_create();
		if (id < 0)
			break;
		if (!holds(id >= 1, "space number %d", id))
			break;
		for (i = 0; i < made && ids[i] != (unsigned int)id; i++)
			;
		holds(i == made, "number %d came twice", id);
		ids[made] = (unsigned int)id;
	}
	same("spaces", made, TT_SPACES_MAX);
	same("one more", (unsigned int)id, -ENOSPC);
	/* One goes, one comes. */
	same("destroy", (unsigned int)hc_space_destroy(ids[17]), 0);
	id = hc_space_create();
	holds(id >= 1, "create after destroy: %d", id);
	ids[17] = (unsigned int)id;
	same("one more again", (unsigned int)hc_space_create(), -ENOSPC);
	for (i = 0; i < made; i++)
		same("destroy", (unsigned int)hc_space_destroy(ids[i]), 0);
	id = hc_space_create();
	holds(id >= 1, "create after all were destroyed: %d", id);
	ids[0] = (unsigned int)id;
	same("destroy", (unsigned int)hc_space_destroy(ids[0]), 0);

	check("no-such-space");
	same("destroy 0", (unsigned int)hc_space_destroy(TT_SPACE_KERNEL), -EINVAL);
	same("destroy 5000", (unsigned int)hc_space_destroy(5000), -EINVAL);
	same("destroy -1", (unsigned int)hc_space_destroy(-1u), -EINVAL);
	same("destroy 0x80000001", (unsigned int)hc_space_destroy(0x80000001), -EINVAL);
	same("destroy twice", (unsigned int)hc_space_destroy(ids[0]), -EINVAL);
}

int
main(int argc, char **argv)
{
	unsigned int n = argc ? number(argv[0]) : 2;

	if (n < 1 || n > MAX)
		fatal("spaces N: N is 1 to %u", MAX);
	check_apart(n);
	check_destroy(n);
	check_limit();
	return 0;
}
