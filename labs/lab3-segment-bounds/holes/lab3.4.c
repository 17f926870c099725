/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab3.4: supervisor pages.
	 * The Guest kernel's range has mon->kernel_tables entries in the page directory
	 * mon->mm->pgd, from KERNEL_FIRST on; some may be empty, and stay so.  Mind what the
	 * TLB remembers.
	 */
	hole(mon, "lab3.4");
	/* END lab3.4 */
