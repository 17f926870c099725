/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page-fault - what an application may not touch comes back with the right address and error code,
 * and what is mapped then lets the same instruction go on.
 */
#include "guest.h"

/* The page at ebx is touched at once; eax says what came of it. */
LABEL(read_at);
APPLICATION(read, "read_at: mov	(%ebx), %eax\n	int	$0x80\n");
LABEL(write_at);
APPLICATION(write, "write_at: mov	%eax, (%ebx)\n	int	$0x80\n");
LABEL(add_at);
APPLICATION(add, "add_at: add	%eax, (%ebx)\n	int	$0x80\n");
LABEL(jump_at);
APPLICATION(jump, "jump_at: jmp	*%ebx\n");
LABEL(push_at);
APPLICATION(push, "	mov	%ebx, %esp\npush_at: push	%eax\n	int	$0x80\n");
LABEL(copy_at);
APPLICATION(copy, "copy_at: rep movsb\n	int	$0x80\n");

#define PAGE APP_FREE
#define NEXT (APP_FREE + TT_PAGE_SIZE)

static struct space space;
static struct app app;
static unsigned int one, two; /* RAM offsets of two pages to map */

static void
start(const char *entry, unsigned int address, unsigned int value)
{
	app_restart(&app, entry);
	app.frame.regs.ebx = address;
	app.frame.regs.eax = value;
}

static bool
faults(const char *eip, unsigned int error, unsigned int address)
{
	return run_to_exception(&app, 14, error, eip) && same("cr2", app.frame.cr2, address);
}

/* The CPU asks for write access at once; QEMU reads first, and that misses already. */
static void
add_faults(void)
{
	run(&app);
	app.frame.error_code &= ~TT_PF_WRITE;
	same("trap", app.frame.trap, 14);
	same("error code", app.frame.error_code, TT_PF_USER);
	same("eip", app.frame.regs.eip, ADDRESS(add_at));
	same("cr2", app.frame.cr2, PAGE);
}

static void
nothing_mapped(void)
{
	process_space_unmap(&space, PAGE);
	process_space_unmap(&space, NEXT);
	memset(ram(one), 0, TT_PAGE_SIZE);
	memset(ram(two), 0, TT_PAGE_SIZE);
}

/* Some addresses in a page, the lowest and the highest page, and some between. */
static void
check_misses(void)
{
	static const unsigned int places[] = {TT_GUEST_USER_BASE, APP_CODE - 4, APP_DATA + 0x1ffc,
		PAGE, PAGE + 4, PAGE + 0xffc, 0x40000000, 0x6ffffffc, 0, 0xfff};

	check("miss-read");
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		start(read, places[i], 0x5e171e1);
		faults(read_at, TT_PF_USER, places[i]);
		same("eax after the miss", app.frame.regs.eax, 0x5e171e1);
		same("ebx after the miss", app.frame.regs.ebx, places[i]);
	}
	check("miss-write");
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		start(write, places[i], 1);
		faults(write_at, TT_PF_USER | TT_PF_WRITE, places[i]);
	}
	check("miss-read-modify-write");
	start(add, PAGE, 1);
	add_faults();
	check("miss-push");
	start(push, PAGE + 0x100, 1);
	faults(push_at, TT_PF_USER | TT_PF_WRITE, PAGE + 0xfc);
	same("esp after the miss", app.frame.regs.esp, PAGE + 0x100);
	check("miss-execute");
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		start(jump, places[i], 1);
		run(&app);
		same("reason", app.frame.reason, TT_EXIT_EXCEPTION);
		same("trap", app.frame.trap, 14);
		/* A Host with no-execute pages says that it was a fetch; this ABI does not. */
		same("error code", app.frame.error_code & 0xf, TT_PF_USER);
		same("cr2", app.frame.cr2, places[i]);
		same("eip", app.frame.regs.eip, places[i]);
	}
}

static void
check_mapped_and_resumed(void)
{
	check("mapped-read-goes-on");
	nothing_mapped();
	*(unsigned int *)ram(one + 8) = 0xfeedbee5;
	start(read, PAGE + 8, 0);
	faults(read_at, TT_PF_USER, PAGE + 8);
	process_space_map(&space, PAGE, one, 0);
	if (run_to_syscall(&app))
		same("what it read", app.frame.regs.eax, 0xfeedbee5);

	check("mapped-write-goes-on");
	nothing_mapped();
	start(write, PAGE + 0x10, 0xabcd0123);
	faults(write_at, TT_PF_USER | TT_PF_WRITE, PAGE + 0x10);
	process_space_map(&space, PAGE, one, TT_MAP_WRITE);
	run_to_syscall(&app);
	same("what it wrote", *(unsigned int *)ram(one + 0x10), 0xabcd0123);

	check("mapped-read-modify-write-happens-once");
	nothing_mapped();
	*(unsigned int *)ram(one) = 1000;
	start(add, PAGE, 1);
	add_faults();
	process_space_map(&space, PAGE, one, TT_MAP_WRITE);
	run_to_syscall(&app);
	same("sum", *(unsigned int *)ram(one), 1001);

	check("mapped-code-goes-on");
	nothing_mapped();
	memcpy(ram(one + 0x20), "\xb8\x78\x56\x34\x12\xcd\x80", 7); /* mov $0x12345678,%eax; int */
	start(jump, PAGE + 0x20, 0);
	run(&app);
	same("cr2", app.frame.cr2, PAGE + 0x20);
	process_space_map(&space, PAGE, one, 0);
	if (run_to_syscall(&app))
		same("eax", app.frame.regs.eax, 0x12345678);

	check("string-instruction-goes-on");
	nothing_mapped();
	process_space_map(&space, PAGE, one, TT_MAP_WRITE);
	for (unsigned int i = 0; i < 64; i++)
		((unsigned char *)app.data)[i] = (unsigned char)(i + 1);
	start(copy, 0, 0);
	app.frame.regs.esi = APP_DATA;
	app.frame.regs.edi = NEXT - 24;
	app.frame.regs.ecx = 64;
	faults(copy_at, TT_PF_USER | TT_PF_WRITE, NEXT);
	same("bytes left", app.frame.regs.ecx, 40);
	same("edi", app.frame.regs.edi, NEXT);
	process_space_map(&space, NEXT, two, TT_MAP_WRITE);
	run_to_syscall(&app);
	same("bytes left", app.frame.regs.ecx, 0);
	for (unsigned int i = 0; i < 64; i++) {
		unsigned char *at = i < 24 ? ram(one + TT_PAGE_SIZE - 24 + i) : ram(two + i - 24);

		same("byte", *at, i + 1);
	}
}

static void
check_protection(void)
{
	check("read-only-page-is-not-written");
	nothing_mapped();
	*(unsigned int *)ram(one + 4) = 0x900d900d;
	process_space_map(&space, PAGE, one, 0);
	/* Once before anything has touched the page there, and once after. */
	for (int i = 0; i < 2; i++) {
		start(write, PAGE + 4, 0xbad);
		faults(write_at, TT_PF_USER | TT_PF_WRITE | TT_PF_PRESENT, PAGE + 4);
		same("the page", *(unsigned int *)ram(one + 4), 0x900d900d);
		start(read, PAGE + 4, 0);
		if (run_to_syscall(&app))
			same("what it read", app.frame.regs.eax, 0x900d900d);
	}

	check("read-only-page-becomes-writable");
	start(write, PAGE + 4, 0x4e3);
	faults(write_at, TT_PF_USER | TT_PF_WRITE | TT_PF_PRESENT, PAGE + 4);
	process_space_map(&space, PAGE, one, TT_MAP_WRITE);
	run_to_syscall(&app);
	same("the page", *(unsigned int *)ram(one + 4), 0x4e3);

	check("writable-page-becomes-read-only");
	process_space_map(&space, PAGE, one, 0);
	start(write, PAGE + 4, 0xbad);
	faults(write_at, TT_PF_USER | TT_PF_WRITE | TT_PF_PRESENT, PAGE + 4);
	same("the page", *(unsigned int *)ram(one + 4), 0x4e3);

	check("read-only-code-is-not-written");
	start(write, ADDRESS(write_at), 0xbad);
	faults(write_at, TT_PF_USER | TT_PF_WRITE | TT_PF_PRESENT, ADDRESS(write_at));
}

static void
check_straddling(void)
{
	nothing_mapped();
	check("straddling-read");
	*(unsigned int *)ram(one + 0xffc) = 0x44332211;
	*(unsigned int *)ram(two) = 0x88776655;
	start(read, NEXT - 2, 0);
	faults(read_at, TT_PF_USER, NEXT - 2);
	process_space_map(&space, PAGE, one, TT_MAP_WRITE);
	faults(read_at, TT_PF_USER, NEXT);
	process_space_map(&space, NEXT, two, 0);
	if (run_to_syscall(&app))
		same("what it read", app.frame.regs.eax, 0x66554433);

	check("straddling-write-happens-whole-or-not");
	start(write, NEXT - 2, 0xddccbbaa);
	faults(write_at, TT_PF_USER | TT_PF_WRITE | TT_PF_PRESENT, NEXT);
	same("lower page", *(unsigned int *)ram(one + 0xffc), 0x44332211);
	same("upper page", *(unsigned int *)ram(two), 0x88776655);
	process_space_map(&space, NEXT, two, TT_MAP_WRITE);
	run_to_syscall(&app);
	same("lower page", *(unsigned int *)ram(one + 0xffc), 0xbbaa2211);
	same("upper page", *(unsigned int *)ram(two), 0x8877ddcc);
}

/* A mapping that was used is gone at once when it is taken away, and another takes its place. */
static void
check_changes(void)
{
	static const unsigned int entries[2] __attribute__((aligned(8))) = {0, 0};

	nothing_mapped();
	*(unsigned int *)ram(one) = 1;
	*(unsigned int *)ram(two) = 2;
	check("unmapped-page-is-gone");
	process_space_map(&space, PAGE, one, TT_MAP_WRITE);
	process_space_map(&space, NEXT, one, TT_MAP_WRITE);
	start(read, PAGE, 0);
	if (run_to_syscall(&app))
		same("what it read", app.frame.regs.eax, 1);
	process_space_unmap(&space, PAGE);
	start(read, PAGE, 0);
	faults(read_at, TT_PF_USER, PAGE);
	start(write, PAGE, 0);
	faults(write_at, TT_PF_USER | TT_PF_WRITE, PAGE);
	start(read, NEXT, 0);
	if (run_to_syscall(&app))
		same("its neighbour", app.frame.regs.eax, 1);

	check("remapped-page-is-another");
	process_space_map(&space, NEXT, two, 0);
	start(read, NEXT, 0);
	if (run_to_syscall(&app))
		same("what it read", app.frame.regs.eax, 2);

	check("entry-without-present-removes");
	process_space_map(&space, PAGE, one, TT_MAP_WRITE);
	start(read, PAGE, 0);
	run_to_syscall(&app);
	same("map", (unsigned int)hc_map(space.id, PAGE, entries, 2), 0);
	process_space_note(&space, PAGE, 0, 0);
	start(read, PAGE, 0);
	enter_patiently(&app);
	same("trap", app.frame.trap, 14);
	same("error code", app.frame.error_code, TT_PF_USER);
	same("cr2", app.frame.cr2, PAGE);
	start(read, NEXT + 4, 0);
	enter_patiently(&app);
	same("cr2", app.frame.cr2, NEXT + 4);

	check("one-page-at-two-addresses");
	process_space_map(&space, PAGE, one, TT_MAP_WRITE);
	process_space_map(&space, NEXT, one, 0);
	start(write, PAGE + 0x40, 0x1deac0de);
	run_to_syscall(&app);
	start(read, NEXT + 0x40, 0);
	if (run_to_syscall(&app))
		same("what it read", app.frame.regs.eax, 0x1deac0de);

	check("kernel-and-application-see-one-page");
	*(volatile unsigned int *)ram(one + 0x44) = 0x7e57;
	start(read, PAGE + 0x44, 0);
	if (run_to_syscall(&app))
		same("what it read", app.frame.regs.eax, 0x7e57);
}

int
main(void)
{
	app_create(&app, &space, read);
	one = page_alloc();
	two = page_alloc();
	check_misses();
	check_mapped_and_resumed();
	check_protection();
	check_straddling();
	check_changes();
	return 0;
}
