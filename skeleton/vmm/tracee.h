/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tracee.h - the guest-machine process, held by ptrace.
 *
 * The process has nothing of the launcher left in it: only RAM, the guest's mappings and the
 * Monitor's own pages, which hold one system call instruction to borrow and a stack for the
 * Host's signal frames.  When the process ends, the launcher ends with it, from tracee_wait.
 */
#ifndef TRACEE_H
#define TRACEE_H

#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>

#include "machine.h"

struct tracee {
	pid_t pid;
	struct user_regs_struct regs; /* read at each stop */
	long flags; /* as the process has them */
	bool regs_changed; /* write regs back before running on */
	bool powered_on;
	bool call_allowed; /* the host system call it is stopped in front of may happen */
	unsigned long long
		deferred; /* signals that came during a borrowed call; bit 0 is signal 1 */
	unsigned int sysenter_return; /* where the Host makes sysenter return to */
	unsigned char *monitor_pages; /* the launcher's mapping of the Monitor's pages */
	/* The last exception in guest kernel mode, for the reason should it end the machine. */
	unsigned int trap, cr2;
};

/*
 * Start the guest-machine process for m, traced and stopped in front of the guest kernel's first
 * instruction, to be killed when the launcher ends in whatever way.  A failure is the Host's:
 * one line, exit status TT_STATUS_HOST.
 */
void tracee_start(struct tracee *t, const struct machine *m, unsigned int entry);

/*
 * Run on until the next stop: 0 in front of a host system call, which will not happen unless
 * call_allowed is set, else the signal that is about to be delivered.  how is PTRACE_SYSEMU or,
 * to stop before the first instruction of a signal handler, PTRACE_SINGLESTEP.  signal, if not 0,
 * is delivered first.
 */
int tracee_run(struct tracee *t, int how, int signal);

/*
 * Have the stopped process make a host system call of the Monitor's own; returns its result,
 * negative for an errno.  Its registers are as before; signals that come meanwhile are deferred
 * to the next tracee_run.
 */
int tracee_call(struct tracee *t, long number, unsigned int a, unsigned int b, unsigned int c,
	unsigned int d, unsigned int e, unsigned int f);

/* ptrace on the process; a failure means that the Host or this program is broken, and ends it. */
long tracee_ptrace(const struct tracee *t, int request, void *address, void *data);

#endif
