/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab1.5: turn a host signal into an interrupt.
	 * Save the application's registers (there is no system call: orig_eax) and leave guest user
	 * mode.  The signal must not be lost: its handler is the Guest kernel's interrupt handler
	 * and has to run before enter's caller goes on.
	 */
	hole("lab1.5");
	/* END lab1.5 */
