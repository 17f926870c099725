/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab1.3: enter guest user mode.
	 * Obey immediate_exit.  Load the TLS slots and the address space that the frame names, and
	 * return their errors.  Keep the Guest kernel's registers in mon->kernel, as they are to be
	 * when enter returns; hide the Guest kernel; put the frame's registers into the process,
	 * without believing its cs, ss and flags (TT_USER_FLAGS).
	 */
	hole("lab1.3");
	/* END lab1.3 */
