/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lab1.c - the tests of lab 1.
 *
 * Holes are filled in their order, so a test is tied to the last hole that it needs.  Those up to
 * lab1.5 run with --protect=none: they have to be in reach before the Guest kernel is protected;
 * the same guests come again with protection afterwards.
 */
#include "grader/tests/rows.h"

#define NONE "--protect=none"
#define FORBIDDEN(word, sentence, why) FORBIDDEN_ROW("lab1.1", word, sentence, why, .options = NONE)
/* This Monitor looks at all that a host system call is about before it happens. */
#define HARMLESS(word, sentence, why) FORBIDDEN(word, sentence, CALL)
#define REFUSES REFUSED_ROW
#define AGAIN(word, sentence)                                                     \
	UNIT_ROW(word "-protected", "lab1.6", word, "With protection, " sentence, \
		.boot = "protected")

static const struct test tests[] = {
	/* ---- lab1.1: start and trace the guest ---- */
	POWER_OFF_ROW("lab1.1", .options = NONE, .boot = "first"),
#include "grader/tests/rows_forbidden.h"
	BEHIND_DISK_ROW("lab1.1", NONE),
	END_STATUS_ROW("lab1.1", NONE),

	/* ---- lab1.2 and lab1.3: reflect a system call, enter guest user mode ---- */
	SYSCALL_ROW("lab1.2", .options = NONE, .boot = "first"),
	HELLO_ROW("lab1.3", .options = NONE, .boot = "first"),
	REGISTERS_ROW("lab1.3", .options = NONE, .boot = "first"),
	FPU_ROW("lab1.3", .options = NONE, .boot = "first"),
	MEMORY_LIMIT_ROW("lab1.3", .options = NONE, .boot = "first"),

	/* ---- lab1.4: deliver an exception ---- */
	PAGE_FAULT_ROW("lab1.4", .options = NONE, .boot = "exceptions"),
	EXCEPTIONS_ROW("lab1.4", .options = NONE, .boot = "exceptions"),
	WATCH_ROW("lab1.4", .options = NONE, .boot = "exceptions"),

	/* ---- lab1.5: turn a host signal into an interrupt ---- */
	TIMER_ROW("lab1.5", .options = NONE, .boot = "interrupts"),
	WAKEUP_ROW("lab1.5", .options = NONE, .boot = "interrupts"),
	CONSOLE_INPUT_ROW("lab1.5", .options = NONE, .boot = "interrupts"),
	QUEUE_ROW("lab1.5", NONE, .boot = "interrupts"),

	/* ---- lab1.6: protect the guest kernel ---- */
	KERNEL_MEMORY_ROW("lab1.6"),
	REVEALED_ROW("lab1.6", ""),
	PROTECTION_REFUSED_ROW("lab1.6"),
	ESCAPE_ROW("lab1.6"),
	AGAIN("hello", "an application still runs."),
	AGAIN("registers", "registers still survive."),
	AGAIN("exceptions", "exceptions still come."),
	AGAIN("wakeup", "no interrupt is lost."),

	/* ---- lab1.7: address spaces ---- */
	SPACES_ROW("lab1.7", "2", "Two address spaces have different pages at one address.",
		.options = NONE),
	SPACES_ROW("lab1.7", "64", "So have 64, with the Guest kernel protected."),
	MAP_BAD_ROW("lab1.7"),

	/* ---- what it costs, in instructions ---- */
	{.id = "cost-null-call",
		.title = "A system call that does nothing stays cheap without protection.",
		.hole = "lab1.3",
		.seconds = UNIT,
		.guest = "null-call",
		.files = {"measure"},
		.script = "./measure native /dev/ttyS1 getppid && vmm --protect=none $verdict "
			  "./null-call",
		.reports = 2,
		.counted = true,
		.boot = "cost"},
	{.id = "cost-null-call-protected",
		.title = "It stays affordable with 16 pages of the Guest kernel to protect.",
		.hole = "lab1.6",
		.seconds = UNIT,
		.guest = "null-call",
		.files = {"measure"},
		.script = "./measure native /dev/ttyS1 getppid && vmm $verdict ./null-call 16",
		.reports = 2,
		.counted = true,
		.boot = "cost"},
	{.id = "cost-page-fault",
		.title = "A page fault that the Guest kernel serves is measured.",
		.hole = "lab1.4",
		.seconds = UNIT,
		.guest = "fault-cost",
		.files = {"measure"},
		.script = "./measure native /dev/ttyS1 page-fault && vmm --protect=none $verdict "
			  "./fault-cost",
		.reports = 2,
		.counted = true,
		.boot = "cost"},
	{.id = "cost-switch",
		.title = "A switch between guest processes costs what their pages cost.",
		.hole = "lab1.7",
		.seconds = UNIT,
		.guest = "switch-cost",
		.script = "vmm --protect=none $verdict ./switch-cost 1 &&\n"
			  "vmm --protect=none $verdict ./switch-cost 16",
		.reports = 2,
		.counted = true,
		.boot = "cost"},

	/* ---- machines come and go ---- */
	KILLED_VMM_ROW("lab1.3", NONE),
	TWO_MACHINES_ROW("lab1.7", "spaces 2", "as-many-spaces-as-promised"),

	/* ---- the Linux guest ---- */
	LINUX_INITRD_ROW("lab1.7", ""),
	LINUX_SHELL_ROW("lab1.7", NONE),
	LINUX_SELFTEST_ROW("lab1.7", NONE),
	LINUX_SAME_ROW("linux-same", "lab1.7", NONE, ""),
	LINUX_DISK_ROW("lab1.7", NONE),
	LINUX_NET_ROW("lab1.7", NONE),

	/* ---- the launcher ---- */
	ROW("no-address-space", "lab1.1", UNIT,
		"A launcher without room for the machine says so: status 122, and a message.",
		.files = {"hello"}, .boot = "launcher",
		.script =
			/* Below some limit it is the new process that has no room, below another
			 * the launcher. */
		"limit=/proc/sys/vm/max_map_count\n"
		"old=$(cat $limit) n=40 host=0 status=0\n"
		"while [ $status = 0 ] || [ $status = 122 ]; do\n"
		"	echo $n >$limit\n"
		"	./vmm --lab=1 --mem=2M ./hello >said 2>&1\n"
		"	status=$?\n"
		"	echo $old >$limit\n"
		"	n=$((n - 1))\n"
		"	[ $status = 122 ] || continue\n"
		"	cat said\n"
		"	grep -q '^vmm: ' said || break\n"
		"	host=$((host + 1))\n"
		"done\n"
		"cat said\n"
		"[ $status = 2 ] && [ $host -gt 1 ] && exit\n"
		"echo \"grade: with $((n + 1)) mappings a process: status $status\"\n"
		"exit 1"),
#include "grader/tests/rows_refused.h"
};

const struct lab lab1 = {
	.number = 1,
	.title = "a VMM on ptrace",
	.handout = "labs/lab1-ptrace-vmm",
	.first_hole = "lab1.1",
	.tests = tests,
	.count = sizeof(tests) / sizeof(tests[0]),
};
