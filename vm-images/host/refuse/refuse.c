// SPDX-License-Identifier: GPL-2.0-only
/*
 * refuse.c - "insmod refuse.ko at=ADDRESS": for a tenth of a second the Host's function there does
 * nothing, and returns -ENOMEM.
 *
 * Whoever calls what fails only in a Host that is out of order has to look at its result all the
 * same, and that wants to be tested.
 */
#include <linux/module.h>
#include <linux/string.h>
#include <linux/workqueue.h>

static unsigned long at;
module_param(at, ulong, 0400);
MODULE_PARM_DESC(at, "the function's address");

/* movl $-ENOMEM, %eax; ret */
static const u8 refuse[] = { 0xb8, 0xf4, 0xff, 0xff, 0xff, 0xc3 };
static u8 before[sizeof(refuse)];

/* Nobody else runs: there is one CPU.  write_cr0() would leave WP set. */
static void write_code(const u8 *code)
{
	unsigned long flags, cr0 = read_cr0();

	local_irq_save(flags);
	asm volatile("mov %0, %%cr0" : : "r" (cr0 & ~X86_CR0_WP) : "memory");
	memcpy((void *)at, code, sizeof(refuse));
	asm volatile("mov %0, %%cr0" : : "r" (cr0) : "memory");
	local_irq_restore(flags);
}

static void put_back(struct work_struct *work)
{
	write_code(before);
}

static DECLARE_DELAYED_WORK(over, put_back);

static int __init refuse_init(void)
{
	memcpy(before, (void *)at, sizeof(before));
	write_code(refuse);
	schedule_delayed_work(&over, HZ / 10);
	return 0;
}

static void __exit refuse_exit(void)
{
	flush_delayed_work(&over);
}

module_init(refuse_init);
module_exit(refuse_exit);
MODULE_DESCRIPTION("A function of the Host's that fails");
MODULE_LICENSE("GPL");
