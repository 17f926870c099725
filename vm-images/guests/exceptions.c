/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exceptions - what an application does wrong comes back with vector, error code and eip as the CPU
 * gives them, and the application can go on afterwards.
 */
#include <asm/signal.h>
#include <asm/unistd.h>

#include "guest.h"

/* A fault reports the instruction itself, a trap the one behind it. */
#define FAULT(name, before, instruction) \
	LABEL(name##_eip);               \
	APPLICATION(name, before "\n" #name "_eip: " instruction "\n	int	$0x80\n")
#define TRAP(name, before, instruction) \
	LABEL(name##_eip);              \
	APPLICATION(name, before "\n" instruction "\n" #name "_eip: int	$0x80\n")
#define ROW(name, trap, error)                           \
	{                                                \
#name, name, name##_eip, (trap), (error) \
	}

FAULT(divide_by_zero, "xor %ecx, %ecx", "div %ecx");
FAULT(divide_overflow, "mov $0x80000000, %eax; cltd; mov $-1, %ecx", "idiv %ecx");
TRAP(breakpoint, "", "int3");
TRAP(breakpoint_two_bytes, "", ".byte 0xcd, 3");
TRAP(overflow, "mov $0x7fffffff, %eax; inc %eax", "into");
FAULT(bound_range, "movl $1, 0x500000; movl $2, 0x500004; mov $3, %eax", "bound %eax, 0x500000");
FAULT(invalid_opcode, "", "ud2");
FAULT(invalid_encoding, "", ".byte 0x0f, 0xb9, 0xc0"); /* ud1 */
FAULT(x87_error, "fninit; push $0x37b; fldcw (%esp); add $4, %esp; fld1; fldz; fdivrp", "fwait");

FAULT(halt, "", "hlt");
FAULT(clear_interrupts, "", "cli");
FAULT(set_interrupts, "", "sti");
FAULT(port_in, "mov $0x3fd, %edx", "in (%dx), %al");
FAULT(port_out, "mov $0x3f8, %edx", "out %al, (%dx)");
FAULT(port_in_string, "mov $0x3f8, %edx; mov $0x500000, %edi", "insb");
FAULT(read_cr0, "", "mov %cr0, %eax");
FAULT(write_cr3, "", "mov %eax, %cr3");
FAULT(write_debug_register, "", "mov %eax, %dr7");
FAULT(read_msr, "mov $0x174, %ecx", "rdmsr");
FAULT(write_msr, "mov $0x176, %ecx", "wrmsr");
FAULT(load_gdt, "", "lgdt 0x500000");
FAULT(load_idt, "", "lidt 0x500000");
FAULT(load_ldt, "", "lldt %ax");
FAULT(load_task, "mov $0x80, %eax", "ltr %ax");
FAULT(clear_task_switched, "", "clts");
FAULT(write_back_caches, "", "wbinvd");
FAULT(invalidate_page, "", "invlpg 0x500000");
FAULT(far_return_to_host, "push $0x60; push $0x400000", "lret");
FAULT(interrupt_return_to_host, "pushf; push $0x60; push $0x400000", "iret");
FAULT(jump_to_host_code, "", "ljmp $0x60, $0x400000");
FAULT(call_to_task, "", "lcall $0x80, $0");
FAULT(int_page_fault, "", "int $14");
FAULT(int_66, "", "int $0x42");
FAULT(int_129, "", "int $0x81");
FAULT(int_255, "", "int $0xff");
FAULT(load_host_code_segment, "mov $0x60, %eax", "mov %eax, %gs");
FAULT(load_host_data_segment, "mov $0x6b, %eax", "mov %eax, %ds");
FAULT(load_task_segment, "mov $0x83, %eax", "mov %eax, %es");
FAULT(load_empty_tls, "mov $0x33, %eax", "mov %eax, %fs");
FAULT(load_from_ldt, "mov $0x0f, %eax", "mov %eax, %gs");
FAULT(load_outside_gdt, "mov $0x103, %eax", "mov %eax, %gs");
FAULT(load_null_stack, "xor %eax, %eax", "mov %eax, %ss");
FAULT(load_stack_rpl_0, "mov $0x78, %eax", "mov %eax, %ss");
FAULT(pop_host_segment, "push $0x68", "pop %es");

static const struct row {
	const char *name, *entry, *eip;
	unsigned int trap, error;
} rows[] = {
	ROW(divide_by_zero, 0, 0),
	ROW(divide_overflow, 0, 0),
	ROW(breakpoint, 3, 0),
	ROW(breakpoint_two_bytes, 3, 0),
	ROW(overflow, 4, 0),
	ROW(bound_range, 5, 0),
	ROW(invalid_opcode, 6, 0),
	ROW(invalid_encoding, 6, 0),
	ROW(x87_error, 16, 0),
	ROW(halt, 13, 0),
	ROW(clear_interrupts, 13, 0),
	ROW(set_interrupts, 13, 0),
	ROW(port_in, 13, 0),
	ROW(port_out, 13, 0),
	ROW(port_in_string, 13, 0),
	ROW(read_cr0, 13, 0),
	ROW(write_cr3, 13, 0),
	ROW(write_debug_register, 13, 0),
	ROW(read_msr, 13, 0),
	ROW(write_msr, 13, 0),
	ROW(load_gdt, 13, 0),
	ROW(load_idt, 13, 0),
	ROW(load_ldt, 13, 0),
	ROW(load_task, 13, 0),
	ROW(clear_task_switched, 13, 0),
	ROW(write_back_caches, 13, 0),
	ROW(invalidate_page, 13, 0),
	ROW(far_return_to_host, 13, 0x60),
	ROW(interrupt_return_to_host, 13, 0x60),
	ROW(jump_to_host_code, 13, 0x60),
	ROW(call_to_task, 13, 0x80),
	/* The error code names the gate: 8 times the vector, and bit 1 for the IDT. */
	ROW(int_page_fault, 13, 8 * 14 + 2),
	ROW(int_66, 13, 8 * 0x42 + 2),
	ROW(int_129, 13, 8 * 0x81 + 2),
	ROW(int_255, 13, 8 * 0xff + 2),
	ROW(load_host_code_segment, 13, 0x60),
	ROW(load_host_data_segment, 13, 0x68),
	ROW(load_task_segment, 13, 0x80),
	ROW(load_empty_tls, 13, 0x30),
	ROW(load_from_ldt, 13, 0x0c),
	ROW(load_outside_gdt, 13, 0x100),
	ROW(load_null_stack, 13, 0),
	ROW(load_stack_rpl_0, 13, 0x78),
	ROW(pop_host_segment, 13, 0x68),
};

APPLICATION(go_on, "	lea	1(%esi), %edx\n	int	$0x80\n");

/* Where the application's stack pointer may point when it makes an exception. */
static const unsigned int stacks[] = {0, 4, 0x00300000, APP_CODE + 0x800, APP_STACK, 0x6fffffff,
	TT_GUEST_KERNEL_BASE, TT_GUEST_KERNEL_BASE + 0x2004, TT_MONITOR_BASE + 0x1000,
	TT_MONITOR_END, TT_HOST_KERNEL_BASE, 0xfffffffc, 0xffffffff};

static struct space space;
static struct app app;

/* The names above are C's; reports have words with hyphens. */
static const char *
hyphens(const char *name)
{
	static char word[64];
	unsigned int i;

	for (i = 0; i < sizeof(word) - 1 && name[i]; i++)
		word[i] = name[i] == '_' ? '-' : name[i];
	word[i] = 0;
	return word;
}

static void
check_row(const struct row *row)
{
	struct tt_regs *r = &app.frame.regs;

	check("%s", hyphens(row->name));
	app_restart(&app, row->entry);
	r->ebx = 0xb0b0b0b0;
	r->esi = 0x51515151;
	r->ebp = 0xe8e8e8e8;
	if (!run_to_exception(&app, row->trap, row->error, row->eip))
		return;
	same("orig_eax", r->orig_eax, -1u);
	same("ebx", r->ebx, 0xb0b0b0b0);
	same("esi", r->esi, 0x51515151);
	same("ebp", r->ebp, 0xe8e8e8e8);
	/* A handler of the application's own would be the next thing to run. */
	__asm__ volatile("fninit");
	r->eip = ADDRESS(go_on);
	if (run_to_syscall(&app))
		same("edx", r->edx, 0x51515152);
}

static void
check_stacks(void)
{
	check("exception-with-a-wild-stack");
	for (unsigned int i = 0; i < ARRAY_SIZE(stacks); i++) {
		for (int trapping = 0; trapping < 2; trapping++) {
			app_restart(&app, trapping ? breakpoint : invalid_opcode);
			app.frame.regs.esp = stacks[i];
			run_to_exception(&app, trapping ? 3 : 6, 0,
				trapping ? breakpoint_eip : invalid_opcode_eip);
			same("esp", app.frame.regs.esp, stacks[i]);
		}
	}
}

static unsigned int
signal_mask(void)
{
	unsigned int mask[2] = {0, 0};

	host_call(__NR_rt_sigprocmask, 0, 0, (unsigned int)mask, sizeof(mask));
	return mask[0];
}

/* Masked host signals are masked interrupts; an exception is none, and comes all the same. */
static void
check_masked(void)
{
	check("exception-with-all-signals-blocked");
	for (int s = 1; s <= 64; s++)
		if (s != SIGKILL && s != SIGSTOP)
			block_signal(s);
	for (unsigned int i = 0; i < 3; i++) {
		app_restart(&app, divide_by_zero);
		run_to_exception(&app, 0, 0, divide_by_zero_eip);
		app_restart(&app, breakpoint);
		run_to_exception(&app, 3, 0, breakpoint_eip);
		app_restart(&app, invalid_opcode);
		run_to_exception(&app, 6, 0, invalid_opcode_eip);
		app_restart(&app, halt);
		run_to_exception(&app, 13, 0, halt_eip);
		/* The Monitor may need traps of its own to change mappings. */
		process_space_map(&space, APP_FREE, ram_offset(app.data), 0);
		process_space_unmap(&space, APP_FREE);
	}
	same("mask", signal_mask(), ~(1u << (SIGKILL - 1) | 1u << (SIGSTOP - 1)));
	for (int s = 1; s <= 64; s++)
		if (s != SIGKILL && s != SIGSTOP)
			unblock_signal(s);
	app_restart(&app, breakpoint);
	run_to_exception(&app, 3, 0, breakpoint_eip);
}

LABEL(step_1);
LABEL(step_2);
LABEL(step_3);
LABEL(step_4);
LABEL(step_5);
LABEL(step_6);
LABEL(step_7);
LABEL(step_8);
APPLICATION(steps, "	nop\n"
		   "step_1: mov	$7, %eax\n"
		   "step_2: push	%eax\n"
		   "step_3: pop	%ecx\n"
		   "step_4: jmp	step_5\n"
		   "	ud2\n"
		   "step_5: cmp	%eax, %ecx\n"
		   "step_6: int	$0x80\n"
		   "step_7: nop\n"
		   "step_8: nop\n");

LABEL(own_1);
LABEL(own_2);
LABEL(own_3);
LABEL(own_4);
LABEL(own_5);
LABEL(own_end);
APPLICATION(own_steps, "	pushf\n"
		       "	orl	$0x100, (%esp)\n"
		       "	popf\n"
		       "	nop\n"
		       "own_1:	pushf\n"
		       "own_2:	andl	$~0x100, (%esp)\n"
		       "own_3:	popf\n"
		       "own_4:	nop\n"
		       "own_5:	nop\n"
		       "	int	$0x80\n"
		       "own_end:\n");

#define TF 0x100

static void
check_single_step(void)
{
	const char *const before[] = {step_1, step_2, step_3, step_4, step_5, step_6};
	const char *const own[] = {own_1, own_2, own_3, own_4};

	check("single-step");
	app_restart(&app, steps);
	app.frame.regs.eflags |= TF;
	for (unsigned int i = 0; i < ARRAY_SIZE(before); i++)
		if (!run_to_exception(&app, 1, 0, before[i]))
			return;
	same("eax", app.frame.regs.eax, 7);
	same("ecx", app.frame.regs.ecx, 7);
	same("esp", app.frame.regs.esp, APP_STACK);
	same("ZF and TF", app.frame.regs.eflags & 0x140, 0x140);

	check("single-step-through-a-system-call");
	if (run_to_syscall(&app)) {
		same("eip", app.frame.regs.eip, ADDRESS(step_7));
		same("TF", app.frame.regs.eflags & TF, TF);
		run_to_exception(&app, 1, 0, step_8);
	}

	check("single-step-ends");
	app_restart(&app, steps);
	app.frame.regs.eflags |= TF;
	run_to_exception(&app, 1, 0, step_1);
	app.frame.regs.eflags &= ~TF;
	if (run_to_syscall(&app))
		same("eip", app.frame.regs.eip, ADDRESS(step_7));

	check("single-step-by-the-application-itself");
	app_restart(&app, own_steps);
	for (unsigned int i = 0; i < ARRAY_SIZE(own); i++)
		if (!run_to_exception(&app, 1, 0, own[i]))
			return;
	same("TF", app.frame.regs.eflags & TF, 0);
	if (run_to_syscall(&app))
		same("eip", app.frame.regs.eip, ADDRESS(own_end));
}

int
main(void)
{
	app_create(&app, &space, go_on);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(&rows[i]);
	check_stacks();
	check_single_step();
	check_masked();
	return 0;
}
