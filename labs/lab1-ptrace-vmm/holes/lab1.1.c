/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab1.1: start and trace the guest.
	 * Fork the guest-machine process; it calls become_machine and stops.  Set the ptrace
	 * options that tell a system call stop from a SIGTRAP, and that kill the guest when its
	 * Monitor dies.  Then read its registers, let it build its address space, and power it on.
	 */
	hole("lab1.1");
	/* END lab1.1 */
