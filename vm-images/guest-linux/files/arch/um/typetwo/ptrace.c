// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a tracer sees and changes, and single steps: as arch/x86/kernel/ptrace.c and step.c have it,
 * down to the errors, for debuggers rely on them.
 */
#include <linux/ptrace.h>
#include <linux/regset.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seccomp.h>
#include <linux/uaccess.h>
#include <linux/elf.h>
#include <asm/ldt.h>
#include <asm/processor-flags.h>
#include <asm/ptrace-abi.h>
#include <asm/trapnr.h>
#include <asm/typetwo.h>
#include <asm/user.h>

/* The flags that a tracer may change. */
#define TRACER_FLAGS                                                                             \
	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | X86_EFLAGS_SF |         \
	 X86_EFLAGS_TF | X86_EFLAGS_DF | X86_EFLAGS_OF | X86_EFLAGS_RF | X86_EFLAGS_AC)

static struct tt_regs *regs_of(struct task_struct *task)
{
	return &task->thread.regs.regs.frame.regs;
}

/* ---- single steps ---- */

/*
 * The trap flag may be the program's own or the tracer's: TIF_FORCED_TF says that it is the
 * latter's, and nobody else has to see it.
 */
static bool sets_trap_flag(struct task_struct *task)
{
	unsigned char code[15];
	int n = access_process_vm(task, regs_of(task)->eip, code, sizeof(code), FOLL_FORCE), i;

	for (i = 0; i < n; i++) {
		switch (code[i]) {
		case 0x9d: /* popf */
		case 0xcf: /* iret */
			return true;
		case 0x66: case 0x67: /* operand and address size */
		case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65: /* segments */
		case 0xf0: case 0xf2: case 0xf3: /* lock, repetition */
			continue;
		default:
			return false;
		}
	}
	return false;
}

void user_enable_single_step(struct task_struct *task)
{
	bool was = regs_of(task)->eflags & X86_EFLAGS_TF;

	set_tsk_thread_flag(task, TIF_SINGLESTEP);
	regs_of(task)->eflags |= X86_EFLAGS_TF;
	if (sets_trap_flag(task))
		clear_tsk_thread_flag(task, TIF_FORCED_TF);
	else if (!was)
		set_tsk_thread_flag(task, TIF_FORCED_TF);
}

/* There is no DEBUGCTL for guest user mode: a block has one instruction, as under QEMU's TCG. */
void user_enable_block_step(struct task_struct *task)
{
	user_enable_single_step(task);
}

void user_disable_single_step(struct task_struct *task)
{
	clear_tsk_thread_flag(task, TIF_SINGLESTEP);
	if (test_and_clear_tsk_thread_flag(task, TIF_FORCED_TF))
		regs_of(task)->eflags &= ~X86_EFLAGS_TF;
}

void ptrace_disable(struct task_struct *task)
{
	user_disable_single_step(task);
}

void user_single_step_report(struct pt_regs *regs)
{
	current->thread.arch.faultinfo.trap_no = X86_TRAP_DB;
	current->thread.arch.faultinfo.error_code = 0;
	force_sig_fault(SIGTRAP, TRAP_BRKPT, (void __user *)PT_REGS_IP(regs));
}

/* ---- system calls ---- */

/* Nonzero: the call is not made. */
int syscall_trace_enter(struct pt_regs *regs)
{
	unsigned long flags = READ_ONCE(current_thread_info()->flags);

	if (flags & (_TIF_SYSCALL_TRACE | _TIF_SYSCALL_EMU)) {
		if (ptrace_report_syscall_entry(regs) || (flags & _TIF_SYSCALL_EMU))
			return -1;
	}
	return secure_computing();
}

void syscall_trace_leave(struct pt_regs *regs)
{
	unsigned long flags = READ_ONCE(current_thread_info()->flags);
	bool step = (flags & (_TIF_SINGLESTEP | _TIF_SYSCALL_EMU)) == _TIF_SINGLESTEP;

	if (step || (flags & _TIF_SYSCALL_TRACE))
		ptrace_report_syscall_exit(regs, step);
}

/* ---- general registers ---- */

static int set_selector(unsigned int *to, unsigned int offset, u16 value)
{
	if (value && (value & 3) != 3)
		return -EIO;
	if (!value && (offset == offsetof(struct user_regs_struct, cs) ||
		       offset == offsetof(struct user_regs_struct, ss)))
		return -EIO;
	*to = value;
	return 0;
}

static int put_register(struct task_struct *task, unsigned int offset, unsigned int value)
{
	unsigned int *to = (void *)regs_of(task) + offset;

	switch (offset) {
	case offsetof(struct user_regs_struct, cs):
	case offsetof(struct user_regs_struct, ss):
	case offsetof(struct user_regs_struct, ds):
	case offsetof(struct user_regs_struct, es):
	case offsetof(struct user_regs_struct, fs):
	case offsetof(struct user_regs_struct, gs):
		if (set_selector(to, offset, value))
			return -EIO;
		if (!tt_selectors_ok(regs_of(task)))
			set_tsk_thread_flag(task, TIF_SIGPENDING); /* see do_signal() */
		return 0;
	case offsetof(struct user_regs_struct, flags):
		if (value & X86_EFLAGS_TF)
			clear_tsk_thread_flag(task, TIF_FORCED_TF);
		else if (test_tsk_thread_flag(task, TIF_FORCED_TF))
			value |= X86_EFLAGS_TF;
		*to = (*to & ~TRACER_FLAGS) | (value & TRACER_FLAGS);
		return 0;
	}
	*to = value;
	return 0;
}

static unsigned int get_register(struct task_struct *task, unsigned int offset)
{
	unsigned int value = *(unsigned int *)((void *)regs_of(task) + offset);

	switch (offset) {
	case offsetof(struct user_regs_struct, cs):
	case offsetof(struct user_regs_struct, ss):
	case offsetof(struct user_regs_struct, ds):
	case offsetof(struct user_regs_struct, es):
	case offsetof(struct user_regs_struct, fs):
	case offsetof(struct user_regs_struct, gs):
		return (u16)value;
	case offsetof(struct user_regs_struct, flags):
		return test_tsk_thread_flag(task, TIF_FORCED_TF) ? value & ~X86_EFLAGS_TF : value;
	}
	return value;
}

static int general_get(struct task_struct *task, const struct user_regset *set, struct membuf to)
{
	unsigned int offset;

	for (offset = 0; to.left; offset += sizeof(u32))
		membuf_store(&to, get_register(task, offset));
	return 0;
}

static int general_set(struct task_struct *task, const struct user_regset *set, unsigned int pos,
		       unsigned int count, const void *from, const void __user *user)
{
	u32 word;
	int err = 0;

	for (; count >= sizeof(word) && !err; pos += sizeof(word), count -= sizeof(word)) {
		if (from) {
			word = *(const u32 *)from;
			from += sizeof(word);
		} else {
			if (get_user(word, (const u32 __user *)user))
				return -EFAULT;
			user += sizeof(word);
		}
		err = put_register(task, pos, word);
	}
	return err;
}

/* ---- the FPU's ---- */

static int i387_get(struct task_struct *task, const struct user_regset *set, struct membuf to)
{
	struct user_fxsr_struct fx;
	struct user_i387_struct i387;

	fpu_read(task, &fx);
	fpu_to_i387(&i387, &fx);
	return membuf_write(&to, &i387, sizeof(i387));
}

static int i387_set(struct task_struct *task, const struct user_regset *set, unsigned int pos,
		    unsigned int count, const void *from, const void __user *user)
{
	struct user_fxsr_struct fx;
	struct user_i387_struct i387;
	int err;

	if (pos != 0 || count != sizeof(i387))
		return -EINVAL;
	err = user_regset_copyin(&pos, &count, &from, &user, &i387, 0, -1);
	if (err)
		return err;
	fpu_read(task, &fx);
	fpu_from_i387(&fx, &i387);
	fpu_write(task, &fx);
	return 0;
}

static int fxsr_get(struct task_struct *task, const struct user_regset *set, struct membuf to)
{
	struct user_fxsr_struct fx;

	fpu_read(task, &fx);
	return membuf_write(&to, &fx, sizeof(fx));
}

static int fxsr_set(struct task_struct *task, const struct user_regset *set, unsigned int pos,
		    unsigned int count, const void *from, const void __user *user)
{
	struct user_fxsr_struct fx;
	int err;

	if (pos != 0 || count != sizeof(fx))
		return -EINVAL;
	err = user_regset_copyin(&pos, &count, &from, &user, &fx, 0, -1);
	if (err)
		return err;
	if (fx.mxcsr & ~fpu_mxcsr_mask)
		return -EINVAL;
	fpu_write(task, &fx);
	return 0;
}

/* The Host runs without XSAVE, and so do we. */
static int xstate_get(struct task_struct *task, const struct user_regset *set, struct membuf to)
{
	return -ENODEV;
}

static int xstate_set(struct task_struct *task, const struct user_regset *set, unsigned int pos,
		      unsigned int count, const void *from, const void __user *user)
{
	return -ENODEV;
}

/* ---- all sets ---- */

enum { GENERAL, I387, FXSR, XSTATE, TLS };

static const struct user_regset regsets[] = {
	[GENERAL] = {
		.core_note_type = NT_PRSTATUS, .size = sizeof(u32), .align = sizeof(u32),
		.n = sizeof(struct user_regs_struct) / sizeof(u32),
		.regset_get = general_get, .set = general_set,
	},
	[I387] = {
		.core_note_type = NT_PRFPREG, .size = sizeof(u32), .align = sizeof(u32),
		.n = sizeof(struct user_i387_struct) / sizeof(u32),
		.regset_get = i387_get, .set = i387_set,
	},
	[FXSR] = {
		.core_note_type = NT_PRXFPREG, .size = sizeof(u32), .align = sizeof(u32),
		.n = sizeof(struct user_fxsr_struct) / sizeof(u32),
		.regset_get = fxsr_get, .set = fxsr_set,
	},
	[XSTATE] = {
		.core_note_type = NT_X86_XSTATE, .size = sizeof(u64), .align = sizeof(u64),
		.regset_get = xstate_get, .set = xstate_set,
	},
	[TLS] = {
		.core_note_type = NT_386_TLS, .size = sizeof(struct user_desc),
		.align = sizeof(struct user_desc), .n = TT_TLS_SLOTS, .bias = GDT_ENTRY_TLS_MIN,
		.regset_get = tt_tls_get, .set = tt_tls_set,
	},
};

static const struct user_regset_view view = {
	.name = "i386", .e_machine = EM_386, .regsets = regsets, .n = ARRAY_SIZE(regsets),
};

const struct user_regset_view *task_user_regset_view(struct task_struct *task)
{
	return &view;
}

/* ---- requests ---- */

static int peek_user(struct task_struct *task, unsigned long at, unsigned long __user *to)
{
	unsigned long word = 0, debug = at - offsetof(struct user, u_debugreg);

	if (at % sizeof(word) || at >= sizeof(struct user))
		return -EIO;
	if (at < sizeof(struct user_regs_struct))
		word = get_register(task, at);
	else if (debug < sizeof_field(struct user, u_debugreg))
		word = tt_debug_get(task, debug / sizeof(word));
	return put_user(word, to);
}

static int poke_user(struct task_struct *task, unsigned long at, unsigned long word)
{
	unsigned long debug = at - offsetof(struct user, u_debugreg);

	if (at % sizeof(word) || at >= sizeof(struct user))
		return -EIO;
	if (at < sizeof(struct user_regs_struct))
		return put_register(task, at, word);
	if (debug < sizeof_field(struct user, u_debugreg))
		return tt_debug_set(task, debug / sizeof(word), word);
	return -EIO;
}

static int get_set(struct task_struct *task, unsigned int set, void __user *to)
{
	return copy_regset_to_user(task, &view, set, 0, regsets[set].n * regsets[set].size, to);
}

static int set_set(struct task_struct *task, unsigned int set, const void __user *from)
{
	return copy_regset_from_user(task, &view, set, 0, regsets[set].n * regsets[set].size, from);
}

long arch_ptrace(struct task_struct *task, long request, unsigned long addr, unsigned long data)
{
	void __user *user = (void __user *)data;

	switch (request) {
	case PTRACE_PEEKUSR:
		return peek_user(task, addr, user);
	case PTRACE_POKEUSR:
		return poke_user(task, addr, data);
	case PTRACE_GETREGS:
		return get_set(task, GENERAL, user);
	case PTRACE_SETREGS:
		return set_set(task, GENERAL, user);
	case PTRACE_GETFPREGS:
		return get_set(task, I387, user);
	case PTRACE_SETFPREGS:
		return set_set(task, I387, user);
	case PTRACE_GETFPXREGS:
		return get_set(task, FXSR, user) ? -EIO : 0;
	case PTRACE_SETFPXREGS:
		return set_set(task, FXSR, user) ? -EIO : 0;
	case PTRACE_GET_THREAD_AREA:
		return (int)addr < 0 ? -EIO : ptrace_get_thread_area(task, addr, user);
	case PTRACE_SET_THREAD_AREA:
		return (int)addr < 0 ? -EIO : ptrace_set_thread_area(task, addr, user);
	}
	return ptrace_request(task, request, addr, data);
}
