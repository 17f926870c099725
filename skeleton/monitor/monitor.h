/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * monitor.h - the Monitor of labs 2 to 4: a module of the Host kernel.
 *
 * A machine is one process of the Host.  The Monitor keeps its mode: in guest
 * kernel mode it is an ordinary process that may make few system calls, and
 * hypercalls; in guest user mode whatever happens to it ends the Guest kernel's
 * enter hypercall.  The mode changes where the Host has the process's registers
 * on its kernel stack anyway: they are exchanged there, and no other process runs.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <asm/desc.h>
#include <typetwo/frame.h>
#include <typetwo/hypercall.h>
#include <typetwo/vmm.h>

#include "fast.h"

#define KERNEL_PAGES ((TT_MONITOR_BASE - TT_GUEST_KERNEL_BASE) / PAGE_SIZE)
#define KERNEL_FIRST (TT_GUEST_KERNEL_BASE / PGDIR_SIZE) /* its first entry of a directory */

struct monitor {
	/* What fast_entry.S knows, too: fast.h. */
	bool user;			/* the mode: guest user, else guest kernel */
	u8 bound;			/* of guest user mode's segments: BOUNDED or FLAT */
	bool no_sleep;			/* interrupts are off: what would sleep fails instead */
	struct tt_frame *frame;		/* of the enter under way, where the Host kernel has it */
	u32 frame_address;		/* and where the Guest kernel has it */
	u32 loaded;			/* the space that is in the process; 0: none */
	u64 tls[TT_TLS_SLOTS];
	struct pt_regs kernel;		/* the Guest kernel's, kept in guest user mode */

	struct typetwo hook;
	const struct protection *protection;
	const struct spaces *spaces;
	struct tt_vmm_machine machine;
	struct tt_vmm_end end;
	struct mm_struct *mm;		/* of the machine's process; NULL: not started */
	struct file *ram;
	void **page;			/* ram.c: what is behind each page of the Guest kernel's */
	DECLARE_BITMAP(exists, TT_SPACES_MAX + 1); /* which spaces there are */

	/* tables.c: page directories by space; 0 is the process's own.  NULL: not used yet. */
	u32 *directory[TT_SPACES_MAX + 1];
	struct list_head tables[TT_SPACES_MAX + 1]; /* page tables of the lower half */
	unsigned int tables_used;	/* made since all were thrown away */
	unsigned int kernel_tables;	/* from KERNEL_FIRST on, the Guest kernel's; behind: none */

	struct perf_event *debug[TT_DEBUG_ADDRESSES]; /* debug.c: one for each address */
};

/* How the Guest kernel is kept from guest user mode: one for each TT_PROTECT_*. */
struct protection {
	/* The mode changes, to guest user or back.  The machine is current; may sleep. */
	void (*hide)(struct monitor *mon, bool hide);
};
extern const struct protection no_protection, mprotect_protection, segment_protection,
	supervisor_protection;

/*
 * What an address space of the guest's is made of: one for each TT_SPACES_*.  A mapping may be
 * forgotten at any time.  0, or an errno: then the machine ends.
 */
struct spaces {
	/* Map one page as an entry of hypercall.h says; 0 takes the page away. */
	long (*set)(struct monitor *mon, u32 space, u32 address, u32 entry);
	long (*unmap)(struct monitor *mon, u32 space, u32 address, u32 end);
	/* NULL: there is nothing to do. */
	long (*create)(struct monitor *mon, u32 space);
	/* The process has this one instead of mon->loaded; 0: none. */
	long (*load)(struct monitor *mon, u32 space);
	/* It has no mappings any more.  It is not loaded.  NULL: then it has none. */
	void (*clear)(struct monitor *mon, u32 space);
};
extern const struct spaces remapped_spaces, table_spaces;

/*
 * main.c: end the machine, for a reason of vmm.h, or note the Guest kernel's exception.
 * Returns an errno that nobody will see.
 */
long monitor_end(struct monitor *mon, unsigned int why, unsigned long what);

/*
 * ram.c: the machine's memory, as the Host kernel sees it; it stays until the machine is gone.
 * The page at an offset into RAM; NULL: the Host has no memory.  May sleep.
 */
void *ram_make(struct monitor *mon, u32 index) __cold;
static inline void *ram_page(struct monitor *mon, u32 offset)
{
	return mon->page[offset / PAGE_SIZE] ?: ram_make(mon, offset / PAGE_SIZE);
}
/*
 * bytes at an address of the Guest kernel's; NULL if not aligned words in one page of RAM, or if
 * the Host has no memory, which ends the machine.
 */
static inline void *ram_at(struct monitor *mon, u32 address, u32 bytes)
{
	u32 offset = address - TT_GUEST_KERNEL_BASE;
	char *page;

	if (address % sizeof(u32) || offset >= mon->machine.ram_bytes ||
	    bytes > PAGE_SIZE - offset_in_page(address))
		return NULL;
	page = ram_page(mon, offset);
	if (page)
		return page + offset_in_page(address);
	monitor_end(mon, TT_END_MEMORY, 0);
	return NULL;
}

int ram_mmap(struct file *file, struct vm_area_struct *vma);
void ram_map(struct monitor *mon, struct file *file);
void ram_free(struct monitor *mon);
/* Hypercall forget: RAM has no page table entries until it is touched again. */
void ram_forget(struct monitor *mon);
/* The Guest kernel's own space: as spaces.set, on what is unmapped; and unmap. */
long kernel_set(struct monitor *mon, u32 address, u32 entry);
void kernel_unmap(struct monitor *mon, u32 address, u32 bytes);

/* crossings.c: stands for a frame until enter names one; fast_entry.S leaves that to the Host's way. */
extern struct tt_frame frame_of_nobody;
extern const struct typetwo monitor_hook;
/* The machine gets the CPU, or gives it back.  Preemption is off. */
void monitor_switch(struct monitor *mon, bool in);

/* host_calls.c: may the Guest kernel make this system call of the Host's? */
bool host_call_allowed(struct monitor *mon, unsigned long number);

/* spaces.c: hypercalls; results as in hypercall.h. */
long space_map(struct monitor *mon, u32 space, u32 address, u32 list, u32 count);
long space_unmap(struct monitor *mon, u32 space, u32 address, u32 bytes);
long space_create(struct monitor *mon);
long space_destroy(struct monitor *mon, u32 space);
/* Make space the one that guest user mode runs in: 0 or -EINVAL. */
long space_load(struct monitor *mon, u32 space);

/* tables.c: nothing runs in the spaces any more. */
void tables_free(struct monitor *mon);
/* The process has its own directory again, at its exit. */
void tables_leave(struct monitor *mon);
/* Let a directory have all page tables of the Guest kernel's range that there are by now. */
void tables_share(struct monitor *mon, u32 *directory);

/* debug.c: hypercall debug; and at the end, none any more. */
long debug_load(struct monitor *mon, u32 address);
void debug_free(struct monitor *mon);

/* segments.c: the machine gets the CPU, or gives it back.  Interrupts are off. */
void segments_switch(struct monitor *mon, bool in);
/* Load the TLS slots as a frame has them.  0, or -EINVAL and nothing changed. */
long tls_change(struct monitor *mon, const u64 *frame);

/* fast.c: fast_entry.S takes over for mon, or for NULL the Host.  Preemption is off. */
void fast_init(void);
void fast_gates(struct monitor *mon);

#endif
