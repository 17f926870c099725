/* SPDX-License-Identifier: GPL-2.0-only */
void
exception_deliver(struct monitor *mon, int signal)
{
	/*
	 * BEGIN lab1.4: deliver an exception.
	 * Fill in trap, error_code and cr2 and the registers of mon->frame, and leave guest user
	 * mode.  PTRACE_GETSIGINFO has no error code; the signal frame that the Host builds for a
	 * handler has it.  Point esp at the end of the Monitor's pages, run the process with
	 * PTRACE_SINGLESTEP and the signal: it stops before the handler's first instruction, with
	 * the frame in mon->tracee.monitor_pages.  Mind what a delivery changes besides, the
	 * signal mask and the FPU; and the P bit (frame.h).
	 */
	hole("lab1.4");
	/* END lab1.4 */
}
