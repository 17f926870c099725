/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab4.2: map and unmap.
	 * Fill in the space's page table, made by table(), as the entry says (hypercall.h):
	 * ram_page() is the page, as the Host kernel sees it, ENTRY the bits that each has.  0 takes
	 * a mapping away.  Mind what the CPU remembers of the old entry.
	 */
	hole(mon, "lab4.2");
	return -ENOMEM;
	/* END lab4.2 */
