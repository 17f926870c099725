/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * escape - an application cannot make a host system call, or a hypercall, by any entry.  Most of
 * these would end the machine or change it if they got through.
 */
#include <asm/unistd.h>

#include "guest.h"

LABEL(called);
APPLICATION(call, "	int	$0x80\n"
		  "called:	int	$0x80\n");
LABEL(entered);
APPLICATION(sysenter, "	mov	%esp, %ebp\n"
		      "	mov	(%ebp), %edx\n" /* a Host may look there, and not wait for a miss */

		      "	sysenter\n"
		      "entered: ud2\n");
APPLICATION(sysenter_bad_stack, "	sysenter\n"
				"	mov	$0xbad, %ecx\n"
				"	int	$0x80\n");
/* The same instruction at the end of the page that the Host would return to. */
LABEL(syscall_at);
APPLICATION(amd_syscall, "syscall_at: syscall\n"
			 "	mov	$0xbad, %ecx\n"
			 "	int	$0x80\n");
APPLICATION(gate_7, "	lcall	$7, $0\n"
		    "	mov	$0xbad, %ecx\n"
		    "	int	$0x80\n");
APPLICATION(gate_27, "	lcall	$0x27, $0\n"
		     "	mov	$0xbad, %ecx\n"
		     "	int	$0x80\n");
APPLICATION(jump, "	jmp	*%ebx\n");
#define LOW 0x20000 /* an address of virtual 8086 mode's, too */
#define FLAGS_VIRTUAL "$0x23202" /* VM, IOPL 3, IF */
#define FLAGS_FIXED 0x001a3200 /* what only level 0 changes: of these IF is set */
APPLICATION(virtual,
	"	mov	" STRING(
		LOW) ", %edx\n" /* no miss later */
		     "	push	$0\n	push	$0\n	push	$0\n	push	$0\n"
		     "	push	$0x2000\n	push	%esp\n"
		     "	push	" FLAGS_VIRTUAL "\n	push	%ebx\n	push	%ecx\n"
		     "	iret\n");

static struct space space;
static struct app app;

/* The arguments are the worst that the numbers could make of them. */
static void
call_number(unsigned int number)
{
	struct tt_regs *r = &app.frame.regs;

	app_restart(&app, call);
	r->eax = number;
	r->ebx = TT_GUEST_KERNEL_BASE;
	r->ecx = TT_MONITOR_BASE - TT_GUEST_KERNEL_BASE;
	r->edx = r->esi = r->edi = 0;
	if (!run_to_syscall(&app))
		return;
	holds(r->eax == number && r->orig_eax == number, "number 0x%x came as 0x%x", number,
		r->eax);
	holds(r->ebx == TT_GUEST_KERNEL_BASE && r->eip == ADDRESS(called),
		"number 0x%x: ebx 0x%x eip 0x%x", number, r->ebx, r->eip);
}

static void
check_int80(void)
{
	check("int80-with-every-number-of-the-host");
	for (unsigned int nr = 0; nr < 512; nr++)
		call_number(nr);
	check("int80-with-hypercall-numbers");
	for (unsigned int nr = TT_HC_BASE - 2; nr < TT_HC_BASE + TT_HC_COUNT + 2; nr++)
		call_number(nr);
	check("int80-with-odd-numbers");
	for (unsigned int bit = 9; bit < 32; bit++) {
		call_number(1u << bit);
		call_number(1u << bit | __NR_exit_group);
		call_number(-(1u << bit));
		call_number((1u << bit) - 1);
	}
}

static void
check_sysenter(void)
{
	static const unsigned int numbers[] = {__NR_exit, __NR_fork, __NR_getpid, __NR_munmap,
		__NR_exit_group, TT_HC_SPACE_CREATE, TT_HC_ENTER, 0, 0xffffffff};
	static const unsigned int stacks[] = {0, 4, APP_FREE, APP_STACK, APP_CODE + 2,
		TT_GUEST_KERNEL_BASE, TT_MONITOR_BASE, TT_HOST_KERNEL_BASE, 0xffffffff};
	struct tt_regs *r = &app.frame.regs;

	/* There is none: it is a fault, though the Host may have lost where. */
	check("sysenter");
	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		app_restart(&app, sysenter);
		r->eax = numbers[i];
		r->ebx = TT_GUEST_KERNEL_BASE;
		r->ecx = 0x1000000;
		r->esp = APP_STACK - 64;
		run(&app);
		holds(app.frame.reason == TT_EXIT_EXCEPTION && app.frame.trap == 13 &&
				app.frame.error_code == 0,
			"number 0x%x: %s (trap %u error 0x%x) at eip 0x%x", numbers[i],
			exit_name(&app.frame), app.frame.trap, app.frame.error_code, r->eip);
		same("eax", r->eax, numbers[i]);
		same("ebx", r->ebx, TT_GUEST_KERNEL_BASE);
		same("orig_eax", r->orig_eax, -1u);
	}

	/* A Host that has sysenter looks for an argument at ebp; there may be none. */
	check("sysenter-with-a-bad-stack");
	for (unsigned int i = 0; i < ARRAY_SIZE(stacks); i++) {
		app_restart(&app, sysenter_bad_stack);
		r->eax = __NR_exit_group;
		r->ebp = stacks[i];
		r->esp = stacks[i];
		run(&app);
		holds(app.frame.reason == TT_EXIT_EXCEPTION, "ebp 0x%x: %s", stacks[i],
			exit_name(&app.frame));
		holds(r->ecx != 0xbad, "ebp 0x%x: it went on behind sysenter", stacks[i]);
	}
}

static void
not_taken(const char *entry)
{
	app_restart(&app, entry);
	app.frame.regs.eax = __NR_exit_group;
	run(&app);
	holds(app.frame.reason == TT_EXIT_EXCEPTION, "%s", exit_name(&app.frame));
	holds(app.frame.regs.ecx != 0xbad, "it went on behind the instruction");
}

static void
check_others(void)
{
	/* Where Linux has put entries of its own: the vDSO, the old fixed vsyscall page. */
	static const unsigned int entries[] = {0xffffe400, 0xffffe000, 0xbfffe000, 0xbfff0000,
		0xb7fff000, 0xb7ffe550, 0xf7ffd000, TT_MONITOR_END, TT_HOST_KERNEL_BASE,
		0xc1000000};

	check("syscall-instruction");
	not_taken(amd_syscall);
	check("call-gates");
	not_taken(gate_7);
	not_taken(gate_27);

	check("jump-to-code-of-others");
	for (unsigned int i = 0; i < ARRAY_SIZE(entries); i++) {
		app_restart(&app, jump);
		app.frame.regs.eax = __NR_exit_group;
		app.frame.regs.ebx = entries[i];
		run(&app);
		holds(app.frame.reason == TT_EXIT_EXCEPTION &&
				(app.frame.trap == 14 || app.frame.trap == 13),
			"at 0x%x: %s (trap %u)", entries[i], exit_name(&app.frame), app.frame.trap);
		same("eax", app.frame.regs.eax, __NR_exit_group);
	}
	/*
	 * A Monitor that borrows the process needs code in it.  Whatever an application makes of
	 * that code comes back here too.
	 */
	check("jump-to-code-of-the-monitor");
	for (unsigned int at = TT_MONITOR_BASE; at < TT_MONITOR_END;
		at += at < TT_MONITOR_BASE + 32 ? 1 : 509) {
		app_restart(&app, jump);
		app.frame.regs.eax = __NR_exit_group;
		app.frame.regs.ebx = at;
		run(&app);
		holds(app.frame.reason == TT_EXIT_EXCEPTION || app.frame.reason == TT_EXIT_SYSCALL,
			"at 0x%x: %s", at, exit_name(&app.frame));
	}
}

/*
 * A CPU refuses these code segments.  QEMU's TCG looks at VM first, though an application has no
 * right to it, and the next instruction comes from virtual 8086 mode; nothing of that is left.
 */
static void
check_virtual(void)
{
	static const unsigned char codes[][2] = {{0xcd, 0x80}, {0x0f, 0x0b}, {0xf4}};
	static const unsigned int selectors[] = {0x2000, 0x1ffd, 0x1ffe, 0x1fff};
	struct tt_regs *r = &app.frame.regs;
	unsigned int page = page_alloc();

	check("virtual-8086-mode");
	process_space_map(&space, LOW, page, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(codes) * ARRAY_SIZE(selectors); i++) {
		unsigned int cs = selectors[i % ARRAY_SIZE(selectors)];

		memcpy(ram(page), codes[i / ARRAY_SIZE(selectors)], sizeof(codes[0]));
		app_restart(&app, virtual);
		r->eax = __NR_exit_group;
		r->ebx = cs;
		r->ecx = LOW - cs * 16;
		run(&app);
		holds(app.frame.reason == TT_EXIT_EXCEPTION ||
				(app.frame.reason == TT_EXIT_SYSCALL &&
					r->orig_eax == __NR_exit_group),
			"cs 0x%x: %s", cs, exit_name(&app.frame));
		same("cs", r->cs, TT_USER_CS);
		same("ss", r->ss, TT_USER_DS);
		same("flags", r->eflags & FLAGS_FIXED, 0x200);
	}
}

int
main(void)
{
	app_create(&app, &space, call);
	check_int80();
	check_sysenter();
	check_others();
	check_virtual();
	return 0;
}
