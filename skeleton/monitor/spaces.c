// SPDX-License-Identifier: GPL-2.0-only
/*
 * spaces.c - the hypercalls that manage address spaces: what is the same for
 * all kinds of them, most of it checks.  hypercall.h is the contract.
 */
#include "monitor.h"

static bool tables(const struct monitor *mon)
{
	return mon->machine.spaces == TT_SPACES_TABLES;
}

static inline bool exists(const struct monitor *mon, u32 space)
{
	return space != TT_SPACE_KERNEL && space <= TT_SPACES_MAX && test_bit(space, mon->spaces);
}

/* True if these pages are ones that map and unmap may change in this space. */
static bool range_ok(const struct monitor *mon, u32 space, u32 address, u32 pages)
{
	u32 first = TT_GUEST_USER_BASE, end = TT_GUEST_KERNEL_BASE;

	if (space == TT_SPACE_KERNEL) {
		first = TT_GUEST_KERNEL_BASE + mon->machine.ram_bytes;
		end = TT_MONITOR_BASE;
	} else if (!exists(mon, space)) {
		return false;
	}
	/* None is a very large number less one. */
	return address % PAGE_SIZE == 0 && address - first < end - first &&
	       pages - 1 < (end - address) / PAGE_SIZE;
}

static long set_page(struct monitor *mon, u32 space, u32 address, u32 entry)
{
	if (!(entry & TT_MAP_PRESENT))
		entry = 0;
	else if ((entry & ~PAGE_MASK & ~TT_MAP_WRITE) != TT_MAP_PRESENT ||
		 entry >= mon->machine.ram_bytes)
		return -EINVAL;
	if (space == TT_SPACE_KERNEL)
		return entry && !(entry & TT_MAP_WRITE) ? -EINVAL : kernel_set(mon, address, entry);
	if (tables(mon))
		return tables_set(mon, space, address, entry);
	return space == mon->loaded ? remap_set(mon, address, entry) : 0;
}

long space_map(struct monitor *mon, u32 space, u32 address, u32 list, u32 count)
{
	const u32 *entry = ram_at(mon, list, count * sizeof(*entry));
	long error;

	if (!range_ok(mon, space, address, count))
		return -EINVAL;
	if (!entry)
		return count > TT_MAP_COUNT_MAX ? -EINVAL : -EFAULT;
	if (space == TT_SPACE_KERNEL)
		kernel_unmap(mon, address, count * PAGE_SIZE);
	do {
		error = set_page(mon, space, address, READ_ONCE(*entry++));
		address += PAGE_SIZE;
	} while (--count && !error);
	return error;
}

long space_unmap(struct monitor *mon, u32 space, u32 address, u32 bytes)
{
	if (bytes % PAGE_SIZE || !range_ok(mon, space, address, bytes / PAGE_SIZE))
		return -EINVAL;
	if (space == TT_SPACE_KERNEL)
		kernel_unmap(mon, address, bytes);
	else if (tables(mon))
		tables_unmap(mon, space, address, address + bytes);
	else if (space == mon->loaded && vm_munmap(address, bytes))
		return remap_drop(mon);
	return 0;
}

long space_create(struct monitor *mon)
{
	u32 space = find_next_zero_bit(mon->spaces, TT_SPACES_MAX + 1, 1);
	long error = 0;

	if (space > TT_SPACES_MAX)
		return -ENOSPC;
	if (tables(mon))
		error = tables_create(mon, space);
	if (error)
		return error;
	__set_bit(space, mon->spaces);
	return space;
}

long space_destroy(struct monitor *mon, u32 space)
{
	if (!exists(mon, space))
		return -EINVAL;
	__clear_bit(space, mon->spaces);
	if (space == mon->loaded) {
		mon->loaded = 0;
		mon->frame = &no_frame;
		if (tables(mon))
			tables_load(mon, 0);
		else
			remap_drop(mon);
	}
	if (tables(mon))
		tables_clear(mon, space);
	return 0;
}

long space_load(struct monitor *mon, u32 space)
{
	long error = 0;

	if (!exists(mon, space))
		return -EINVAL;
	if (tables(mon))
		tables_load(mon, space);
	else if (mon->loaded)
		error = remap_drop(mon);
	mon->loaded = space;
	return error;
}
