// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug registers: the Monitor has those of the task that runs (TT_HC_DEBUG), and the CPU watches
 * for it.  What a tracer may write is what arch/x86/kernel/ptrace.c lets it, with its errors.
 */
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <uapi/asm/debugreg.h>
#include <asm/typetwo.h>

#define ENABLED(dr7, n) ((dr7) >> 2 * (n) & 3)
#define KIND(dr7, n) ((dr7) >> (DR_CONTROL_SHIFT + DR_CONTROL_SIZE * (n)) & 3)
#define LENGTH(dr7, n) (((dr7) >> (DR_CONTROL_SHIFT + DR_CONTROL_SIZE * (n) + 2) & 3) + 1)

bool tt_debug_loaded; /* the Monitor has somebody's */

static bool valid(const unsigned long *dr, unsigned long dr7)
{
	unsigned int n;

	for (n = 0; n < TT_DEBUG_ADDRESSES; n++) {
		unsigned long length = LENGTH(dr7, n);

		if (!ENABLED(dr7, n))
			continue;
		/* 2 would be I/O, and a length of 3 stands for 8: both are other machines'. */
		if (KIND(dr7, n) == 2 || length == 3 || dr[n] % length ||
		    (KIND(dr7, n) == DR_RW_EXECUTE && length != 1))
			return false;
	}
	return true;
}

int tt_debug_set(struct task_struct *task, unsigned int n, unsigned long value)
{
	unsigned long *dr = task->thread.arch.debugregs, old = dr[n % 8];

	switch (n) {
	case 0 ... TT_DEBUG_ADDRESSES - 1:
		if (value >= TASK_SIZE)
			return -EINVAL;
		dr[n] = value;
		if (valid(dr, dr[DR_CONTROL]))
			return 0;
		dr[n] = old;
		return -EINVAL;
	case DR_STATUS:
		dr[DR_STATUS] = value ^ DR6_RESERVED;
		return 0;
	case DR_CONTROL:
		if (!valid(dr, value))
			return -EINVAL;
		dr[DR_CONTROL] = value;
		return 0;
	}
	return -EIO;
}

unsigned long tt_debug_get(struct task_struct *task, unsigned int n)
{
	unsigned long value = task->thread.arch.debugregs[n];

	return n == DR_STATUS ? value ^ DR6_RESERVED : value;
}

/* A new task has none, and neither has a new program. */
void tt_debug_reset(struct task_struct *task)
{
	memset(task->thread.arch.debugregs, 0, sizeof(task->thread.arch.debugregs));
}

/* The task is about to run, and has some, or the Monitor has another's. */
void tt_debug_load(struct task_struct *task)
{
	static struct tt_debug debug __aligned(32); /* so it lies in one page */
	const unsigned long *dr = task->thread.arch.debugregs;
	long err;

	BUILD_BUG_ON(sizeof(debug) > 32);
	memcpy(debug.address, dr, sizeof(debug.address));
	debug.control = dr[DR_CONTROL] & ~DR_CONTROL_RESERVED;
	err = tt_trap(TT_HC_DEBUG, (unsigned long)&debug, 0, 0, 0);
	if (err)
		pr_warn_ratelimited("%s[%d]: the Monitor has no debug registers: error %ld\n",
				    task->comm, task_pid_nr(task), err);
	tt_debug_loaded = debug.control;
}
