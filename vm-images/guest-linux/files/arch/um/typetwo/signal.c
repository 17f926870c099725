// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals, as arch/x86/kernel/signal.c delivers them: the same frame at the same address, with the
 * registers first, and above them those of the FPU, in the 387's format and then, at a multiple of
 * 64, in fxsave's.
 *
 * A frame is made, and read, where the process has it, if it lies in one page, as most do: the Guest
 * kernel reaches that page (uaccess.c), and copies nothing.  Else it is made on our stack.
 */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>
#include <asm/typetwo.h>
#include <asm/ucontext.h>
#include <asm/user.h>
#include <kern_util.h>

/* What sigreturn believes of a frame's flags. */
#define FRAME_FLAGS                                                                              \
	(X86_EFLAGS_AC | X86_EFLAGS_OF | X86_EFLAGS_DF | X86_EFLAGS_TF | X86_EFLAGS_SF |         \
	 X86_EFLAGS_ZF | X86_EFLAGS_AF | X86_EFLAGS_PF | X86_EFLAGS_CF | X86_EFLAGS_RF)

struct sigframe {
	unsigned long pretcode;
	int sig;
	struct sigcontext sc;
	unsigned long extramask[_NSIG_WORDS - 1];
	u8 retcode[8];
};

struct rt_sigframe {
	unsigned long pretcode;
	int sig;
	struct siginfo __user *pinfo;
	struct ucontext __user *puc;
	struct siginfo info;
	struct ucontext uc;
	u8 retcode[8];
};

/* popl %eax; movl $NUMBER, %eax; int $0x80.  Nobody runs it; gdb knows a frame by it. */
static const u8 retcode[8] = { 0x58, 0xb8, __NR_sigreturn, 0, 0, 0, 0xcd, 0x80 };
static const u8 rt_retcode[8] = { 0xb8, __NR_rt_sigreturn, 0, 0, 0, 0xcd, 0x80 };

/* Memory of the process's, and where we have it. */
struct reached {
	unsigned long user, bytes;
	void *here;
	u8 copy[sizeof(struct rt_sigframe) + sizeof(struct _fpstate) + 48] __aligned(16);
};

static void *reach(struct reached *r, unsigned long user, unsigned long bytes, bool write)
{
	if (!access_ok((void __user *)user, bytes))
		return NULL;
	r->user = user;
	r->bytes = bytes;
	if (((user ^ (user + bytes - 1)) & PAGE_MASK) == 0)
		return r->here = tt_user_byte(user, write);
	r->here = r->copy + (user & 15); /* fxsave looks at the alignment here, too */
	if (write) /* some of it is not written, and nobody is to see what was there */
		memset(r->copy, 0, sizeof(r->copy));
	else if (copy_from_user(r->here, (void __user *)user, bytes))
		return NULL;
	return r->here;
}

static bool written(struct reached *r)
{
	return (u8 *)r->here < r->copy || (u8 *)r->here >= r->copy + sizeof(r->copy) ||
	       copy_to_user((void __user *)r->user, r->here, r->bytes) == 0;
}

/* ---- registers ---- */

static void put_registers(struct sigcontext *sc, unsigned long fp_user, struct _fpstate *fp,
			  struct pt_regs *regs, unsigned long mask)
{
	const struct tt_regs *r = &regs->regs.frame.regs;
	const struct faultinfo *fault = &current->thread.arch.faultinfo;

	*sc = (struct sigcontext){
		.gs = r->gs, .fs = r->fs, .es = r->es, .ds = r->ds,
		.di = r->edi, .si = r->esi, .bp = r->ebp, .sp = r->esp,
		.bx = r->ebx, .dx = r->edx, .cx = r->ecx, .ax = r->eax,
		.trapno = fault->trap_no, .err = fault->error_code,
		.ip = r->eip, .cs = r->cs,
		.flags = r->eflags,
		.sp_at_signal = r->esp, .ss = r->ss,
		.fpstate = fp_user, .oldmask = mask, .cr2 = fault->cr2,
	};
	fpu_save((struct user_fxsr_struct *)fp->_fxsr_env);
	fpu_to_i387((struct user_i387_struct *)fp, (struct user_fxsr_struct *)fp->_fxsr_env);
	fp->status = fp->sw;
	fp->magic = X86_FXSR_MAGIC;
	fp->sw_reserved = (struct _fpx_sw_bytes){
		.magic1 = FP_XSTATE_MAGIC1,
		.extended_size = sizeof(*fp) + FP_XSTATE_MAGIC2_SIZE,
		.xfeatures = 3, /* FP and SSE */
		.xstate_size = sizeof(struct user_fxsr_struct),
	};
}

static noinline bool get_registers(struct pt_regs *regs, const struct sigcontext *sc)
{
	struct tt_regs *r = &regs->regs.frame.regs;
	unsigned long fp_user = (unsigned long)sc->fpstate;

	/* Always make any pending restarted system calls return -EINTR */
	current->restart_block.fn = do_no_restart_syscall;
	r->gs = sc->gs;
	r->fs = sc->fs;
	r->es = sc->es;
	r->ds = sc->ds;
	r->edi = sc->di;
	r->esi = sc->si;
	r->ebp = sc->bp;
	r->esp = sc->sp;
	r->ebx = sc->bx;
	r->edx = sc->dx;
	r->ecx = sc->cx;
	r->eax = sc->ax;
	r->eip = sc->ip;
	r->cs = sc->cs | 3;
	r->ss = sc->ss | 3;
	if (!tt_selectors_ok(r))
		set_thread_flag(TIF_SIGPENDING); /* do_signal() has the answer */
	r->eflags = (r->eflags & ~FRAME_FLAGS) | (sc->flags & FRAME_FLAGS);
	r->orig_eax = -1; /* no call to be restarted */
	if (!fp_user) {
		fpu_reset();
	} else {
		struct reached reached;
		const struct _fpstate *fp = reach(&reached, fp_user, sizeof(*fp), false);
		struct user_fxsr_struct *fx = fpu_area(current);

		if (!fp)
			return false;
		memcpy(fx, fp->_fxsr_env, sizeof(*fx));
		fpu_from_i387(fx, (const struct user_i387_struct *)fp);
		fpu_written(current);
	}
	return true;
}

/* ---- frames ---- */

/*
 * Where the frame of a signal begins, and its FPU state, *fp; 0 if it does not fit: on the
 * alternate stack there is only so much room, and whatever is below is not ours.
 */
static unsigned long place_frame(struct ksignal *ksig, struct pt_regs *regs, unsigned long bytes,
				 unsigned long *fp)
{
	unsigned long sp = PT_REGS_SP(regs), user;
	bool alternate = on_sig_stack(sp);

	BUILD_BUG_ON(sizeof(struct _fpstate) != sizeof(struct user_fxsr_struct) + 112);
	if ((ksig->ka.sa.sa_flags & SA_ONSTACK) && sas_ss_flags(sp) == 0) {
		sp = current->sas_ss_sp + current->sas_ss_size;
		alternate = true;
	}
	*fp = ((sp - sizeof(struct user_fxsr_struct)) & -64UL) - 112;
	/* function entry wants esp + 4 at a multiple of 16 */
	user = ((*fp - bytes + 4) & -16UL) - 4;
	if (!alternate || __on_sig_stack(user))
		return user;
	if (show_unhandled_signals)
		pr_info_ratelimited("%s[%d] overflowed sigaltstack\n", current->comm,
				    task_pid_nr(current));
	return 0;
}

static void call_handler(struct pt_regs *regs, struct ksignal *ksig, unsigned long frame,
			 unsigned long second, unsigned long third)
{
	struct tt_regs *r = &regs->regs.frame.regs;

	r->esp = frame;
	r->eip = (unsigned long)ksig->ka.sa.sa_handler;
	r->eflags &= ~(X86_EFLAGS_DF | X86_EFLAGS_RF | X86_EFLAGS_TF);
	r->eax = ksig->sig;
	r->edx = second;
	r->ecx = third;
	r->ds = TT_USER_DS;
	r->es = TT_USER_DS;
	r->ss = TT_USER_DS;
	r->cs = TT_USER_CS;
	fpu_reset();
}

#define RESTORER(ksig, user, type)						\
	((ksig)->ka.sa.sa_flags & SA_RESTORER ?					\
		 (unsigned long)(ksig)->ka.sa.sa_restorer :			\
		 (user) + offsetof(type, retcode))

static bool make_frame(struct ksignal *ksig, struct pt_regs *regs, const sigset_t *mask)
{
	unsigned long fp, user = place_frame(ksig, regs, sizeof(struct sigframe), &fp);
	struct reached reached;
	struct sigframe *frame;

	frame = user ? reach(&reached, user, fp + sizeof(struct _fpstate) - user, true) : NULL;
	if (!frame)
		return false;
	frame->pretcode = RESTORER(ksig, user, struct sigframe);
	frame->sig = ksig->sig;
	put_registers(&frame->sc, fp, (void *)frame + (fp - user), regs, mask->sig[0]);
	frame->extramask[0] = mask->sig[1];
	memcpy(frame->retcode, retcode, sizeof(retcode));
	if (!written(&reached))
		return false;
	call_handler(regs, ksig, user, 0, 0);
	return true;
}

static bool make_rt_frame(struct ksignal *ksig, struct pt_regs *regs, const sigset_t *mask)
{
	unsigned long fp, user = place_frame(ksig, regs, sizeof(struct rt_sigframe), &fp);
	struct rt_sigframe __user *there = (void __user *)user;
	struct reached reached;
	struct rt_sigframe *frame;

	frame = user ? reach(&reached, user, fp + sizeof(struct _fpstate) - user, true) : NULL;
	if (!frame)
		return false;
	frame->pretcode = RESTORER(ksig, user, struct rt_sigframe);
	frame->sig = ksig->sig;
	frame->pinfo = &there->info;
	frame->puc = &there->uc;
	memcpy(&frame->info, &ksig->info, sizeof(ksig->info));
	memset((void *)&frame->info + sizeof(ksig->info), 0, sizeof(frame->info) - sizeof(ksig->info));
	frame->uc.uc_flags = 0;
	frame->uc.uc_link = NULL;
	frame->uc.uc_stack = (stack_t){
		.ss_sp = (void __user *)current->sas_ss_sp,
		.ss_flags = current->sas_ss_flags,
		.ss_size = current->sas_ss_size,
	};
	put_registers(&frame->uc.uc_mcontext, fp, (void *)frame + (fp - user), regs, mask->sig[0]);
	frame->uc.uc_sigmask = *mask;
	memcpy(frame->retcode, rt_retcode, sizeof(rt_retcode));
	if (!written(&reached))
		return false;
	call_handler(regs, ksig, user, (unsigned long)&there->info, (unsigned long)&there->uc);
	return true;
}

/* A call that a signal has interrupted: it fails, or is made again when the handler has run. */
static void interrupted_call(struct tt_regs *r, const struct ksignal *ksig)
{
	switch ((int)r->eax) {
	case -ERESTARTSYS:
		if (ksig->ka.sa.sa_flags & SA_RESTART)
			break;
		fallthrough;
	case -ERESTART_RESTARTBLOCK:
	case -ERESTARTNOHAND:
		r->eax = -EINTR;
		return;
	case -ERESTARTNOINTR:
		break;
	default:
		return;
	}
	r->eax = r->orig_eax;
	r->eip -= 2;
}

static void handle_signal(struct ksignal *ksig, struct pt_regs *regs)
{
	struct tt_regs *r = &regs->regs.frame.regs;
	const sigset_t *mask = sigmask_to_save();
	bool stepping = test_thread_flag(TIF_SINGLESTEP), done;

	if (r->orig_eax != -1)
		interrupted_call(r, ksig);
	/* The trap flag of a tracer's is none of the frame's. */
	if (stepping)
		user_disable_single_step(current);
	done = ksig->ka.sa.sa_flags & SA_SIGINFO ? make_rt_frame(ksig, regs, mask) :
						   make_frame(ksig, regs, mask);
	signal_setup_done(!done, ksig, stepping);
}

/* May guest user mode have these?  (It is entered with the one pair that there is: frame.h.) */
bool tt_selectors_ok(const struct tt_regs *r)
{
	return (u16)r->cs == TT_USER_CS && (u16)r->ss == TT_USER_DS;
}

void do_signal(struct pt_regs *regs)
{
	struct tt_regs *r = &regs->regs.frame.regs;
	struct ksignal ksig;

	if (get_signal(&ksig)) {
		handle_signal(&ksig, regs);
		return;
	}
	if (r->orig_eax != -1) {
		switch ((int)r->eax) {
		case -ERESTARTNOHAND:
		case -ERESTARTSYS:
		case -ERESTARTNOINTR:
			r->eax = r->orig_eax;
			r->eip -= 2;
			break;
		case -ERESTART_RESTARTBLOCK:
			r->eax = __NR_restart_syscall;
			r->eip -= 2;
			break;
		}
	}
	restore_saved_sigmask();
	/* What IRET makes of it on a bare machine (iret_error of arch/x86/kernel/traps.c). */
	if (unlikely(!tt_selectors_ok(r))) {
		current->thread.arch.faultinfo.trap_no = X86_TRAP_IRET;
		current->thread.arch.faultinfo.error_code = 0;
		force_sig_fault(SIGILL, ILL_BADSTK, NULL);
	}
}

/* ---- and back ---- */

/* A program may have edited what it gets back, its alternate stack among it. */
static bool get_altstack(const stack_t *stack, const stack_t __user *user)
{
	return (stack->ss_sp == (void __user *)current->sas_ss_sp &&
		stack->ss_size == current->sas_ss_size && stack->ss_flags == current->sas_ss_flags) ||
	       restore_altstack(user) == 0;
}

static long bad_frame(unsigned long frame, const char *where)
{
	struct pt_regs *regs = current_pt_regs();

	if (show_unhandled_signals)
		pr_info_ratelimited("%s[%d] bad frame in %s frame:%08lx ip:%08lx sp:%08lx\n",
				    current->comm, task_pid_nr(current), where, frame,
				    PT_REGS_IP(regs), PT_REGS_SP(regs));
	force_sig(SIGSEGV);
	return 0;
}

long sys_sigreturn(void)
{
	struct pt_regs *regs = current_pt_regs();
	unsigned long user = PT_REGS_SP(regs) - 8;
	struct reached reached;
	struct sigframe *frame = reach(&reached, user, sizeof(*frame), false);

	if (frame) {
		sigset_t set = { .sig = { frame->sc.oldmask, frame->extramask[0] } };

		set_current_blocked(&set);
		if (get_registers(regs, &frame->sc))
			return regs->regs.frame.regs.eax;
	}
	return bad_frame(user, "sigreturn");
}

long sys_rt_sigreturn(void)
{
	struct pt_regs *regs = current_pt_regs();
	unsigned long user = PT_REGS_SP(regs) - 4;
	struct rt_sigframe __user *there = (void __user *)user;
	struct reached reached;
	struct rt_sigframe *frame = reach(&reached, user, sizeof(*frame), false);

	if (frame) {
		sigset_t set = frame->uc.uc_sigmask;

		set_current_blocked(&set);
		if (get_registers(regs, &frame->uc.uc_mcontext) &&
		    get_altstack(&frame->uc.uc_stack, &there->uc.uc_stack))
			return regs->regs.frame.regs.eax;
	}
	return bad_frame(user, "rt_sigreturn");
}
