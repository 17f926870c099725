/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stress-spaces SEED | endless - guest address spaces made, filled, entered, emptied and destroyed
 * in an order that chance decides, and the Guest kernel's own mappings with them.  Whatever is
 * reached has to be what was mapped last; whatever was taken out has to fault.
 */
#include <asm/errno.h>

#include "guest.h"

#define APPS 12
#define PLACES 24 /* addresses of a space, over several page tables */
#define POOL 64 /* pages of RAM that are mapped there */
#define STEPS 400
#define NOTHING -1u

/* Reads its word, replaces it, and tells. */
LABEL(exchange_at);
LABEL(write_at);
APPLICATION(exchange, "exchange_at: mov	(%ebx), %ecx\n"
		      "write_at: mov	%eax, (%ebx)\n"
		      "	int	$0x80\n");

static struct space spaces[APPS];
static struct app apps[APPS];
static struct {
	unsigned int page; /* NOTHING: not mapped */
	bool writable;
} places[APPS][PLACES];
static unsigned int pool[POOL];
static unsigned int list[TT_MAP_COUNT_MAX] __attribute__((aligned(TT_PAGE_SIZE)));
static unsigned int spare[200];

static unsigned int state;

static unsigned int
chance(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

static unsigned int
address_of(unsigned int place)
{
	return place < PLACES / 2 ? APP_FREE + place * 0x00200000
				  : 0x6ff00000 + place * TT_PAGE_SIZE;
}

/* An application at a place: what it sees, or the fault that it has to get. */
static void
visit(unsigned int a, unsigned int place)
{
	unsigned int page = places[a][place].page, value = state;
	struct app *app = &apps[a];
	volatile unsigned int *word = page == NOTHING ? NULL : ram(page);
	unsigned int before = word ? *word : 0;

	app_restart(app, exchange);
	app->frame.regs.eax = value;
	app->frame.regs.ebx = address_of(place);
	if (!word) {
		run_to_exception(app, 14, TT_PF_USER, exchange_at);
		same("cr2", app->frame.cr2, address_of(place));
	} else if (!places[a][place].writable) {
		run_to_exception(app, 14, TT_PF_USER | TT_PF_WRITE | TT_PF_PRESENT, write_at);
		same("cr2", app->frame.cr2, address_of(place));
		same("read", app->frame.regs.ecx, before);
		same("word", *word, before);
	} else if (run_to_syscall(app)) {
		same("read", app->frame.regs.ecx, before);
		same("word", *word, value);
	}
}

static void
map_or_unmap(unsigned int a, unsigned int place)
{
	if (chance(3) == 0) {
		process_space_unmap(&spaces[a], address_of(place));
		places[a][place].page = NOTHING;
		return;
	}
	places[a][place].page = pool[chance(POOL)];
	places[a][place].writable = chance(4) != 0;
	process_space_map(&spaces[a], address_of(place), places[a][place].page,
		places[a][place].writable ? TT_MAP_WRITE : 0);
}

/* Its pages are in the tables still, and come back miss by miss. */
static void
another_space(unsigned int a)
{
	int id;

	process_space_destroy(&spaces[a]);
	id = hc_space_create();
	if (id < 1)
		fatal("process_space_create: %d", id);
	spaces[a].id = (unsigned int)id;
	apps[a].frame.space = spaces[a].id;
}

static void
many_spaces(void)
{
	unsigned int n = 1 + chance(ARRAY_SIZE(spare)), entry = pool[0] | TT_MAP_PRESENT;

	for (unsigned int i = 0; i < n; i++) {
		int id = hc_space_create();

		if (id < 1)
			fatal("process_space_create: %d", id);
		spare[i] = (unsigned int)id;
		if (chance(2))
			same("map",
				(unsigned int)hc_map(
					spare[i], chance(0x6ffff) << 12 | 0x1000, &entry, 1),
				0);
	}
	for (unsigned int i = 0; i < n; i++)
		same("destroy", (unsigned int)hc_space_destroy(spare[i]), 0);
}

/* All of a space at once, more than a page table. */
static void
wide_range(unsigned int a)
{
	unsigned int n = 1 + chance(TT_MAP_COUNT_MAX), start = 0x20000000 + (chance(4096) << 12);

	for (unsigned int i = 0; i < n; i++)
		list[i] = pool[chance(POOL)] | TT_MAP_PRESENT | (chance(2) ? TT_MAP_WRITE : 0);
	same("map", (unsigned int)hc_map(spaces[a].id, start, list, n), 0);
	visit(a, chance(PLACES));
	if (chance(2))
		same("unmap", (unsigned int)hc_unmap(spaces[a].id, start, n * TT_PAGE_SIZE), 0);
	else /* its own pages go, too; they come back as misses */
		same("unmap all",
			(unsigned int)hc_unmap(spaces[a].id, TT_GUEST_USER_BASE,
				TT_GUEST_KERNEL_BASE - TT_GUEST_USER_BASE),
			0);
}

static void
kernel_range(void)
{
	unsigned int first = TT_GUEST_KERNEL_BASE + boot->ram_bytes, value;
	unsigned int pages = (TT_MONITOR_BASE - first) / TT_PAGE_SIZE, n = 1 + chance(32);
	unsigned int start = first + chance(pages - n) * TT_PAGE_SIZE, i;

	for (i = 0; i < n; i++)
		list[i] = pool[chance(POOL)] | TT_MAP_PRESENT | TT_MAP_WRITE;
	same("map", (unsigned int)hc_map(TT_SPACE_KERNEL, start, list, n), 0);
	visit(chance(APPS), chance(PLACES));
	i = chance(n);
	value = *(volatile unsigned int *)(start + i * TT_PAGE_SIZE);
	same("own mapping", value, *(volatile unsigned int *)ram(list[i] & -TT_PAGE_SIZE));
	same("unmap", (unsigned int)hc_unmap(TT_SPACE_KERNEL, start, n * TT_PAGE_SIZE), 0);
	holds(try_read(start + i * TT_PAGE_SIZE, &value) != 0, "0x%x is there after unmap",
		start + i * TT_PAGE_SIZE);
}

static void
step(void)
{
	unsigned int a = chance(APPS), place = chance(PLACES);

	switch (chance(40)) {
	case 0:
		many_spaces();
		break;
	case 1:
		wide_range(a);
		break;
	case 2:
	case 3:
	case 4:
		kernel_range();
		break;
	case 5:
	case 6:
		another_space(a);
		break;
	default:
		if (chance(2))
			map_or_unmap(a, place);
		visit(a, place);
	}
}

int
main(int argc, char **argv)
{
	bool endless = argc && strings_equal(argv[0], "endless");

	state = argc && !endless ? number(argv[0]) : (unsigned int)read_tsc();
	state = state * 2654435761u | 1;
	for (unsigned int i = 0; i < POOL; i++)
		pool[i] = page_alloc();
	for (unsigned int a = 0; a < APPS; a++) {
		app_create(&apps[a], &spaces[a], exchange);
		for (unsigned int p = 0; p < PLACES; p++)
			places[a][p].page = NOTHING;
	}
	do {
		check("spaces-in-any-order");
		for (unsigned int i = 0; i < STEPS; i++)
			step();
	} while (endless);
	return 0;
}
