/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab4.1: create a directory.
	 * mon->directory[space] becomes a directory whose lower half is empty, with an empty
	 * list of page tables.  The Guest kernel is in it, too: a crossing does not switch.
	 */
	hole(mon, "lab4.1");
	return -ENOMEM;
	/* END lab4.1 */
