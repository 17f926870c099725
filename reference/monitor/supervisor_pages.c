// SPDX-License-Identifier: GPL-2.0-only
/*
 * supervisor_pages.c - lab 3's variant: in guest user mode the Guest kernel's pages are
 * the supervisor's, by one bit in each page directory entry of its range (SDM
 * volume 3A, section 4.6).  It costs no page table walk; but the TLB has to forget
 * all it knows, twice a crossing, where segment bounds leave it alone.
 */
#include "monitor.h"

#include <linux/io.h>
#include <asm/special_insns.h>

static void supervisor_hide(struct monitor *mon, bool hide)
{
	/* BEGIN lab3.4 */
	u32 *entry = (u32 *)mon->mm->pgd + KERNEL_FIRST, *end = entry + mon->kernel_tables;

	for (; entry < end; entry++)
		if (*entry)
			*entry = hide ? *entry & ~_PAGE_USER : *entry | _PAGE_USER;
	write_cr3(__pa(mon->mm->pgd));
	/* END lab3.4 */
}

const struct protection supervisor_protection = { .hide = supervisor_hide };
