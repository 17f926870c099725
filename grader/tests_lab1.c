/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests_lab1.c - the tests of lab 1.  The points add up to 100.
 *
 * Holes are filled in their order, so a test is tied to the last hole that it needs.  Those up to
 * lab1.5 run with --protect=none: they have to be in reach before the Guest kernel is protected;
 * the same guests come again with protection afterwards.
 */
#include "test.h"

#define UNIT 60 /* seconds: far more than a unit guest takes, for machines that are slow */
/* Linux has its own clock ticks, and drowns in them where an instruction takes long: so .counted.
 */
#define LINUX 240
#define NONE "--protect=none"

/*
 * The Guest kernel does one thing that it may not; the machine has to be killed, and say why.
 * The guest asks for the nonce first: so it was the guest that died, and not before it began.
 */
#define FORBIDDEN(word, worth, sentence, why)                                                  \
	{                                                                                      \
		.id = "forbidden-" word, .title = sentence, .hole = "lab1.1", .points = worth, \
		.seconds = UNIT, .guest = "forbidden", .args = word, .options = NONE,          \
		.boot = "forbidden", .begins = true, .status = 121, .text = {                  \
			"vmm: machine killed: ",                                               \
			why                                                                    \
		}                                                                              \
	}
#define CALL "forbidden host system call"

/* The launcher refuses something: no hole decides that, but nobody should break it. */
#define REFUSES(word, sentence, commands)                                                      \
	{                                                                                      \
		.id = "refuses-" word, .title = sentence, .seconds = UNIT, .files = {"hello"}, \
		.boot = "launcher", .script = commands                                         \
	}

static const struct test tests[] = {
	/* ---- lab1.1: start and trace the guest ---- */
	{.id = "power-off",
		.title = "A Guest kernel starts, writes to the console and powers off.",
		.hole = "lab1.1",
		.points = 2,
		.seconds = UNIT,
		.guest = "silent",
		.options = NONE,
		.text = {"not a word to the verdict device"}},
	FORBIDDEN("open", 1, "A Guest kernel that opens a host file is killed.", CALL),
	FORBIDDEN("openat", 0, "openat is as forbidden as open.", CALL),
	FORBIDDEN("close", 0, "A Guest kernel cannot close the machine's files.", CALL),
	FORBIDDEN("dup2", 0, "A Guest kernel cannot move the machine's files.", CALL),
	FORBIDDEN("unlink", 0, "A Guest kernel cannot remove host files.", CALL),
	FORBIDDEN("execve", 1, "A Guest kernel cannot become another program.", CALL),
	FORBIDDEN("fork", 1, "A Guest kernel cannot make host processes.", CALL),
	FORBIDDEN("vfork", 0, "Nor with vfork.", CALL),
	FORBIDDEN("clone", 0, "Nor with clone.", CALL),
	FORBIDDEN("clone3", 0, "Nor with clone3.", CALL),
	FORBIDDEN("exit", 0, "A Guest kernel powers off by exit_group and nothing else.", CALL),
	FORBIDDEN("kill", 1, "A Guest kernel cannot send signals to host processes.", CALL),
	FORBIDDEN("tgkill", 0, "Nor to host threads.", CALL),
	FORBIDDEN("getpid", 1, "Harmless is not enough: what is not on the list kills.", CALL),
	FORBIDDEN("mmap", 1, "A Guest kernel maps memory through the Monitor only.", CALL),
	FORBIDDEN("munmap", 0, "A Guest kernel cannot unmap the Monitor's pages.", CALL),
	FORBIDDEN("mprotect", 0, "A Guest kernel cannot write to the Monitor's pages.", CALL),
	FORBIDDEN("mremap", 0, "A Guest kernel cannot move the Monitor's pages.", CALL),
	FORBIDDEN("brk", 0, "A Guest kernel has no heap of the Host's.", CALL),
	FORBIDDEN("ptrace", 1, "A Guest kernel cannot trace.", CALL),
	FORBIDDEN("socket", 0, "A Guest kernel cannot open sockets.", CALL),
	FORBIDDEN("socketcall", 0, "Nor by the old call.", CALL),
	FORBIDDEN("ioctl", 0, "A Guest kernel cannot control host devices.", CALL),
	FORBIDDEN("fcntl", 0, "A Guest kernel cannot change the machine's files.", CALL),
	FORBIDDEN("prctl", 0, "A Guest kernel cannot outlive its Monitor by prctl.", CALL),
	FORBIDDEN("seccomp", 0, "A Guest kernel cannot filter system calls.", CALL),
	FORBIDDEN("modify-ldt", 0, "A Guest kernel cannot make segments.", CALL),
	FORBIDDEN("set-thread-area", 0, "Nor TLS segments.", CALL),
	FORBIDDEN("sigaltstack", 0, "There is no other signal stack.", CALL),
	FORBIDDEN("sigreturn", 0, "Handlers return by rt_sigreturn.", CALL),
	FORBIDDEN("signal", 0, "Handlers are set by rt_sigaction.", CALL),
	FORBIDDEN("reboot", 0, "A Guest kernel cannot switch the Host off.", CALL),
	FORBIDDEN("process-vm-writev", 0, "A Guest kernel cannot write to others' memory.", CALL),
	FORBIDDEN("highest-number", 0, "No number is too high to be forbidden.", CALL),
	FORBIDDEN("negative-number", 0, "Nor is a negative one.", CALL),
	FORBIDDEN("read-no-device", 1, "A Guest kernel reads devices only.", CALL),
	FORBIDDEN("read-negative", 0, "A negative descriptor is no device.", CALL),
	FORBIDDEN("write-no-device", 1, "A Guest kernel writes to devices only.", CALL),
	FORBIDDEN("write-stderr", 0, "The launcher's standard error is no device.", CALL),
	FORBIDDEN("poll-no-device", 0, "A Guest kernel waits for devices only.", CALL),
	FORBIDDEN("pread-console", 0, "The console is not a disk to read.", CALL),
	FORBIDDEN("pwrite-console", 0, "Nor to write.", CALL),
	FORBIDDEN("fdatasync-console", 0, "Nor to sync.", CALL),
	FORBIDDEN("timer-virtual", 0, "The machine's timer is the real one.", CALL),
	FORBIDDEN("timer-profile", 0, "It is not the profiling one either.", CALL),
	FORBIDDEN("handle-sigkill", 0, "Nobody handles SIGKILL.", CALL),
	FORBIDDEN("handle-sigstop", 0, "Nor SIGSTOP.", CALL),
	FORBIDDEN("default-sigsegv", 0, "The default of SIGSEGV would dump the Monitor.", CALL),
	FORBIDDEN("ignore-sigtrap", 0, "An exception cannot be ignored.", CALL),
	FORBIDDEN("handler-without-restorer", 0, "A handler has to bring its way back.", CALL),
	FORBIDDEN("handler-on-other-stack", 0, "A handler runs on the stack of the moment.", CALL),
	FORBIDDEN("handler-outside-ram", 0, "What a handler is has to be told from RAM.", CALL),
	FORBIDDEN("poll-outside-ram", 0, "What to wait for has to be told from RAM.", CALL),
	FORBIDDEN("poll-too-many", 0, "There are only so many devices to wait for.", CALL),
	FORBIDDEN("hypercall-next", 1, "A hypercall that there is not kills.", "unknown hypercall"),
	FORBIDDEN("hypercall-far", 0, "Also one that is far off.", "unknown hypercall"),
	FORBIDDEN("sysenter", 1, "The Host's other door is closed to a Guest kernel.", CALL),
	FORBIDDEN("fault", 1, "A Guest kernel that faults with its handler blocked is killed.",
		"guest kernel exception"),
	FORBIDDEN("unhandled-timer", 0, "So is one that gets an interrupt without a handler.",
		"signal 14"),

	/* ---- lab1.2 and lab1.3: reflect a system call, enter guest user mode ---- */
	{.id = "syscall",
		.title = "An application's system call comes to the Guest kernel, and back.",
		.hole = "lab1.2",
		.points = 10,
		.seconds = UNIT,
		.guest = "syscall",
		.options = NONE,
		.reports = 1},
	{.id = "hello",
		.title = "The machine at power-on is as the ABI says, and runs an application.",
		.hole = "lab1.3",
		.points = 4,
		.seconds = UNIT,
		.guest = "hello",
		.options = NONE,
		.reports = 1},
	{.id = "registers",
		.title = "Every register and flag survives enter and each way out of it.",
		.hole = "lab1.3",
		.points = 8,
		.seconds = UNIT,
		.guest = "registers",
		.options = NONE,
		.reports = 1},
	{.id = "fpu",
		.title = "FPU and SSE registers of two guest processes are kept apart.",
		.hole = "lab1.3",
		.points = 2,
		.seconds = UNIT,
		.guest = "fpu",
		.options = NONE,
		.reports = 1},
	{.id = "memory-limit",
		.title = "RAM is as large as the boot page says, and not a byte larger.",
		.hole = "lab1.3",
		.points = 2,
		.seconds = UNIT,
		.guest = "memory-limit",
		.options = NONE,
		.reports = 1},

	/* ---- lab1.4: deliver an exception ---- */
	{.id = "page-fault",
		.title = "A page fault of an application has its address and error code, and "
			 "resumes.",
		.hole = "lab1.4",
		.points = 7,
		.seconds = UNIT,
		.guest = "page-fault",
		.options = NONE,
		.reports = 1},
	{.id = "exceptions",
		.title = "Every exception of an application comes with its vector and error code.",
		.hole = "lab1.4",
		.points = 7,
		.seconds = UNIT,
		.guest = "exceptions",
		.options = NONE,
		.reports = 1},

	/* ---- lab1.5: turn a host signal into an interrupt ---- */
	{.id = "timer",
		.title = "The timer interrupts an application, and the Guest kernel.",
		.hole = "lab1.5",
		.points = 5,
		.seconds = UNIT,
		.guest = "timer",
		.options = NONE,
		.reports = 1},
	{.id = "wakeup",
		.title = "An interrupt just before enter is not lost.",
		.hole = "lab1.5",
		.points = 5,
		.seconds = UNIT,
		.guest = "wakeup",
		.options = NONE,
		.reports = 1},
	{.id = "console-input",
		.title = "Input interrupts an application, and an idle Guest kernel.",
		.hole = "lab1.5",
		.points = 2,
		.seconds = UNIT,
		.guest = "console-input",
		.options = NONE,
		.typing = {{"type lines", "one line\n"}, {"echo: one line", "another\n"},
			{"echo: another", "quit\n"}},
		.text = {"echo: one line", "echo: another"},
		.reports = 1},

	/* ---- lab1.6: protect the guest kernel ---- */
	{.id = "kernel-memory",
		.title = "An application cannot read, write or run what is the Guest kernel's.",
		.hole = "lab1.6",
		.points = 8,
		.seconds = UNIT,
		.guest = "kernel-memory",
		.reports = 1},
	{.id = "escape",
		.title = "An application cannot make a host system call by any entry.",
		.hole = "lab1.6",
		.points = 2,
		.seconds = UNIT,
		.guest = "escape",
		.reports = 1},
	{.id = "hello-protected",
		.title = "With protection, an application still runs.",
		.hole = "lab1.6",
		.points = 1,
		.boot = "protected",
		.seconds = UNIT,
		.guest = "hello",
		.reports = 1},
	{.id = "registers-protected",
		.title = "With protection, registers still survive.",
		.hole = "lab1.6",
		.points = 1,
		.boot = "protected",
		.seconds = UNIT,
		.guest = "registers",
		.reports = 1},
	{.id = "exceptions-protected",
		.title = "With protection, exceptions still come.",
		.hole = "lab1.6",
		.points = 1,
		.boot = "protected",
		.seconds = UNIT,
		.guest = "exceptions",
		.reports = 1},
	{.id = "wakeup-protected",
		.title = "With protection, no interrupt is lost.",
		.hole = "lab1.6",
		.points = 1,
		.boot = "protected",
		.seconds = UNIT,
		.guest = "wakeup",
		.reports = 1},

	/* ---- lab1.7: address spaces ---- */
	{.id = "spaces-2",
		.title = "Two address spaces have different pages at one address.",
		.hole = "lab1.7",
		.points = 4,
		.seconds = UNIT,
		.guest = "spaces",
		.args = "2",
		.options = NONE,
		.reports = 1},
	{.id = "spaces-64",
		.title = "So have 64, with the Guest kernel protected.",
		.hole = "lab1.7",
		.points = 3,
		.seconds = UNIT,
		.guest = "spaces",
		.args = "64",
		.reports = 1},
	{.id = "map-bad",
		.title = "Hypercalls refuse bad arguments, and change nothing then.",
		.hole = "lab1.7",
		.points = 2,
		.seconds = UNIT,
		.guest = "map-bad",
		.reports = 1},

	/* ---- what it costs, in instructions ---- */
	{.id = "cost-null-call",
		.title = "A system call that does nothing stays cheap without protection.",
		.hole = "lab1.3",
		.points = 2,
		.seconds = UNIT,
		.guest = "null-call",
		.files = {"measure"},
		.script = "./measure native /dev/ttyS1 getppid && vmm --protect=none $verdict "
			  "./null-call",
		.reports = 2,
		.counted = true,
		.boot = "cost",
		.limits = {{.metric = "null-call",
			.kind = LIMIT_MOST,
			.value = 22000,
			.other = "native-getppid"}}},
	{.id = "cost-null-call-protected",
		.title = "It stays affordable with 16 pages of the Guest kernel to protect.",
		.hole = "lab1.6",
		.points = 2,
		.seconds = UNIT,
		.guest = "null-call",
		.files = {"measure"},
		.script = "./measure native /dev/ttyS1 getppid && vmm $verdict ./null-call 16",
		.reports = 2,
		.counted = true,
		.boot = "cost",
		.limits = {{.metric = "null-call",
			.kind = LIMIT_MOST,
			.value = 110000,
			.other = "native-getppid"}}},
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
		.boot = "cost",
		.limits = {{.metric = "page-fault",
			.kind = LIMIT_MOST,
			.value = 60000,
			.other = "native-page-fault"}}},
	{.id = "cost-switch",
		.title = "A switch between guest processes costs what their pages cost.",
		.hole = "lab1.7",
		.seconds = UNIT,
		.guest = "switch-cost",
		.script = "vmm --protect=none $verdict ./switch-cost 1 &&\n"
			  "vmm --protect=none $verdict ./switch-cost 16",
		.reports = 2,
		.counted = true,
		.boot = "cost",
		.limits = {{.metric = "switch-1", .kind = LIMIT_MOST, .value = 200000},
			{.metric = "switch-16", .kind = LIMIT_MOST, .value = 1500000}}},

	/* ---- machines come and go ---- */
	{.id = "killed-vmm",
		.title = "A Monitor that is killed takes its machine along and leaves nothing "
			 "behind.",
		.hole = "lab1.3",
		.points = 2,
		.seconds = UNIT,
		.guest = "loop",
		.script = "ls -A /tmp /dev/shm >before\n"
			  "./vmm --lab=1 --protect=none ./loop >out 2>&1 &\n"
			  "machine=$!\n"
			  "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do\n"
			  "	grep -q looping out && break\n"
			  "	sleep 0.1\n"
			  "done\n"
			  "kill -KILL $machine\n"
			  "wait $machine\n"
			  "status=$?\n"
			  "cat out\n"
			  "grep -q looping out || { echo 'grade: the guest did not start'; exit 1; "
			  "}\n"
			  "[ $status = 137 ] || { echo \"grade: status $status, not 137\"; exit 1; "
			  "}\n"
			  "ls -A /tmp /dev/shm >after\n"
			  "cmp before after || { echo 'grade: files are left'; exit 1; }"},
	{.id = "two-machines",
		.title = "Two machines run at a time and do not meet.",
		.hole = "lab1.7",
		.points = 1,
		.seconds = UNIT,
		.files = {"page-fault", "spaces"},
		.script = "vmm ./spaces 2 >other 2>&1 &\n"
			  "vmm $verdict ./page-fault\n"
			  "status=$?\n"
			  "wait $!\n"
			  "other=$?\n"
			  "cat other\n"
			  "[ $other = 0 ] || echo \"grade: the other machine ended with $other\"\n"
			  "[ $status = 0 ] && [ $other = 0 ]",
		.text = {"pass as-many-spaces-as-promised"},
		.reports = 1},

	/* ---- the Linux guest ---- */
	{.id = "linux-initrd",
		.title = "Linux boots from its initial RAM disk, runs a command and powers off.",
		.hole = "lab1.7",
		.points = 1,
		.seconds = LINUX,
		.counted = true,
		.guest = "linux",
		.files = {"initrd"},
		.script = "word=$(random_word)\n"
			  "linux \"echo sum: \\$(echo $word | md5sum)\" --initrd=./initrd &&\n"
			  "grep -q \"sum: $(echo $word | md5sum | cut -c 1-32)\" out",
		.text = {"guest: exit 0"}},
	{.id = "linux-shell",
		.title = "A shell of the Linux guest answers on the console.",
		.hole = "lab1.7",
		.points = 1,
		.seconds = LINUX,
		.counted = true,
		.guest = "linux",
		.files = {"initrd"},
		.script = "vmm --protect=none --initrd=./initrd ./linux",
		.typing = {{"guest: a shell", "echo $((6 * 7))x\n"}, {"42x", "poweroff\n"}},
		.text = {"42x"}},
	{.id = "linux-selftest",
		.title = "Processes, pipes, signals, threads and floating point work in Linux.",
		.hole = "lab1.7",
		.points = 1,
		.seconds = LINUX,
		.counted = true,
		.guest = "linux",
		.files = {"initrd"},
		.script = "linux /usr/lib/typetwo/selftest --protect=none --initrd=./initrd",
		.text = {" passed, 0 failed", "guest: exit 0"}},
	{.id = "linux-disk",
		.title = "What Linux writes to its disk is there after a clean shutdown.",
		.hole = "lab1.7",
		.points = 1,
		.seconds = LINUX,
		.counted = true,
		.guest = "linux",
		.disk = true,
		.script = "word=$(random_word)\n"
			  "disk=\"--protect=none --disk=/dev/vda --append=root=/dev/tda\"\n"
			  "linux \"echo $word >/root/kept\" $disk &&\n"
			  "linux \"cat /root/kept\" $disk &&\n"
			  "grep -q $word out",
		.text = {"guest: exit 0"}},

	/* ---- the launcher ---- */
	REFUSES("unknown-option", "An unknown option is refused.", "refused --frobnicate ./hello"),
	REFUSES("unknown-mechanism", "A mechanism that there is not is refused.",
		"refused --protect=hope ./hello"),
	REFUSES("no-guest", "A launcher without a guest says so.", "refused"),
	REFUSES("missing-guest", "A guest that is not there is refused.", "refused ./nowhere"),
	REFUSES("directory", "A directory is no guest.", "refused /tmp"),
	REFUSES("empty", "An empty file is no guest.", ": >empty; refused ./empty"),
	REFUSES("not-elf", "A guest that is not ELF is refused.",
		"echo this is a text, and no guest at all >words; refused ./words"),
	REFUSES("truncated-header", "An ELF file cut in its header is refused.",
		"head -c 40 hello >short; refused ./short"),
	REFUSES("truncated-segment", "An ELF file cut in a segment is refused.",
		"head -c 5000 hello >cut; refused ./cut"),
	REFUSES("other-machine", "An ELF file for another processor is refused.",
		"patched '\\076\\000' 18; refused ./patched"),
	REFUSES("64-bit", "A 64-bit ELF file is refused.", "patched '\\002' 4; refused ./patched"),
	REFUSES("overlap", "An ELF file whose segments overlap is refused.",
		"patched '\\000\\020\\000\\160' 96; refused ./patched"),
	REFUSES("below-range", "A segment below the Guest kernel's range is refused.",
		"patched '\\000\\020\\000\\020' 64; refused ./patched"),
	REFUSES("boot-page", "A segment over the boot page is refused.",
		"patched '\\000\\000\\000\\160' 64; refused ./patched"),
	REFUSES("above-range", "A segment above RAM is refused.",
		"patched '\\000\\000\\360\\277' 64; refused ./patched"),
	REFUSES("huge-segment", "A segment that wraps around is refused.",
		"patched '\\377\\377\\377\\377' 72; refused ./patched"),
	REFUSES("wild-entry", "An entry point outside RAM is refused.",
		"patched '\\000\\000\\000\\000' 24; refused ./patched"),
	REFUSES("little-memory", "Too little RAM is refused.", "refused --mem=64K ./hello"),
	REFUSES("much-memory", "More RAM than the range holds is refused.",
		"refused --mem=8G ./hello"),
	REFUSES("odd-memory", "A size that is no size is refused.", "refused --mem=much ./hello"),
	REFUSES("missing-disk", "A disk that is not there is refused.",
		"refused --disk=./nowhere ./hello"),
	REFUSES("missing-initrd", "An initrd that is not there is refused.",
		"refused --initrd=./nowhere ./hello"),
	REFUSES("big-initrd", "An initrd that does not fit into RAM is refused.",
		"dd if=/dev/zero of=big bs=1M count=2 2>/dev/null; "
		"refused --mem=1M --initrd=./big ./hello"),
	REFUSES("long-line", "A command line that is too long is refused.",
		"refused ./hello $(head -c 4000 /dev/zero | tr '\\0' x)"),
};

const struct lab lab1 = {
	.number = 1,
	.title = "a VMM on ptrace",
	.handout = "labs/lab1-ptrace-vmm",
	.first_hole = "lab1.1",
	.tests = tests,
	.count = sizeof(tests) / sizeof(tests[0]),
};
