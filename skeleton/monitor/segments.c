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
#include "hole.h"
#include "monitor.h"

#include <asm/desc.h>

/* Byte 6 of a descriptor: flags, and bits 19:16 of a limit in pages.  Up to 4 GiB. */
#define FLAT 0xcf

/* A TLS descriptor: present, DPL 3, 32-bit, writable data (SDM volume 3A, section 3.4.5). */
#define TLS_MASK 0x0060fe00
#define TLS_BITS 0x0040f200

static void limit_user_segments(u8 limit)
{
	struct desc_struct *gdt = get_cpu_gdt_rw(smp_processor_id());

	((u8 *)&gdt[GDT_ENTRY_DEFAULT_USER_CS])[6] = limit;
	((u8 *)&gdt[GDT_ENTRY_DEFAULT_USER_DS])[6] = limit;
}

/* The mode changes: the CPU looks at a descriptor when a selector is loaded, at IRET. */
void segments_hide(struct monitor *mon, bool hide)
{
	/*
	 * BEGIN lab3.1: bounds at a crossing.
	 * Guest user mode gets code and data segments that end at TT_GUEST_KERNEL_BASE,
	 * guest kernel mode those of any process of the Host.
	 */
	hole(mon, "lab3.1");
	/* END lab3.1 */
}

/* The Host gives the CPU to another process, or back.  Interrupts are off. */
void segments_switch(struct monitor *mon, bool out)
{
	/*
	 * BEGIN lab3.2: bounds at a host context switch.
	 * Other processes share the GDT.  The machine is in guest user mode.  Don't sleep,
	 * and don't printk.
	 */
	if (mon->user) { /* else it may be about to sleep, and nobody would wake it to die */
		hole(mon, "lab3.2");
		limit_user_segments(FLAT); /* the machine ends, not the Host */
	}
	/* END lab3.2 */
}

/* What of a segment lies below the Guest kernel; with down, the half below its base. */
static struct desc_struct bounded(struct monitor *mon, struct desc_struct d, bool down)
{
	/*
	 * BEGIN lab3.3: TLS descriptors.
	 * d is a segment that an application asks for, with any base and any limit.  Return
	 * one like it that does not reach TT_GUEST_KERNEL_BASE, whatever the offset.  A
	 * limit may be in bytes or in pages; its sum with the base may wrap around.  (With
	 * down, and a limit of all 4 GiB: lab3.4.)
	 */
	hole(mon, "lab3.3");
	return d;
	/* END lab3.3 */
}

static bool allowed(u64 tls)
{
	return !tls || (tls >> 32 & TLS_MASK) == TLS_BITS;
}

static void tls_set(struct monitor *mon)
{
	struct desc_struct *slot = current->thread.tls_array;
	unsigned int i;

	preempt_disable();
	memcpy(slot, mon->tls, sizeof(mon->tls));
	for (i = 0; i < TT_TLS_SLOTS && mon->machine.protect == TT_PROTECT_SEGMENTS; i++)
		if (slot[i].p)
			slot[i] = bounded(mon, slot[i], mon->tls_down);
	load_TLS(&current->thread, smp_processor_id());
	preempt_enable();
}

long tls_change(struct monitor *mon, const struct tt_tls *frame)
{
	u64 tls[TT_TLS_SLOTS];
	unsigned int i;

	if (copy_words(tls, frame, TLS_WORDS))
		return -EFAULT;
	for (i = 0; i < TT_TLS_SLOTS; i++)
		if (!allowed(tls[i]))
			return -EINVAL;
	memcpy(mon->tls, tls, sizeof(mon->tls));
	mon->tls_down = false;
	mon->retried.ip = 0;
	tls_set(mon);
	return 0;
}

/*
 * i386's libc keeps thread-local variables below the base of its TLS segment, and
 * relies on offsets that wrap around at 4 GiB: they are beyond any bound.  An
 * expand-down segment has these and not the others, so each kind is a #GP when the
 * segment is of the other kind, and turns it round.
 */
bool tls_retry(struct monitor *mon, struct pt_regs *regs)
{
	unsigned short gs;

	if (mon->machine.protect != TT_PROTECT_SEGMENTS || current->thread.error_code ||
	    !(mon->tls[0] | mon->tls[1] | mon->tls[2]))
		return false;
	/*
	 * BEGIN lab3.4: negative TLS offsets.
	 * Turn the TLS segments round (mon->tls_down, bounded(), tls_set()) and have the
	 * instruction tried again: true.  But only once, or a #GP that has another reason comes
	 * for ever; mon->retried is for that.  The CPU looks at a descriptor when its selector is
	 * loaded, and %gs is not among regs.
	 */
	hole(mon, "lab3.4");
	return false;
	/* END lab3.4 */
}
