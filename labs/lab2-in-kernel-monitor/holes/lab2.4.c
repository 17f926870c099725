/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab2.4: reflect a system call.
	 * The Host comes here instead of making a system call of its own; ax is -ENOSYS
	 * already, orig_ax has the number.  Make the registers what frame.h says, and
	 * leave guest user mode.
	 */
	hole(mon, "lab2.4");
	/* END lab2.4 */
