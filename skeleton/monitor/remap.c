// SPDX-License-Identifier: GPL-2.0-only
/*
 * remap.c - lab 2: guest address spaces by remapping.
 *
 * The process's lower half belongs to one guest space at a time.  A mapping may
 * be dropped at any time, so a switch drops them all, and what is needed again
 * comes back by page faults, one by one: the paper's third bottleneck, until lab 4.
 */
#include "monitor.h"
#include "hole.h"

#include <linux/mman.h>

/* Take everything that is mapped for guest user mode out of the process. */
static long remap_drop(struct monitor *mon)
{
	/*
	 * BEGIN lab2.7: spaces by remapping.
	 * The process still has the mappings of one guest space, and another is to be
	 * loaded, or the Host has no room for more.  vm_munmap() is the Host's munmap.
	 */
	hole(mon, "lab2.7");
	return 0;
	/* END lab2.7 */
}

static long remap_unmap(struct monitor *mon, u32 space, u32 address, u32 end)
{
	if (space != mon->loaded || !vm_munmap(address, end - address))
		return 0;
	/* The Host keeps only so many mappings a process: a full TLB is emptied. */
	return remap_drop(mon);
}

static long remap_set(struct monitor *mon, u32 space, u32 address, u32 entry)
{
	unsigned long error;

	if (!entry)
		return remap_unmap(mon, space, address, address + PAGE_SIZE);
	if (space != mon->loaded)
		return 0;
	error = vm_mmap(mon->ram, address, PAGE_SIZE,
			PROT_READ | PROT_EXEC | (entry & TT_MAP_WRITE ? PROT_WRITE : 0),
			MAP_SHARED | MAP_FIXED, entry & PAGE_MASK);
	return IS_ERR_VALUE(error) ? remap_drop(mon) : 0;
}

static long remap_load(struct monitor *mon, u32 space)
{
	return mon->loaded ? remap_drop(mon) : 0;
}

const struct spaces remapped_spaces = {
	.set = remap_set,
	.unmap = remap_unmap,
	.load = remap_load,
};
