// SPDX-License-Identifier: GPL-2.0-only
/*
 * tables.c - lab 4: guest address spaces are page directories.
 *
 * The process keeps its mm; mm->pgd points to the directory of the guest space
 * that is loaded, so the Host's context switches and page faults go on working.  The
 * lower half of a directory is the Monitor's own and has no mappings of the Host's.
 * The upper half is the same in all.  The Guest kernel's range shares its page tables,
 * which stay until the process ends (ram.c); a stale entry would give a hostile guest a
 * page that is somebody else's by now.  The Host kernel's entries are kept in step by the
 * Host, which knows every directory that pgd_alloc() made.
 */
#include "hole.h"
#include "monitor.h"

#include <linux/io.h>
#include <asm/pgalloc.h>
#include <asm/special_insns.h>

#define ENTRY (_PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)
#define TABLE (ENTRY | _PAGE_RW)
#define TABLES_MIN 512

/* Whose the directories are as far as pgd_alloc() wants to know: no process's. */
static struct mm_struct nobody = {
	.page_table_lock = __SPIN_LOCK_UNLOCKED(nobody.page_table_lock),
};

/* Change the entry for address in a page table; the CPU does not remember empty ones. */
static void replace(struct monitor *mon, unsigned int space, unsigned long address, u32 table,
		    u32 entry)
{
	u32 *to = (u32 *)phys_to_virt(table & PAGE_MASK) + pte_index(address), old = *to;

	*to = entry;
	if (old && space == mon->loaded)
		asm volatile("invlpg (%0)" : : "r" (address) : "memory");
}

/* A page table of the Guest kernel's range is new, in the directory that is loaded. */
void tables_share(struct monitor *mon, unsigned int index)
{
	u32 entry = ((u32 *)mon->mm->pgd)[index];
	unsigned int space;

	mon->shown[index - KERNEL_FIRST] = entry;
	mon->hidden[index - KERNEL_FIRST] = entry & ~_PAGE_USER;
	((u32 *)mon->own)[index] = entry;
	for (space = 1; space <= TT_SPACES_MAX; space++)
		if (mon->directory[space])
			mon->directory[space][index] = entry;
}

/* Make space, or for 0 the process's own directory, the one that the CPU uses. */
void tables_load(struct monitor *mon, unsigned int space)
{
	/*
	 * BEGIN lab4.3: switch.
	 * The directory goes into mm->pgd, for the Host, and into %cr3, for the CPU, with no
	 * context switch of the Host's in between.
	 */
	hole(mon, "lab4.3");
	/* END lab4.3 */
}

int tables_create(struct monitor *mon, unsigned int space)
{
	/*
	 * BEGIN lab4.1: create a directory.
	 * mon->directory[space] becomes a directory whose lower half is empty.  The Guest
	 * kernel is in it, too: a crossing does not switch.
	 */
	hole(mon, "lab4.1");
	return -ENOMEM;
	/* END lab4.1 */
}

/* Take all mappings out of a space, and its page tables. */
static void clear(struct monitor *mon, unsigned int space)
{
	/*
	 * BEGIN lab4.4: destroy, and take everything down.
	 * The directory stays; its page tables go, which table() has chained.  The CPU must not
	 * know them any more when somebody else gets the pages.
	 */
	hole(mon, "lab4.4");
	/* END lab4.4 */
}

static struct page *new_table(struct monitor *mon)
{
	unsigned int space;

	/* So many a machine may have: a Guest kernel could want them without end. */
	if (mon->tables_used >= TABLES_MIN + mon->machine.ram_bytes / PAGE_SIZE / 8) {
		/* A full TLB is emptied. */
		for_each_set_bit(space, mon->spaces, TT_SPACES_MAX + 1)
			clear(mon, space);
	}
	return alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
}

/* Make a page table for address if there is none; false if the Host has no memory. */
static bool table(struct monitor *mon, unsigned int space, unsigned long address)
{
	u32 *entry = &mon->directory[space][address / PGDIR_SIZE];
	struct page *page;

	if (!*entry) {
		page = new_table(mon);
		if (!page)
			return false;
		page->index = address / PGDIR_SIZE;
		set_page_private(page, (unsigned long)mon->tables[space]);
		mon->tables[space] = page;
		mon->tables_used++;
		*entry = page_to_phys(page) | TABLE;
	}
	return true;
}

/* Map a page; false if that needs memory first: a page table, or the page itself. */
bool tables_set(struct monitor *mon, unsigned int space, unsigned long address, u32 entry)
{
	u32 table = mon->directory[space][address / PGDIR_SIZE];
	struct page *page = mon->page[entry / PAGE_SIZE];

	if (!table || !page)
		return false;
	replace(mon, space, address, table,
		page_to_phys(page) | ENTRY | (entry & TT_MAP_WRITE ? _PAGE_RW : 0));
	return true;
}

int tables_map(struct monitor *mon, unsigned int space, unsigned long address,
	       unsigned int count)
{
	/*
	 * BEGIN lab4.2: map and unmap.
	 * Fill in the space's page tables, made by table(), as mon->entries says
	 * (hypercall.h): ram_page() is the page, ENTRY the bits that each has; replace() changes
	 * an entry, and what the CPU remembers of it.
	 */
	hole(mon, "lab4.2");
	return -ENOMEM;
	/* END lab4.2 */
}

void tables_unmap(struct monitor *mon, unsigned int space, unsigned long address,
		  unsigned long bytes)
{
	/* BEGIN lab4.2: the other half; there may be no page table at all. */
	hole(mon, "lab4.2");
	/* END lab4.2 */
}

void tables_destroy(struct monitor *mon, unsigned int space)
{
	if (space == mon->loaded)
		tables_load(mon, 0);
	clear(mon, space);
}

/* Nothing runs in them any more. */
void tables_free(struct monitor *mon)
{
	unsigned int space;

	mon->loaded = 0;
	for (space = 1; space <= TT_SPACES_MAX; space++) {
		if (!mon->directory[space])
			continue;
		clear(mon, space);
		pgd_free(&nobody, (pgd_t *)mon->directory[space]);
	}
}
