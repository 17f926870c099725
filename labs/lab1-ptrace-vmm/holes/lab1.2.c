/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab1.2: reflect a system call.
	 * Copy the application's registers from mon->tracee.regs to mon->frame->regs and leave
	 * guest user mode.  frame.h says what eax and orig_eax have to hold, and as which exception
	 * a sysenter has to come back, whose eip is tracee.sysenter_return.
	 */
	hole("lab1.2");
	/* END lab1.2 */
