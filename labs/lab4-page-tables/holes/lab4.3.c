/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab4.3: switch.
	 * The directory goes into mm->pgd, for the Host, and into %cr3, for the CPU, with no
	 * context switch of the Host's in between.
	 */
	hole(mon, "lab4.3");
	/* END lab4.3 */
