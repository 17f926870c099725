// SPDX-License-Identifier: GPL-2.0-only
/*
 * supervisor_pages.c - lab 3's variant: in guest user mode the Guest kernel's pages are
 * the supervisor's, by one bit in each page directory entry of its range (SDM
 * volume 3A, section 4.6).  It costs no page table walk; but the TLB has to forget
 * all it knows, twice a crossing, where segment bounds leave it alone.
 */
#include "monitor.h"
#include "hole.h"

#include <linux/io.h>
#include <asm/special_insns.h>

static void supervisor_hide(struct monitor *mon, bool hide)
{
	/*
	 * BEGIN lab3.4: supervisor pages.
	 * The Guest kernel's range has mon->kernel_tables entries in the page directory
	 * mon->mm->pgd, from KERNEL_FIRST on; some may be empty, and stay so.  Mind what the
	 * TLB remembers.
	 */
	hole(mon, "lab3.4");
	/* END lab3.4 */
}

const struct protection supervisor_protection = { .hide = supervisor_hide };
