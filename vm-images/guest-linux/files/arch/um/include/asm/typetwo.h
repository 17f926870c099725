/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of arch/um/typetwo tell each other and the rest of the port.
 */
#ifndef _ASM_UM_TYPETWO_H
#define _ASM_UM_TYPETWO_H

#include <linux/types.h>
#include <asm/unistd.h>
#include <typetwo/frame.h>
#include <typetwo/hypercall.h>
#include <typetwo/machine.h>

struct task_struct;
struct mm_struct;
struct pt_regs;
struct user_fxsr_struct;
struct user_i387_struct;
struct user_regset;
struct membuf;

/*
 * A host system call.  tt_trap() has four arguments, as no hypercall has more; pread64 and pwrite64
 * have a fifth, the upper half of the offset.
 */
static inline long host_call(unsigned int nr, unsigned long a, unsigned long b, unsigned long c,
			     unsigned long d, unsigned long e)
{
	long result;

	asm volatile("int $0x80"
		     : "=a"(result)
		     : "0"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
		     : "memory", "cc");
	return result;
}

static inline long host_read(int fd, void *buffer, size_t count)
{
	return host_call(__NR_read, fd, (unsigned long)buffer, count, 0, 0);
}

static inline long host_write(int fd, const void *buffer, size_t count)
{
	return host_call(__NR_write, fd, (unsigned long)buffer, count, 0, 0);
}

/* machine.c: the boot page, kept. */
extern struct tt_boot tt_boot;
extern bool tt_slow_monitor; /* do more at each crossing, so that there are fewer */
extern unsigned int tt_around; /* how far a miss looks for pages that are there already */
const struct tt_device *tt_find_device(unsigned int kind, unsigned int n);
void __noreturn tt_exit(int status);

/* head.S */
long tt_enter(struct tt_frame *frame);
extern char tt_enter_return[];
extern char tt_sigreturn[];

/* console.c: may be called at any time, and from anywhere. */
void tt_console_write(const char *text, unsigned int count);
void tt_console_early(void);

/* irq.c */
void tt_signals_init(void);

/* tlb.c */
long tt_tlb_fill(struct mm_struct *mm, unsigned long address, pte_t *pte, bool missing);
long tt_tlb_fill_new(struct mm_struct *mm, unsigned long address, pte_t *pte);
void tt_space_make(struct mm_struct *mm);
bool tt_kernel_fill(unsigned long address);
extern unsigned int tt_stale_space;
void tt_tlb_sync(void);

/* uaccess.c: where the Guest kernel has a process's byte, good to the end of its page; or NULL. */
void *tt_user_byte(unsigned long address, bool write);

/* trap.c */
#define TT_FAULT_BUS -1
int tt_fault(struct mm_struct *mm, unsigned long address, bool write);
void __noreturn tt_run(struct pt_regs *regs);

/* process.c */
void arch_switch_to(struct task_struct *to);

/* tls.c */
void tt_tls_reset(struct task_struct *task);
bool tt_tls_retry(struct task_struct *task); /* at a #GP: is the instruction to be tried again? */

int tt_tls_get(struct task_struct *task, const struct user_regset *regset, struct membuf to);
int tt_tls_set(struct task_struct *task, const struct user_regset *regset, unsigned int pos,
	       unsigned int count, const void *from, const void __user *user);

/* bounds.c: the address that a fault without one was about; 0 if it was about something else. */
unsigned long tt_out_of_bounds(const struct tt_regs *regs, bool stack);

/* signal.c */
bool tt_selectors_ok(const struct tt_regs *regs);

/* debug.c */
extern bool tt_debug_loaded;
int tt_debug_set(struct task_struct *task, unsigned int n, unsigned long value);
unsigned long tt_debug_get(struct task_struct *task, unsigned int n);
void tt_debug_reset(struct task_struct *task);
void tt_debug_load(struct task_struct *task);

/*
 * fpu.c: the FPU and SSE registers of guest applications.  The Guest kernel never uses them, so
 * they stay in the CPU, across guest kernel mode, until another guest application runs.
 */
void fpu_switch(struct task_struct *to);
void fpu_reset(void);
void fpu_save(struct user_fxsr_struct *to);
struct user_fxsr_struct *fpu_area(struct task_struct *task);
void fpu_written(struct task_struct *task);
void fpu_fork(struct task_struct *child);
void fpu_read(struct task_struct *task, struct user_fxsr_struct *to);
void fpu_write(struct task_struct *task, const struct user_fxsr_struct *from);
void fpu_to_i387(struct user_i387_struct *to, const struct user_fxsr_struct *from);
void fpu_from_i387(struct user_fxsr_struct *to, const struct user_i387_struct *from);
extern unsigned int fpu_mxcsr_mask;

#endif
