/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab2.5: turn a host signal into an interrupt.
	 * The Host delivers the signal next, to regs; it has to find the Guest kernel's there.
	 */
	hole(mon, "lab2.5");
	/* END lab2.5 */
