/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lab4.c - the tests of lab 4: the same machine once more, with a page directory for each
 * guest address space.
 */
#include "grader/tests/attacks.h"
#include "grader/tests/rows.h"

#define CREATE "lab4.1"
#define MAP "lab4.2"
#define SWITCH "lab4.3"
#define DESTROY "lab4.4"

#define FORBIDDEN(word, sentence, why) FORBIDDEN_ROW(CREATE, word, sentence, why, .options = NULL)
#define HARMLESS(word, sentence, why) HARMLESS_ROW(CREATE, word, sentence, why, .options = NULL)
#define FAST(word, sentence) \
	UNIT_ROW(word "-fast", NULL, word, sentence, .boot = "fast", .options = "--fast")
#define COST_FAST(word, command, sentence) \
	COST_ROW("cost-" word "-fast", NULL, "getppid", "vmm --fast $verdict " command, sentence)

static const struct test tests[] = {
	/* ---- create a directory ---- */
	POWER_OFF_ROW(CREATE, .boot = "first"),
	HELLO_ROW(CREATE, .boot = "first"),
	SYSCALL_ROW(CREATE, .boot = "first"),
	SPACES_ROW(CREATE, "2", "Two address spaces have different pages at one address.",
		.boot = "spaces"),
	SPACES_ROW(CREATE, "1024", "So have 1024, and there is no 1025th.", .boot = "spaces"),
	MAP_BAD_ROW(CREATE, .boot = "spaces"),
#include "grader/tests/rows_forbidden.h"
	BEHIND_DISK_ROW(CREATE, ""),
	END_STATUS_ROW(CREATE, ""),

	/* ---- map and unmap ---- */
	PAGE_FAULT_ROW(MAP, .boot = "exceptions"),
	EXCEPTIONS_ROW(MAP, .boot = "exceptions"),
	WATCH_ROW(MAP, .boot = "exceptions"),
	MEMORY_LIMIT_ROW(MAP, .boot = "first"),
	COST_ROW("cost-page-fault", MAP, "page-fault", "vmm $verdict ./fault-cost",
		"A page fault that the Guest kernel serves costs an entry of a page table."),

	ROW("gives-way", MAP, UNIT,
		"A machine that unmaps half a million pages gives the CPU to who is more urgent.",
		.files = {"hostile-launcher"}, .counted = true,
		.script = "./hostile-launcher $lab long-unmaps", .text = {"pass long-unmaps"}),

	/* ---- switch ---- */
	REGISTERS_ROW(SWITCH, .boot = "first"),
	FPU_ROW(SWITCH, .boot = "first"),
	TIMER_ROW(SWITCH, .boot = "interrupts"),
	WAKEUP_ROW(SWITCH, .boot = "interrupts"),
	CONSOLE_INPUT_ROW(SWITCH, .boot = "interrupts"),
	QUEUE_ROW(SWITCH, "", .boot = "interrupts"),
	ROW("timer-beside", SWITCH, UNIT,
		"The timer interrupts an application, and a process of the Host's takes turns with "
		"it.",
		.guest = "timer", .reports = 1, .boot = "interrupts",
		.script = "while :; do :; done &\n"
			  "other=$!\n"
			  "vmm $verdict ./timer\n"
			  "status=$?\n"
			  "kill $other || { echo 'grade: another process died'; exit 1; }\n"
			  "[ $status = 0 ]"),
	SPACES_ROW(SWITCH, "64", "64 address spaces take turns.", .boot = "spaces"),
	TWO_MACHINES_ROW(SWITCH, "spaces 2", "as-many-spaces-as-promised"),
	COST_ROW("cost-null-call", SWITCH, "getppid", "vmm $verdict ./null-call",
		"A system call that stays in its space costs no more than in lab 3."),
	NO_HOST_SWITCH_ROW(SWITCH, ""),
	COST_SWITCH_ROW("cost-switch", SWITCH, "",
		"A switch costs the same for any number of mapped pages."),

	/* ---- the Guest kernel stays protected ---- */
	UNIT_ROW("kernel-memory-bochs", SWITCH, "kernel-memory",
		"An application does not reach the Guest kernel by any directory.", .boot = "bochs",
		.machine = "bochs"),
	UNIT_ROW("escape-bochs", SWITCH, "escape",
		"An application cannot make a host system call by any entry.", .boot = "bochs",
		.machine = "bochs"),
	UNIT_ROW("spaces-bochs", SWITCH, "spaces", "64 address spaces take turns within bounds.",
		.args = "64", .boot = "bochs", .machine = "bochs"),
	ATTACK_KERNEL_ROW(DESTROY, "attack-kernel", .boot = "spaces"),
	UNIT_ROW("kernel-memory-supervisor", SWITCH, "kernel-memory", "Nor by supervisor pages.",
		.options = "--protect=supervisor", .boot = "supervisor"),
	ATTACK_PAGES_ROW(SWITCH, "supervisor", "tables",
		"No attack gets at a supervisor page of any directory."),

	/* ---- destroy, and take everything down ---- */
	KILLED_VMM_ROW(DESTROY, ""),
	ROW("nothing-leaks", DESTROY, UNIT,
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
	HOSTILE_LAUNCHER_ROW,

	/* ---- the Linux guest ---- */
	LINUX_INITRD_ROW(SWITCH, ""),
	LINUX_SHELL_ROW(SWITCH, ""),
	LINUX_SELFTEST_ROW(DESTROY, ""),
	LINUX_DISK_ROW(SWITCH, ""),
	LINUX_CDROM_ROW(SWITCH, "", .boot = "linux-devices"),
	LINUX_NET_ROW(SWITCH, "", .boot = "linux-devices"),
	LINUX_ASYNC_ROW(SWITCH, "", .boot = "linux-devices"),
	LINUX_FULL_QUEUE_ROW(SWITCH, "", .boot = "linux-devices"),
	LINUX_DISK_COST_ROW(SWITCH, "", .boot = "linux-devices"),
	LINUX_ASYNC_GAIN_ROW(SWITCH, ""),
	LINUX_KILLED_ROW("linux-killed", SWITCH, "", .boot = "linux-devices"),
	LINUX_KILLED_ROW("linux-killed-async", SWITCH, "--async", .boot = "linux-devices"),
	LINUX_COST_ROW("linux-cost", SWITCH, "", "getppid pipe fork page-fault",
		"Linux system calls, pipes, forks and page faults come near native ones."),

	/* ---- the fast path: a further step, without points ---- */
	FAST("hello", "On the fast path, an application runs."),
	FAST("syscall", "On the fast path, system calls come and go."),
	FAST("registers", "On the fast path, registers survive."),
	FAST("page-fault", "On the fast path, page faults come."),
	FAST("exceptions", "On the fast path, exceptions come."),
	FAST("watch", "On the fast path, addresses are watched."),
	FAST("timer", "On the fast path, the timer interrupts."),
	FAST("wakeup", "On the fast path, no interrupt is lost."),
	FAST("fpu", "On the fast path, FPU registers are kept apart."),
	FAST("escape", "On the fast path, no host system call is made."),
	FAST("map-bad", "On the fast path, bad arguments are refused."),
	LINUX_SAME_ROW("linux-same", SWITCH, "", ""),
	ATTACK_KERNEL_ROW(NULL, "attack-kernel-fast", .boot = "fast", .options = "--fast"),
	UNIT_ROW("kernel-memory-fast-bochs", NULL, "kernel-memory",
		"On the fast path, bounds hold.", .options = "--fast", .boot = "bochs",
		.machine = "bochs"),
	ATTACK_FAST_ROW(NULL),
	COST_FAST("null-call", "./null-call",
		"On the fast path, a system call costs what a native one does, or less."),
	COST_FAST("page-fault", "./fault-cost",
		"On the fast path, a page fault costs a fraction of a native one."),
	COST_SWITCH_ROW("cost-switch-fast", NULL, "--fast",
		"On the fast path, a switch costs a reload of CR3."),
	LINUX_ROW("linux-selftest-fast", NULL, "Linux runs on the fast path.", .files = {"initrd"},
		.script = "linux /usr/lib/typetwo/selftest --fast --initrd=./initrd",
		.text = {" passed, 0 failed", "guest: exit 0"}),
	LINUX_SAME_ROW("linux-same-fast", NULL, "--fast", ""),
	LINUX_SAME_ROW(
		"linux-vectors-fast", NULL, "--fast", "frame mxcsr pending vectors", .cpu = "max"),
	LINUX_SAME_ROW("linux-same-fast-bochs", NULL, "--fast",
		"alternate segments selectors frame faults wild flags cpuid fork-trap mxcsr "
		"pending vectors registers calls steps watch virtual",
		.machine = "bochs", .needs = SEGMENT_LIMITS),
	LINUX_ROW("linux-many-fast", NULL, "Linux has more processes than the machine has spaces.",
		.files = {"initrd"}, .memory_mb = 512,
		.script = "linux \"/usr/lib/typetwo/selftest many\" --fast --mem=256M "
			  "--initrd=./initrd",
		.text = {" passed, 0 failed", "guest: exit 0"}),
	LINUX_ROW("linux-clock-fast", NULL,
		"The guest's clock goes with the Host's, also while the machine is stopped.",
		.files = {"initrd"},
		.script = "clocks() {\n"
			  "	tell 'cat /proc/uptime' >/dev/null\n"
			  "	echo $(head -n 1 said) $(cat /proc/uptime)\n"
			  "}\n"
			  "guest_start --fast\n"
			  "tell 'sleep 2'\n"
			  "before=$(clocks)\n"
			  "machine=$(process_called guest-machine)\n"
			  "kill -STOP $machine && sleep 10 && kill -CONT $machine || exit\n"
			  "between=$(clocks)\n"
			  "sleep 50 && after=$(clocks)\n"
			  "echo $before $between $after | awk '\n"
			  "	function off(x, most) { return x > most || x < -most }\n"
			  "	{\n"
			  "		stopped = $7 - $3 - ($5 - $1)\n"
			  "		slept = $11 - $7 - ($9 - $5)\n"
			  "		idle = $8 - $4 - ($6 - $2)\n"
			  "		printf \"grade: behind by %.2f s when stopped, by %.2f s "
			  "in "
			  "50\\n\", stopped, slept\n"
			  "		exit off(stopped, 0.03) || off(slept, 0.03) || "
			  "off(idle, 0.5)\n"
			  "	}' && guest_end"),
	LINUX_ROW("linux-debuggers-fast", NULL,
		"Debian's gdb and strace say in the guest what they say on the Host.",
		.disk = "disk", .memory_mb = 512,
		.script = "large true || exit\n"
			  "mount -o bind /proc /large/proc || exit\n"
			  "large /usr/lib/typetwo/debugging >native 2>&1\n"
			  "umount /large/proc\n"
			  "linux \"/usr/lib/typetwo/debugging >/tmp/out 2>&1;"
			  " sed 's/^/same: /' /tmp/out\" --fast --disk=/dev/vda"
			  " --append=root=/dev/tda || exit\n"
			  "tr -d '\\r' <out | sed -n 's/^same: //p' >guest\n"
			  "diff native guest && grep 'Hardware watchpoint 2' guest &&\n"
			  "grep 'SIGUSR1 {si_signo=SIGUSR1' guest",
		.text = {"guest: exit 0"}),
	LINUX_COST_ROW("linux-cost-fast", NULL, "--fast", "getppid pipe fork page-fault",
		"On the fast path, Linux comes nearer to native."),
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
