// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_calls.c - lab 2: the host system calls that a Guest kernel may make, and
 * with which arguments.  hypercall.h is the contract.  Everything else that a
 * process may ask of the Host is a way out of the machine, and ends it.
 */
#include "hole.h"
#include "monitor.h"

#include <linux/poll.h>
#include <asm/unistd_32.h>

#define HANDLER_NEEDS (SA_SIGINFO | SA_RESTORER)
#define HANDLER_MAY (HANDLER_NEEDS | SA_NODEFER | SA_RESTART)
#define EXCEPTIONS \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGFPE) | sigmask(SIGILL) | sigmask(SIGTRAP))


bool host_call_allowed(struct monitor *mon, struct pt_regs *regs)
{
	/*
	 * BEGIN lab2.1: the list of host system calls.
	 * hypercall.h has it, with the arguments that are allowed; mon->machine.device has
	 * the devices.  What is behind a pointer has to lie in RAM.
	 */
	hole(mon, "lab2.1");
	return false;
	/* END lab2.1 */
}
