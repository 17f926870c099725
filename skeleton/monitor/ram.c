// SPDX-License-Identifier: GPL-2.0-only
/*
 * ram.c - the machine's memory, and the Guest kernel's view of it.
 *
 * All of the Guest kernel's range is one mapping of /dev/vmm, from power-on to
 * the end: RAM, and behind it what the Guest kernel maps for itself.  So it can
 * be protected in one call, and none of its page tables goes away before the
 * process does: the directories of tables.c share them.
 */
#include "monitor.h"

#include <linux/mman.h>
#include <linux/shmem_fs.h>

/* The Monitor holds a reference, so a page stays even if the file is cut short. */
struct page *ram_page(struct monitor *mon, unsigned long offset)
{
	struct page **page = &mon->page[offset >> PAGE_SHIFT], *new;

	if (likely(*page))
		return *page;
	new = shmem_read_mapping_page(mon->ram->f_mapping, offset >> PAGE_SHIFT);
	if (!IS_ERR(new))
		*page = new;
	return new;
}

/* Put a page of RAM into the Guest kernel's range. */
static vm_fault_t insert(struct vm_area_struct *vma, unsigned long address,
			 unsigned long offset)
{
	struct monitor *mon = vma->vm_private_data;
	struct page *page = ram_page(mon, offset);
	bool new = pmd_none(*pmd_off(mon->mm, address));
	vm_fault_t fault;

	if (IS_ERR(page))
		return vmf_error(PTR_ERR(page));
	fault = vmf_insert_pfn(vma, address, page_to_pfn(page));
	if (new)
		tables_share(mon, pgd_index(address));
	return fault;
}

static vm_fault_t ram_fault(struct vm_fault *fault)
{
	if (!ram_contains(fault->vma->vm_private_data, fault->address, 1))
		return VM_FAULT_SIGBUS;
	return insert(fault->vma, fault->address, fault->address - TT_GUEST_KERNEL_BASE);
}

static const struct vm_operations_struct ram_operations = { .fault = ram_fault };

/* Only for ram_map(): a machine's memory is nobody else's. */
int ram_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct monitor *mon = file->private_data;

	if (current != mon->task || !mon->page || mon->own || vma->vm_start != TT_GUEST_KERNEL_BASE ||
	    vma->vm_end != TT_MONITOR_BASE)
		return -EINVAL;
	vma->vm_flags |= VM_PFNMAP | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP;
	vma->vm_ops = &ram_operations;
	vma->vm_private_data = mon;
	return 0;
}

/* Give the process the machine's address space instead of its own. */
int ram_map(struct monitor *mon, struct file *file)
{
	unsigned long address = vm_munmap(0, TASK_SIZE);

	if (!address)
		address = vm_mmap(file, TT_GUEST_KERNEL_BASE,
				  TT_MONITOR_BASE - TT_GUEST_KERNEL_BASE,
				  PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_FIXED, 0);
	mon->own = mon->mm->pgd; /* from here on nobody maps it again */
	if (IS_ERR_VALUE(address))
		return -ENOMEM;
	mon->kernel_tables = DIV_ROUND_UP(mon->machine.ram_bytes, PMD_SIZE);
	return 0;
}

int kernel_map(struct monitor *mon, unsigned long address, unsigned int count)
{
	struct vm_area_struct *vma;
	unsigned int i, used;
	vm_fault_t fault = 0;

	mmap_read_lock(mon->mm);
	vma = find_vma(mon->mm, address);
	zap_vma_ptes(vma, address, count * PAGE_SIZE);
	for (i = 0; i < count && !(fault & VM_FAULT_ERROR); i++, address += PAGE_SIZE)
		if (mon->entries[i] & TT_MAP_PRESENT)
			fault = insert(vma, address, mon->entries[i]);
	mmap_read_unlock(mon->mm);
	used = DIV_ROUND_UP(address - TT_GUEST_KERNEL_BASE, PMD_SIZE);
	mon->kernel_tables = max(mon->kernel_tables, used);
	return fault & VM_FAULT_ERROR ? -ENOMEM : 0;
}

void kernel_unmap(struct monitor *mon, unsigned long address, unsigned long bytes)
{
	mmap_read_lock(mon->mm);
	zap_vma_ptes(find_vma(mon->mm, address), address, bytes);
	mmap_read_unlock(mon->mm);
}

void ram_free(struct monitor *mon)
{
	unsigned long i;

	for (i = 0; mon->page && i < mon->machine.ram_bytes / PAGE_SIZE; i++)
		if (mon->page[i])
			put_page(mon->page[i]);
	kvfree(mon->page);
	free_page((unsigned long)mon->entries);
	if (mon->ram)
		fput(mon->ram);
	mon->page = NULL;
	mon->entries = NULL;
	mon->ram = NULL;
}
