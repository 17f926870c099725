/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel-memory - an application cannot read, write or execute what is above its own range: the
 * Guest kernel, the Monitor, the Host.  Every try is an exception, changes nothing and shows
 * nothing.
 */
#include <asm/errno.h>

#include "guest.h"

#define EDGE (TT_GUEST_KERNEL_BASE - TT_PAGE_SIZE) /* the last page an application can have */
#define SECRET 0x5ec4e75u
#define MINE 0x11111111u /* what the application's registers hold */

/* ebx is the address; ecx is what to write there. */
#define TRY(name, before, instruction) \
	LABEL(name##_at);              \
	APPLICATION(name, before "\n" #name "_at: " instruction "\n	int	$0x80\n")
TRY(read, "", "mov (%ebx), %eax");
TRY(read_byte, "", "movzbl (%ebx), %eax");
TRY(read_string, "mov %ebx, %esi; cld", "lodsl");
TRY(read_pop, "mov %ebx, %esp", "pop %eax");
TRY(write, "", "mov %ecx, (%ebx)");
TRY(write_byte, "", "mov %cl, (%ebx)");
TRY(write_string, "mov %ebx, %edi; cld", "stosl");
TRY(write_push, "lea 4(%ebx), %esp", "push %ecx");
TRY(write_call, "lea 4(%ebx), %esp", "call read");
TRY(write_add, "", "lock xadd %eax, (%ebx)");
TRY(write_exchange, "", "xchg %eax, (%ebx)");
TRY(write_bit, "", "lock btcl $3, (%ebx)");
TRY(write_x87, "fldz", "fstps (%ebx)");
TRY(jump, "", "jmp *%ebx");
TRY(call, "", "call *%ebx");
TRY(ret, "movl %ebx, 0x5ffffc; mov $0x5ffffc, %esp", "ret");

LABEL(fill_at);
APPLICATION(fill, "	cld\n"
		  "fill_at: rep stosb\n"
		  "	int	$0x80\n");
APPLICATION(read_segment, "	mov	$0x33, %edx\n"
			  "	mov	%edx, %gs\n"
			  "	mov	%gs:(%ebx), %eax\n"
			  "	int	$0x80\n");
APPLICATION(write_segment, "	mov	$0x33, %edx\n"
			   "	mov	%edx, %gs\n"
			   "	mov	%ecx, %gs:(%ebx)\n"
			   "	int	$0x80\n");

/* Looks through ecx words from edi on for the complement of eax. */
APPLICATION(search, "	not	%eax\n"
		    "	cld\n"
		    "	repne scasl\n"
		    "	sete	%bl\n"
		    "	int	$0x80\n");

static const struct attempt {
	const char *name, *entry, *eip;
	bool executes;
} attempts[] = {
	{"read", read, read_at, false},
	{"read of a byte", read_byte, read_byte_at, false},
	{"lods", read_string, read_string_at, false},
	{"pop", read_pop, read_pop_at, false},
	{"write", write, write_at, false},
	{"write of a byte", write_byte, write_byte_at, false},
	{"stos", write_string, write_string_at, false},
	{"push", write_push, write_push_at, false},
	{"call that pushes there", write_call, write_call_at, false},
	{"xadd", write_add, write_add_at, false},
	{"xchg", write_exchange, write_exchange_at, false},
	{"btc", write_bit, write_bit_at, false},
	{"fstp", write_x87, write_x87_at, false},
	{"jmp", jump, jump_at, true},
	{"call", call, call_at, true},
	{"ret", ret, ret_at, true},
};

static struct space space;
static struct app app;

static void
start(const char *entry, unsigned int address)
{
	app_restart(&app, entry);
	app.frame.regs.eax = MINE;
	app.frame.regs.ebx = address;
	app.frame.regs.ecx = 0xbad0bad0;
}

/*
 * A Monitor that hides pages makes this a page fault; one that bounds segments makes it a general
 * protection or, by esp, a stack fault.
 */
static bool
refused(const char *what, unsigned int first, unsigned int last)
{
	const struct tt_frame *f = &app.frame;

	return holds(f->reason == TT_EXIT_EXCEPTION &&
			       (f->trap == 14 || f->trap == 13 || f->trap == 12),
		       "%s at 0x%x: %s (trap %u)", what, first, exit_name(f), f->trap) &&
	       holds(f->trap != 14 || (f->cr2 >= first && f->cr2 <= last), "%s at 0x%x: cr2 0x%x",
		       what, first, f->cr2);
}

static void
check_address(const char *name, unsigned int address)
{
	unsigned int before = 0, after = 0;
	bool readable = !try_read(address, &before);

	check("%s", name);
	for (unsigned int i = 0; i < ARRAY_SIZE(attempts); i++) {
		const struct attempt *a = &attempts[i];

		start(a->entry, address);
		run(&app);
		if (refused(a->name, address, address + 3))
			holds(app.frame.regs.eip == ADDRESS(a->eip) ||
					(a->executes && app.frame.regs.eip == address),
				"%s at 0x%x: eip 0x%x", a->name, address, app.frame.regs.eip);
		holds(app.frame.regs.eax == MINE, "%s at 0x%x: eax became 0x%x", a->name, address,
			app.frame.regs.eax);
		same("readable by the Guest kernel", !try_read(address, &after), readable);
		holds(after == before, "%s at 0x%x: 0x%x became 0x%x", a->name, address, before,
			after);
	}
}

static void
check_addresses(void)
{
	unsigned int local = SECRET, ram_end = TT_GUEST_KERNEL_BASE + boot->ram_bytes;
	unsigned int middle = boot->ram_bytes / 2 & -TT_PAGE_SIZE, entry;
	unsigned int own = TT_MONITOR_BASE - TT_PAGE_SIZE;

	*(volatile unsigned int *)ram(middle) = SECRET;
	*(volatile unsigned int *)ram(boot->ram_bytes - 4) = SECRET;
	check_address("first-word", TT_GUEST_KERNEL_BASE);
	check_address("guest-kernel-code", (unsigned int)check_address);
	check_address("guest-kernel-stack", (unsigned int)&local);
	check_address("frame", (unsigned int)&app.frame.regs.eax);
	check_address("own-data-in-ram", (unsigned int)app.data);
	check_address("middle-of-ram", (unsigned int)ram(middle));
	check_address("last-word-of-ram", ram_end - 4);
	check_address("behind-ram", ram_end);
	check_address("last-word-before-the-monitor", TT_MONITOR_BASE - 4);
	check_address("behind-the-monitor", TT_MONITOR_END);
	check_address("last-word-below-the-host-kernel", TT_HOST_KERNEL_BASE - 4);
	check_address("host-kernel", TT_HOST_KERNEL_BASE);
	check_address("host-kernel-code", 0xc1000000);
	check_address("last-word-of-all", 0xfffffffc);

	entry = middle | TT_MAP_PRESENT | TT_MAP_WRITE;
	check("map-for-the-guest-kernel-at-the-end");
	if (same("map", (unsigned int)hc_map(TT_SPACE_KERNEL, own, &entry, 1), 0)) {
		check_address("guest-kernel's-last-mapping", own);
		check_address("guest-kernel's-last-word", TT_MONITOR_BASE - 4);
	}
	/* A page table's range with nothing in it yet, while the one behind was hidden and shown.
	 */
	check_address("ram-that-was-not-touched", (unsigned int)ram(boot->ram_bytes / 4));
	check("map-for-the-guest-kernel-before-that");
	own = (ram_end / 2 + TT_MONITOR_BASE / 2) & -TT_PAGE_SIZE;
	if (same("map", (unsigned int)hc_map(TT_SPACE_KERNEL, own, &entry, 1), 0)) {
		same("what is there", *(volatile unsigned int *)own, SECRET);
		check_address("guest-kernel's-own-mapping", own);
	}
}

/*
 * A Monitor that is no part of the Host has to leave code of its own where an application sees it.
 * It must not be writable, or the application would write the Monitor's next host system calls; and
 * what an application writes to the rest must not matter.
 */
static void
check_monitor(void)
{
	check("monitor-code-is-not-written");
	start(write, TT_MONITOR_BASE);
	run(&app);
	refused("write", TT_MONITOR_BASE, TT_MONITOR_BASE);
	start(write_add, TT_MONITOR_BASE);
	run(&app);
	refused("xadd", TT_MONITOR_BASE, TT_MONITOR_BASE);
	start(write_string, TT_MONITOR_BASE);
	run(&app);
	refused("stos", TT_MONITOR_BASE, TT_MONITOR_BASE);
	holds(try_write(TT_MONITOR_BASE, 0) != 0, "the Guest kernel can write it");

	check("monitor-does-not-trust-its-other-pages");
	for (unsigned int at = TT_MONITOR_BASE + TT_PAGE_SIZE; at < TT_MONITOR_END; at += 60) {
		start(write, at);
		run(&app);
		try_write(at, 0xbad0bad0);
		if (app.frame.reason == TT_EXIT_EXCEPTION)
			refused("write", at, at);
	}
	for (unsigned int i = 0; i < 3; i++) {
		start(read, APP_FREE);
		run_to_exception(&app, 14, TT_PF_USER, read_at);
		same("cr2", app.frame.cr2, APP_FREE);
		start(read, APP_DATA);
		run_to_syscall(&app);
	}
}

/* An application that reads there must not find what another one had in its registers. */
static void
check_leftovers(void)
{
	check("monitor-shows-nothing-of-others");
	start(read, APP_FREE);
	app.frame.regs.esi = SECRET;
	run_to_exception(&app, 14, TT_PF_USER, read_at);
	start(search, 0);
	app.frame.regs.eax = ~SECRET;
	app.frame.regs.edi = TT_MONITOR_BASE;
	app.frame.regs.ecx = (TT_MONITOR_END - TT_MONITOR_BASE) / 4;
	run(&app);
	if (app.frame.reason == TT_EXIT_SYSCALL)
		holds(!(app.frame.regs.ebx & 1), "an exception left what esi was at 0x%x",
			app.frame.regs.edi - 4);
	else
		refused("read", TT_MONITOR_BASE, TT_MONITOR_END - 1);
}

/* Accesses that begin where the application may go and end where it may not. */
static void
check_edge(void)
{
	unsigned int page = page_alloc(), first, *word = ram(page + TT_PAGE_SIZE - 4);
	const unsigned int base = TT_GUEST_KERNEL_BASE;

	process_space_map(&space, EDGE, page, TT_MAP_WRITE);
	first = *(volatile unsigned int *)base;

	check("last-application-page-is-its-own");
	*word = 0x04030201;
	start(read, base - 4);
	if (run_to_syscall(&app))
		same("what it read", app.frame.regs.eax, 0x04030201);

	check("straddling-the-edge");
	for (unsigned int back = 1; back < 4; back++) {
		start(read, base - back);
		run(&app);
		refused("read", base, base);
		same("eax", app.frame.regs.eax, MINE);
		start(write, base - back);
		run(&app);
		refused("write", base, base);
		start(write_add, base - back);
		run(&app);
		refused("xadd", base, base);
		start(write_push, base - back);
		run(&app);
		refused("push", base, base);
		same("below the edge", *word, 0x04030201);
		same("above the edge", *(volatile unsigned int *)base, first);
	}

	check("execute-over-the-edge");
	*word = 0x90909090;
	start(jump, base - 3);
	run(&app);
	refused("nop by nop", base, base);
	same("eip", app.frame.regs.eip, base);
	*word = 0x05c69090; /* an instruction of several bytes, the others beyond */
	start(jump, base - 2);
	run(&app);
	refused("half an instruction", base, base);
	same("eip", app.frame.regs.eip, base - 2);

	/* The string instruction stops at the edge, with what it has done in its registers. */
	check("string-over-the-edge");
	app_restart(&app, fill);
	app.frame.regs.edi = base - 16;
	app.frame.regs.ecx = 32;
	app.frame.regs.eax = 0x77;
	run(&app);
	refused("rep stosb", base, base);
	same("bytes left", app.frame.regs.ecx, 16);
	same("edi", app.frame.regs.edi, base);
	same("eip", app.frame.regs.eip, ADDRESS(fill_at));
	same("below the edge", *word, 0x77777777);
	same("above the edge", *(volatile unsigned int *)base, first);
}

/* A thread-local segment is one more way to an address: its base counts too. */
static void
check_segments(void)
{
	static const struct tt_tls refused[] = {
		{0x0000ffff, 0x00cff200}, /* flat */
		{0x0000ffff, 0x70cff200}, /* base at the edge */
		{0x0000ffff, 0x6fcff2ff}, /* base 0x6fff0000 and beyond */
		{0x0000ffff, 0x80cff200}, /* wraps round */
		{0x0000ffff, 0xffcff2ff}, /* a negative base */
		{0x00000000, 0x00c7f200}, /* a page too far */
		{0x00000000, 0x00c8f600}, /* the same, expand-down: offsets 0x80001000 and above, */
		{0x00000000, 0x70c9f600}, /* and a base at the edge, with offsets below it only */
	};
	static const struct {
		unsigned int low, high, offset;
	} ways[] = {
		{0x0000ffff, 0x00c6f200, TT_GUEST_KERNEL_BASE}, /* up to the edge */
		{0xf0000fff, 0x6f40f2ff, 0x1000}, /* the last page */
		{0xffff0000, 0x6f40f2ff, 1}, /* the last byte */
		{0xf0000000, 0x6fc9f6ff, 0x1000}, /* the last page and what lies below it, */
		{0xf0000000, 0x6fc9f6ff, 0x50000000}, /* or far above it */
	};
	unsigned int first = *(volatile unsigned int *)TT_GUEST_KERNEL_BASE;

	/* It is refused, or it does not help: that is for the Monitor to choose. */
	check("thread-local-segment-that-reaches-too-far");
	for (unsigned int i = 0; i < ARRAY_SIZE(refused); i++) {
		int error;

		start(read_segment, 0);
		app.frame.tls[i % TT_TLS_SLOTS] = refused[i];
		error = hc_enter(&app.frame);
		holds(error == -EINVAL || (!error && app.frame.reason != TT_EXIT_SYSCALL),
			"segment %u: %d, %s", i, error, exit_name(&app.frame));
		same("eax", app.frame.regs.eax, MINE);
	}
	check("through-a-thread-local-segment");
	for (unsigned int i = 0; i < ARRAY_SIZE(ways); i++) {
		for (int writing = 0; writing < 2; writing++) {
			start(writing ? write_segment : read_segment, ways[i].offset);
			app.frame.tls[0].low = ways[i].low;
			app.frame.tls[0].high = ways[i].high;
			run(&app);
			holds(app.frame.reason == TT_EXIT_EXCEPTION, "way %u: %s", i,
				exit_name(&app.frame));
			same("eax", app.frame.regs.eax, MINE);
			same("first word", *(volatile unsigned int *)TT_GUEST_KERNEL_BASE, first);
		}
	}
}

int
main(void)
{
	app_create(&app, &space, read);
	check_addresses();
	check_leftovers();
	check_monitor();
	check_edge();
	check_segments();
	return 0;
}
