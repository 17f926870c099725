/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_UM_CURRENT_H
#define _ASM_UM_CURRENT_H

struct task_struct;

extern struct task_struct *current_task;

/* It never changes in the eyes of the task that asks, so it need not be read twice. */
static __always_inline struct task_struct *get_current(void)
{
	struct task_struct *task;

	asm("movl %P1, %0" : "=r"(task) : "p"(&current_task));
	return task;
}

#define current get_current()

#endif
