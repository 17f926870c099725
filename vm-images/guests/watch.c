/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch - debug registers: an application's access to an address that is watched is trap 1, and
 * which address it was is in cr2; nothing at the Guest kernel's addresses can be watched.
 */
#include <asm/errno.h>

#include "guest.h"

#define ENABLE(n) (1u << 2 * (n))
#define WRITES(n) (1u << (16 + 4 * (n)))
#define READS_AND_WRITES(n) (3u << (16 + 4 * (n)))
#define BYTES_4(n) (3u << (18 + 4 * (n)))

LABEL(step);
LABEL(second);
LABEL(end);
APPLICATION(work, "	mov	0x500000, %eax\n"
		  "	mov	%eax, 0x500004\n"
		  "step:	incl	0x500004\n"
		  "second:	mov	0x500008, %eax\n"
		  "end:	int	$0x80\n");

static struct space space;
static struct app app;
static struct tt_debug debug __attribute__((aligned(32)));

static int
set(unsigned int address, unsigned int control)
{
	debug = (struct tt_debug){{address, address, APP_DATA + 8, APP_DATA + 0x10}, control};
	return hc_debug(&debug);
}

static void
hit(const char *what, unsigned int which, const char *at)
{
	run(&app);
	holds(app.frame.reason == TT_EXIT_EXCEPTION && app.frame.trap == 1, "%s: %s", what,
		exit_name(&app.frame));
	same(what, app.frame.cr2 & 0x400f, which);
	same("eip", app.frame.regs.eip, ADDRESS(at));
}

static void
check_hits(void)
{
	check("watched-addresses-are-hit");
	same("set",
		set(APP_DATA + 4,
			ENABLE(1) | WRITES(1) | BYTES_4(1) | ENABLE(2) | READS_AND_WRITES(2)),
		0);
	app_restart(&app, work);
	hit("a write", 2, step);
	hit("another", 2, second);
	hit("a read", 4, end);
	run_to_syscall(&app);

	check("an-address-of-code-is-hit-before-it-runs");
	same("set", set(ADDRESS(second), ENABLE(0)), 0);
	app_restart(&app, work);
	hit("the instruction", 1, second);
	app.frame.regs.eflags |= 0x10000; /* RF: go on with it */
	run_to_syscall(&app);

	check("a-step-is-no-hit");
	app_restart(&app, work);
	same("set", set(0, 0), 0);
	app.frame.regs.eflags |= 0x100;
	run(&app);
	same("DR6", app.frame.cr2 & 0x400f, 0x4000);

	check("and-none-any-more");
	app_restart(&app, work);
	run_to_syscall(&app);
}

static void
check_refusals(void)
{
	static const struct {
		unsigned int address, control;
	} bad[] = {
		{TT_GUEST_KERNEL_BASE, ENABLE(0) | WRITES(0)},
		{TT_GUEST_KERNEL_BASE, ENABLE(0)},
		{TT_MONITOR_BASE, ENABLE(1) | READS_AND_WRITES(1)},
		{TT_HOST_KERNEL_BASE, ENABLE(0) | WRITES(0) | BYTES_4(0)},
		{0xffffffff, 2 * ENABLE(1) | WRITES(1)},
		{APP_DATA, ENABLE(0) | 2u << 16 /* I/O */},
		{APP_DATA, ENABLE(0) | WRITES(0) | 2u << 18 /* 8 bytes */},
		{APP_DATA, ENABLE(0) | BYTES_4(0) /* of code */},
		{APP_DATA + 2, ENABLE(0) | WRITES(0) | BYTES_4(0)},
	};

	check("what-cannot-be-watched-is-refused");
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		holds(set(bad[i].address, bad[i].control) == -EINVAL, "address 0x%x, control 0x%x",
			bad[i].address, bad[i].control);
	app_restart(&app, work);
	run_to_syscall(&app);
	check("an-address-that-is-not-enabled-is-none");
	same("set", set(0xffffffff, 0), 0);
	check("the-structure-has-to-be-in-ram");
	same("odd", hc_debug((char *)&debug + 2), -EFAULT);
	same("the application's", hc_debug((void *)APP_DATA), -EFAULT);
	same("across pages", hc_debug(ram(TT_PAGE_SIZE * 2 - 8)), -EFAULT);
	same("behind RAM", hc_debug(ram(boot->ram_bytes)), -EFAULT);
	same("the Host's", hc_debug((void *)TT_HOST_KERNEL_BASE), -EFAULT);
}

int
main(void)
{
	app_create(&app, &space, work);
	check_hits();
	check_refusals();
	check("the-machine-ends-with-one");
	same("set", set(APP_DATA, ENABLE(0) | WRITES(0)), 0);
	return 0;
}
