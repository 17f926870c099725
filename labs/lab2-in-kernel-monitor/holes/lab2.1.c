/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab2.1: the list of host system calls.
	 * hypercall.h has it.  The Host may also go on with a call by restart_syscall.
	 */
	hole(mon, "lab2.1");
	return false;
	/* END lab2.1 */
