/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab3.2: bounds at a host context switch.
	 * Other processes share the GDT; the machine may be in either mode.  mon->bound is what
	 * guest user mode's segments have.  Don't sleep, and don't printk.
	 */
	if (mon->user && mon->bound != FLAT) {
		hole(mon, "lab3.2");
		limit_user_segments(FLAT); /* the machine ends, not the Host */
	}
	/* END lab3.2 */
