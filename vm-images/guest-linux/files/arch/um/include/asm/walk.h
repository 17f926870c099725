/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the hardware's page walk does, where software does it: inline, as each access of the Guest
 * kernel's to guest user memory takes one.
 */
#ifndef _ASM_UM_WALK_H
#define _ASM_UM_WALK_H

#include <linux/mm.h>

/* What a guest application may read; mapped pages have one bit, PROT_NONE the other. */
#define READABLE (_PAGE_PRESENT | _PAGE_USER)
#define WRITABLE (READABLE | _PAGE_RW)

static __always_inline pte_t *find_pte(struct mm_struct *mm, unsigned long address)
{
	pmd_t *pmd = pmd_off(mm, address);

	return pmd_present(*pmd) ? pte_offset_kernel(pmd, address) : NULL;
}

/* All bits of want, and none of those of never. */
static __always_inline bool has(pte_t pte, unsigned long want, unsigned long never)
{
	return (pte_val(pte) & (want | never)) == want;
}

/*
 * The entry for a guest application's access, marked accessed and, for a write, dirty; NULL if that
 * is a page fault.
 */
static __always_inline pte_t *walk(struct mm_struct *mm, unsigned long address, bool write)
{
	pte_t *pte;

	if (unlikely(address >= TASK_SIZE))
		return NULL;
	pte = find_pte(mm, address);
	if (unlikely(!pte || !has(*pte, write ? WRITABLE : READABLE, _PAGE_PROTNONE)))
		return NULL;
	pte_set_bits(*pte, _PAGE_ACCESSED | (write ? _PAGE_DIRTY : 0));
	return pte;
}

#endif
