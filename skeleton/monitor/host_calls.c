// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_calls.c - lab 2: the host system calls that a Guest kernel may make.
 * hypercall.h is the contract.  Everything else that a process may ask of the Host
 * is a way out of the machine, and ends it.  The arguments are the Host's to check:
 * the only files that are open are the machine's devices, and the only memory that
 * there is, the machine's.
 */
#include "monitor.h"
#include "hole.h"

#include <asm/unistd_32.h>

bool host_call_allowed(struct monitor *mon, unsigned long number)
{
	/*
	 * BEGIN lab2.1: the list of host system calls.
	 * hypercall.h has it.  The Host may also go on with a call by restart_syscall.
	 */
	hole(mon, "lab2.1");
	return false;
	/* END lab2.1 */
}
