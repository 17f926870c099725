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
	fpu_area(task)->mxcsr &= 0xffbf; /* fxrstor faults on a reserved bit, and that in guest kernel mode */
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
