/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab3.1: bounds at a crossing.
	 * Guest user mode gets code and data segments that end at TT_GUEST_KERNEL_BASE,
	 * guest kernel mode those of any process of the Host.
	 */
	hole(mon, "lab3.1");
	/* END lab3.1 */
