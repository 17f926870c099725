// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/verdict: the verdict device, for guest programs that check or measure something.  What is
 * written goes out as it is; the protocol is the program's (<typetwo/verdict.h>).
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/uaccess.h>
#include <asm/typetwo.h>
#include <typetwo/verdict.h>

static ssize_t verdict_read(struct file *file, char __user *to, size_t count, loff_t *offset)
{
	char line[TT_VERDICT_LINE_MAX];
	long n;

	do
		n = host_read(tt_find_device(TT_DEV_VERDICT, 0)->fd, line,
			      min(count, sizeof(line)));
	while (n == -EINTR);
	if (n > 0 && copy_to_user(to, line, n))
		return -EFAULT;
	return n;
}

static ssize_t verdict_write(struct file *file, const char __user *from, size_t count,
			     loff_t *offset)
{
	char line[TT_VERDICT_LINE_MAX];
	long n;

	count = min(count, sizeof(line));
	if (copy_from_user(line, from, count))
		return -EFAULT;
	do
		n = host_write(tt_find_device(TT_DEV_VERDICT, 0)->fd, line, count);
	while (n == -EINTR);
	return n;
}

static const struct file_operations verdict_fops = {
	.owner = THIS_MODULE,
	.read = verdict_read,
	.write = verdict_write,
	.llseek = no_llseek,
};

static struct miscdevice verdict = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "verdict",
	.mode = 0666,
	.fops = &verdict_fops,
};

static int __init verdict_init(void)
{
	return tt_find_device(TT_DEV_VERDICT, 0) ? misc_register(&verdict) : 0;
}
device_initcall(verdict_init);
