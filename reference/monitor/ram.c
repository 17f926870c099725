// SPDX-License-Identifier: GPL-2.0-only
/*
 * ram.c - the machine's memory, and the Guest kernel's view of it.
 *
 * All of the Guest kernel's range is one mapping of /dev/vmm, from power-on to
 * the end: RAM, and behind it what the Guest kernel maps for itself.  So it can
 * be protected in one call, and none of its page tables goes away before the
 * process does: the directories of tables.c share them.  mon->page says what is
 * behind each page: RAM's are made when they are first touched, the others
 * are RAM's once more.
 */
#include "monitor.h"

#include <linux/file.h>
#include <linux/mman.h>
#include <linux/shmem_fs.h>

/* The Monitor holds a reference, so a page stays even if the file is cut short. */
void *ram_make(struct monitor *mon, u32 index)
{
	struct page *new = mon->no_sleep ? NULL : shmem_read_mapping_page(mon->ram->f_mapping, index);

	/* Somebody who looks at the process's memory may have been quicker. */
	if (!IS_ERR_OR_NULL(new) && cmpxchg(&mon->page[index], NULL, page_address(new)))
		put_page(new);
	return mon->page[index];
}

static vm_fault_t ram_fault(struct vm_fault *fault)
{
	struct monitor *mon = fault->vma->vm_private_data;
	u32 offset = fault->address - TT_GUEST_KERNEL_BASE, index = pgd_index(fault->address);
	pmd_t *own = (pmd_t *)&mon->directory[0][index];
	void *page = mon->page[offset / PAGE_SIZE];
	spinlock_t *lock;
	pte_t *entry;

	if (!page && offset < mon->machine.ram_bytes)
		page = ram_page(mon, offset);
	if (!page)
		return VM_FAULT_SIGBUS;
	/* Whichever directory is loaded, the page table is the one that all directories share. */
	if (pte_alloc(mon->mm, own))
		return VM_FAULT_OOM;
	*fault->pmd = *own;
	mon->kernel_tables = max(mon->kernel_tables, index - KERNEL_FIRST + 1);
	entry = pte_offset_map_lock(mon->mm, own, fault->address, &lock);
	if (pte_none(*entry))
		set_pte_at(mon->mm, fault->address, entry,
			   pte_mkspecial(pfn_pte(PHYS_PFN(__pa(page)), fault->vma->vm_page_prot)));
	pte_unmap_unlock(entry, lock);
	return VM_FAULT_NOPAGE;
}

/*
 * The Host does not count these mappings of a page: it may be mapped twice, or be cut off the RAM
 * file.  VM_PFNMAP would say the same, but mprotect() to PROT_NONE walks such a mapping once more on
 * a CPU with the L1TF bug (mm/mprotect.c), and lab 2 would be slower than lab 1.
 */
static struct page *ram_uncounted(struct vm_area_struct *vma, unsigned long address)
{
	return NULL;
}

static const struct vm_operations_struct ram_operations = {
	.fault = ram_fault,
	.find_special_page = ram_uncounted,
};

/* Only for ram_map(): a machine's memory is nobody else's. */
int ram_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct monitor *mon = file->private_data;

	if (current->mm != mon->mm || !mon->page || mon->directory[0])
		return -EINVAL;
	/* VM_IO: nobody gets hold of the pages, and none is touched before there is a directory. */
	vma->vm_flags |= VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP;
	vma->vm_ops = &ram_operations;
	vma->vm_private_data = mon;
	return 0;
}

/* Give the process the machine's address space instead of its own. */
void ram_map(struct monitor *mon, struct file *file)
{
	unsigned long error = vm_munmap(0, TASK_SIZE) ?:
		vm_mmap(file, TT_GUEST_KERNEL_BASE, KERNEL_PAGES * PAGE_SIZE,
			PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_FIXED, 0);

	mon->directory[0] = (u32 *)mon->mm->pgd; /* from here on nobody maps it again */
	if (IS_ERR_VALUE(error))
		monitor_end(mon, TT_END_MEMORY, 0);
}

long kernel_set(struct monitor *mon, u32 address, u32 entry)
{
	void *page = entry ? ram_page(mon, entry) : NULL;

	mon->page[(address - TT_GUEST_KERNEL_BASE) / PAGE_SIZE] = page;
	return page || !entry ? 0 : monitor_end(mon, TT_END_MEMORY, 0);
}

static void zap(struct monitor *mon, u32 address, u32 bytes)
{
	tables_share(mon, (u32 *)mon->mm->pgd); /* what is missing there would not be found */
	mmap_read_lock(mon->mm);
	zap_page_range(find_vma(mon->mm, address), address, bytes);
	mmap_read_unlock(mon->mm);
}

void kernel_unmap(struct monitor *mon, u32 address, u32 bytes)
{
	memset(&mon->page[(address - TT_GUEST_KERNEL_BASE) / PAGE_SIZE], 0,
	       bytes / PAGE_SIZE * sizeof(*mon->page));
	zap(mon, address, bytes);
}

void ram_forget(struct monitor *mon)
{
	zap(mon, TT_GUEST_KERNEL_BASE, mon->machine.ram_bytes);
}

void ram_free(struct monitor *mon)
{
	u32 i;

	for (i = 0; mon->page && i < mon->machine.ram_bytes / PAGE_SIZE; i++)
		if (mon->page[i])
			put_page(virt_to_page(mon->page[i]));
	kvfree(mon->page);
	if (mon->ram)
		fput(mon->ram);
}
