// SPDX-License-Identifier: GPL-2.0-only
/*
 * spaces.c - the hypercalls that manage address spaces: what is the same for
 * all kinds of them, most of it checks.  hypercall.h is the contract.
 */
#include "monitor.h"

#define MAP_BITS (TT_MAP_PRESENT | TT_MAP_WRITE)

static bool tables(const struct monitor *mon)
{
	return mon->machine.spaces == TT_SPACES_TABLES;
}

bool space_exists(const struct monitor *mon, unsigned int space)
{
	return space != TT_SPACE_KERNEL && space <= TT_SPACES_MAX &&
	       test_bit(space, mon->spaces);
}

/* True if the range is one that map and unmap may change in this space. */
static bool range_ok(const struct monitor *mon, unsigned int space, unsigned long address,
		     unsigned long bytes)
{
	unsigned long first = TT_GUEST_USER_BASE, end = TT_GUEST_KERNEL_BASE;

	if (space == TT_SPACE_KERNEL) {
		first = TT_GUEST_KERNEL_BASE + mon->machine.ram_bytes;
		end = TT_MONITOR_BASE;
	} else if (!space_exists(mon, space)) {
		return false;
	}
	return !((address | bytes) & ~PAGE_MASK) && bytes && address >= first &&
	       address <= end && bytes <= end - address;
}

static bool entry_ok(const struct monitor *mon, unsigned int space, u32 entry)
{
	if (!(entry & TT_MAP_PRESENT))
		return true;
	return !(entry & ~PAGE_MASK & ~MAP_BITS) && entry < mon->machine.ram_bytes &&
	       (space != TT_SPACE_KERNEL || entry & TT_MAP_WRITE);
}

bool space_map_ok(const struct monitor *mon, unsigned int space, unsigned long address,
		  u32 entry)
{
	return (space == mon->loaded || space_exists(mon, space)) && space &&
	       address - TT_GUEST_USER_BASE < TT_GUEST_KERNEL_BASE - TT_GUEST_USER_BASE &&
	       !(address & ~PAGE_MASK) &&
	       (entry & ~PAGE_MASK & ~TT_MAP_WRITE) == TT_MAP_PRESENT &&
	       entry < mon->machine.ram_bytes;
}

/* A mapping cannot be refused, so a Host without memory is the end of the machine. */
static long out_of_memory(struct monitor *mon)
{
	monitor_end(mon, TT_STATUS_HOST, "the Host has no memory for the guest's mappings");
	return -ENOMEM;
}

static noinline long map(struct monitor *mon, unsigned int space, unsigned long address,
			 unsigned long entries, unsigned int count)
{
	unsigned int i;
	int error = 0;

	if (count > TT_MAP_COUNT_MAX || !range_ok(mon, space, address, count * PAGE_SIZE))
		return -EINVAL;
	if (entries % sizeof(u32) || !ram_contains(mon, entries, count * sizeof(u32)) ||
	    copy_words(mon->entries, (const void *)entries, count))
		return -EFAULT;
	for (i = 0; i < count; i++)
		if (!entry_ok(mon, space, mon->entries[i]))
			return -EINVAL;

	if (space == TT_SPACE_KERNEL)
		error = kernel_map(mon, address, count);
	else if (tables(mon))
		error = tables_map(mon, space, address, count);
	else if (space == mon->loaded)
		error = remap_map(mon, address, count);
	return error ? out_of_memory(mon) : 0;
}

long space_map(struct monitor *mon, unsigned int space, unsigned long address,
	       unsigned long entries, unsigned int count)
{
	u32 entry;

	/* What a page fault asks for, when nothing has to be made first. */
	if (count == 1 && tables(mon) && entries % sizeof(u32) == 0 &&
	    ram_contains(mon, entries, sizeof(u32)) &&
	    !copy_words(&entry, (const void *)entries, 1) &&
	    space_map_ok(mon, space, address, entry) && tables_set(mon, space, address, entry))
		return 0;
	return map(mon, space, address, entries, count);
}

long space_unmap(struct monitor *mon, unsigned int space, unsigned long address,
		 unsigned long bytes)
{
	int error = 0;

	if (!range_ok(mon, space, address, bytes))
		return -EINVAL;
	if (space == TT_SPACE_KERNEL)
		kernel_unmap(mon, address, bytes);
	else if (tables(mon))
		tables_unmap(mon, space, address, bytes);
	else if (space == mon->loaded)
		error = remap_unmap(mon, address, bytes);
	return error ? out_of_memory(mon) : 0;
}

long space_create(struct monitor *mon)
{
	unsigned int space = find_next_zero_bit(mon->spaces, TT_SPACES_MAX + 1, 1);

	if (space > TT_SPACES_MAX)
		return -ENOSPC;
	if (tables(mon) && tables_create(mon, space))
		return -ENOMEM;
	__set_bit(space, mon->spaces);
	return space;
}

long space_destroy(struct monitor *mon, unsigned int space)
{
	int error = 0;

	if (!space_exists(mon, space))
		return -EINVAL;
	__clear_bit(space, mon->spaces);
	if (tables(mon))
		tables_destroy(mon, space);
	else if (space == mon->loaded)
		error = remap_drop(mon);
	if (space == mon->loaded) {
		mon->loaded = 0;
		mon->frame = NULL; /* so that fast_entry.S does not know it any more */
	}
	return error ? out_of_memory(mon) : 0;
}

long space_load(struct monitor *mon, unsigned int space)
{
	int error = 0;

	if (!space_exists(mon, space))
		return -EINVAL;
	if (tables(mon))
		tables_load(mon, space);
	else if (mon->loaded)
		error = remap_drop(mon);
	mon->loaded = space;
	return error ? out_of_memory(mon) : 0;
}
