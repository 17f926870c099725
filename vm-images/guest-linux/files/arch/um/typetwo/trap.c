// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exit loop: run a guest process until it wants something, and see to it.
 */
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/resume_user_mode.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched/signal.h>
#include <linux/seccomp.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <sysdep/syscalls.h>
#include <uapi/asm/debugreg.h>
#include <asm/trapnr.h>
#include <asm/typetwo.h>
#include <asm/user.h>
#include <asm/walk.h>
#include <kern_util.h>

#define SYSCALL_TRACED                                                          \
	(_TIF_SYSCALL_TRACE | _TIF_SYSCALL_EMU | _TIF_SECCOMP | _TIF_SINGLESTEP)

#define FILE_AROUND (16 * PAGE_SIZE) /* what mm/memory.c maps at a fault, if it is in memory */
#define FAR_AROUND (4 * FILE_AROUND)

/* A fault on a file's page has been served: on a slow Monitor, save the next ones nearby. */
static void fault_around(struct vm_area_struct *vma, unsigned long address)
{
	unsigned long start = max(address & -FAR_AROUND, vma->vm_start);
	unsigned long end = min((address & -FAR_AROUND) + FAR_AROUND, vma->vm_end);

	if (!vma->vm_ops || !vma->vm_ops->map_pages)
		return;
	for (; start < end; start = (start & -FILE_AROUND) + FILE_AROUND)
		if (!walk(vma->vm_mm, start, false))
			handle_mm_fault(vma, start, 0, NULL);
}

/*
 * Make the page tables allow the access: 0, or what makes that impossible, SIGSEGV's si_code or
 * TT_FAULT_BUS.  It is not the user, and regs is NULL, when the Guest kernel reads or writes for the process.
 */
static __always_inline int fault(struct mm_struct *mm, unsigned long address, bool write, bool user,
				 struct pt_regs *regs)
{
	unsigned int flags = FAULT_FLAG_DEFAULT | (write ? FAULT_FLAG_WRITE : 0) |
			     (user ? FAULT_FLAG_USER : 0);
	struct vm_area_struct *vma;
	vm_fault_t result;

	if (address >= TASK_SIZE || (!user && (faulthandler_disabled() || !mm)))
		return SEGV_MAPERR;
retry:
	vma = lock_mm_and_find_vma(mm, address, regs);
	if (!vma)
		return SEGV_MAPERR;
	if (!(vma->vm_flags & (write ? VM_WRITE : VM_READ | VM_EXEC | VM_WRITE))) {
		mmap_read_unlock(mm);
		return SEGV_ACCERR;
	}
	result = handle_mm_fault(vma, address, flags, regs);
	if (unlikely(result & (VM_FAULT_COMPLETED | VM_FAULT_RETRY))) { /* the lock is gone already */
		if (result & VM_FAULT_COMPLETED)
			return 0;
		if (fatal_signal_pending(current))
			return user ? 0 : SEGV_MAPERR;
		flags |= FAULT_FLAG_TRIED;
		goto retry;
	}
	if (tt_slow_monitor && user && !write && !(result & VM_FAULT_ERROR))
		fault_around(vma, address);
	mmap_read_unlock(mm);
	if (likely(!(result & VM_FAULT_ERROR)))
		return 0;
	if (result & VM_FAULT_OOM) {
		if (!user)
			return SEGV_MAPERR;
		pagefault_out_of_memory();
		return 0;
	}
	if (result & VM_FAULT_SIGBUS)
		return TT_FAULT_BUS;
	return result & VM_FAULT_SIGSEGV ? SEGV_ACCERR : SEGV_MAPERR;
}

int tt_fault(struct mm_struct *mm, unsigned long address, bool write)
{
	return fault(mm, address, write, false, NULL);
}

static void report(struct pt_regs *regs, unsigned long trap)
{
	struct faultinfo *fi = &current->thread.arch.faultinfo;

	if (!show_unhandled_signals || !unhandled_signal(current, SIGSEGV) || !printk_ratelimit())
		return;
	pr_info("%s[%d]: trap %lu at %08lx ip %08lx sp %08lx error %x\n", current->comm,
		task_pid_nr(current), trap, fi->cr2, PT_REGS_IP(regs), PT_REGS_SP(regs),
		fi->error_code);
}

int show_unhandled_signals = 1;

/* What a signal's handler is told about the exception. */
static void remember(const struct tt_frame *frame)
{
	struct faultinfo *fi = &current->thread.arch.faultinfo;

	fi->trap_no = frame->trap;
	fi->error_code = frame->error_code;
	if (frame->trap == X86_TRAP_PF)
		fi->cr2 = frame->cr2;
}

static void page_fault(struct pt_regs *regs, struct tt_frame *frame)
{
	unsigned long address = frame->cr2;
	bool write = frame->error_code & TT_PF_WRITE;
	pte_t *pte = walk(current->mm, address, write);
	int err;

	if (!pte) {
		err = fault(current->mm, address, write, true, regs);
		if (unlikely(err))
			goto refused;
		pte = walk(current->mm, address, write);
		if (unlikely(!pte))
			return;
		err = tt_tlb_fill_new(current->mm, address, pte);
	} else {
		err = tt_tlb_fill(current->mm, address, pte, !(frame->error_code & TT_PF_PRESENT));
	}
	if (likely(!err))
		return;
	err = SEGV_MAPERR; /* a page that the machine does not have: address 0 */
refused:
	/* P says what the page tables say, not what the Monitor still had of them. */
	pte = find_pte(current->mm, address & PAGE_MASK);
	frame->error_code &= ~TT_PF_PRESENT;
	if (address >= TT_HOST_KERNEL_BASE || (pte && pte_present(*pte) && !has(*pte, _PAGE_PROTNONE, 0)))
		frame->error_code |= TT_PF_PRESENT;
	remember(frame);
	report(regs, X86_TRAP_PF);
	if (err == TT_FAULT_BUS)
		force_sig_fault(SIGBUS, BUS_ADRERR, (void __user *)address);
	else
		force_sig_fault(SIGSEGV, err, (void __user *)address);
}

/* Which of the enabled floating-point exceptions it was; the CPU does not say. */
static int fpe_code(unsigned int raised)
{
	if (raised & 1)
		return FPE_FLTINV;
	if (raised & 4)
		return FPE_FLTDIV;
	if (raised & 8)
		return FPE_FLTOVF;
	if (raised & 0x12)
		return FPE_FLTUND;
	if (raised & 0x20)
		return FPE_FLTRES;
	return 0;
}

static void float_error(struct pt_regs *regs, bool simd)
{
	struct user_fxsr_struct fpu;
	unsigned int raised;

	fpu_read(current, &fpu);
	raised = simd ? fpu.mxcsr & ~(fpu.mxcsr >> 7) : fpu.swd & ~fpu.cwd;
	raised = fpe_code(raised);
	if (raised) /* else it was spurious, and is tried again */
		force_sig_fault(SIGFPE, raised, (void __user *)PT_REGS_IP(regs));
}

/* A fault of segment bounds: on a bare machine it is a page fault. */
static bool out_of_bounds(struct pt_regs *regs, struct tt_frame *frame)
{
	unsigned long address;

	if ((frame->trap != X86_TRAP_GP && frame->trap != X86_TRAP_SS) || frame->error_code)
		return false;
	address = tt_out_of_bounds(&frame->regs, frame->trap == X86_TRAP_SS);
	if (!address)
		return false;
	frame->trap = X86_TRAP_PF;
	frame->error_code = TT_PF_USER | (address >= TT_HOST_KERNEL_BASE ? TT_PF_PRESENT : 0);
	frame->cr2 = address;
	remember(frame);
	report(regs, X86_TRAP_PF);
	force_sig_fault(SIGSEGV, SEGV_MAPERR, (void __user *)address);
	return true;
}

static void exception(struct pt_regs *regs, struct tt_frame *frame)
{
	void __user *ip = (void __user *)PT_REGS_IP(regs);

	if (frame->trap == X86_TRAP_GP && tt_tls_retry(current))
		return;
	if (out_of_bounds(regs, frame))
		return;
	remember(frame);
	switch (frame->trap) {
	case X86_TRAP_DE:
		force_sig_fault(SIGFPE, FPE_INTDIV, ip);
		return;
	case X86_TRAP_DB:
		current->thread.arch.debugregs[DR_STATUS] = frame->cr2;
		force_sig_fault(SIGTRAP,
				frame->cr2 & DR_STEP	  ? TRAP_TRACE :
				frame->cr2 & DR_TRAP_BITS ? TRAP_HWBKPT :
							    TRAP_BRKPT,
				ip);
		return;
	case X86_TRAP_BP:
		force_sig(SIGTRAP);
		return;
	case X86_TRAP_UD:
		force_sig_fault(SIGILL, ILL_ILLOPN, ip);
		return;
	case X86_TRAP_MF:
		float_error(regs, false);
		return;
	case X86_TRAP_XF:
		float_error(regs, true);
		return;
	case X86_TRAP_AC:
		force_sig_fault(SIGBUS, BUS_ADRALN, NULL);
		return;
	case X86_TRAP_NP:
	case X86_TRAP_SS:
		force_sig(SIGBUS);
		return;
	default:
		report(regs, frame->trap);
		force_sig(SIGSEGV);
		return;
	}
}

/* Not UML's EXECUTE_SYSCALL(): gcc copies its struct of arguments twice, the second time in a loop. */
static __always_inline long call(unsigned int nr, const struct tt_regs *r)
{
	asmlinkage long (*function)(long, long, long, long, long, long) =
		(void *)sys_call_table[nr];

	return function(r->ebx, r->ecx, r->edx, r->esi, r->edi, r->ebp);
}

static __always_inline void system_call(struct pt_regs *regs, struct tt_frame *frame,
					struct thread_info *info)
{
	unsigned int nr = frame->regs.orig_eax;
	bool traced = READ_ONCE(info->flags) & SYSCALL_TRACED;

	frame->regs.eax = -ENOSYS;
	if (unlikely(traced)) {
		if (syscall_trace_enter(regs))
			goto out;
		nr = frame->regs.orig_eax;
		if (nr >= NR_syscalls && nr != -1)
			frame->regs.eax = -ENOSYS;
	}
	if (likely(nr < NR_syscalls))
		frame->regs.eax = call(nr, &frame->regs);
out:
	if (unlikely(traced || (READ_ONCE(info->flags) & SYSCALL_TRACED)))
		syscall_trace_leave(regs);
}

static void work(struct pt_regs *regs, unsigned long flags)
{
	if (flags & _TIF_NEED_RESCHED)
		schedule();
	if (flags & (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL))
		do_signal(regs);
	if (flags & _TIF_NOTIFY_RESUME)
		resume_user_mode_work(regs);
}

/* The life of a guest process, from the Guest kernel's side.  It ends inside, by do_exit(). */
void __noreturn tt_run(struct pt_regs *regs)
{
	struct tt_frame *frame = &regs->regs.frame;
	struct thread_info *info = current_thread_info();

	for (;;) {
		unsigned long flags;
		long err;

		/*
		 * An interrupt before this look leaves its wish in the flags; one after it sets
		 * immediate_exit again, and enter comes right back.
		 */
		frame->immediate_exit = 0;
		barrier();
		flags = READ_ONCE(info->flags);
		if (unlikely(flags & _TIF_WORK_MASK)) {
			work(regs, flags);
			continue;
		}
		if (unlikely(tt_stale_space))
			tt_tlb_sync();
		err = tt_enter(frame);
		if (unlikely(err))
			panic("The Monitor refuses to enter guest user mode: error %ld", err);

		switch (frame->reason) {
		case TT_EXIT_SYSCALL:
			system_call(regs, frame, info);
			break;
		case TT_EXIT_EXCEPTION:
			if (frame->trap == X86_TRAP_PF)
				page_fault(regs, frame);
			else
				exception(regs, frame);
			break;
		default: /* TT_EXIT_INTERRUPT: its handler has run */
			break;
		}
	}
}
