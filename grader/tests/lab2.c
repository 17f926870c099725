/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lab2.c - the tests of lab 2: those of lab 1 on another Monitor, and what this one is for.
 *
 * A row names the hole whose subject it is.  Up to the protection they run with --protect=none, so
 * that all else is in reach before the Guest kernel is protected.
 */
#include "grader/tests/attacks.h"
#include "grader/tests/rows.h"

#define HOST_CALLS "lab2.1"
#define ENTER "lab2.2"
#define EXCEPTION "lab2.3"
#define REFLECT "lab2.4"
#define INTERRUPT "lab2.5"
#define PROTECT "lab2.6"
#define REMAP "lab2.7"

#define NONE "--protect=none"
#define FORBIDDEN(word, sentence, why) \
	FORBIDDEN_ROW(HOST_CALLS, word, sentence, why, .options = NONE)
#define HARMLESS(word, sentence, why) HARMLESS_ROW(HOST_CALLS, word, sentence, why, .options = NONE)
#define REFUSES REFUSED_ROW
#define AGAIN(word, sentence)                                                    \
	UNIT_ROW(word "-protected", PROTECT, word, "With protection, " sentence, \
		.boot = "protected")

static const struct test tests[] = {
	/* ---- the list of host system calls ---- */
	POWER_OFF_ROW(HOST_CALLS, .options = NONE, .boot = "first"),
#include "grader/tests/rows_forbidden.h"
	BEHIND_DISK_ROW(HOST_CALLS, NONE),
	END_STATUS_ROW(HOST_CALLS, NONE),

	ROW("stopped", HOST_CALLS, UNIT, "A Guest kernel that is stopped while it waits goes on.",
		.guest = "wait", .reports = 1, .boot = "interrupts",
		.script = "exec 3<&0\n" /* sh gives nothing to read to what it does not wait for */
			  "vmm --protect=none $verdict ./wait <&3 >out 2>&1 &\n"
			  "machine=$!\n"
			  "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do\n"
			  "	grep -q waiting out && break\n"
			  "	sleep 0.1\n"
			  "done\n"
			  "for signal in STOP CONT; do\n"
			  "	for process in /proc/[0-9]*; do\n"
			  "		grep -qx guest-machine $process/comm &&\n"
			  "			kill -$signal ${process#/proc/}\n"
			  "	done 2>/dev/null\n"
			  "	sleep 0.2\n"
			  "done\n"
			  "wait $machine\n"
			  "status=$?\n"
			  "cat out\n"
			  "[ $status = 0 ]"),

	/* ---- enter, and reflect a system call ---- */
	SYSCALL_ROW(REFLECT, .options = NONE, .boot = "first"),
	HELLO_ROW(REFLECT, .options = NONE, .boot = "first"),
	REGISTERS_ROW(ENTER, .options = NONE, .boot = "first"),
	FPU_ROW(ENTER, .options = NONE, .boot = "first"),
	MEMORY_LIMIT_ROW(ENTER, .options = NONE, .boot = "first"),

	/* ---- exceptions and page faults ---- */
	PAGE_FAULT_ROW(EXCEPTION, .options = NONE, .boot = "exceptions"),
	EXCEPTIONS_ROW(EXCEPTION, .options = NONE, .boot = "exceptions"),

	/* ---- interrupts ---- */
	TIMER_ROW(INTERRUPT, .options = NONE, .boot = "interrupts"),
	WAKEUP_ROW(INTERRUPT, .options = NONE, .boot = "interrupts"),
	CONSOLE_INPUT_ROW(INTERRUPT, .options = NONE, .boot = "interrupts"),

	/* ---- protect the Guest kernel ---- */
	KERNEL_MEMORY_ROW(PROTECT),
	REVEALED_ROW(PROTECT, ""),
	PROTECTION_REFUSED_ROW(PROTECT),
	ESCAPE_ROW(PROTECT, .boot = "protected"),
	ATTACK_PAGES_ROW(PROTECT, "mprotect", "remap", "No attack gets at a protected page."),
	ATTACK_KERNEL_ROW(REMAP, "attack-kernel"),
	ATTACK_END_ROWS(PROTECT),
	AGAIN("hello", "an application still runs."),
	AGAIN("registers", "registers still survive."),
	AGAIN("exceptions", "exceptions still come."),
	AGAIN("wakeup", "no interrupt is lost."),

	/* ---- address spaces ---- */
	SPACES_ROW(REMAP, "2", "Two address spaces have different pages at one address.",
		.options = NONE, .boot = "spaces"),
	SPACES_ROW(REMAP, "64", "So have 64, with the Guest kernel protected.", .boot = "spaces"),
	MAP_BAD_ROW(REMAP, .boot = "spaces"),

	/* ---- what it costs, in instructions ---- */
	COST_ROW("cost-null-call", REFLECT, "getppid", "vmm --protect=none $verdict ./null-call",
		"A system call costs no more than the Host's exit and entry."),
	NO_HOST_SWITCH_ROW(REFLECT, NONE),
	COST_ROW("cost-null-call-protected", PROTECT, "getppid", "vmm $verdict ./null-call 16",
		"Protection by mprotect costs what it did in lab 1, and no more."),
	COST_ROW("cost-page-fault", EXCEPTION, "page-fault",
		"vmm --protect=none $verdict ./fault-cost",
		"A page fault that the Guest kernel serves costs a mapping of the Host's."),

	/* ---- machines come and go ---- */
	KILLED_VMM_ROW(ENTER, NONE),
	TWO_MACHINES_ROW(REMAP, "spaces 2", "as-many-spaces-as-promised"),
	MODULE_ROW(),
	HOSTILE_LAUNCHER_ROW,

	/* ---- the Linux guest ---- */
	LINUX_INITRD_ROW(REMAP, ""),
	LINUX_SHELL_ROW(REMAP, NONE),
	LINUX_SELFTEST_ROW(REMAP, NONE),
	LINUX_DISK_ROW(REMAP, NONE),

/* ---- the launcher ---- */
#include "grader/tests/rows_refused.h"
};

const struct lab lab2 = {
	.number = 2,
	.title = "the Monitor in the Host kernel",
	.handout = "labs/lab2-in-kernel-monitor",
	.module = true,
	.first_hole = HOST_CALLS,
	.tests = tests,
	.count = sizeof(tests) / sizeof(tests[0]),
};
