// SPDX-License-Identifier: GPL-2.0-only
/*
 * debug.c - debug registers for guest user mode: a tracer may write those of its tracee.  They stay
 * loaded in guest kernel mode, which never touches an application's address.
 */
#include "monitor.h"

#include <errno.h>
#include <stddef.h>

#define STATUS 6
#define CONTROL 7
#define ENABLED(control, n) ((control) >> 2 * (n)&3)
#define STATUS_ALWAYS 0xffff0ff0 /* bits of DR6 that are always set */

static void *
where(unsigned int n)
{
	return (void *)(offsetof(struct user, u_debugreg) + n * sizeof(long));
}

/* The Host says what may not be; so this one may fail. */
static int
set(const struct monitor *mon, unsigned int n, unsigned int value)
{
	return ptrace(PTRACE_POKEUSER, mon->tracee.pid, where(n), value) ? -errno : 0;
}

static int
set_all(const struct monitor *mon, const struct tt_debug *debug)
{
	int error = 0;

	for (unsigned int n = 0; n < TT_DEBUG_ADDRESSES && !error; n++) {
		unsigned int address = ENABLED(debug->control, n) ? debug->address[n] : 0;

		error = address < TT_GUEST_KERNEL_BASE ? set(mon, n, address) : -EINVAL;
	}
	return error ? error : set(mon, CONTROL, debug->control);
}

int
debug_load(struct monitor *mon, unsigned int address)
{
	const struct tt_debug *there = machine_page(mon->machine, address, sizeof(*there));
	int error;

	if (!there)
		return -EFAULT;
	/* An address that is enabled has to suit its length at each step: so none is. */
	set(mon, CONTROL, 0);
	error = set_all(mon, &(struct tt_debug){
				     {there->address[0], there->address[1], there->address[2],
					     there->address[3]},
				     there->control,
			     });
	if (error)
		set(mon, CONTROL, 0);
	return error == -ESRCH ? 0 : error;
}

unsigned int
debug_status(const struct monitor *mon)
{
	return tracee_ptrace(&mon->tracee, PTRACE_PEEKUSER, where(STATUS), NULL) ^ STATUS_ALWAYS;
}
