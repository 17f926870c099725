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

#include <linux/file.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/typetwo.h>
#include <linux/uaccess.h>
#include <typetwo/frame.h>
#include <typetwo/hypercall.h>
#include <typetwo/vmm.h>

#define TLS_WORDS (TT_TLS_SLOTS * 2)

/* The Guest kernel's part of a page directory. */
#define KERNEL_FIRST (TT_GUEST_KERNEL_BASE / PGDIR_SIZE)
#define KERNEL_ENTRIES (TASK_SIZE / PGDIR_SIZE - KERNEL_FIRST)

struct monitor {
	/* What fast_entry.S knows, too: fast.h. */
	bool user;			/* the mode: guest user, else guest kernel */
	u8 bound;			/* of guest user mode's segments: byte 6 of the descriptors */
	struct tt_frame *frame;		/* of the enter under way, in guest memory */
	unsigned int loaded;		/* the space that is in the process; 0: none */
	u64 tls[TT_TLS_SLOTS];		/* struct tt_tls as the Guest kernel gave them */
	struct pt_regs kernel;		/* the Guest kernel's, kept in guest user mode */

	struct typetwo hooks;
	struct tt_vmm_machine machine;
	struct tt_vmm_end end;
	struct mm_struct *mm;		/* of the machine's process; NULL: not started */
	struct task_struct *task;	/* that process */
	struct file *ram;
	struct page **page;		/* RAM, by page; NULL: not touched yet */
	u32 *entries;			/* map's list, copied: a page */
	DECLARE_BITMAP(spaces, TT_SPACES_MAX + 1);

	/* segments.c */
	bool tls_down;			/* expand-down: offsets below the base, none above */
	struct pt_regs retried;		/* at the last #GP that was tried again */

	/* supervisor.c */
	/* The Guest kernel's page directory entries, in its own mode and in guest user mode. */
	u32 shown[KERNEL_ENTRIES], hidden[KERNEL_ENTRIES];
	unsigned int kernel_tables;	/* how many of them are in use */

	/* tables.c */
	pgd_t *own;			/* the process's own page directory */
	u32 *directory[TT_SPACES_MAX + 1]; /* NULL: not used yet */
	struct page *tables[TT_SPACES_MAX + 1]; /* page tables: a chain by private, at index */
	unsigned int tables_used;
};

/* main.c: end the machine, with one line for its launcher; status is a TT_STATUS_*. */
__printf(3, 4)
void monitor_end(struct monitor *mon, unsigned int status, const char *format, ...);

/* A guest breaks a rule: regs say where. */
#define monitor_kill(mon, regs, format, ...)						\
	monitor_end(mon, TT_STATUS_KILLED,						\
		    "machine killed: " format " (trap %d eip 0x%08lx cr2 0x%08lx)",	\
		    ##__VA_ARGS__, (int)current->thread.trap_nr, (regs)->ip,		\
		    current->thread.cr2)

/* ram.c: the machine's memory.  A page of RAM, an ERR_PTR if the Host has none. */
struct page *ram_page(struct monitor *mon, unsigned long offset);
static inline bool ram_contains(const struct monitor *mon, unsigned long address,
				unsigned long bytes)
{
	unsigned long offset = address - TT_GUEST_KERNEL_BASE;

	return offset < mon->machine.ram_bytes && bytes <= mon->machine.ram_bytes - offset;
}

/*
 * Copy words to or from guest memory that ram_contains(); true if the Host could not
 * bring a page in.
 */
static inline bool copy_words(void *to, const void *from, unsigned long words)
{
	__uaccess_begin();
	asm volatile("1: rep movsl\n"
		     "2:\n"
		     _ASM_EXTABLE_UA(1b, 2b)
		     : "+D" (to), "+S" (from), "+c" (words) : : "memory");
	__uaccess_end();
	return words;
}

int ram_mmap(struct file *file, struct vm_area_struct *vma);
int ram_map(struct monitor *mon, struct file *file);
void ram_free(struct monitor *mon);
/* The Guest kernel's own space, TT_SPACE_KERNEL: as remap_map() and remap_unmap(). */
int kernel_map(struct monitor *mon, unsigned long address, unsigned int count);
void kernel_unmap(struct monitor *mon, unsigned long address, unsigned long bytes);

/* enter.c */
extern const struct typetwo_ops monitor_hooks;

/* host_calls.c: may the Guest kernel make this system call of the Host's? */
bool host_call_allowed(struct monitor *mon, struct pt_regs *regs);

/* spaces.c: hypercalls map, unmap, space_create, space_destroy; results as in hypercall.h. */
long space_map(struct monitor *mon, unsigned int space, unsigned long address,
	       unsigned long entries, unsigned int count);
long space_unmap(struct monitor *mon, unsigned int space, unsigned long address,
		 unsigned long bytes);
long space_create(struct monitor *mon);
long space_destroy(struct monitor *mon, unsigned int space);
bool space_exists(const struct monitor *mon, unsigned int space);
/* True if entry may be mapped there, for an application. */
bool space_map_ok(const struct monitor *mon, unsigned int space, unsigned long address,
		  u32 entry);
/* Make space the one that guest user mode runs in: 0 or -EINVAL. */
long space_load(struct monitor *mon, unsigned int space);

/*
 * remap.c, tables.c: spaces as mappings of the process, and as page directories.
 * map applies count entries of mon->entries from address on; they are valid.  An
 * error ends the machine: it is the Host's, out of memory.
 */
int remap_map(struct monitor *mon, unsigned long address, unsigned int count);
int remap_unmap(struct monitor *mon, unsigned long address, unsigned long bytes);
int remap_drop(struct monitor *mon);

int tables_map(struct monitor *mon, unsigned int space, unsigned long address,
	       unsigned int count);
bool tables_set(struct monitor *mon, unsigned int space, unsigned long address, u32 entry);
void tables_unmap(struct monitor *mon, unsigned int space, unsigned long address,
		  unsigned long bytes);
int tables_create(struct monitor *mon, unsigned int space);
void tables_load(struct monitor *mon, unsigned int space);
void tables_destroy(struct monitor *mon, unsigned int space);
void tables_free(struct monitor *mon);
void tables_share(struct monitor *mon, unsigned int index);

/* mprotect.c, segments.c, supervisor.c: keep the Guest kernel from guest user mode. */
void mprotect_hide(struct monitor *mon, bool hide);
void segments_hide(struct monitor *mon, bool hide);
void segments_switch(struct monitor *mon, bool out);
void supervisor_hide(struct monitor *mon, bool hide);

/* fast.c: the machine gets the CPU, or loses it. */
void fast_gates(struct monitor *mon, bool in);
/* fast.c: a page fault of fast_entry.S on the frame goes on at a fixup: true. */
bool fast_fixup(struct pt_regs *regs);
void fast_init(void);

/* segments.c: load the TLS slots as a frame has them.  0, or an errno and nothing changed. */
long tls_change(struct monitor *mon, const struct tt_tls *frame);
/* A #GP in guest user mode: true if it may have been a negative TLS offset, now allowed. */
bool tls_retry(struct monitor *mon, struct pt_regs *regs);

#endif
