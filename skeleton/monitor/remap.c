// SPDX-License-Identifier: GPL-2.0-only
/*
 * remap.c - lab 2: guest address spaces by remapping.
 *
 * The process's lower half belongs to one guest space at a time.  A mapping may
 * be dropped at any time, so a switch drops them all, and what is needed again
 * comes back by page faults, one by one: the paper's third bottleneck, until lab 4.
 */
#include "hole.h"
#include "monitor.h"

#include <linux/mman.h>

/* Map a run of pages that lie one behind the other in RAM. */
static unsigned long map_run(struct monitor *mon, unsigned long address, u32 entry,
			     unsigned long bytes)
{
	return vm_mmap(mon->ram, address, bytes,
		       PROT_READ | PROT_EXEC | (entry & TT_MAP_WRITE ? PROT_WRITE : 0),
		       MAP_SHARED | MAP_FIXED, entry & PAGE_MASK);
}

int remap_map(struct monitor *mon, unsigned long address, unsigned int count)
{
	const u32 *entry = mon->entries;
	unsigned int i, run;

	for (i = 0; i < count; i += run) {
		unsigned long at = address + i * PAGE_SIZE, result;
		u32 present = entry[i] & TT_MAP_PRESENT;

		for (run = 1; i + run < count; run++)
			if (present ? entry[i + run] != entry[i] + run * PAGE_SIZE :
				      entry[i + run] & TT_MAP_PRESENT)
				break;
		if (present)
			result = map_run(mon, at, entry[i], run * PAGE_SIZE);
		else
			result = vm_munmap(at, run * PAGE_SIZE);
		/* The Host keeps only so many mappings a process: a full TLB is emptied. */
		if (IS_ERR_VALUE(result))
			return remap_drop(mon);
	}
	return 0;
}

int remap_unmap(struct monitor *mon, unsigned long address, unsigned long bytes)
{
	return vm_munmap(address, bytes) ? remap_drop(mon) : 0;
}

/* Take everything that is mapped for guest user mode out of the process. */
int remap_drop(struct monitor *mon)
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
