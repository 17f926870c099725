// SPDX-License-Identifier: GPL-2.0-only
/*
 * debug.c - debug registers for guest user mode, by the Host's hardware breakpoints: the
 * Host loads them when the process gets the CPU, and tells of a hit by the exception.
 * They stay loaded in guest kernel mode, which never touches an application's address:
 * so a crossing costs nothing more.
 */
#include "monitor.h"

#include <linux/hw_breakpoint.h>
#include <asm/debugreg.h>

/* What DR7 says of an address (SDM volume 3B, section 18.2.4); 0 is what the Host does not have. */
static const u8 types[] = { HW_BREAKPOINT_X, HW_BREAKPOINT_W, 0, HW_BREAKPOINT_RW };
static const u8 lengths[] = { 1, 2, 0, 4 };

/* The Host clears virtual_dr6 at each debug exception, and then asks whose address it was. */
static void hit(struct perf_event *event, struct perf_sample_data *data, struct pt_regs *regs)
{
	current->thread.virtual_dr6 |= DR_TRAP0 << (long)event->overflow_handler_context;
}

static struct perf_event *watch(u32 address, u32 control, long n)
{
	struct perf_event_attr attr;
	u32 bits = control >> (DR_CONTROL_SHIFT + DR_CONTROL_SIZE * n), type = types[bits & 3];
	u32 length = lengths[bits >> 2 & 3];

	if (!(control >> DR_ENABLE_SIZE * n & 3))
		return NULL;
	if (address >= TT_GUEST_KERNEL_BASE || !type || !length ||
	    (type == HW_BREAKPOINT_X && length != HW_BREAKPOINT_LEN_1))
		return ERR_PTR(-EINVAL);
	ptrace_breakpoint_init(&attr);
	attr.bp_addr = address;
	attr.bp_len = type == HW_BREAKPOINT_X ? sizeof(long) : length;
	attr.bp_type = type;
	return register_user_hw_breakpoint(&attr, hit, (void *)n, current);
}

void debug_free(struct monitor *mon)
{
	unsigned int n;

	for (n = 0; n < TT_DEBUG_ADDRESSES; n++) {
		if (mon->debug[n])
			unregister_hw_breakpoint(mon->debug[n]);
		mon->debug[n] = NULL;
	}
}

long debug_load(struct monitor *mon, u32 address)
{
	const struct tt_debug *debug = ram_at(mon, address, sizeof(*debug));
	u32 control;
	unsigned int n;

	if (!debug)
		return -EFAULT;
	debug_free(mon);
	control = READ_ONCE(debug->control);
	for (n = 0; n < TT_DEBUG_ADDRESSES; n++) {
		struct perf_event *event = watch(READ_ONCE(debug->address[n]), control, n);

		if (IS_ERR(event)) {
			debug_free(mon);
			return PTR_ERR(event);
		}
		mon->debug[n] = event;
	}
	return 0;
}
