// SPDX-License-Identifier: GPL-2.0-only
/* segments.c - the segments that guest user mode may have: flat data, and the GDT's TLS slots. */
#include "monitor.h"

#include <asm/ldt.h>
#include <errno.h>
#include <string.h>

/* Bits of a descriptor's high word (SDM volume 3A, section 3.4.5). */
#define DESC_GRANULARITY 0x00800000
#define DESC_AVAILABLE 0x00100000
/* Present, DPL 3, memory, 32-bit, writable data: these bits have to be so; not expand-down. */
#define DESC_MASK 0x0060fe00
#define DESC_TLS 0x0040f200

static bool
allowed(const struct tt_tls *tls)
{
	return (!tls->low && !tls->high) || (tls->high & DESC_MASK) == DESC_TLS;
}

static struct user_desc
host_description(const struct tt_tls *tls, int entry)
{
	unsigned int low = tls->low, high = tls->high;

	if (!low && !high)
		return (struct user_desc){
			.entry_number = entry, .read_exec_only = 1, .seg_not_present = 1};
	return (struct user_desc){
		.entry_number = entry,
		.base_addr = low >> 16 | (high & 0xff) << 16 | (high & 0xff000000),
		.limit = (low & 0xffff) | (high & 0xf0000),
		.seg_32bit = 1,
		.limit_in_pages = !!(high & DESC_GRANULARITY),
		.useable = !!(high & DESC_AVAILABLE),
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
