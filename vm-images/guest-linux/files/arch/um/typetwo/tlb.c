// SPDX-License-Identifier: GPL-2.0-only
/*
 * The MMU.  The Monitor is a TLB that software fills: a guest application's miss comes here as a
 * page fault, walk() does what the hardware's walker does, accessed and dirty bits included, and
 * tt_tlb_fill() fills it.  A guest address space that runs has a space of the Monitor's; there are only
 * so many, and one that has not run for long has to do without, as with the ASIDs of other machines.
 *
 * Guest kernel mode reads and writes guest user memory through its own linear mapping of RAM
 * (uaccess.c), never through the TLB.  So a flush has to reach the Monitor only before guest user
 * mode is next entered; until then one is kept here, and when the page is filled again at once, as
 * after copy-on-write, the unmap is never made.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <asm/pgalloc.h>
#include <asm/tlb.h>
#include <asm/typetwo.h>
#include <asm/walk.h>

static unsigned int entries[TT_MAP_COUNT_MAX] __page_aligned_bss; /* they have to lie in one page */

unsigned int tt_stale_space; /* 0: nothing waits */
static unsigned long stale_start, stale_end;

/* For what a Monitor refuses only if one of us two is wrong: going on would use memory twice. */
static void must(long result, const char *what)
{
	if (unlikely(result))
		panic("The Monitor refuses to %s: error %ld", what, result);
}

static void unmap(unsigned int space, unsigned long start, unsigned long end)
{
	start = max(start, (unsigned long)TT_GUEST_USER_BASE);
	end = min(end, TASK_SIZE);
	if (start < end)
		must(tt_trap(TT_HC_UNMAP, space, start, end - start, 0), "unmap pages");
}

void tt_tlb_sync(void)
{
	if (tt_stale_space)
		unmap(tt_stale_space, stale_start, stale_end);
	tt_stale_space = 0;
}

static void flush(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	if (!mm->context.filled || atomic_read(&mm->mm_users) == 0)
		return; /* never used yet, or about to be destroyed */
	if (tt_stale_space == mm->context.space && start <= stale_end && end >= stale_start) {
		stale_start = min(stale_start, start);
		stale_end = max(stale_end, end);
		return;
	}
	tt_tlb_sync();
	tt_stale_space = mm->context.space;
	stale_start = start;
	stale_end = end;
}

static __always_inline unsigned int entry(pte_t pte)
{
	return (pte_val(pte) & PAGE_MASK) | TT_MAP_PRESENT |
	       (has(pte, _PAGE_RW | _PAGE_DIRTY, 0) ? TT_MAP_WRITE : 0);
}

/*
 * The run of present pages around one: their entries, from the first of them on, and how many.
 *
 * _PAGE_TLB keeps pages that have been mapped from being mapped again and again as neighbours.  It
 * is a hint: the Monitor drops what it likes, the whole space when it changes to another if spaces
 * are made by remapping.  A page that was mapped and is not any more says that this has happened,
 * and its neighbours are mapped with it.
 */
static __always_inline unsigned int gather(pte_t *pte, unsigned long *address, bool missing)
{
	unsigned long never = _PAGE_PROTNONE | _PAGE_TLB, around = tt_around * sizeof(*pte) - 1;
	pte_t *first = pte, *last = pte;
	unsigned int *to = entries;

	if (missing && pte_get_bits(*pte, _PAGE_TLB))
		never = _PAGE_PROTNONE;
	while (((unsigned long)first & around) && has(first[-1], READABLE, never))
		first--;
	while (((unsigned long)(last + 1) & around) && has(last[1], READABLE, never))
		last++;
	*address -= (unsigned long)(pte - first) << PAGE_SHIFT;
	for (pte = first; pte <= last; pte++) {
		pte_set_bits(*pte, _PAGE_ACCESSED | _PAGE_TLB);
		*to++ = entry(*pte);
	}
	return to - entries;
}

/*
 * Tell the Monitor what the page tables say; 0, or it refuses the page.  It may refuse one of the
 * others, and then none is mapped.
 */
long tt_tlb_fill(struct mm_struct *mm, unsigned long address, pte_t *pte, bool missing)
{
	unsigned long wanted = address & PAGE_MASK;
	unsigned int count;
	long err;

	address = wanted;
	count = gather(pte, &address, missing);
	if (unlikely(tt_stale_space)) {
		/* What is mapped now must not be thrown out later; it may replace what is stale. */
		if (tt_stale_space != mm->context.space || stale_start < address ||
		    stale_end > address + (count << PAGE_SHIFT))
			tt_tlb_sync();
		tt_stale_space = 0;
	}
	mm->context.filled = 1;
	err = tt_trap(TT_HC_MAP, mm->context.space, address, (unsigned long)entries, count);
	if (likely(!err) || count == 1)
		return err;
	entries[0] = entry(*pte);
	return tt_trap(TT_HC_MAP, mm->context.space, wanted, (unsigned long)entries, 1);
}

/*
 * The same for a new page, which most faults bring, and without neighbours that would be mapped with
 * it.  Before the page table is other memory, and whatever is in it, nothing goes wrong; behind it RAM
 * may end.
 */
long tt_tlb_fill_new(struct mm_struct *mm, unsigned long address, pte_t *pte)
{
	unsigned long never = _PAGE_PROTNONE | _PAGE_TLB;

	if (unlikely(tt_stale_space) || has(pte[-1], READABLE, never) || PAGE_ALIGNED(pte + 1) ||
	    has(pte[1], READABLE, never))
		return tt_tlb_fill(mm, address, pte, false);
	pte_set_bits(*pte, _PAGE_TLB);
	entries[0] = entry(*pte);
	mm->context.filled = 1;
	return tt_trap(TT_HC_MAP, mm->context.space, address & PAGE_MASK, (unsigned long)entries, 1);
}

void flush_tlb_page(struct vm_area_struct *vma, unsigned long address)
{
	address &= PAGE_MASK;
	flush(vma->vm_mm, address, address + PAGE_SIZE);
}

void tt_flush_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	flush(mm, start & PAGE_MASK, PAGE_ALIGN(end));
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	tt_flush_range(vma->vm_mm, start, end);
}
EXPORT_SYMBOL(flush_tlb_range);

/* Everything may have changed. */
void tt_flush_space(struct mm_struct *mm)
{
	flush(mm, 0, TASK_SIZE);
}

/*
 * Called by fork, which has taken the right to write from the parent's private pages and changed
 * nothing else.  Its other mappings, most of them program text, stay.
 */
void flush_tlb_mm(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	for_each_vma(vmi, vma)
		if (vma->anon_vma && is_cow_mapping(vma->vm_flags))
			flush(mm, vma->vm_start, vma->vm_end);
}

void flush_tlb_all(void)
{
	if (current->mm)
		tt_flush_space(current->mm);
}

/* ---- spaces ---- */

static struct mm_struct *user[TT_SPACES_MAX + 1]; /* of each space */

static void give_back(struct mm_struct *mm)
{
	unsigned int space = mm->context.space;

	if (tt_stale_space == space)
		tt_stale_space = 0;
	must(tt_trap(TT_HC_SPACE_DESTROY, space, 0, 0, 0), "destroy a space");
	user[space] = NULL;
	mm->context.space = 0;
	mm->context.filled = 0;
}

/*
 * The task that is about to run has none.  If there is none left, one is taken back: nobody else
 * runs, and each task looks for its space when it does (arch_switch_to()).  All get their turn.
 */
void tt_space_make(struct mm_struct *mm)
{
	static unsigned int hand;
	long space = tt_trap(TT_HC_SPACE_CREATE, 0, 0, 0, 0);

	if (space == -ENOSPC) {
		do
			hand = hand % TT_SPACES_MAX + 1;
		while (!user[hand]);
		give_back(user[hand]);
		space = tt_trap(TT_HC_SPACE_CREATE, 0, 0, 0, 0);
	}
	must(space <= 0 || space > TT_SPACES_MAX ? space ?: -EINVAL : 0, "create a space");
	user[space] = mm;
	mm->context.space = space;
}

int init_new_context(struct task_struct *task, struct mm_struct *mm)
{
	mm->context.space = 0;
	mm->context.filled = 0;
	return 0;
}

void destroy_context(struct mm_struct *mm)
{
	if (mm->context.space)
		give_back(mm);
}

/*
 * The Guest kernel's own mappings above RAM (vmalloc).  These the Monitor keeps, so they are made
 * when the page tables are; tt_kernel_fill() is for what slipped through.
 */
void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	unsigned long address = max(start & PAGE_MASK, VMALLOC_START);
	unsigned long present, i, count;

	end = min(PAGE_ALIGN(end), (unsigned long)TT_MONITOR_BASE);
	for (; address < end; address += count << PAGE_SHIFT) {
		count = min((end - address) >> PAGE_SHIFT, (unsigned long)TT_MAP_COUNT_MAX);
		present = 0;
		for (i = 0; i < count; i++) {
			pte_t *pte = find_pte(&init_mm, address + (i << PAGE_SHIFT));

			entries[i] = 0;
			if (pte && pte_present(*pte)) {
				entries[i] = (pte_val(*pte) & PAGE_MASK) | TT_MAP_PRESENT |
					     TT_MAP_WRITE;
				present++;
			}
		}
		if (present)
			must(tt_trap(TT_HC_MAP, TT_SPACE_KERNEL, address, (unsigned long)entries,
				     count),
			     "map pages of the Guest kernel's");
		else
			must(tt_trap(TT_HC_UNMAP, TT_SPACE_KERNEL, address, count << PAGE_SHIFT, 0),
			     "unmap pages of the Guest kernel's");
	}
}

void flush_tlb_kernel_vm(void)
{
	flush_tlb_kernel_range(VMALLOC_START, VMALLOC_END);
}

void __flush_tlb_one(unsigned long address)
{
	flush_tlb_kernel_range(address, address + PAGE_SIZE);
}

bool tt_kernel_fill(unsigned long address)
{
	unsigned int one;
	pte_t *pte;

	if (address < VMALLOC_START || address >= TT_MONITOR_BASE)
		return false;
	pte = find_pte(&init_mm, address);
	if (!pte || !pte_present(*pte))
		return false;
	one = (pte_val(*pte) & PAGE_MASK) | TT_MAP_PRESENT | TT_MAP_WRITE;
	return tt_trap(TT_HC_MAP, TT_SPACE_KERNEL, address & PAGE_MASK, (unsigned long)&one, 1) ==
	       0;
}
