// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thread-local storage: three descriptors a task, kept in its frame the way the CPU wants them.
 * The Monitor loads them, with the task's registers, at enter.
 */
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/desc.h>
#include <asm/ldt.h>
#include <asm/typetwo.h>

static struct tt_tls *slot(struct task_struct *task, int index)
{
	if (index < GDT_ENTRY_TLS_MIN || index > GDT_ENTRY_TLS_MAX)
		return NULL;
	return &task->thread.regs.regs.frame.tls[index - GDT_ENTRY_TLS_MIN];
}

static bool is_empty(const struct user_desc *info)
{
	static const struct user_desc zero;
	struct user_desc copy = *info;

	copy.entry_number = 0;
	return LDT_empty(info) || memcmp(&copy, &zero, sizeof(copy)) == 0;
}

/* Only what the machine allows: present, writable, 32-bit data.  glibc asks for nothing else. */
static int set(struct task_struct *task, const struct user_desc *info, int index)
{
	struct tt_tls *tls = slot(task, index);

	if (!tls)
		return -EINVAL;
	if (is_empty(info)) {
		*tls = (struct tt_tls){};
		return 0;
	}
	if (!info->seg_32bit || info->contents || info->read_exec_only || info->seg_not_present)
		return -EINVAL;
	tls->low = (info->base_addr & 0xffff) << 16 | (info->limit & 0xffff);
	tls->high = (info->base_addr & 0xff000000) | (info->base_addr >> 16 & 0xff) |
		    (info->limit & 0xf0000) | info->limit_in_pages << 23 | 1 << 22 |
		    info->useable << 20 | 0xf300; /* present, DPL 3, data, writable, accessed */
	return 0;
}

static int get(struct task_struct *task, struct user_desc *info, int index)
{
	struct tt_tls *tls = slot(task, index);

	if (!tls)
		return -EINVAL;
	memset(info, 0, sizeof(*info));
	info->entry_number = index;
	if (!tls->high) {
		info->read_exec_only = 1;
		info->seg_not_present = 1;
		return 0;
	}
	info->base_addr = tls->low >> 16 | (tls->high & 0xff) << 16 | (tls->high & 0xff000000);
	info->limit = (tls->low & 0xffff) | (tls->high & 0xf0000);
	info->seg_32bit = 1;
	info->limit_in_pages = tls->high >> 23 & 1;
	info->useable = tls->high >> 20 & 1;
	return 0;
}

SYSCALL_DEFINE1(set_thread_area, struct user_desc __user *, user)
{
	struct user_desc info;
	int index;

	if (copy_from_user(&info, user, sizeof(info)))
		return -EFAULT;
	index = info.entry_number;
	if (index == -1) {
		for (index = GDT_ENTRY_TLS_MIN; slot(current, index); index++)
			if (!slot(current, index)->high)
				break;
		if (!slot(current, index))
			return -ESRCH;
		if (put_user(index, &user->entry_number))
			return -EFAULT;
	}
	return set(current, &info, index);
}

SYSCALL_DEFINE1(get_thread_area, struct user_desc __user *, user)
{
	struct user_desc info;
	int index, err;

	if (get_user(index, &user->entry_number))
		return -EFAULT;
	err = get(current, &info, index);
	if (err)
		return err;
	return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}

int arch_set_tls(struct task_struct *task, unsigned long user)
{
	struct user_desc info;

	if (copy_from_user(&info, (void __user *)user, sizeof(info)))
		return -EFAULT;
	if (is_empty(&info))
		return -EINVAL;
	return set(task, &info, info.entry_number);
}

int ptrace_set_thread_area(struct task_struct *child, int index, struct user_desc __user *user)
{
	struct user_desc info;

	if (copy_from_user(&info, user, sizeof(info)))
		return -EFAULT;
	return set(child, &info, index);
}

int ptrace_get_thread_area(struct task_struct *child, int index, struct user_desc __user *user)
{
	struct user_desc info;
	int err = get(child, &info, index);

	if (err)
		return err;
	return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}
