// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signal frames: as on the Host, the registers first, and above them, at a multiple of 16, those of
 * the FPU, in the 387's format and then in fxsave's.
 *
 * A frame is made, and read, where the process has it, if it lies in one page, as most do: the Guest
 * kernel reaches that page (uaccess.c), and copies nothing.  Else it is made on our stack.
 */
#include <linux/signal.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/processor-flags.h>
#include <asm/typetwo.h>
#include <asm/ucontext.h>
#include <asm/user.h>
#include <frame_kern.h>

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

/* Where a frame begins below what is behind it: function entry wants esp + 4 at a multiple of 16. */
static unsigned long frame_below(unsigned long top, unsigned long bytes)
{
	return ((top - bytes + 4) & -16UL) - 4;
}

static unsigned long fpstate_below(unsigned long top)
{
	return (top - sizeof(struct _fpstate)) & -16UL;
}

/* ---- the 387's format ---- */

static unsigned int tag_of(const struct _fpxreg *st)
{
	unsigned int exponent = st->exponent & 0x7fff;
	const u32 *half = (const u32 *)st->significand;

	if (exponent == 0x7fff)
		return 2; /* special */
	if (exponent)
		return half[1] >> 31 ? 0 : 2; /* valid */
	return half[0] | half[1] ? 2 : 1; /* zero */
}

static void to_387(struct _fpstate *fp, const struct user_fxsr_struct *fx)
{
	const struct _fpxreg *from = (const void *)fx->st_space;
	struct _fpreg *to = fp->_st;
	unsigned int i, tags = 0xffffffff; /* 3: empty */

	fp->cw = fx->cwd | 0xffff0000;
	fp->sw = fx->swd | 0xffff0000;
	fp->ipoff = fx->fip;
	fp->cssel = (fx->fcs & 0xffff) | fx->fop << 16;
	fp->dataoff = fx->foo;
	fp->datasel = fx->fos;
	for (i = 0; i < 8; i++) {
		/* The registers are in the stack's order, the tags are not. */
		unsigned int physical = (i + (fx->swd >> 11)) & 7;

		memcpy(&to[i], &from[i], sizeof(to[i]));
		if (fx->twd & 1 << physical)
			tags ^= (3 ^ tag_of(&from[i])) << 2 * physical;
	}
	fp->tag = tags;
	fp->status = fx->swd;
	fp->magic = X86_FXSR_MAGIC;
}

static void from_387(struct user_fxsr_struct *fx, const struct _fpstate *fp)
{
	struct _fpxreg *to = (void *)fx->st_space;
	unsigned int i, full = ~fp->tag; /* 3 is empty */

	fx->cwd = fp->cw;
	fx->swd = fp->sw;
	fx->fip = fp->ipoff;
	fx->fcs = fp->cssel & 0xffff;
	fx->fop = fp->cssel >> 16;
	fx->foo = fp->dataoff;
	fx->fos = fp->datasel;
	full = (full | full >> 1) & 0x5555;
	full = (full | full >> 1) & 0x3333;
	full = (full | full >> 2) & 0x0f0f;
	fx->twd = (full | full >> 4) & 0xff;
	for (i = 0; i < 8; i++)
		memcpy(&to[i], &fp->_st[i], sizeof(fp->_st[i]));
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
		.flags = test_thread_flag(TIF_SINGLESTEP) ? r->eflags & ~X86_EFLAGS_TF : r->eflags,
		.sp_at_signal = r->esp, .ss = r->ss,
		.fpstate = fp_user, .oldmask = mask, .cr2 = fault->cr2,
	};
	fpu_save((struct user_fxsr_struct *)fp->_fxsr_env);
	to_387(fp, (struct user_fxsr_struct *)fp->_fxsr_env);
	fp->sw_reserved.magic1 = 0; /* and no more of them */
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
	r->cs = sc->cs;
	r->eflags = sc->flags;
	r->ss = sc->ss;
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
		from_387(fx, fp);
		fpu_written(current);
	}
	return true;
}

/* ---- frames ---- */

static void call_handler(struct pt_regs *regs, struct ksignal *ksig, unsigned long frame,
			 unsigned long second, unsigned long third)
{
	struct tt_regs *r = &regs->regs.frame.regs;

	r->esp = frame;
	r->eip = (unsigned long)ksig->ka.sa.sa_handler;
	r->eflags &= ~(X86_EFLAGS_DF | X86_EFLAGS_TF);
	r->eax = ksig->sig;
	r->edx = second;
	r->ecx = third;
	fpu_reset();
}

#define RESTORER(ksig, user, type)						\
	((ksig)->ka.sa.sa_flags & SA_RESTORER ?					\
		 (unsigned long)(ksig)->ka.sa.sa_restorer :			\
		 (user) + offsetof(type, retcode))

int setup_signal_stack_sc(unsigned long top, struct ksignal *ksig, struct pt_regs *regs,
			  sigset_t *mask)
{
	unsigned long fp = fpstate_below(top), user = frame_below(fp, sizeof(struct sigframe));
	struct reached reached;
	struct sigframe *frame;

	frame = reach(&reached, user, fp + sizeof(struct _fpstate) - user, true);
	if (!frame)
		return 1;
	frame->pretcode = RESTORER(ksig, user, struct sigframe);
	frame->sig = ksig->sig;
	put_registers(&frame->sc, fp, (void *)frame + (fp - user), regs, mask->sig[0]);
	frame->extramask[0] = mask->sig[1];
	memcpy(frame->retcode, retcode, sizeof(retcode));
	if (!written(&reached))
		return 1;
	call_handler(regs, ksig, user, 0, 0);
	return 0;
}

int setup_signal_stack_si(unsigned long top, struct ksignal *ksig, struct pt_regs *regs,
			  sigset_t *mask)
{
	unsigned long fp = fpstate_below(top), user = frame_below(fp, sizeof(struct rt_sigframe));
	struct rt_sigframe __user *there = (void __user *)user;
	struct reached reached;
	struct rt_sigframe *frame;

	frame = reach(&reached, user, fp + sizeof(struct _fpstate) - user, true);
	if (!frame)
		return 1;
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
		return 1;
	call_handler(regs, ksig, user, (unsigned long)&there->info, (unsigned long)&there->uc);
	return 0;
}

static long back(struct sigcontext *sc, sigset_t *set)
{
	struct pt_regs *regs = current_pt_regs();

	set_current_blocked(set);
	if (!sc || !get_registers(regs, sc)) {
		force_sig(SIGSEGV);
		return 0;
	}
	return regs->regs.frame.regs.eax;
}

long sys_sigreturn(void)
{
	unsigned long sp = PT_REGS_SP(current_pt_regs());
	struct reached reached;
	struct sigframe *frame = reach(&reached, sp - 8, sizeof(*frame), false);
	sigset_t set = current->blocked;

	if (frame) {
		set.sig[0] = frame->sc.oldmask;
		set.sig[1] = frame->extramask[0];
	}
	return back(frame ? &frame->sc : NULL, &set);
}

long sys_rt_sigreturn(void)
{
	unsigned long sp = PT_REGS_SP(current_pt_regs());
	struct reached reached;
	struct rt_sigframe *frame = reach(&reached, sp - 4, sizeof(*frame), false);
	sigset_t set = frame ? frame->uc.uc_sigmask : current->blocked;

	return back(frame ? &frame->uc.uc_mcontext : NULL, &set);
}
