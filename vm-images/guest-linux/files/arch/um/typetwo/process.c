// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks of the Guest kernel: create, switch, exec.  A guest process is a frame (registers, TLS,
 * address space), an FPU state, and a stack for the Guest kernel's work.
 */
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/kallsyms.h>
#include <uapi/asm/debugreg.h>
#include <asm/mmu_context.h>
#include <asm/typetwo.h>

/* arch/x86/um/setjmp_32.S; arch/um/Makefile renames both to kernel_... */
int setjmp(jmp_buf) __attribute__((returns_twice));
void __noreturn longjmp(jmp_buf, int);

/* There is one CPU. */
struct task_struct *current_task = &init_task;
EXPORT_SYMBOL(current_task);

/* The task may enter guest user mode: it has to find its own space and FPU there. */
void arch_switch_to(struct task_struct *to)
{
	if (!to->mm)
		return;
	if (unlikely(!to->mm->context.space))
		tt_space_make(to->mm);
	to->thread.regs.regs.frame.space = to->mm->context.space;
	fpu_switch(to);
	if (unlikely(tt_debug_loaded || to->thread.arch.debugregs[DR_CONTROL]))
		tt_debug_load(to);
}

struct task_struct *__switch_to(struct task_struct *from, struct task_struct *to)
{
	to->thread.prev_sched = from;
	if (setjmp(from->thread.switch_buf) == 0) {
		current_task = to;
		longjmp(to->thread.switch_buf, 1);
	}
	arch_switch_to(current);
	return current->thread.prev_sched;
}

/* The first steps of a new task: on its own stack, with nothing below to return to. */
static void __noreturn first_run(void)
{
	struct task_struct *task = current;

	schedule_tail(task->thread.prev_sched);
	if (task->thread.request.u.thread.proc)
		task->thread.request.u.thread.proc(task->thread.request.u.thread.arg);
	/* A kernel thread comes here only when it has become a guest process by exec. */
	arch_switch_to(task);
	tt_run(&task->thread.regs);
}

/* The generic ones would clear each stack, which costs as much as a dozen system calls. */
unsigned long *arch_alloc_thread_stack_node(struct task_struct *task, int node)
{
	return (unsigned long *)__get_free_pages(GFP_KERNEL, THREAD_SIZE_ORDER);
}

void arch_free_thread_stack(struct task_struct *task)
{
	free_pages((unsigned long)task->stack, THREAD_SIZE_ORDER);
}

static void reset_regs(struct pt_regs *regs)
{
	memset(regs, 0, sizeof(*regs));
	regs->regs.is_user = 1;
	regs->regs.frame.regs.cs = TT_USER_CS;
	regs->regs.frame.regs.ds = TT_USER_DS;
	regs->regs.frame.regs.es = TT_USER_DS;
	regs->regs.frame.regs.ss = TT_USER_DS;
	regs->regs.frame.regs.eflags = X86_EFLAGS_IF | X86_EFLAGS_FIXED;
	regs->regs.frame.regs.orig_eax = -1;
}

int copy_thread(struct task_struct *p, const struct kernel_clone_args *args)
{
	struct pt_regs *regs = task_pt_regs(p);
	unsigned long top = (unsigned long)task_stack_page(p) + THREAD_SIZE;

	p->thread.segv_regs = NULL;
	p->thread.request.u.thread.proc = args->fn;
	p->thread.request.u.thread.arg = args->fn_arg;
	p->thread.switch_buf[0].JB_IP = (unsigned long)first_run;
	p->thread.switch_buf[0].JB_SP = top - sizeof(long);

	if (args->fn) {
		reset_regs(regs);
		return 0;
	}
	/* dup_task_struct() has copied the registers and the TLS segments already. */
	fpu_fork(p);
	tt_debug_reset(p);
	PT_REGS_SET_SYSCALL_RETURN(regs, 0);
	if (args->stack)
		PT_REGS_SP(regs) = args->stack;
	if (args->flags & CLONE_SETTLS)
		return arch_set_tls(p, args->tls);
	return 0;
}

void flush_thread(void)
{
	reset_regs(current_pt_regs());
	tt_tls_reset(current);
	tt_debug_reset(current);
	fpu_reset();
	arch_switch_to(current);
}

void start_thread(struct pt_regs *regs, unsigned long eip, unsigned long esp)
{
	PT_REGS_IP(regs) = eip;
	PT_REGS_SP(regs) = esp;
}

unsigned long get_thread_reg(int reg, jmp_buf *buf)
{
	switch (reg) {
	case HOST_IP:
		return buf[0]->__eip;
	case HOST_SP:
		return buf[0]->__esp;
	case HOST_BP:
		return buf[0]->__ebp;
	}
	return 0;
}

unsigned long __get_wchan(struct task_struct *p)
{
	unsigned long *sp = (unsigned long *)p->thread.switch_buf[0].JB_SP;
	unsigned long *end = task_stack_page(p) + THREAD_SIZE;
	bool scheduler = false;

	for (; sp < end; sp++) {
		if (in_sched_functions(*sp))
			scheduler = true;
		else if (scheduler && __kernel_text_address(*sp))
			return *sp;
	}
	return 0;
}
