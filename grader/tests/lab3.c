/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lab3.c - the tests of lab 3.  QEMU does not check segment limits: what protects is tested
 * on Bochs, which does; what else has to work, and what it costs, in QEMU.  The variant with
 * supervisor pages is protected on both.
 */
#include "grader/tests/attacks.h"
#include "grader/tests/rows.h"

#define CROSSING "lab3.1"
#define AWAY "lab3.2"
#define TLS "lab3.3"
#define SUPERVISOR "lab3.4"

#define PAGES "--protect=supervisor"
#define FORBIDDEN(word, sentence, why) FORBIDDEN_ROW(CROSSING, word, sentence, why, .options = NULL)
#define HARMLESS(word, sentence, why) HARMLESS_ROW(CROSSING, word, sentence, why, .options = NULL)
#define BOCHS(word, sentence)                                                                  \
	UNIT_ROW(word "-bochs", CROSSING, word, sentence, .boot = "bochs", .machine = "bochs", \
		.needs = SEGMENT_LIMITS)
#define SUPERVISED(word, sentence)                                                     \
	UNIT_ROW(word "-supervisor", SUPERVISOR, word, sentence, .boot = "supervisor", \
		.options = PAGES)

static const struct test tests[] = {
	/* ---- bounds at a crossing: everything still works ---- */
	POWER_OFF_ROW(CROSSING, .boot = "first"),
	SYSCALL_ROW(CROSSING, .boot = "first"),
	HELLO_ROW(CROSSING, .boot = "first"),
	REGISTERS_ROW(CROSSING, .boot = "first"),
	FPU_ROW(CROSSING, .boot = "first"),
	PAGE_FAULT_ROW(CROSSING, .boot = "exceptions"),
	EXCEPTIONS_ROW(CROSSING, .boot = "exceptions"),
	TIMER_ROW(CROSSING, .boot = "interrupts"),
	WAKEUP_ROW(CROSSING, .boot = "interrupts"),
	CONSOLE_INPUT_ROW(CROSSING, .boot = "interrupts"),
	SPACES_ROW(CROSSING, "64", "64 address spaces have different pages at one address.",
		.boot = "spaces"),
	MAP_BAD_ROW(CROSSING, .boot = "spaces"),
	UNIT_ROW("tls-bounds", TLS, "map-bad",
		"A TLS segment that reaches the Guest kernel is refused, and no other.",
		.args = "bounds", .boot = "spaces"),
#include "grader/tests/rows_forbidden.h"
	BEHIND_DISK_ROW(CROSSING, ""),
	END_STATUS_ROW(CROSSING, ""),

	/* ---- bounds: what they are for, where they are checked ---- */
	BOCHS("hello", "An application runs within its bounds."),
	BOCHS("registers", "Registers survive each way out of the bounds."),
	BOCHS("exceptions", "Exceptions come out of the bounds."),
	BOCHS("kernel-memory", "An application does not reach the Guest kernel."),
	BOCHS("escape", "An application cannot make a host system call by any entry."),
	BOCHS("timer", "The timer interrupts an application within its bounds."),
	ATTACK_ROWS(CROSSING, AWAY, TLS, TLS),

	ATTACK_KERNEL_ROW(CROSSING, "attack-kernel"),

	/* ---- bounds at a context switch of the Host ---- */
	/* Whoever waits for ticks loses the CPU in guest user mode. */
	TWO_MACHINES_ROW(AWAY, "timer", "clock-goes-forward"),
	/* One of them is in guest user mode whenever it loses the CPU. */
	ROW("two-machines-bochs", AWAY, UNIT,
		"Machines within bounds and processes without take turns.",
		.files = {"timer", "spaces", "loop"}, .machine = "bochs", .boot = "bochs",
		.script = "./vmm --lab=$lab ./loop >looping 2>&1 &\n"
			  "looping=$!\n"
			  "vmm ./spaces 64 >other 2>&1 &\n"
			  "machine=$!\n"
			  "while :; do :; done &\n"
			  "process=$!\n"
			  "vmm $verdict ./timer\n"
			  "status=$?\n"
			  "wait $machine\n"
			  "other=$?\n"
			  "kill $looping || { echo 'grade: the machine that loops died'; status=1; "
			  "}\n"
			  "wait $looping\n"
			  "kill $process || { echo 'grade: another process died'; exit 1; }\n"
			  "cat looping other\n"
			  "[ $other = 0 ] || echo \"grade: the other machine ended with $other\"\n"
			  "[ $status = 0 ] && [ $other = 0 ]",
		.text = {"pass as-many-spaces-as-promised"}, .reports = 1),

	/* ---- what it costs, in instructions ---- */
	COST_ROW("cost-null-call", CROSSING, "getppid", "vmm $verdict ./null-call",
		"A system call of a protected Guest kernel costs less than an unprotected one's."),
	COST_PAGES_ROW("cost-null-call-flat", CROSSING, "",
		"It costs the same with 16 and with 4096 pages of the Guest kernel touched."),
	COST_ROW("cost-null-call-supervisor", SUPERVISOR, "getppid",
		"vmm " PAGES " $verdict ./null-call",
		"Supervisor pages cost two changes of the page directory."),
	NO_HOST_SWITCH_ROW(CROSSING, ""),

	/* ---- supervisor pages ---- */
	SUPERVISED("hello", "With supervisor pages, an application runs."),
	SUPERVISED("registers", "With supervisor pages, registers survive."),
	SUPERVISED("exceptions", "With supervisor pages, exceptions come."),
	SUPERVISED("timer", "With supervisor pages, the timer interrupts."),
	SUPERVISED("kernel-memory", "No application reaches a supervisor page."),
	SUPERVISED("escape", "With supervisor pages, no host system call is made."),
	ATTACK_PAGES_ROW(SUPERVISOR, "supervisor", "remap", "No attack gets at a supervisor page."),

	/* ---- machines come and go ---- */
	KILLED_VMM_ROW(CROSSING, ""),
	HOSTILE_LAUNCHER_ROW,

	/* ---- the Linux guest ---- */
	LINUX_INITRD_ROW(TLS, ""),
	LINUX_SHELL_ROW(TLS, ""),
	LINUX_SELFTEST_ROW(TLS, ""),
	LINUX_DISK_ROW(TLS, ""),
	LINUX_ROW("linux-bochs", TLS,
		"Linux, and the C library's negative TLS offsets, work within bounds.",
		.files = {"initrd"}, .machine = "bochs",
		.script = "linux \"/usr/lib/typetwo/selftest fork segv threads\" --initrd=./initrd",
		.text = {" passed, 0 failed", "guest: exit 0"}),
	LINUX_ROW("linux-supervisor", SUPERVISOR, "Linux runs on supervisor pages.",
		.files = {"initrd"},
		.script = "linux /usr/lib/typetwo/selftest " PAGES " --initrd=./initrd",
		.text = {" passed, 0 failed", "guest: exit 0"}),
};

const struct lab lab3 = {
	.number = 3,
	.title = "segment bounds",
	.handout = "labs/lab3-segment-bounds",
	.module = true,
	.first_hole = "lab2.1",
	.tests = tests,
	.count = sizeof(tests) / sizeof(tests[0]),
};
