// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - /dev/vmm: a machine from power-on to its end (typetwo/vmm.h).
 */
#include "monitor.h"

#include <linux/file.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/shmem_fs.h>
#include <asm/switch_to.h>

long monitor_end(struct monitor *mon, unsigned int why, unsigned long what)
{
	const struct pt_regs *regs = current_pt_regs();

	if (mon->no_sleep)
		return -EAGAIN;
	/* The first reason is the one that matters; but an exception may have been handled. */
	if (mon->end.why <= TT_END_EXCEPTION)
		mon->end = (struct tt_vmm_end){
			why, what, current->thread.trap_nr, regs->ip, current->thread.cr2,
			{ regs->bx, regs->cx, regs->dx }
		};
	if (why != TT_END_EXCEPTION)
		send_sig(SIGKILL, current, 1);
	return -ENOMEM;
}

static bool valid(const struct tt_vmm_machine *m)
{
	return m->ram_bytes >= TT_RAM_MIN && m->ram_bytes <= TT_RAM_MAX &&
	       m->ram_bytes % PAGE_SIZE == 0 && m->entry - TT_GUEST_KERNEL_BASE < m->ram_bytes &&
	       m->protect <= TT_PROTECT_SUPERVISOR && m->spaces <= TT_SPACES_TABLES &&
	       m->fast <= (m->spaces == TT_SPACES_TABLES &&
			   (m->protect == TT_PROTECT_NONE || m->protect == TT_PROTECT_SEGMENTS));
}

static const struct protection *const protections[] = {
	[TT_PROTECT_NONE] = &no_protection,
	[TT_PROTECT_MPROTECT] = &mprotect_protection,
	[TT_PROTECT_SEGMENTS] = &segment_protection,
	[TT_PROTECT_SUPERVISOR] = &supervisor_protection,
};

static const struct spaces *const spaces[] = {
	[TT_SPACES_REMAP] = &remapped_spaces,
	[TT_SPACES_TABLES] = &table_spaces,
};

static void power_on(struct monitor *mon)
{
	*current_pt_regs() = (struct pt_regs){
		.cs = __USER_CS, .ds = __USER_DS, .es = __USER_DS, .ss = __USER_DS,
		.ip = mon->machine.entry, .flags = X86_EFLAGS_IF | X86_EFLAGS_FIXED,
		.orig_ax = -1,
	};
	loadsegment(gs, 0);
	mon->kernel = *current_pt_regs(); /* fast_entry.S keeps only some of them up to date */
	mon->hook = monitor_hook;
	mon->frame = &frame_of_nobody;
	mon->protection = protections[mon->machine.protect];
	mon->spaces = spaces[mon->machine.spaces];
	mon->bound = mon->machine.protect == TT_PROTECT_SEGMENTS ? BOUNDED : FLAT;
	tls_change(mon, mon->tls);
	preempt_disable();
	/* No SYSENTER: the way back from it, SYSEXIT, loads flat segments (SDM volume 2). */
	current->thread.sysenter_cs = 0;
	refresh_sysenter_cs(&current->thread);
	fast_init();
	current->typetwo = &mon->hook;
	monitor_switch(mon, true);
	preempt_enable();
}

static long vmm_start(struct file *file, unsigned int number, unsigned long from)
{
	struct monitor *mon = file->private_data;
	struct file *ram;

	if (number != TT_VMM_START)
		return -ENOTTY;
	/* Another thread would run in the same memory, and not as a machine. */
	if (atomic_read(&current->mm->mm_users) != 1 || cmpxchg(&mon->mm, NULL, current->mm))
		return -EBUSY;
	if (copy_from_user(&mon->machine, (void __user *)from, sizeof(mon->machine)))
		return -EFAULT;
	if (!valid(&mon->machine))
		return -EINVAL;
	/* What only XSAVE saves, guest processes would leave to each other. */
	if (boot_cpu_has(X86_FEATURE_XSAVE))
		return -EOPNOTSUPP;
	/*
	 * A memfd and nothing else, which holds no other file: this one, or another of ours that
	 * holds it, would never be closed again.
	 */
	ram = fget(mon->machine.ram_fd);
	if (!ram || !shmem_mapping(ram->f_mapping) ||
	    i_size_read(file_inode(ram)) < mon->machine.ram_bytes) {
		if (ram)
			fput(ram);
		return -EBADF;
	}
	mon->ram = ram;
	mon->page = kvcalloc(KERNEL_PAGES, sizeof(*mon->page), GFP_KERNEL_ACCOUNT);
	if (!mon->page)
		return -ENOMEM;
	ram_map(mon, file);
	power_on(mon);
	return 0;
}

static int vmm_open(struct inode *inode, struct file *file)
{
	file->private_data = kvzalloc(sizeof(struct monitor), GFP_KERNEL_ACCOUNT);
	return file->private_data ? 0 : -ENOMEM;
}

static ssize_t vmm_read(struct file *file, char __user *to, size_t bytes, loff_t *at)
{
	struct monitor *mon = file->private_data;

	return simple_read_from_buffer(to, bytes, at, &mon->end, sizeof(mon->end));
}

/* The machine's mapping holds the file, so its memory is unused by now. */
static int vmm_release(struct inode *inode, struct file *file)
{
	debug_free(file->private_data);
	tables_free(file->private_data);
	ram_free(file->private_data);
	kvfree(file->private_data);
	return 0;
}

static const struct file_operations vmm_file = {
	.owner = THIS_MODULE,
	.open = vmm_open,
	.unlocked_ioctl = vmm_start,
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
module_misc_device(vmm_device);
MODULE_LICENSE("GPL");
