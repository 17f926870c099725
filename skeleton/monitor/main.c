// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - /dev/vmm: a machine from power-on to its end (typetwo/vmm.h).
 */
#include "monitor.h"

#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <asm/desc.h>

void monitor_end(struct monitor *mon, unsigned int status, const char *format, ...)
{
	va_list args;

	/* The first reason is the one that matters. */
	if (mon->end.status)
		return;
	va_start(args, format);
	vsnprintf(mon->end.reason, sizeof(mon->end.reason), format, args);
	va_end(args);
	mon->end.status = status;
	/* By hand, as a context switch may be under way, and that holds locks. */
	sigaddset(&mon->task->pending.signal, SIGKILL);
	set_tsk_thread_flag(mon->task, TIF_SIGPENDING);
}

static bool valid(const struct tt_vmm_machine *m)
{
	return m->ram_bytes >= TT_RAM_MIN && m->ram_bytes <= TT_RAM_MAX &&
	       m->ram_bytes % PAGE_SIZE == 0 &&
	       m->entry - TT_GUEST_KERNEL_BASE < m->ram_bytes &&
	       m->protect <= TT_PROTECT_SUPERVISOR && m->spaces <= TT_SPACES_TABLES &&
	       m->fast <= (m->spaces == TT_SPACES_TABLES &&
			   m->protect % TT_PROTECT_SEGMENTS == 0) && m->devices <= TT_DEVICES_MAX;
}

static void power_on(struct monitor *mon)
{
	struct pt_regs *regs = current_pt_regs();

	*regs = (struct pt_regs){
		.cs = __USER_CS, .ds = __USER_DS, .es = __USER_DS, .ss = __USER_DS,
		.ip = mon->machine.entry, .flags = X86_EFLAGS_IF | X86_EFLAGS_FIXED,
		.orig_ax = -1,
	};
	memset(current->thread.tls_array, 0, sizeof(current->thread.tls_array));
	preempt_disable();
	load_TLS(&current->thread, smp_processor_id());
	preempt_enable();
	loadsegment(gs, 0);
	mon->kernel = *regs;
	/* The limits 0x6ffff and 0xfffff, in pages. */
	mon->bound = mon->machine.protect == TT_PROTECT_SEGMENTS ? 0xc6 : 0xcf;
	typetwo_attach(&mon->hooks);
}

static long start(struct file *file, const void __user *from)
{
	struct monitor *mon = file->private_data;
	struct tt_vmm_machine machine;
	long error;

	if (copy_from_user(&machine, from, sizeof(machine)))
		return -EFAULT;
	if (!valid(&machine))
		return -EINVAL;
	/* Another thread would run in the same memory, and not as a machine. */
	if (current->typetwo || atomic_read(&current->mm->mm_users) != 1 ||
	    cmpxchg(&mon->mm, NULL, current->mm))
		return -EBUSY;
	mon->machine = machine;
	mon->task = current;
	mon->ram = fget(machine.ram_fd);
	error = -EBADF;
	if (!mon->ram || !shmem_mapping(mon->ram->f_mapping) ||
	    i_size_read(file_inode(mon->ram)) < machine.ram_bytes ||
	    (~mon->ram->f_mode & (FMODE_READ | FMODE_WRITE)))
		goto failed;
	error = -ENOMEM;
	mon->page = kvcalloc(machine.ram_bytes / PAGE_SIZE, sizeof(*mon->page),
			     GFP_KERNEL_ACCOUNT);
	mon->entries = (u32 *)__get_free_page(GFP_KERNEL_ACCOUNT);
	if (!mon->page || !mon->entries)
		goto failed;
	error = ram_map(mon, file);
	if (error)
		monitor_end(mon, TT_STATUS_HOST, "the Host has no memory for the machine");
	else
		power_on(mon);
	return error;
failed:
	ram_free(mon);
	mon->mm = NULL;
	return error;
}

static int vmm_open(struct inode *inode, struct file *file)
{
	struct monitor *mon = kvzalloc(sizeof(*mon), GFP_KERNEL_ACCOUNT);

	if (!mon)
		return -ENOMEM;
	mon->hooks.ops = &monitor_hooks;
	file->private_data = mon;
	return 0;
}

static long vmm_ioctl(struct file *file, unsigned int number, unsigned long argument)
{
	if (number != TT_VMM_START)
		return -ENOTTY;
	return start(file, (const void __user *)argument);
}

static ssize_t vmm_read(struct file *file, char __user *to, size_t bytes, loff_t *at)
{
	struct monitor *mon = file->private_data;

	return simple_read_from_buffer(to, bytes, at, &mon->end, sizeof(mon->end));
}

/* The machine's mapping holds the file, so its memory is unused by now. */
static int vmm_release(struct inode *inode, struct file *file)
{
	struct monitor *mon = file->private_data;

	tables_free(mon);
	ram_free(mon);
	kvfree(mon);
	return 0;
}

static const struct file_operations vmm_file = {
	.owner = THIS_MODULE,
	.open = vmm_open,
	.unlocked_ioctl = vmm_ioctl,
	.mmap = ram_mmap,
	.read = vmm_read,
	.release = vmm_release,
};

static struct miscdevice vmm_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vmm",
	.fops = &vmm_file,
	.mode = 0600,
};

static int __init monitor_init(void)
{
	fast_init();
	return misc_register(&vmm_device);
}
module_init(monitor_init);

static void __exit monitor_exit(void)
{
	misc_deregister(&vmm_device);
}
module_exit(monitor_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("TypeTwo: a Type II virtual machine monitor");
