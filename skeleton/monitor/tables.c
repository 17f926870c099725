// SPDX-License-Identifier: GPL-2.0-only
/*
 * tables.c - lab 4: guest address spaces are page directories.
 *
 * The process keeps its mm; mm->pgd points to the directory of the guest space
 * that is loaded, so the Host's context switches and page faults go on working.  The
 * lower half of a directory is the Monitor's own and has no mappings of the Host's.
 * The upper half is the same in all.  The Guest kernel's range shares its page tables,
 * which stay until the process ends (ram.c): a stale entry would give a hostile guest a
 * page that is somebody else's by now.  A new one comes into a directory when it is
 * missed there.  The Host kernel's entries are kept in step by the Host, which knows
 * every directory that pgd_alloc() made.
 */
#include "monitor.h"
#include "hole.h"

#include <linux/io.h>
#include <asm/pgalloc.h>
#include <asm/special_insns.h>

#define ENTRY (_PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)
static_assert(TT_MAP_WRITE == _PAGE_RW);

/* So many page tables a machine may have: a Guest kernel could want them without end. */
#define TABLES_MAX(mon) (512 + (mon)->machine.ram_bytes / PAGE_SIZE / 8)

/* pgd_alloc() notes whose a directory is: no process's. */
static struct mm_struct no_process = {
	.page_table_lock = __SPIN_LOCK_UNLOCKED(no_process.page_table_lock),
};

void tables_share(struct monitor *mon, u32 *directory)
{
	memcpy(directory + KERNEL_FIRST, mon->directory[0] + KERNEL_FIRST,
	       mon->kernel_tables * sizeof(*directory));
}

/* Make space, or for 0 the process's own directory, the one that the CPU uses. */
static long tables_load(struct monitor *mon, u32 space)
{
	/*
	 * BEGIN lab4.3: switch.
	 * The directory goes into mm->pgd, for the Host, and into %cr3, for the CPU, with no
	 * context switch of the Host's in between.
	 */
	hole(mon, "lab4.3");
	/* END lab4.3 */
	return 0;
}

static long tables_create(struct monitor *mon, u32 space)
{
	/*
	 * BEGIN lab4.1: create a directory.
	 * mon->directory[space] becomes a directory whose lower half is empty, with an empty
	 * list of page tables.  The Guest kernel is in it, too: a crossing does not switch.
	 */
	hole(mon, "lab4.1");
	return -ENOMEM;
	/* END lab4.1 */
}

/* Take all mappings out of a space, and its page tables. */
static void tables_clear(struct monitor *mon, u32 space)
{
	/*
	 * BEGIN lab4.4: destroy, and take everything down.
	 * The directory stays; its page tables go, which table() has put on a list.  The CPU must
	 * not know them any more when somebody else gets the pages.
	 */
	hole(mon, "lab4.4");
	/* END lab4.4 */
}

/* Make a page table for an entry of a space's directory; false if the Host has no memory. */
static __cold noinline bool table(struct monitor *mon, u32 space, u32 *entry)
{
	struct page *page = mon->no_sleep ? NULL : alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	u32 full;

	if (!page)
		return false;
	if (mon->tables_used++ == TABLES_MAX(mon)) { /* a full TLB is emptied */
		for_each_set_bit(full, mon->exists, TT_SPACES_MAX + 1) {
			tables_clear(mon, full);
			cond_resched();
		}
		mon->tables_used = 1;
	}
	list_add(&page->lru, &mon->tables[space]);
	*entry = page_to_phys(page) | ENTRY | _PAGE_RW;
	return true;
}

static long tables_set(struct monitor *mon, u32 space, u32 address, u32 entry)
{
	/*
	 * BEGIN lab4.2: map and unmap.
	 * Fill in the space's page table, made by table(), as the entry says (hypercall.h):
	 * ram_page() is the page, as the Host kernel sees it, ENTRY the bits that each has.  0 takes
	 * a mapping away.  Mind what the CPU remembers of the old entry.
	 */
	hole(mon, "lab4.2");
	return -ENOMEM;
	/* END lab4.2 */
}

static long tables_unmap(struct monitor *mon, u32 space, u32 address, u32 end)
{
	for (u32 next; address < end; address = next) {
		u32 in = mon->directory[space][address / PGDIR_SIZE];
		u32 *entry = (u32 *)phys_to_virt(in & PAGE_MASK) + pte_index(address);

		next = min_t(u32, (address | ~PGDIR_MASK) + 1, end);
		for (; in && address < next; address += PAGE_SIZE)
			if (*entry++)
				tables_set(mon, space, address, 0);
		/* There may be hundreds.  What may not sleep has two at most. */
		if (next < end && !mon->no_sleep)
			cond_resched();
	}
	return 0;
}

const struct spaces table_spaces = {
	.set = tables_set,
	.unmap = tables_unmap,
	.create = tables_create,
	.load = tables_load,
	.clear = tables_clear,
};

void tables_leave(struct monitor *mon)
{
	if ((u32 *)mon->mm->pgd != mon->directory[0])
		tables_load(mon, 0);
}

void tables_free(struct monitor *mon)
{
	u32 space;

	mon->loaded = 0;
	for (space = 1; space <= TT_SPACES_MAX; space++) {
		if (!mon->directory[space])
			continue;
		tables_clear(mon, space);
		pgd_free(&no_process, (pgd_t *)mon->directory[space]);
		cond_resched();
	}
}
