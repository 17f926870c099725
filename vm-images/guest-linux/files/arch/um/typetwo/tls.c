// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thread-local storage: three descriptors a task, the way the CPU wants them.  The task has them as
 * the process asked for them; its frame, from where the Monitor loads them at enter, as the machine
 * allows them: without a byte of the Guest kernel.
 */
#include <linux/regset.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/desc.h>
#include <asm/ldt.h>
#include <asm/typetwo.h>

/* Of a descriptor's upper half (SDM volume 3A, section 3.4.5). */
#define IN_PAGES (1 << 23)
#define EXPAND_DOWN (1 << 10)
#define KIND 0x0070ff00 /* all but base, limit, and what the limit counts */
#define IN_BYTES_MAX 0xfffff

static struct tt_tls descriptor(unsigned long base, unsigned long limit, unsigned long kind)
{
	return (struct tt_tls){
		.low = base << 16 | (limit & 0xffff),
		.high = (base & 0xff000000) | (base >> 16 & 0xff) | (limit & 0xf0000) | kind,
	};
}

static unsigned long base_of(struct tt_tls tls)
{
	return tls.low >> 16 | (tls.high & 0xff) << 16 | (tls.high & 0xff000000);
}

static unsigned long limit_of(struct tt_tls tls)
{
	return (tls.low & 0xffff) | (tls.high & 0xf0000);
}

/* The offset of its last byte. */
static unsigned long last_of(struct tt_tls tls)
{
	return tls.high & IN_PAGES ? limit_of(tls) << PAGE_SHIFT | ~PAGE_MASK : limit_of(tls);
}

static bool has_all_offsets(struct tt_tls tls)
{
	return last_of(tls) == ULONG_MAX;
}

/* What of a segment lies below the Guest kernel; with down, of one with all offsets the negative. */
static struct tt_tls bounded(struct tt_tls tls, bool down)
{
	unsigned long base = base_of(tls), last = last_of(tls);

	if (!tls.high || base >= TASK_SIZE)
		return (struct tt_tls){};
	tls.high &= KIND;
	if (down && last == ULONG_MAX)
		/* The offsets above this limit are those that wrap round to below the base. */
		return descriptor(base, (ULONG_MAX - base) >> PAGE_SHIFT,
				  tls.high | EXPAND_DOWN | IN_PAGES);
	last = min(last, TASK_SIZE - 1 - base);
	if (last <= IN_BYTES_MAX)
		return descriptor(base, last, tls.high);
	return descriptor(base, ((last + 1) >> PAGE_SHIFT) - 1, tls.high | IN_PAGES);
}

static void load(struct task_struct *task)
{
	struct tt_segments *segments = &task->thread.arch.segments;
	struct tt_frame *frame = &task->thread.regs.regs.frame;
	unsigned int i;

	for (i = 0; i < TT_TLS_SLOTS; i++)
		frame->tls[i] = bounded(segments->asked[i], segments->down);
}

void tt_tls_reset(struct task_struct *task)
{
	memset(&task->thread.arch.segments, 0, sizeof(task->thread.arch.segments));
	load(task);
}

/*
 * i386's libc asks for a segment of all 4 GiB, has a thread's variables below its base, and relies
 * on offsets that wrap round.  No bounded segment has both the offsets from 0 on and these: an
 * expand-up one has the former, an expand-down one the latter.  The other kind of access is a #GP,
 * which turns the segment round and has the instruction tried again: true.  When the very same
 * registers come back it was not that: false, the process gets its signal.
 */
bool tt_tls_retry(struct task_struct *task)
{
	struct tt_segments *segments = &task->thread.arch.segments;
	struct tt_frame *frame = &task->thread.regs.regs.frame;

	if (frame->error_code || !(has_all_offsets(segments->asked[0]) ||
				   has_all_offsets(segments->asked[1]) ||
				   has_all_offsets(segments->asked[2])))
		return false;
	if (!memcmp(&segments->retried, &frame->regs, sizeof(frame->regs))) {
		segments->retried.eip = 0;
		return false;
	}
	segments->retried = frame->regs;
	segments->down = !segments->down;
	load(task);
	return true;
}

static struct tt_tls *slot(struct task_struct *task, int index)
{
	if (index < GDT_ENTRY_TLS_MIN || index > GDT_ENTRY_TLS_MAX)
		return NULL;
	return &task->thread.arch.segments.asked[index - GDT_ENTRY_TLS_MIN];
}

static bool is_empty(const struct user_desc *info)
{
	static const struct user_desc zero;
	struct user_desc copy = *info;

	copy.entry_number = 0;
	return LDT_empty(info) || memcmp(&copy, &zero, sizeof(copy)) == 0;
}

/* Only present, writable, expand-up 32-bit data.  glibc asks for nothing else. */
static int set(struct task_struct *task, const struct user_desc *info, int index)
{
	struct tt_tls *tls = slot(task, index);

	if (!tls)
		return -EINVAL;
	if (is_empty(info))
		*tls = (struct tt_tls){};
	else if (!info->seg_32bit || info->contents || info->read_exec_only ||
		 info->seg_not_present)
		return -EINVAL;
	else /* present, DPL 3, data, writable, accessed */
		*tls = descriptor(info->base_addr, info->limit,
				  (info->limit_in_pages ? IN_PAGES : 0) | 1 << 22 |
					  info->useable << 20 | 0xf300);
	task->thread.arch.segments.down = false;
	task->thread.arch.segments.retried.eip = 0;
	load(task);
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
	info->base_addr = base_of(*tls);
	info->limit = limit_of(*tls);
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

int tt_tls_get(struct task_struct *task, const struct user_regset *regset, struct membuf to)
{
	struct user_desc info;
	int index;

	for (index = GDT_ENTRY_TLS_MIN; to.left && get(task, &info, index) == 0; index++)
		membuf_write(&to, &info, sizeof(info));
	return 0;
}

int tt_tls_set(struct task_struct *task, const struct user_regset *regset, unsigned int pos,
	       unsigned int count, const void *from, const void __user *user)
{
	struct user_desc info[TT_TLS_SLOTS];
	unsigned int i, n = count / sizeof(*info);
	int err;

	if (pos % sizeof(*info) || count % sizeof(*info) || pos + count > sizeof(info))
		return -EINVAL;
	if (from)
		memcpy(info, from, count);
	else if (copy_from_user(info, user, count))
		return -EFAULT;
	for (i = 0; i < n; i++) {
		err = set(task, &info[i], GDT_ENTRY_TLS_MIN + pos / sizeof(*info) + i);
		if (err)
			return err;
	}
	return 0;
}
