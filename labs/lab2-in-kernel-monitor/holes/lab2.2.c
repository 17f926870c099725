/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab2.2: enter guest user mode.
	 * ram_at() has the frame, if it is where one may be.  Obey immediate_exit.
	 * Load the TLS slots and the address space that it names, and return their
	 * errors.  Keep the Guest kernel's registers in mon->kernel, as they are to be
	 * when enter returns; put the application's into regs, without believing its
	 * cs, ss and flags; then change the mode, hide the Guest kernel, and load %gs,
	 * which is not among regs.
	 */
	hole(mon, "lab2.2");
	return -EFAULT;
	/* END lab2.2 */
