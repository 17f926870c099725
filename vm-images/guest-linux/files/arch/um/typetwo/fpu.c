// SPDX-License-Identifier: GPL-2.0-only
/*
 * FPU and SSE registers.  The machine has them, but guest kernel mode never uses them (the compiler
 * is told not to), so a guest application's registers stay in the CPU while the Guest kernel works
 * for it, and move only when another application runs: `owner` says whose they are.
 */
#include <linux/init.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/sigcontext.h>
#include <asm/typetwo.h>
#include <asm/user.h>

static struct task_struct *owner;

unsigned int fpu_mxcsr_mask; /* the bits of MXCSR that this CPU has */

static const struct user_fxsr_struct fresh __aligned(16) = { .cwd = 0x37f, .mxcsr = 0x1f80 };

struct user_fxsr_struct *fpu_area(struct task_struct *task)
{
	BUILD_BUG_ON(sizeof(struct user_fxsr_struct) != sizeof(task->thread.arch.fpu));
	return (struct user_fxsr_struct *)task->thread.arch.fpu;
}

static void save(struct task_struct *task)
{
	if (owner == task)
		asm volatile("fxsave %0" : "=m"(*fpu_area(task)));
}

static void load(struct task_struct *task)
{
	asm volatile("fxrstor %0" : : "m"(*fpu_area(task)));
	owner = task;
}

void fpu_switch(struct task_struct *to)
{
	if (owner == to)
		return;
	if (owner)
		save(owner);
	load(to);
}

/* Its state is in its area now: the CPU may hold an old one. */
void fpu_written(struct task_struct *task)
{
	/* fxrstor faults on a bit that the CPU has not, and that in guest kernel mode. */
	fpu_area(task)->mxcsr &= fpu_mxcsr_mask;
	if (owner && owner != task)
		save(owner);
	if (task == current)
		load(task);
	else if (owner == task)
		owner = NULL;
}

/* For the task that runs. */
void fpu_reset(void)
{
	if (owner && owner != current)
		save(owner);
	asm volatile("fxrstor %0" : : "m"(fresh));
	owner = current;
}

/* Of the task that runs, to anywhere. */
void fpu_save(struct user_fxsr_struct *to)
{
	fpu_switch(current);
	asm volatile("fxsave %0" : "=m"(*to));
}

void fpu_fork(struct task_struct *child)
{
	/* If they are not in the CPU, dup_task_struct() has copied them with all the rest. */
	if (owner == current)
		asm volatile("fxsave %0" : "=m"(*fpu_area(child)));
}

void fpu_read(struct task_struct *task, struct user_fxsr_struct *to)
{
	save(task);
	memcpy(to, fpu_area(task), sizeof(*to));
}

void fpu_write(struct task_struct *task, const struct user_fxsr_struct *from)
{
	memcpy(fpu_area(task), from, sizeof(*from));
	fpu_written(task);
}

/*
 * The 387's own format, of which signal frames and ptrace want a copy.  The CPU could convert, but
 * frstor waits, as most of the 387's instructions do: it is an exception, in guest kernel mode, when
 * the application has left one pending.  fxsave, fxrstor and fnsave do not wait.
 */

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

void fpu_to_i387(struct user_i387_struct *i387, const struct user_fxsr_struct *fx)
{
	const struct _fpxreg *from = (const void *)fx->st_space;
	struct _fpreg *to = (void *)i387->st_space;
	unsigned int i, tags = 0xffffffff; /* 3: empty */

	BUILD_BUG_ON(sizeof(i387->st_space) != 8 * sizeof(*to));
	i387->cwd = fx->cwd | 0xffff0000;
	i387->swd = fx->swd | 0xffff0000;
	i387->fip = fx->fip;
	i387->fcs = (fx->fcs & 0xffff) | fx->fop << 16;
	i387->foo = fx->foo;
	i387->fos = fx->fos;
	for (i = 0; i < 8; i++) {
		/* The registers are in the stack's order, the tags are not. */
		unsigned int physical = (i + (fx->swd >> 11)) & 7;

		memcpy(&to[i], &from[i], sizeof(to[i]));
		if (fx->twd & 1 << physical)
			tags ^= (3 ^ tag_of(&from[i])) << 2 * physical;
	}
	i387->twd = tags;
}

void fpu_from_i387(struct user_fxsr_struct *fx, const struct user_i387_struct *i387)
{
	const struct _fpreg *from = (const void *)i387->st_space;
	struct _fpxreg *to = (void *)fx->st_space;
	unsigned int i, full = ~i387->twd; /* 3 is empty */

	fx->cwd = i387->cwd;
	fx->swd = i387->swd;
	fx->fip = i387->fip;
	fx->fcs = i387->fcs & 0xffff;
	fx->fop = i387->fcs >> 16;
	fx->foo = i387->foo;
	fx->fos = i387->fos;
	full = (full | full >> 1) & 0x5555;
	full = (full | full >> 1) & 0x3333;
	full = (full | full >> 2) & 0x0f0f;
	fx->twd = (full | full >> 4) & 0xff;
	for (i = 0; i < 8; i++)
		memcpy(&to[i], &from[i], sizeof(from[i]));
}

/* fxsave says which bits MXCSR has: the word behind it (SDM volume 1, section 11.6.6). */
static int __init find_mxcsr_mask(void)
{
	struct user_fxsr_struct now __aligned(16) = {};

	asm volatile("fxsave %0" : "=m"(now));
	fpu_mxcsr_mask = now.reserved ?: 0xffbf;
	return 0;
}
early_initcall(find_mxcsr_mask);

void arch_release_task_struct(struct task_struct *task)
{
	if (owner == task)
		owner = NULL;
}
