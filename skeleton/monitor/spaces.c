// SPDX-License-Identifier: GPL-2.0-only
/*
 * spaces.c - the hypercalls that manage address spaces: what is the same for
 * all kinds of them, most of it checks.  hypercall.h is the contract.
 */
#include "monitor.h"

static inline bool exists(const struct monitor *mon, u32 space)
{
	return space != TT_SPACE_KERNEL && space <= TT_SPACES_MAX && test_bit(space, mon->exists);
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
	/* pages == 0 wraps to the largest number and is refused. */
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
	return mon->spaces->set(mon, space, address, entry);
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
	if (space != TT_SPACE_KERNEL)
		return mon->spaces->unmap(mon, space, address, address + bytes);
	kernel_unmap(mon, address, bytes);
	return 0;
}

long space_create(struct monitor *mon)
{
	u32 space = find_next_zero_bit(mon->exists, TT_SPACES_MAX + 1, 1);
	long error = 0;

	if (space > TT_SPACES_MAX)
		return -ENOSPC;
	if (mon->spaces->create)
		error = mon->spaces->create(mon, space);
	if (error)
		return error;
	__set_bit(space, mon->exists);
	return space;
}

long space_destroy(struct monitor *mon, u32 space)
{
	if (!exists(mon, space))
		return -EINVAL;
	__clear_bit(space, mon->exists);
	if (space == mon->loaded) {
		mon->spaces->load(mon, 0);
		mon->loaded = 0;
		mon->frame = &frame_of_nobody;
	}
	if (mon->spaces->clear)
		mon->spaces->clear(mon, space);
	return 0;
}

long space_load(struct monitor *mon, u32 space)
{
	long error;

	if (!exists(mon, space))
		return -EINVAL;
	error = mon->spaces->load(mon, space);
	mon->loaded = space;
	return error;
}
