/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests_lab4.c - the tests of lab 4: the same machine once more, with a page directory for each
 * guest address space.
 */
#include "rows.h"
#include "tests_attacks.h"

#define CREATE "lab4.1"
#define MAP "lab4.2"
#define SWITCH "lab4.3"
#define DESTROY "lab4.4"

#define FORBIDDEN(word, points, sentence, why) \
	FORBIDDEN_ROW(CREATE, 0, word, sentence, why, .options = NULL)
#define HARMLESS(word, points, sentence, why) \
	HARMLESS_ROW(CREATE, 0, word, sentence, why, .options = NULL)
#define FAST(word, sentence) \
	UNIT_ROW(word "-fast", NULL, 0, word, sentence, .boot = "fast", .options = "--fast")
#define COST_FAST(word, metric_, most, command, sentence)                                  \
	COST_ROW("cost-" word "-fast", NULL, 0, "getppid", "vmm --fast $verdict " command, \
		sentence, {{.metric = metric_, .kind = LIMIT_MOST, .value = most}})

static const struct test tests[] = {
	/* ---- create a directory ---- */
	POWER_OFF_ROW(CREATE, 0, .boot = "first"),
	HELLO_ROW(CREATE, 3, .boot = "first"),
	SYSCALL_ROW(CREATE, 3, .boot = "first"),
	SPACES_ROW(CREATE, 3, "2", "Two address spaces have different pages at one address.",
		.boot = "spaces"),
	SPACES_ROW(CREATE, 3, "1024", "So have 1024, and there is no 1025th.", .boot = "spaces"),
	MAP_BAD_ROW(CREATE, 2, .boot = "spaces"),
#include "rows_forbidden.h"

	/* ---- map and unmap ---- */
	PAGE_FAULT_ROW(MAP, 6, .boot = "exceptions"),
	EXCEPTIONS_ROW(MAP, 4, .boot = "exceptions"),
	MEMORY_LIMIT_ROW(MAP, 2, .boot = "first"),
	COST_ROW("cost-page-fault", MAP, 8, "page-fault", "vmm $verdict ./fault-cost",
		"A page fault that the Guest kernel serves costs an entry of a page table.",
		{{.metric = "page-fault",
			.kind = LIMIT_MOST,
			.value = 1000,
			.other = "native-page-fault"}}),

	/* ---- switch ---- */
	REGISTERS_ROW(SWITCH, 2, .boot = "first"),
	FPU_ROW(SWITCH, 2, .boot = "first"),
	TIMER_ROW(SWITCH, 2, .boot = "interrupts"),
	WAKEUP_ROW(SWITCH, 2, .boot = "interrupts"),
	CONSOLE_INPUT_ROW(SWITCH, 0, .boot = "interrupts"),
	SPACES_ROW(SWITCH, 4, "64", "64 address spaces take turns.", .boot = "spaces"),
	TWO_MACHINES_ROW(SWITCH, 2),
	COST_ROW("cost-null-call", SWITCH, 2, "getppid", "vmm $verdict ./null-call",
		"A system call that stays in its space costs no more than in lab 3.",
		{{.metric = "null-call",
			.kind = LIMIT_MOST,
			.value = 600,
			.other = "native-getppid"}}),
	NO_HOST_SWITCH_ROW(SWITCH, 2, ""),
	COST_SWITCH_ROW("cost-switch", SWITCH, 10, "", 1000,
		"A switch costs the same for any number of mapped pages."),

	/* ---- the Guest kernel stays protected ---- */
	UNIT_ROW("kernel-memory-bochs", SWITCH, 2, "kernel-memory",
		"An application does not reach the Guest kernel by any directory.", .boot = "bochs",
		.machine = ON_BOCHS),
	UNIT_ROW("escape-bochs", SWITCH, 1, "escape",
		"An application cannot make a host system call by any entry.", .boot = "bochs",
		.machine = ON_BOCHS),
	UNIT_ROW("spaces-bochs", SWITCH, 1, "spaces", "64 address spaces take turns within bounds.",
		.args = "64", .boot = "bochs", .machine = ON_BOCHS),
	ATTACK_KERNEL_ROW(DESTROY, 0, "attack-kernel", .boot = "spaces"),
	UNIT_ROW("kernel-memory-supervisor", SWITCH, 3, "kernel-memory", "Nor by supervisor pages.",
		.options = "--protect=supervisor", .boot = "supervisor"),
	ATTACK_PAGES_ROW(SWITCH, 1, "supervisor", "tables",
		"No attack gets at a supervisor page of any directory."),

	/* ---- destroy, and take everything down ---- */
	KILLED_VMM_ROW(DESTROY, 4, ""),
	ROW("nothing-leaks", DESTROY, 8, UNIT,
		"What a machine has used is there again when it is gone, however it went.",
		.files = {"spaces", "loop", "page-fault"},
		.script =
			"round() {\n"
			"	vmm ./spaces 1024 >out || return\n"
			"	vmm ./page-fault >out || return\n"
			"	./vmm --lab=$lab ./loop >out 2>&1 &\n"
			"	kill_when_looping KILL $! 137\n"
			"}\n"
			"round && round || exit\n"
			"before=$(memory_free)\n"
			"round && round && round && round || exit\n"
			"after=$(memory_free)\n"
			"echo \"grade: $((before - after)) KB fewer are free after four rounds\"\n"
			"dmesg | grep 'BUG: ' && exit 1\n"
			"[ $((before - after)) -lt 400 ]"),
	MODULE_ROW(),

	/* ---- the Linux guest ---- */
	LINUX_INITRD_ROW(SWITCH, 2, ""),
	LINUX_SHELL_ROW(SWITCH, 2, ""),
	LINUX_SELFTEST_ROW(DESTROY, 4, ""),
	LINUX_DISK_ROW(SWITCH, 2, ""),
	LINUX_COST_ROW("linux-cost", SWITCH, 8, "", "getppid pipe fork page-fault",
		"Linux system calls, pipes, forks and page faults come near native ones.",
		{{.metric = "guest-getppid",
			 .kind = LIMIT_TIMES,
			 .value = 3.2,
			 .other = "native-getppid"},
			{.metric = "guest-pipe",
				.kind = LIMIT_TIMES,
				.value = 1.5,
				.other = "native-pipe"},
			{.metric = "guest-fork",
				.kind = LIMIT_TIMES,
				.value = 1.5,
				.other = "native-fork"},
			{.metric = "guest-page-fault",
				.kind = LIMIT_TIMES,
				.value = 1.6,
				.other = "native-page-fault"}}),

	/* ---- the fast path: a further step, without points ---- */
	FAST("hello", "On the fast path, an application runs."),
	FAST("syscall", "On the fast path, system calls come and go."),
	FAST("registers", "On the fast path, registers survive."),
	FAST("page-fault", "On the fast path, page faults come."),
	FAST("exceptions", "On the fast path, exceptions come."),
	FAST("timer", "On the fast path, the timer interrupts."),
	FAST("wakeup", "On the fast path, no interrupt is lost."),
	FAST("fpu", "On the fast path, FPU registers are kept apart."),
	FAST("escape", "On the fast path, no host system call is made."),
	FAST("map-bad", "On the fast path, bad arguments are refused."),
	ATTACK_KERNEL_ROW(NULL, 0, "attack-kernel-fast", .boot = "fast", .options = "--fast"),
	UNIT_ROW("kernel-memory-fast-bochs", NULL, 0, "kernel-memory",
		"On the fast path, bounds hold.", .options = "--fast", .boot = "bochs",
		.machine = ON_BOCHS),
	ATTACK_FAST_ROW(NULL, 0),
	COST_FAST("null-call", "null-call", 120, "./null-call",
		"On the fast path, a system call costs what a native one does, or less."),
	COST_FAST("page-fault", "page-fault", 420, "./fault-cost",
		"On the fast path, a page fault costs a fraction of a native one."),
	COST_SWITCH_ROW("cost-switch-fast", NULL, 0, "--fast", 300,
		"On the fast path, a switch costs a reload of CR3."),
	LINUX_ROW("linux-selftest-fast", NULL, 0, "Linux runs on the fast path.",
		.files = {"initrd"},
		.script = "linux /usr/lib/typetwo/selftest --fast --initrd=./initrd",
		.text = {" passed, 0 failed", "guest: exit 0"}),
	LINUX_COST_ROW("linux-cost-fast", NULL, 0, "--fast", "getppid pipe fork page-fault",
		"On the fast path, Linux comes nearer to native.",
		{{.metric = "guest-getppid",
			 .kind = LIMIT_TIMES,
			 .value = 1.25,
			 .other = "native-getppid"},
			{.metric = "guest-pipe",
				.kind = LIMIT_TIMES,
				.value = 1.2,
				.other = "native-pipe"},
			{.metric = "guest-fork",
				.kind = LIMIT_TIMES,
				.value = 1.2,
				.other = "native-fork"},
			{.metric = "guest-page-fault",
				.kind = LIMIT_TIMES,
				.value = 1.2,
				.other = "native-page-fault"}}),
};

const struct lab lab4 = {
	.number = 4,
	.title = "a page directory for each guest process",
	.handout = "labs/lab4-page-tables",
	.module = true,
	.first_hole = "lab2.1",
	.tests = tests,
	.count = sizeof(tests) / sizeof(tests[0]),
};
