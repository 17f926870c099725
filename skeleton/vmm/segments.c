// SPDX-License-Identifier: GPL-2.0-only
/* segments.c - the segments that guest user mode may have: flat data, and the GDT's TLS slots. */
#include "monitor.h"

#include <asm/ldt.h>
#include <errno.h>
#include <string.h>

/* Bits of a descriptor's high word (SDM volume 3A, section 3.4.5). */
#define DESC_GRANULARITY 0x00800000
#define DESC_AVAILABLE 0x00100000
#define DESC_EXPAND_DOWN 0x00000400
/* Present, DPL 3, memory, 32-bit, writable data: these bits have to be so. */
#define DESC_MASK 0x0060fa00
#define DESC_TLS 0x0040f200

static unsigned int
base_of(const struct tt_tls *tls)
{
	return tls->low >> 16 | (tls->high & 0xff) << 16 | (tls->high & 0xff000000);
}

static unsigned int
limit_of(const struct tt_tls *tls)
{
	return (tls->low & 0xffff) | (tls->high & 0xf0000);
}

/*
 * No offset may lead to the Guest kernel.  Those of an expand-up segment go up to last; those of an
 * expand-down one are the others, and count from the base down.
 */
static bool
below_the_guest_kernel(const struct tt_tls *tls)
{
	unsigned int base = base_of(tls), last = limit_of(tls);

	if (tls->high & DESC_GRANULARITY)
		last = last << 12 | 0xfff;
	if (base >= TT_GUEST_KERNEL_BASE)
		return false;
	return tls->high & DESC_EXPAND_DOWN ? ~last <= base : last < TT_GUEST_KERNEL_BASE - base;
}

static bool
allowed(const struct tt_tls *tls)
{
	if (!tls->low && !tls->high)
		return true;
	return (tls->high & DESC_MASK) == DESC_TLS && below_the_guest_kernel(tls);
}

static struct user_desc
host_description(const struct tt_tls *tls, int entry)
{
	if (!tls->low && !tls->high)
		return (struct user_desc){
			.entry_number = entry, .read_exec_only = 1, .seg_not_present = 1};
	return (struct user_desc){
		.entry_number = entry,
		.base_addr = base_of(tls),
		.limit = limit_of(tls),
		.seg_32bit = 1,
		.contents = !!(tls->high & DESC_EXPAND_DOWN),
		.limit_in_pages = !!(tls->high & DESC_GRANULARITY),
		.useable = !!(tls->high & DESC_AVAILABLE),
	};
}

int
segments_load(struct monitor *mon, const struct tt_tls *tls)
{
	struct user_desc desc;

	/* Few switches change a descriptor, and each costs a call. */
	if (!memcmp(mon->tls, tls, sizeof(mon->tls)))
		return 0;
	for (int i = 0; i < TT_TLS_SLOTS; i++)
		if (!allowed(&tls[i]))
			return -EINVAL;
	for (int i = 0; i < TT_TLS_SLOTS; i++) {
		int entry = TT_TLS_SELECTOR(i) / 8;

		if (!memcmp(&mon->tls[i], &tls[i], sizeof(*tls)))
			continue;
		desc = host_description(&tls[i], entry);
		tracee_ptrace(&mon->tracee, PTRACE_SET_THREAD_AREA, (void *)entry, &desc);
		mon->tls[i] = tls[i];
	}
	return 0;
}
