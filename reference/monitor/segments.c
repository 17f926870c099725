// SPDX-License-Identifier: GPL-2.0-only
/*
 * segments.c - lab 3: guest user mode has segments that end where the Guest
 * kernel begins, so that the CPU checks every access and no page table has to
 * change at a crossing (SDM volume 3A, section 5.3).
 *
 * It holds only if no other flat segment of privilege level 3 is to be had.
 * Those are the GDT's code and data segments of user mode and its TLS slots; the
 * Host has no LDT.
 */
#include "monitor.h"

/* A TLS descriptor: present, DPL 3, 32-bit, writable data (SDM volume 3A, section 3.4.5). */
#define TLS_MASK 0x0060fa00
#define TLS_BITS 0x0040f200

static void limit_user_segments(u8 limit)
{
	struct desc_struct *gdt = get_cpu_gdt_rw(smp_processor_id());

	((u8 *)&gdt[GDT_ENTRY_DEFAULT_USER_CS])[6] = limit;
	((u8 *)&gdt[GDT_ENTRY_DEFAULT_USER_DS])[6] = limit;
}

/* The mode changes: the CPU looks at a descriptor when a selector is loaded, at IRET. */
static void segments_hide(struct monitor *mon, bool hide)
{
	/* BEGIN lab3.1 */
	preempt_disable();
	limit_user_segments(hide ? mon->bound : FLAT);
	preempt_enable();
	/* END lab3.1 */
}

const struct protection segment_protection = { .hide = segments_hide };

/* The Host gives the CPU to the machine, or to another process.  Interrupts are off. */
void segments_switch(struct monitor *mon, bool in)
{
	/* BEGIN lab3.2 */
	limit_user_segments(in && mon->user ? mon->bound : FLAT);
	/* END lab3.2 */
}

/* True if no byte of a TLS segment is at TT_GUEST_KERNEL_BASE or above. */
static bool bounded(struct monitor *mon, const struct desc_struct *d)
{
	/* BEGIN lab3.3 */
	u32 base = get_desc_base(d), last = get_desc_limit(d);

	if (d->g)
		last = last << PAGE_SHIFT | ~PAGE_MASK;
	/* An expand-down segment has the offsets above its limit: ~last bytes below its base. */
	return base < TT_GUEST_KERNEL_BASE &&
	       (d->type & 4 ? ~last <= base : last < TT_GUEST_KERNEL_BASE - base);
	/* END lab3.3 */
}

long tls_change(struct monitor *mon, const u64 *frame)
{
	u64 tls[TT_TLS_SLOTS];
	unsigned int i;

	memcpy(tls, frame, sizeof(tls));
	for (i = 0; i < TT_TLS_SLOTS; i++)
		if (tls[i] && ((tls[i] >> 32 & TLS_MASK) != TLS_BITS ||
			       (mon->bound != FLAT && !bounded(mon, (struct desc_struct *)&tls[i]))))
			return -EINVAL;
	memcpy(mon->tls, tls, sizeof(tls));
	preempt_disable();
	memcpy(current->thread.tls_array, tls, sizeof(tls));
	load_TLS(&current->thread, smp_processor_id());
	preempt_enable();
	return 0;
}
