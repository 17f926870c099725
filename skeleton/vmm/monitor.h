/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * monitor.h - the Monitor of lab 1: a process that ptraces the guest-machine process.
 *
 * It keeps the machine's mode.  In guest kernel mode the process may make host system calls off a
 * short list (host_calls.c) and hypercalls; in guest user mode everything comes back to the Guest
 * kernel as the end of its enter hypercall.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <typetwo/frame.h>
#include <typetwo/hypercall.h>
#include <typetwo/vmm.h>

#include "machine.h"
#include "tracee.h"

#define TRAP_GENERAL_PROTECTION 13

struct monitor {
	const struct machine *machine;
	unsigned int protect; /* TT_PROTECT_* */
	struct tracee tracee;
	bool user; /* the mode: guest user, else guest kernel */
	struct user_regs_struct kernel; /* the Guest kernel's registers, kept in guest user mode */
	struct tt_frame *frame; /* of the enter under way, in RAM */
	struct tt_tls tls[TT_TLS_SLOTS]; /* what the GDT's slots hold */
	unsigned long long handled; /* exception signals that the Guest kernel handles */
	unsigned long long blocked; /* the Guest kernel's signal mask, kept in guest user mode */
	bool space[TT_SPACES_MAX + 1]; /* which address spaces exist */
	unsigned int loaded; /* the one whose mappings are in the process, 0 for none */
};

/* Run the machine until it ends, and the launcher with it. */
_Noreturn void monitor_run(struct monitor *mon, unsigned int entry);

/* Kill the machine for a fault of the guest's: one line with the reason, TT_STATUS_KILLED. */
_Noreturn void monitor_kill(const struct monitor *mon, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The mode changes to guest kernel: the enter under way returns, for reason TT_EXIT_*. */
void monitor_leave(struct monitor *mon, unsigned int reason);

/* host_calls.c: let the host system call in the Guest kernel's registers happen, or kill it. */
void host_call_check(struct monitor *mon);

/* exception.c: a guest application's exception, which the Host turned into signal, ends enter. */
void exception_deliver(struct monitor *mon, int signal);

/* exception.c: true if the stop for signal was an exception and not a signal sent by somebody. */
bool exception_is(const struct monitor *mon, int signal);

/* exception.c: one in guest kernel mode goes to its handler; without one the machine is killed. */
void exception_in_guest_kernel(struct monitor *mon, int signal);

/* protect.c: take the guest-kernel range from the process, or give it back. */
void protect_hide(struct monitor *mon);
void protect_reveal(struct monitor *mon);

/* spaces.c: hypercalls map, unmap, space_create, space_destroy; results as in hypercall.h. */
int space_map(struct monitor *mon, unsigned int space, unsigned int address, unsigned int entries,
	unsigned int count);
int space_unmap(struct monitor *mon, unsigned int space, unsigned int address, unsigned int bytes);
int space_create(struct monitor *mon);
int space_destroy(struct monitor *mon, unsigned int space);
/* spaces.c: make space, which is not 0, the one that guest user mode runs in.  0 or -EINVAL. */
int space_load(struct monitor *mon, unsigned int space);

/* debug.c: hypercall debug. */
int debug_load(struct monitor *mon, unsigned int address);
/* debug.c: DR6 as the frame has it, for a trap 1. */
unsigned int debug_status(const struct monitor *mon);

/* segments.c: load the GDT's TLS slots.  0, or -EINVAL and nothing changed. */
int segments_load(struct monitor *mon, const struct tt_tls *tls);

#endif
