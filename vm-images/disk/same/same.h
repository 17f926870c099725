/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * same.h - cases whose output has to be the same on the Host and in the guest.  Each runs in a
 * process of its own (main.c), and prints what it sees: nothing that may differ, as addresses do.
 */
#ifndef SAME_H
#define SAME_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/user.h>
#include <ucontext.h>

typedef void handler(int signal, siginfo_t *info, void *context);
void on(int signal, handler *handler, int flags);
#define REG(context, name) ((ucontext_t *)(context))->uc_mcontext.gregs[name]

pid_t start(void); /* fork, with nothing in stdio's buffer */
void ended(const char *what, pid_t pid); /* wait, and print how */

/* A child that its parent traces, stopped by itself in front of what it does next; 0 in it. */
pid_t start_traced(void);
/* Go on by request, with no signal; prints the stop.  False: it has ended. */
bool go_on(const char *what, int request, pid_t pid);
const char *error_of(long result); /* "ok", or errno's name */

void same_alternate(void);
void same_segments(void);
void same_selectors(void);
void same_frame(void);
void same_faults(void);
void same_wild(void);
void same_flags(void);
void same_cpuid(void);
void same_fork_trap(void);
void same_mxcsr(void);
void same_pending(void);
void same_vectors(void);
void same_registers(void);
void same_calls(void);
void same_steps(void);
void same_watch(void);
void same_sleep(void);
void same_virtual(void);

#endif
