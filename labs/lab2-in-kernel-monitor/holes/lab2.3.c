/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab2.3: exceptions and page faults.
	 * Leave guest user mode, and tell the Guest kernel which exception it was.
	 */
	hole(mon, "lab2.3");
	/* END lab2.3 */
