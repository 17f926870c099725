/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * map-bad [bounds] - every bad argument of the hypercalls is refused with its error, and nothing
 * has changed then; but a bad entry may have others in front of it that were set.  With bounds: TLS
 * segments that reach the Guest kernel are refused, where segment bounds protect it.
 */
#include <asm/errno.h>

#include "guest.h"

#define PAGE APP_FREE

LABEL(read_at);
APPLICATION(read, "read_at: mov	(%ebx), %eax\n	int	$0x80\n");

static struct space space;
static struct app app;
static unsigned int page;

/* Where a table or a frame cannot be; the size says how far before the end it still can not. */
static unsigned int
bad_pointer(unsigned int i, unsigned int size)
{
	const unsigned int end = TT_GUEST_KERNEL_BASE + boot->ram_bytes;
	const unsigned int pointers[] = {0, 4, APP_DATA, TT_GUEST_KERNEL_BASE - 4,
		TT_GUEST_KERNEL_BASE - size, end, end + 4, end - 4, end - size + 4,
		end + TT_PAGE_SIZE, TT_MONITOR_BASE - TT_PAGE_SIZE, TT_MONITOR_BASE, TT_MONITOR_END,
		TT_HOST_KERNEL_BASE, 0xfffff000, 0xfffffffc, -size, 0x80000000};

	return i < ARRAY_SIZE(pointers) ? pointers[i] : 1;
}

static void
still_unmapped(const char *what, unsigned int address)
{
	app_restart(&app, read);
	app.frame.regs.ebx = address;
	run(&app);
	holds(app.frame.reason == TT_EXIT_EXCEPTION && app.frame.trap == 14 &&
			app.frame.cr2 == address,
		"after %s: %s, trap %u at 0x%x", what, exit_name(&app.frame), app.frame.trap,
		app.frame.cr2);
}

static void
still_mapped(const char *what, unsigned int address, unsigned int value)
{
	app_restart(&app, read);
	app.frame.regs.ebx = address;
	run(&app);
	holds(app.frame.reason == TT_EXIT_SYSCALL && app.frame.regs.eax == value,
		"after %s: %s, 0x%x instead of 0x%x", what, exit_name(&app.frame),
		app.frame.regs.eax, value);
}

static void
refused(const char *what, int result, int error)
{
	holds(result == error, "%s: expected %d, got %d", what, error, result);
}

/* Of a mapping that may have been set: it is the right one, or none. */
static void
set_or_not(unsigned int address)
{
	app_restart(&app, read);
	app.frame.regs.ebx = address;
	run(&app);
	holds(app.frame.reason == TT_EXIT_SYSCALL
			? app.frame.regs.eax == 0x900d
			: app.frame.reason == TT_EXIT_EXCEPTION && app.frame.trap == 14,
		"in front of a bad entry: %s, 0x%x", exit_name(&app.frame), app.frame.regs.eax);
}

static void
check_map(void)
{
	static unsigned int table[TT_MAP_COUNT_MAX + 1] __attribute__((aligned(TT_PAGE_SIZE)));
	const unsigned int good = page | TT_MAP_PRESENT | TT_MAP_WRITE;
	const unsigned int ram_pages = boot->ram_bytes;
	static const unsigned int spaces[] = {
		TT_SPACES_MAX, TT_SPACES_MAX + 1, 0x7fffffff, 0x80000001, 0xffffffff};
	static const unsigned int addresses[] = {PAGE + 1, PAGE + 4, PAGE + 0xfff, 0,
		TT_GUEST_KERNEL_BASE, TT_GUEST_KERNEL_BASE + TT_PAGE_SIZE,
		TT_MONITOR_BASE - TT_PAGE_SIZE, TT_MONITOR_BASE, TT_HOST_KERNEL_BASE, 0xfffff000};
	static const unsigned int counts[] = {
		0, TT_MAP_COUNT_MAX + 1, 0x100000, 0x80000000, 0x40000001, 0xffffffff};

	check("map-no-such-space");
	for (unsigned int i = 0; i < ARRAY_SIZE(spaces); i++)
		refused("map", hc_map(spaces[i], PAGE, &good, 1), -EINVAL);
	still_unmapped("map in no space", PAGE);

	check("map-bad-address");
	for (unsigned int i = 0; i < ARRAY_SIZE(addresses); i++)
		holds(hc_map(space.id, addresses[i], &good, 1) == -EINVAL, "address 0x%x",
			addresses[i]);
	still_unmapped("a bad address", PAGE);

	check("map-bad-count");
	for (unsigned int i = 0; i < ARRAY_SIZE(table); i++)
		table[i] = good;
	for (unsigned int i = 0; i < ARRAY_SIZE(counts); i++)
		holds(hc_map(space.id, PAGE, table, counts[i]) == -EINVAL, "count 0x%x", counts[i]);
	still_unmapped("a bad count", PAGE);

	check("map-over-the-edge");
	refused("the last page and one", hc_map(space.id, 0x6ffff000, table, 2), -EINVAL);
	still_unmapped("a range over the edge", 0x6ffff000);
	refused("far over the edge", hc_map(space.id, 0x6fd00000, table, TT_MAP_COUNT_MAX),
		-EINVAL);
	still_unmapped("a range over the edge", 0x6fd00000);
	refused("round the end", hc_map(space.id, 0xfffff000, table, 3), -EINVAL);

	/* A good page before and behind the bad one.  The one before may be there, none behind. */
	check("map-bad-offset");
	const unsigned int offsets[] = {ram_pages, ram_pages + TT_PAGE_SIZE, 0x4ffff000,
		TT_GUEST_KERNEL_BASE, 0x80000000, 0xfffff000};
	for (unsigned int i = 0; i < ARRAY_SIZE(offsets); i++) {
		table[1] = offsets[i] | TT_MAP_PRESENT;
		if (offsets[i] < ram_pages)
			continue;
		holds(hc_map(space.id, PAGE, table, 3) == -EINVAL, "offset 0x%x", offsets[i]);
		set_or_not(PAGE);
		for (unsigned int j = 1; j < 3; j++)
			still_unmapped("a bad offset", PAGE + j * TT_PAGE_SIZE);
		/* The first entry is as bad as any. */
		holds(hc_map(space.id, PAGE, &table[1], 2) == -EINVAL, "offset 0x%x first",
			offsets[i]);
		still_unmapped("a bad offset in front", PAGE + TT_PAGE_SIZE);
		refused("unmap", hc_unmap(space.id, PAGE, 3 * TT_PAGE_SIZE), 0);
	}
	table[1] = good;

	check("map-bad-table");
	for (unsigned int i = 0; bad_pointer(i, 8) != 1; i++)
		holds(hc_map(space.id, PAGE, (void *)bad_pointer(i, 8), 2) == -EFAULT,
			"table at 0x%x", bad_pointer(i, 8));
	for (unsigned int i = 1; i < 4; i++)
		holds(hc_map(space.id, PAGE, (char *)table + i, 1) == -EFAULT, "table %u bytes off",
			i);
	still_unmapped("a bad table", PAGE);
	still_unmapped("a bad table", PAGE + TT_PAGE_SIZE);

	check("map-table-over-two-pages");
	/* The words around the end of a page, so that two of them lie in it. */
	unsigned int *const edge = &table[TT_MAP_COUNT_MAX];

	for (unsigned int n = 2; n < 8; n++)
		for (unsigned int before = 1; before < n; before++)
			holds(hc_map(space.id, PAGE, edge - before, n) == -EFAULT,
				"%u entries, %u in the first page", n, before);
	holds(hc_map(space.id, PAGE, &table[1], TT_MAP_COUNT_MAX) == -EFAULT, "a word too far");
	for (unsigned int i = 0; i < 8; i++)
		still_unmapped("a table over two pages", PAGE + i * TT_PAGE_SIZE);

	check("map-table-up-to-the-end-of-its-page");
	for (unsigned int n = 1; n < 8; n++) {
		holds(hc_map(space.id, PAGE, edge - n, n) == 0, "%u entries", n);
		for (unsigned int i = 0; i < n; i++)
			process_space_note(&space, PAGE + i * TT_PAGE_SIZE, page, TT_MAP_WRITE);
		still_mapped("map", PAGE + (n - 1) * TT_PAGE_SIZE, 0x900d);
		for (unsigned int i = 0; i < n; i++)
			process_space_unmap(&space, PAGE + i * TT_PAGE_SIZE);
	}
	holds(hc_map(space.id, PAGE, edge, 1) == 0, "the first word of a page");
	refused("unmap", hc_unmap(space.id, PAGE, TT_PAGE_SIZE), 0);

	check("map-table-at-the-end-of-ram");
	unsigned int *last = ram(boot->ram_bytes - 4);

	*last = good;
	refused("map", hc_map(space.id, PAGE, last, 1), 0);
	process_space_note(&space, PAGE, page, TT_MAP_WRITE);
	still_mapped("map", PAGE, 0x900d);
	refused("two from there", hc_map(space.id, PAGE + TT_PAGE_SIZE, last, 2), -EFAULT);
	still_unmapped("a table over the end", PAGE + TT_PAGE_SIZE);

	check("map-as-many-as-promised");
	for (unsigned int i = 0; i < TT_MAP_COUNT_MAX; i++)
		table[i] = good;
	refused("map", hc_map(space.id, 0x20000000, table, TT_MAP_COUNT_MAX), 0);
	for (unsigned int i = 0; i < TT_MAP_COUNT_MAX; i++)
		process_space_note(&space, 0x20000000 + i * TT_PAGE_SIZE, page, TT_MAP_WRITE);
	still_mapped("map", 0x20000000, 0x900d);
	still_mapped("map", 0x20000000 + (TT_MAP_COUNT_MAX - 1) * TT_PAGE_SIZE, 0x900d);
}

static void
check_unmap(void)
{
	static const struct {
		unsigned int address, bytes;
	} ranges[] = {
		{PAGE + 1, TT_PAGE_SIZE},
		{PAGE, 0},
		{PAGE, 1},
		{PAGE, TT_PAGE_SIZE + 4},
		{PAGE + 0x800, 0x800},
		{0x6ffff000, 2 * TT_PAGE_SIZE},
		{TT_GUEST_KERNEL_BASE, TT_PAGE_SIZE},
		{PAGE, 0xfffff000},
		{PAGE, 0x80000000},
		{0xfffff000, 2 * TT_PAGE_SIZE},
		{TT_MONITOR_BASE, 2 * TT_PAGE_SIZE},
		{TT_HOST_KERNEL_BASE, TT_PAGE_SIZE},
	};

	check("unmap-bad-arguments");
	for (unsigned int i = 0; i < ARRAY_SIZE(ranges); i++) {
		holds(hc_unmap(space.id, ranges[i].address, ranges[i].bytes) == -EINVAL,
			"0x%x bytes at 0x%x", ranges[i].bytes, ranges[i].address);
		still_mapped("a bad unmap", PAGE, 0x900d);
	}
	refused("no such space", hc_unmap(TT_SPACES_MAX + 7, PAGE, TT_PAGE_SIZE), -EINVAL);
	refused("no such space", hc_unmap(-1u, PAGE, TT_PAGE_SIZE), -EINVAL);
	still_mapped("a bad unmap", PAGE, 0x900d);

	check("unmap-what-is-not-there");
	refused("unmap", hc_unmap(space.id, 0x50000000, 16 * TT_PAGE_SIZE), 0);
	still_mapped("it", PAGE, 0x900d);

	/* All that an application can have, at once; the library does not know. */
	check("unmap-everything");
	refused("unmap",
		hc_unmap(space.id, TT_GUEST_USER_BASE, TT_GUEST_KERNEL_BASE - TT_GUEST_USER_BASE),
		0);
	app_restart(&app, read);
	enter_patiently(&app);
	same("trap", app.frame.trap, 14);
	same("cr2", app.frame.cr2, ADDRESS(read_at));
	still_mapped("a refill", PAGE, 0x900d);
}

static void
check_kernel_space(void)
{
	const unsigned int good = page | TT_MAP_PRESENT | TT_MAP_WRITE;
	const unsigned int two[2] __attribute__((aligned(8))) = {good, good};
	const unsigned int end = TT_GUEST_KERNEL_BASE + boot->ram_bytes;
	const unsigned int addresses[] = {0, PAGE, TT_GUEST_KERNEL_BASE - TT_PAGE_SIZE,
		TT_GUEST_KERNEL_BASE, end - TT_PAGE_SIZE, end + 1, TT_MONITOR_BASE,
		TT_MONITOR_BASE + TT_PAGE_SIZE, TT_MONITOR_END, TT_HOST_KERNEL_BASE, 0xfffff000};
	unsigned int value;

	check("kernel-space-bad-range");
	for (unsigned int i = 0; i < ARRAY_SIZE(addresses); i++) {
		holds(hc_map(TT_SPACE_KERNEL, addresses[i], &good, 1) == -EINVAL, "map at 0x%x",
			addresses[i]);
		holds(hc_unmap(TT_SPACE_KERNEL, addresses[i], TT_PAGE_SIZE) == -EINVAL,
			"unmap at 0x%x", addresses[i]);
	}
	refused("into the Monitor", hc_map(TT_SPACE_KERNEL, TT_MONITOR_BASE - TT_PAGE_SIZE, two, 2),
		-EINVAL);
	refused("from RAM", hc_map(TT_SPACE_KERNEL, end - TT_PAGE_SIZE, two, 2), -EINVAL);
	holds(try_read(TT_MONITOR_BASE - TT_PAGE_SIZE, &value) != 0, "it is mapped");
	same("the Guest kernel", boot->magic, TT_BOOT_MAGIC);
}

/* What enter refuses must not have run, nor have touched the frame. */
static void
check_frames(void)
{
	struct tt_frame *last = ram(boot->ram_bytes - sizeof(*last)), copy;
	unsigned int own = TT_MONITOR_BASE - TT_PAGE_SIZE,
		     entry = page | TT_MAP_PRESENT | TT_MAP_WRITE;

	check("enter-bad-frame");
	app_restart(&app, read);
	app.frame.regs.ebx = PAGE;
	for (unsigned int i = 0; bad_pointer(i, sizeof(copy)) != 1; i++)
		holds(hc_enter((void *)bad_pointer(i, sizeof(copy))) == -EFAULT, "frame at 0x%x",
			bad_pointer(i, sizeof(copy)));
	for (unsigned int i = 1; i < 4; i++) {
		static char room[sizeof(copy) + 4] __attribute__((aligned(128)));

		memcpy(room + i, &app.frame, sizeof(copy));
		holds(hc_enter(room + i) == -EFAULT, "frame %u bytes off", i);
		for (unsigned int j = 0; j < sizeof(copy); j++)
			holds(room[i + j] == ((char *)&app.frame)[j], "byte %u has changed", j);
	}

	check("enter-frame-over-two-pages");
	for (unsigned int before = 4; before < sizeof(copy); before += 4) {
		static char room[2 * TT_PAGE_SIZE] __attribute__((aligned(TT_PAGE_SIZE)));
		char *at = room + TT_PAGE_SIZE - before;

		memcpy(at, &app.frame, sizeof(copy));
		holds(hc_enter(at) == -EFAULT, "%u bytes in the first page", before);
		for (unsigned int j = 0; j < sizeof(copy); j++)
			holds(at[j] == ((char *)&app.frame)[j], "byte %u has changed", j);
	}

	check("enter-frame-at-the-end-of-ram");
	app_restart(&app, read);
	app.frame.regs.ebx = APP_DATA;
	run_to_syscall(&app); /* the pages it needs are in now */
	app_restart(&app, read);
	app.frame.regs.ebx = APP_DATA;
	*last = app.frame;
	do {
		refused("enter", hc_enter(last), 0);
	} while (process_space_refill(&space, last));
	same("reason", last->reason, TT_EXIT_SYSCALL);

	check("enter-frame-in-a-kernel-mapping");
	refused("map", hc_map(TT_SPACE_KERNEL, own, &entry, 1), 0);
	memcpy((void *)own, &app.frame, sizeof(copy));
	refused("enter", hc_enter((void *)own), -EFAULT);
	refused("unmap", hc_unmap(TT_SPACE_KERNEL, own, TT_PAGE_SIZE), 0);
	*(unsigned int *)ram(page) = 0x900d;
}

static bool
frame_refused(const char *what, unsigned int value)
{
	struct tt_frame copy = app.frame;
	int error = hc_enter(&app.frame);
	bool ok = holds(error == -EINVAL, "%s 0x%x: %d", what, value, error);

	for (unsigned int i = 0; i < sizeof(copy); i++)
		holds(((char *)&copy)[i] == ((char *)&app.frame)[i],
			"%s 0x%x: byte %u of the frame", what, value, i);
	return ok;
}

#define TLS 0x0040f200 /* the high word of a good descriptor, without base and limit */
#define DOWN 0x400 /* expand-down: the offsets above the limit count, and wrap below the base */
#define PAGES 0x800000 /* the limit counts pages */

static struct tt_tls
descriptor(unsigned int base, unsigned int limit, unsigned int high)
{
	return (struct tt_tls){
		base << 16 | (limit & 0xffff),
		(base & 0xff000000) | high | (limit & 0xf0000) | (base >> 16 & 0xff),
	};
}

/* Descriptors whose last byte, or first below the base, is where it just may be, and those beyond.
 */
static const struct bounds {
	unsigned int base, limit, kind;
	bool good;
} bounds[] = {
	{0, 0x6ffff, PAGES, true},
	{0, 0x70000, PAGES, false},
	{0, 0xfffff, PAGES, false},
	{1, 0x6ffff, PAGES, false},
	{1, 0x6fffe, PAGES, true},
	{1, 0xfffff, PAGES, false},
	{APP_DATA, 0x6faff, PAGES, true},
	{APP_DATA, 0x6fb00, PAGES, false},
	{APP_DATA + 1, 0x6faff, PAGES, false},
	{APP_DATA, 0xfffff, PAGES, false},
	{0x6ff00000, 0xfffff, 0, true},
	{0x6ff00001, 0xfffff, 0, false},
	{0x6ffff000, 0xfff, 0, true},
	{0x6ffff000, 0x1000, 0, false},
	{0x6ffff000, 0, PAGES, true},
	{0x6ffff001, 0, PAGES, false},
	{0x6ffff000, 1, PAGES, false},
	{0x6fffffff, 0, 0, true},
	{0x6fffffff, 1, 0, false},
	{TT_GUEST_KERNEL_BASE, 0, 0, false},
	{TT_MONITOR_BASE, 0, 0, false},
	{TT_HOST_KERNEL_BASE, 0, 0, false},
	/* They wrap round to what would be good. */
	{0x90000000, 0xfffff, PAGES, false},
	{0xfffff000, 0xfffff, PAGES, false},
	{0xfffff000, 0x1000, 0, false},
	{0xffffffff, 0, 0, false},
	{0xffffffff, 1, 0, false},

	{0, 0xfffff, PAGES | DOWN, true}, /* it has no byte at all */
	{0, 0xffffe, PAGES | DOWN, false},
	{0xfff, 0xffffe, PAGES | DOWN, false},
	{0x1000, 0xffffe, PAGES | DOWN, true},
	{0x1000, 0xffffd, PAGES | DOWN, false},
	{APP_DATA, 0xffaff, PAGES | DOWN, true},
	{APP_DATA, 0xffafe, PAGES | DOWN, false},
	{APP_DATA + 0x9a1, 0xffaff, PAGES | DOWN, true},
	{APP_DATA - 1, 0xffaff, PAGES | DOWN, false},
	{APP_DATA, 0, PAGES | DOWN, false},
	{APP_DATA, 0xfffff, DOWN, false}, /* in bytes it always reaches too far */
	{APP_DATA, 0, DOWN, false},
	{0x6fffffff, 0x90000, PAGES | DOWN, true},
	{0x6fffffff, 0x8ffff, PAGES | DOWN, false},
	{0x6ffff000, 0x90000, PAGES | DOWN, true},
	{TT_GUEST_KERNEL_BASE, 0xfffff, PAGES | DOWN, false},
	{TT_GUEST_KERNEL_BASE, 0x8ffff, PAGES | DOWN, false},
	{0x80000000, 0xfffff, PAGES | DOWN, false},
	{0x80000000, 0, PAGES | DOWN, false},
	{0xffffffff, 0xfffff, PAGES | DOWN, false},
};

static void
check_bounds(unsigned int slot)
{
	check("enter-tls-bounds-%u", slot);
	for (unsigned int i = 0; i < ARRAY_SIZE(bounds); i++) {
		const struct bounds *b = &bounds[i];

		app_restart(&app, read);
		app.frame.regs.ebx = PAGE;
		app.frame.tls[slot] = descriptor(b->base, b->limit, TLS | b->kind);
		if (b->good)
			holds(hc_enter(&app.frame) == 0, "base 0x%x limit 0x%x kind 0x%x", b->base,
				b->limit, b->kind);
		else
			frame_refused("bounds", i);
	}
	/* One bad one spoils the others, wherever it is. */
	app_restart(&app, read);
	for (unsigned int i = 0; i < TT_TLS_SLOTS; i++)
		app.frame.tls[i] = descriptor(APP_DATA, i == slot ? 0x6fb00 : 0x6faff, TLS | PAGES);
	frame_refused("slot", slot);
}

static void
check_enter(void)
{
	static const unsigned int spaces[] = {TT_SPACE_KERNEL, TT_SPACES_MAX, TT_SPACES_MAX + 1,
		0x7fffffff, 0x80000001, 0xffffffff};
	/* high words; a good one is 0x0040f200 */
	static const unsigned int bad[] = {
		0x00409200, 0x0040b200, 0x0040d200, /* privilege level 0, 1, 2 */
		0x00407200, /* not present */
		0x0040f000, 0x0040f400, /* read-only */
		0x0040fa00, 0x0040f800, 0x0040fe00, /* code */
		0x0040d600, 0x00407600, 0x0000f600, /* expand-down, and no better */
		0x0000f200, /* 16-bit */
		0x0040e200, 0x0040e900, 0x0040eb00, 0x0040ec00, 0x0040ee00, 0x0040e500, /* system */
		0x00600000, 0x00000100, 0xff000000, /* empty, but not all zero */
	};
	/* plain, accessed, with a limit in pages, with the bit that is free */
	static const unsigned int good[] = {0x0040f200, 0x0040f300, 0x00c0f200, 0x0050f200};

	check("enter-no-such-space");
	for (unsigned int i = 0; i < ARRAY_SIZE(spaces); i++) {
		app_restart(&app, read);
		app.frame.regs.ebx = PAGE;
		app.frame.space = spaces[i];
		frame_refused("space", spaces[i]);
	}
	for (unsigned int slot = 0; slot < TT_TLS_SLOTS; slot++) {
		check("enter-bad-tls-%u", slot);
		for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
			app_restart(&app, read);
			app.frame.regs.ebx = PAGE;
			app.frame.tls[slot] = (struct tt_tls){0xfff, bad[i]};
			frame_refused("descriptor", bad[i]);
		}
		check("enter-good-tls-%u", slot);
		for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
			app_restart(&app, read);
			app.frame.regs.ebx = PAGE;
			app.frame.tls[slot] = (struct tt_tls){0xfff, good[i]};
			holds(hc_enter(&app.frame) == 0, "descriptor 0x%x", good[i]);
		}
	}
}

/* What is forgotten is page table entries, and never a byte. */
static void
check_forget(void)
{
	static unsigned int kept[4 * TT_PAGE_SIZE];

	check("forget-keeps-ram");
	for (unsigned int i = 0; i < ARRAY_SIZE(kept); i++)
		kept[i] = i ^ 0x5a5a5a5a;
	refused("forget", hc_forget(), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(kept); i++)
		holds(kept[i] == (i ^ 0x5a5a5a5a), "word %u: 0x%x", i, kept[i]);
	still_mapped("forget", PAGE, 0x900d);
}

/* The hypercalls leave alone what another space has at the same address. */
static void
check_another_space(void)
{
	static struct space other;
	static struct app stranger;

	check("another-space-is-another");
	app_create(&stranger, &other, read);
	stranger.frame.regs.ebx = PAGE;
	run_to_exception(&stranger, 14, TT_PF_USER, read_at);
	refused("unmap", hc_unmap(other.id, PAGE, TT_PAGE_SIZE), 0);
	still_mapped("an unmap in another space", PAGE, 0x900d);
}

int
main(int argc, char **argv)
{
	app_create(&app, &space, read);
	page = page_alloc();
	*(unsigned int *)ram(page) = 0x900d;
	if (argc && strings_equal(argv[0], "bounds")) {
		for (unsigned int slot = 0; slot < TT_TLS_SLOTS; slot++)
			check_bounds(slot);
		return 0;
	}
	check_map();
	check_unmap();
	check_another_space();
	check_kernel_space();
	check_forget();
	check_frames();
	check_enter();
	return 0;
}
