/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab4.4: destroy, and take everything down.
	 * The directory stays; its page tables go, which table() has put on a list.  The CPU must
	 * not know them any more when somebody else gets the pages.
	 */
	hole(mon, "lab4.4");
	/* END lab4.4 */
