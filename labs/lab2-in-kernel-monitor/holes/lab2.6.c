/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab2.6: protect the Guest kernel.
	 * Let the Host do mprotect (do_mprotect_pkey) on everything from
	 * TT_GUEST_KERNEL_BASE up to TT_MONITOR_BASE.  A machine whose Guest kernel
	 * cannot be protected must not run on: monitor_end().
	 */
	hole(mon, "lab2.6");
	/* END lab2.6 */
