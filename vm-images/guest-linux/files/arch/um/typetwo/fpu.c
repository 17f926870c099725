// SPDX-License-Identifier: GPL-2.0-only
/*
 * FPU and SSE registers.  The machine has them, but guest kernel mode never uses them (the compiler
 * is told not to), so a guest application's registers stay in the CPU while the Guest kernel works
 * for it, and move only when another application runs: `owner` says whose they are.
 */
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/typetwo.h>
#include <asm/user.h>

static struct task_struct *owner;

static struct user_fxsr_struct *area(struct task_struct *task)
{
	BUILD_BUG_ON(sizeof(struct user_fxsr_struct) != sizeof(task->thread.arch.fpu));
	return (struct user_fxsr_struct *)task->thread.arch.fpu;
}

static void save(struct task_struct *task)
{
	if (owner == task)
		asm volatile("fxsave %0" : "=m"(*area(task)));
}

static void load(struct task_struct *task)
{
	asm volatile("fxrstor %0" : : "m"(*area(task)));
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

/* The state of a task has been written: the CPU may hold an old one. */
static void changed(struct task_struct *task)
{
	if (task == current)
		load(task);
	else if (owner == task)
		owner = NULL;
}

void fpu_reset(struct task_struct *task)
{
	struct user_fxsr_struct *fpu = area(task);

	if (owner && owner != task)
		save(owner);
	memset(fpu, 0, sizeof(*fpu));
	fpu->cwd = 0x37f;
	fpu->mxcsr = 0x1f80;
	changed(task);
}

void fpu_fork(struct task_struct *child)
{
	/* If they are not in the CPU, dup_task_struct() has copied them with all the rest. */
	if (owner == current)
		asm volatile("fxsave %0" : "=m"(*area(child)));
}

void fpu_read(struct task_struct *task, struct user_fxsr_struct *to)
{
	save(task);
	memcpy(to, area(task), sizeof(*to));
}

void fpu_write(struct task_struct *task, const struct user_fxsr_struct *from)
{
	if (owner && owner != task)
		save(owner);
	memcpy(area(task), from, sizeof(*from));
	area(task)->mxcsr &= 0xffbf; /* fxrstor faults on a reserved bit, and that in guest kernel mode */
	changed(task);
}

/*
 * The 387's own format is needed for ptrace only.  The CPU itself converts: give it the task's
 * registers for a moment.
 */
void fpu_read_i387(struct task_struct *task, struct user_i387_struct *to)
{
	struct task_struct *before = owner;

	if (before)
		save(before);
	load(task);
	asm volatile("fnsave %0" : "=m"(*to));
	if (before)
		load(before);
	else
		owner = NULL;
}

void fpu_write_i387(struct task_struct *task, const struct user_i387_struct *from)
{
	struct task_struct *before = owner;

	if (before)
		save(before);
	load(task);
	asm volatile("frstor %0" : : "m"(*from));
	save(task);
	if (before)
		load(before);
	else
		owner = NULL;
}

void arch_release_task_struct(struct task_struct *task)
{
	if (owner == task)
		owner = NULL;
}
