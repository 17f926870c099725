/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_cheats.c - launchers and modules that do not run a guest and would like the points, and
 * some that only do harm: on the real Host, in QEMU.  A launcher can be a shell script there.
 */
#define _GNU_SOURCE
#include "tests/system/check_run.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As what has been handed in is graded. */
#define GRADE "build/bin/grade --jail=build/bin/jail "

static char place[64];

static void
set_up(void)
{
	strcpy(place, "/tmp/check-cheats-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place));
}

static void
tear_down(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", place);
	ck_assert_int_eq(system(command), 0);
}

static void
write_file(const char *name, const char *format, const char *text)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", place, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fprintf(file, format, text);
	fclose(file);
	ck_assert_int_eq(chmod(path, 0755), 0);
}

/* Grade a launcher that is this script. */
static int
grade(int lab, const char *script, const char *tests)
{
	char command[1024];

	write_file("vmm", "#!/bin/sh\n%s\n", script);
	snprintf(command, sizeof(command),
		GRADE
		"--lab=%d --tree=reference --vmm=%s/vmm --out=%s --seconds=5 --tests='%s' 2>&1",
		lab, place, place, tests);
	return run(command);
}

/* Grade a launcher that is a program and does this: cheat_launcher.c. */
static int
grade_program(const char *cheat, const char *tests)
{
	char command[2048];

	snprintf(command, sizeof(command),
		"i686-linux-gnu-gcc -static -O1 -Wno-unused-function -DCHEAT=%s -o %s/vmm"
		" tests/fixtures/cheat_launcher.c",
		cheat, place);
	ck_assert_int_eq(system(command), 0);
	snprintf(command, sizeof(command),
		GRADE "--lab=1 --tree=reference --vmm=%s/vmm --out=%s --seconds=3 --tests='%s'"
		      " --report=terminal:%s/terminal --report=json:%s/json --report=junit:%s/junit"
		      " --report=tap:%s/tap 2>&1",
		place, place, tests, place, place, place, place);
	return run(command);
}

/* The grader is as it was: the next student gets what he deserves. */
static void
honest_passes(void)
{
	char command[256];

	snprintf(command, sizeof(command),
		GRADE "--lab=1 --tree=reference --out=%s --tests='hello' 2>&1", place);
	expect_status(command, 0);
	expect_text("\nhello: OK (");
	expect_text("\n1 of 1 chosen tests pass.\n");
}

/*
 * Grade a module that does this when a machine is to start, or, in init, when it is loaded; on
 * Bochs, where segments have limits, as lab 3's.
 */
static int
grade_module(const char *init, const char *start, bool on_bochs)
{
	static const char source[] =
		"#include <linux/fs.h>\n#include <linux/miscdevice.h>\n"
		"#include <linux/module.h>\n#include <linux/reboot.h>\n"
		"#include <asm/desc.h>\n#include <asm/io.h>\n"
		"static void say(const char *text)\n"
		"{\n"
		"	struct file *line = filp_open(\"/dev/ttyS1\", O_WRONLY | O_NOCTTY, 0);\n"
		"	loff_t at = 0;\n"
		"	if (!IS_ERR(line))\n"
		"		kernel_write(line, text, strlen(text), &at);\n"
		"}\n"
		"static long start(struct file *f, unsigned int number, unsigned long argument)\n"
		"{\n"
		"	START;\n"
		"	return 0;\n"
		"}\n"
		"static const struct file_operations file = {.owner = THIS_MODULE,\n"
		"	.unlocked_ioctl = start};\n"
		"static struct miscdevice device = {.minor = MISC_DYNAMIC_MINOR, .name = \"vmm\",\n"
		"	.fops = &file};\n"
		"static int __init load(void) { INIT; return misc_register(&device); }\n"
		"static void __exit unload(void) { misc_deregister(&device); say(\"\"); }\n"
		"module_init(load);\nmodule_exit(unload);\nMODULE_LICENSE(\"GPL\");\n";
	char command[1024];

	snprintf(command, sizeof(command), "%s/monitor", place);
	mkdir(command, 0777);
	snprintf(command, sizeof(command), "#define INIT %s\n#define START %s\n%%s", init, start);
	write_file("monitor/harm.c", command, source);
	snprintf(command, sizeof(command),
		"cp reference/monitor/Kbuild %s/monitor && CROSS=i686-linux-gnu- labs/build-module"
		" build/host/kbuild %s/monitor %s/built -Wno-unused >&2",
		place, place, place);
	ck_assert_int_eq(system(command), 0);
	snprintf(command, sizeof(command),
		GRADE "--lab=%d --tree=reference --module=%s/built/monitor.ko --out=%s --seconds=%d"
		      " --tests='%s' 2>&1",
		on_bochs ? 3 : 2, place, place, on_bochs ? 1 : 5,
		on_bochs ? "hello-bochs" : "hello");
	return run(command);
}

/* All that is kept of a student's program: logs and reports, and what the terminal shows. */
static void
all_plain(const char *test)
{
	static const char *const files[] = {
		"terminal", "json", "junit", "tap", "lab1/%s.console.log", "lab1/%s.verdict.log"};
	char name[80], path[200];

	for (const unsigned char *c = (const unsigned char *)output; *c; c++)
		ck_assert_msg(*c == '\n' || (*c >= ' ' && *c < 0x7f), "\\x%02x in: %s", *c, output);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		FILE *file;
		long bytes = 0;
		int c;

		snprintf(name, sizeof(name), files[i], test);
		snprintf(path, sizeof(path), "%s/%s", place, name);
		file = fopen(path, "r");
		ck_assert_msg(file != NULL, "%s", path);
		for (; (c = getc(file)) != EOF; bytes++)
			ck_assert_msg(c == '\n' || c == '\t' || (c >= ' ' && c < 0x7f),
				"\\x%02x in %s", c, name);
		fclose(file);
		ck_assert_int_lt(bytes, 4 << 20);
	}
}

/* One test of each kind: checks, a death, words on the console, a measurement, a script. */
#define KINDS "hello forbidden-open power-off cost-null-call killed-vmm two-machines linux-initrd"

static const char *const cheats[] = {
	/* Nothing at all, successfully. */
	"exit 0",
	/* All lines that a good run might have, on both lines, with no nonce. */
	"for line in /dev/ttyS0 /dev/ttyS1; do\n"
	"	echo 'pass hello' >$line; echo '- pass hello' >$line; echo 'done 1' >$line\n"
	"	echo '0123456789abcdef done 1' >$line\n"
	"done\n"
	"echo 'vmm: machine killed: forbidden host system call'\n"
	"exit 0",
	/* Always dead for every reason. */
	"echo 'vmm: machine killed: forbidden host system call unknown hypercall signal 14'\n"
	"exit 121",
	/* Its own marks on the verdict line. */
	"echo 'x end hello 0 0' >/dev/ttyS1; echo 'host: exit 0' >/dev/ttyS1; exit 0",
	/* The nonce, but not a check. */
	"echo nonce? >/dev/ttyS1; read nonce </dev/ttyS1; echo \"$nonce done 0\" >/dev/ttyS1; exit "
	"0",
};

START_TEST(cheat_gets_nothing)
{
	ck_assert_int_eq(grade(1, cheats[_i], KINDS), 1);
	expect_text("0 of ");
}
END_TEST

START_TEST(cheat_gets_nothing_in_module_labs)
{
	ck_assert_int_eq(grade(4, cheats[_i],
				 "hello forbidden-open power-off cost-null-call killed-vmm "
				 "two-machines nothing-leaks no-host-switch"),
		1);
	expect_text("0 of ");
}
END_TEST

/* In init: when it is loaded; in start: when a machine is to start. */
static const struct {
	const char *init, *start, *says, *more;
	bool on_bochs;
} modules[] = {
	/* What a good run says, with no nonce, from the Host kernel itself. */
	{"",
		"say(\"nonce?\\npass hello\\n0123456789abcdef pass hello\\n- done 1\\nx end hello "
		"0 0 0\\n\")",
		"hello: FAIL", "", false},
	{"say(\"x end hello 0 0 0\\nhost: exit 0\\n\"); kernel_halt()", "", "hello: ", "the Host ",
		false},
	{"", "emergency_restart()", "hello: FAIL", "the Host was gone before the test ended",
		false},
	{"return -EINVAL", "", "hello: FAIL", "monitor.ko cannot be loaded: Invalid argument",
		false},
	{"*(volatile int *)8 = 1", "", "the Host crashed: BUG: kernel NULL pointer",
		"in load of the module, ", false},
	{"", "*(volatile int *)8 = 1", "the Host crashed: BUG: kernel NULL pointer",
		"in start of the module, ", false},
	{"", "BUG()", "the Host crashed: kernel BUG at ", "in start of the module, ", false},
	{"", "panic(\"on purpose\")", "the Host crashed: Kernel panic - not syncing: on purpose",
		"", false},
	{"", "WARN_ON(1)", "the Host was damaged: WARNING: ", "in start of the module, ", false},
	{"", "for (;;) cpu_relax()", "the Host does not answer any more", "of the module, ", false},
	{"", "local_irq_disable(); for (;;) cpu_relax()", "the Host does not answer any more",
		"of the module, ", false},
	/* Ends of the machine itself, by its ports and otherwise. */
	{"", "say(\"nonce?\\n\"); outb(0xfe, 0x64); for (;;) cpu_relax()", "hello: FAIL",
		"the Host was gone before the test ended", false},
	{"", "outb(6, 0xcf9); for (;;) cpu_relax()", "hello: ", "the Host ", false},
	{"outb(0xfe, 0x64); for (;;) cpu_relax()", "", "hello: FAIL",
		"the Host was gone before the test ended", false},
	{"", "struct desc_ptr none = {0}; load_idt(&none); asm volatile(\"int3\")", "hello: FAIL",
		"the Host was gone before the test ended", false},
	{"", "for (;;) asm volatile(\"cli; hlt\")", "hello: TIMEOUT", "nothing left to do", false},
	{"for (;;) asm volatile(\"cli; hlt\")", "", "hello: TIMEOUT", "nothing left to do", false},
	/* Asleep (ACPI S3) it would be neither idle nor busy, and take all its time. */
	{"", "local_irq_disable(); outw(0x2400, 0x604); for (;;) asm volatile(\"cli; hlt\")",
		"hello: TIMEOUT", "nothing left to do", false},
	{"panic(\"early\")", "", "the Host crashed: Kernel panic - not syncing: early", "", false},
	/* A panic that does not end the machine. */
	{"", "panic_timeout = 0; panic(\"for ever\")",
		"hello: ", "Kernel panic - not syncing: for ever", false},
	/* Every port: what emulates the devices takes whatever comes. */
	{"", "for (int i = 0; i < 0x10000; i++) outb(i, i)", "hello: ", "", false},
	{"",
		"static const char out[] = \"Shutdown\"; for (int i = 0; out[i]; i++) outb(out[i], "
		"0x8900);"
		" for (;;) cpu_relax()",
		"hello-bochs: FAIL", "Bochs ended with status 1", true},
	{"", "outb(0xfe, 0x64); for (;;) cpu_relax()", "hello-bochs: FAIL",
		"the Host was gone before the test ended", true},
	{"", "for (;;) cpu_relax()", "hello-bochs: TIMEOUT", "no end after", true},
	{"", "for (;;) asm volatile(\"cli; hlt\")", "hello-bochs: ", "", true},
};

START_TEST(module_gets_nothing)
{
	ck_assert_int_eq(
		grade_module(modules[_i].init, modules[_i].start, modules[_i].on_bochs), 1);
	expect_text(modules[_i].says);
	expect_text(modules[_i].more);
	expect_text("0 of ");
	expect_no_text("could not be graded");
	honest_passes();
}
END_TEST

/* What a launcher does that is a program, which of its tests it loses, and how. */
static const struct {
	const char *cheat, *says, *more, *tests;
} programs[] = {
	{"reset_deaf", "hello: FAIL", "the Host was gone before the test ended", NULL},
	{"reset_deaf", "forbidden-openat: FAIL", "forbidden-open: FAIL", "forbidden-open*"},
	{"reset_known", "hello: FAIL", "the Host was gone before the test ended", NULL},
	{"halt", "hello: TIMEOUT", "nothing left to do", NULL},
	{"nameless", "hello: FAIL", "1 process(es) of the machine were left behind", NULL},
	{"nameless", "forbidden-openat: FAIL", "1 process(es) of the machine", "forbidden-open*"},
	{"headless", "hello: FAIL", "1 process(es) of the machine were left behind", NULL},
	{"changeling", "hello: ", "", NULL},
	{"forks", "hello: ", "", NULL},
	{"memory", "hello: ", "", NULL},
	{"disk", "hello: ", "", NULL},
	{"unbounded", "hello: TIMEOUT", "no end after", NULL},
	{"realtime", "hello: TIMEOUT", "no end after", NULL},
	{"sleeper", "hello: TIMEOUT", "", NULL},
	{"napper", "hello: TIMEOUT", "no end", NULL},
	{"stops_shell", "hello: TIMEOUT", "", NULL},
	{"kills_all", "hello: ", "", NULL},
	{"flood_console", "hello: ", "", NULL},
	{"flood_verdict", "hello: ", "", NULL},
	{"asks", "hello: ", "", NULL},
	{"huge_line", "hello: FAIL", "nothing was reported", NULL},
	{"odd_bytes", "hello: FAIL", "check ?[31;1mred?]0;title?: ?[2J and ??", NULL},
	{"wrong_nonce", "hello: FAIL", "lines without this run's nonce do not count", NULL},
	{"two_reports", "hello: FAIL", "more than 1 reported", NULL},
	{"late", "hello: FAIL", "a line came after \"done\"", NULL},
	{"many_figures", "hello: FAIL", "more than 32 measurements", NULL},
	{"echo", "hello: FAIL", "", NULL},
	{"words", "hello: FAIL", "status 3", NULL},
	{"marks", "forbidden-openat: FAIL", "forbidden-open: FAIL", "forbidden-open*"},
	{"removes", "forbidden-openat: FAIL", "forbidden-open: FAIL", "forbidden-open*"},
};

START_TEST(program_gets_nothing)
{
	const char *tests = programs[_i].tests ? programs[_i].tests : "hello";

	ck_assert_msg(grade_program(programs[_i].cheat, tests) == 1, "%s: %s", programs[_i].cheat,
		output);
	expect_text(programs[_i].says);
	expect_text(programs[_i].more);
	expect_text("0 of ");
	expect_no_text("could not be graded");
	all_plain(programs[_i].tests ? "forbidden-open" : "hello");
	honest_passes();
}
END_TEST

/* Whoever has taken an emulator over from inside finds himself in the jail: he sees nothing of
 * ours. */
static const struct {
	const char *variable, *tests;
	int lab;
} emulators[] = {{"QEMU", "hello", 1}, {"BOCHS", "hello-bochs", 3}};

START_TEST(emulator_is_in_the_jail)
{
	static const char script[] =
		"#!/bin/sh\n"
		"cat %1$s/secret >/dev/null 2>&1 && out=\"$out secret\"\n"
		"{ true >%1$s/written; } 2>/dev/null\n"
		"{ true >here; } 2>/dev/null && out=\"$out here\"\n"
		"[ -e %2$s/reference ] && out=\"$out reference\"\n"
		"[ -e %2$s/build/reference ] && out=\"$out objects\"\n"
		"[ -n \"$SECRET\" ] && out=\"$out environment\"\n"
		"[ \"$(ls -d /proc/[0-9]* | wc -l)\" -gt 8 ] && out=\"$out processes\"\n"
		"[ \"$(wc -l </proc/net/dev)\" -gt 3 ] && out=\"$out network\"\n"
		"[ -e /sys/kernel ] && out=\"$out sys\"\n"
		"[ -e /home ] && out=\"$out home\"\n"
		"[ -r .. ] && ls .. | grep -qv '[.]boot$' && out=\"$out logs\"\n"
		"echo \"sees:$out.\" >&2\nexit 1\n";
	char text[4096], here[1024], program[96], command[512];

	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	snprintf(text, sizeof(text), script, place, here);
	write_file("emulator", "%s", text);
	write_file("secret", "%s", "no word of this");
	snprintf(program, sizeof(program), "%s/emulator", place);
	setenv(emulators[_i].variable, program, 1);
	setenv("SECRET", "no word of this", 1);
	snprintf(command, sizeof(command),
		GRADE "--lab=%d --tree=reference --out=%s --tests='%s' 2>&1", emulators[_i].lab,
		place, emulators[_i].tests);
	/* Nobody's code has run in a machine: that is the grader's trouble. */
	ck_assert_int_eq(run(command), 3);
	if (_i == 0)
		expect_text(" ended with status 1: sees:.");
	snprintf(program, sizeof(program), "%s/written", place);
	ck_assert_int_ne(access(program, F_OK), 0);
	unsetenv(emulators[_i].variable);
	honest_passes();
}
END_TEST

static const struct {
	const char *script, *says;
} harm[] = {
	/* Its 15 seconds of the CPU are over, or our five are. */
	{"while :; do :; done", "nothing was reported"},
	{"yes flood", "hello: TIMEOUT"},
	{"yes flood >/dev/ttyS1", "hello: TIMEOUT"},
	{"sleep 10000", "hello: "},
	{"reboot -f", "the Host was gone before the test ended"},
	{"kill -KILL 1 $PPID; sleep 1", "hello: "},
	{"setsid sleep 100000 </dev/null >/dev/null 2>&1 & exit 0", "left behind"},
};

START_TEST(harm_is_a_failure)
{
	struct stat status;
	char path[96];

	ck_assert_int_eq(grade(1, harm[_i].script, "hello"), 1);
	expect_text(harm[_i].says);
	snprintf(path, sizeof(path), "%s/lab1/hello.console.log", place);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_lt(status.st_size, 1 << 20);
	snprintf(path, sizeof(path), "%s/lab1/hello.verdict.log", place);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_lt(status.st_size, 1 << 20);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cheats");
	TCase *tests = tcase_create("cheats");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 600);
	tcase_add_loop_test(tests, cheat_gets_nothing, 0, sizeof(cheats) / sizeof(cheats[0]));
	tcase_add_loop_test(
		tests, cheat_gets_nothing_in_module_labs, 0, sizeof(cheats) / sizeof(cheats[0]));
	tcase_add_loop_test(tests, module_gets_nothing, 0, sizeof(modules) / sizeof(modules[0]));
	tcase_add_loop_test(tests, program_gets_nothing, 0, sizeof(programs) / sizeof(programs[0]));
	tcase_add_loop_test(
		tests, emulator_is_in_the_jail, 0, sizeof(emulators) / sizeof(emulators[0]));
	tcase_add_loop_test(tests, harm_is_a_failure, 0, sizeof(harm) / sizeof(harm[0]));
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
