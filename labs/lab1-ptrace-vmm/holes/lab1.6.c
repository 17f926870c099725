/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab1.6: protect the Guest kernel.
	 * Have the process mprotect everything from TT_GUEST_KERNEL_BASE up to TT_MONITOR_BASE, so
	 * that guest user mode can neither read, write nor run it; protect_reveal undoes it.  What
	 * must not happen is that the machine runs on when the Host refuses.
	 */
	hole("lab1.6");
	/* END lab1.6 */
