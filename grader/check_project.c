/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_project.c - tests of the project as a whole: what its users type, and what keeps its walls.
 *
 * Runs from the project's root with everything built from both trees.  A test types a
 * command line and looks at its exit status and its output.
 */
#define _GNU_SOURCE
#include "check_figures.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define OUTPUT_MAX 65536
#define LINES_MAX 974 /* of the Monitor's code */

static char output[OUTPUT_MAX]; /* of the last command, both streams */

/* The end of it, as much as Check can carry in a message. */
static const char *
last_words(void)
{
	size_t length = strlen(output);

	return length > 3000 ? output + length - 3000 : output;
}

/* Run a shell command line; returns its exit status. */
static int
run(const char *command)
{
	char line[4096];
	size_t length;
	FILE *pipe;
	int status;

	snprintf(line, sizeof(line), "exec 2>&1 </dev/null; %s", command);
	pipe = popen(line, "r");
	ck_assert(pipe);
	length = fread(output, 1, sizeof(output) - 1, pipe);
	output[length] = '\0';
	while (fgetc(pipe) != EOF)
		; /* the rest, so that nobody gets SIGPIPE */
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#define expect_status(command, status)                                                         \
	do {                                                                                   \
		int got = run(command);                                                        \
		ck_assert_msg(got == (status), "%s: expected status %d, got %d:\n%s", command, \
			status, got, last_words());                                            \
	} while (0)

#define expect_text(text) \
	ck_assert_msg(strstr(output, text), "no \"%s\" in:\n%s", text, last_words())

#define expect_nothing(command)                                            \
	do {                                                               \
		run(command);                                              \
		ck_assert_msg(!*output, "%s:\n%s", command, last_words()); \
	} while (0)

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static bool
one_line(void)
{
	char *end = strchr(output, '\n');

	return end && end > output && !end[1];
}

/* ---- what the launcher refuses before it starts anything ---- */

static const struct {
	const char *arguments, *says;
} refusals[] = {
	{"", "no GUEST given"},
	{"--lab=9 build/guests/hello", "--lab=9: this vmm has: 1 2 3 4"},
	{"--protect=magic build/guests/hello", "this vmm has: none mprotect segments supervisor"},
	{"--mem=12 build/guests/hello", "--mem=12: give whole pages"},
	{"--mem=64Mx build/guests/hello", "--mem=64Mx: give whole pages"},
	{"--mem=99999999999999999999G build/guests/hello", "give whole pages"},
	{"--intercept=ptrace --protect=segments build/guests/hello", "none or mprotect"},
	{"--fast build/guests/hello", "--fast needs"},
	{"--lab=2 build/guests/hello", "insmod monitor.ko"},
	{"build/guests/nobody", "cannot open this guest"},
	{"Makefile", "not an ELF file"},
	{"/dev/null", "not an ELF file"},
	{"build/grader/grade", "not for i386"},
	{"build/reference/vmm", "lies outside RAM"},
	{"build/reference/main.o", "not a statically linked executable"},
	{"build/test/truncated", "truncated"},
	{"build/test/header", "program headers are damaged"},
	{"--initrd=/nowhere build/guests/hello", "cannot open this initrd"},
	{"--initrd=/dev/null build/guests/hello", "an initrd is a file of 1 to"},
	{"--disk=/nowhere build/guests/hello", "cannot open this device file"},
	{"--disk=/dev/null build/guests/hello", "a disk is a regular file or a block device"},
	{"--disk=build/test/empty build/guests/hello", "too small for a disk"},
	{"--mem=1M build/guest-linux/linux", "too small a --mem"},
};

/*
 * A kernel of 64 bits may be told to run no i386 program; where it does not, QEMU does.  The
 * launcher starts itself again where addresses are random, and QEMU cannot do that.
 */
static const char *
runner(void)
{
	int status = system("build/reference/vmm --help >/dev/null 2>&1");

	return WIFEXITED(status) && WEXITSTATUS(status) == 126 ? "setarch -R qemu-i386 " : "";
}

START_TEST(launcher_refuses)
{
	char command[500];

	expect_status("mkdir -p build/test && : >build/test/empty &&"
		      " head -c 5000 build/guests/hello >build/test/truncated &&"
		      " head -c 60 build/guests/hello >build/test/header",
		0);
	snprintf(command, sizeof(command), "%sbuild/reference/vmm %s", runner(),
		refusals[_i].arguments);
	expect_status(command, 2);
	expect_text(refusals[_i].says);
	ck_assert_msg(one_line(), "more than a line:\n%s", last_words());
}
END_TEST

START_TEST(make_refuses)
{
	static const char *const commands[] = {
		"make lab9", "make lab1 TREE=nobody", "make grade LAB=9", "make run GUEST=nobody"};
	static const char *const says[] = {"lab9", "TREE=nobody", "LAB=9", "nobody"};

	ck_assert_int_eq(run(commands[_i]), 2);
	expect_text(says[_i]);
}
END_TEST

/* ---- reference and skeleton ---- */

START_TEST(skeleton_is_in_step)
{
	expect_status("make -s build/skeleton-new/SUMS && diff -r build/skeleton-new skeleton", 0);
}
END_TEST

START_TEST(skeleton_work_is_never_lost)
{
	expect_status("rm -rf build/test/tree && mkdir -p build/test/tree &&"
		      " git ls-files -z | xargs -0 cp --parents -t build/test/tree",
		0);
	expect_status("cd build/test/tree && make -s skeleton", 0);
	expect_status("cd build/test/tree && echo '/* mine */' >>skeleton/vmm/monitor.c &&"
		      " make -s skeleton",
		2);
	expect_text("monitor.c");
	expect_status("grep -c mine build/test/tree/skeleton/vmm/monitor.c", 0);
}
END_TEST

/* A hole is marked, has a stub that names it, a section in its handout and a test with points. */
START_TEST(holes_are_complete)
{
	int lab = _i + 1, holes = 0;
	char id[20], command[800];

	for (int step = 1; step < 20; step++) {
		snprintf(id, sizeof(id), "lab%d.%d", lab, step);
		snprintf(command, sizeof(command), "grep -rqE 'hole.*\"%s\"' reference", id);
		if (run(command))
			break;
		holes++;
		snprintf(command, sizeof(command),
			"grep -rqF 'BEGIN %s:' skeleton && grep -rqF 'END %s' skeleton &&"
			" grep -qx '## Hole %s' labs/lab%d-*/README.md &&"
			" build/grader/grade --lab=%d --list |"
			" awk '$2 == \"%s\" { n += $3 } END { exit !n }'",
			id, id, id, lab, lab, id);
		expect_status(command, 0);
	}
	ck_assert_int_ge(holes, 4);
	expect_nothing("grep -rn 'SKELETON' skeleton --include=*.[chS] | grep -v hole.h");
}
END_TEST

START_TEST(reference_has_full_marks)
{
	char command[80];

	snprintf(command, sizeof(command), "make grade LAB=%d TREE=reference", _i + 1);
	expect_status(command, 0);
	expect_text("Score: 100/100");
}
END_TEST

/* With the result that the test before has left. */
START_TEST(reference_keeps_its_figures)
{
	char result[40], why[400];

	snprintf(result, sizeof(result), "build/grade/lab%d.json", _i + 1);
	ck_assert_msg(figures_are_kept(_i + 1, result, why, sizeof(why)), "%s", why);
	ck_assert_msg(figures_leave_room(_i + 1, result, why, sizeof(why)), "%s", why);
}
END_TEST

START_TEST(skeleton_scores_nothing_and_says_why)
{
	static const char *const says[] = {
		"lab1.1 is not written yet: labs/lab1-ptrace-vmm, section",
		"lab2.1 is not written yet: labs/lab2-in-kernel-monitor, section",
		"lab2.1 is not written yet: labs/lab2-in-kernel-monitor, section",
		"lab2.1 is not written yet: labs/lab2-in-kernel-monitor, section"};
	char command[80];

	snprintf(command, sizeof(command), "make grade LAB=%d TREE=skeleton", _i + 1);
	expect_status(command, 2); /* what make makes of any failure */
	expect_text("Score: 0/100");
	expect_text(says[_i]);
	ck_assert_msg(!strstr(output, "GRADER ERROR"), "%s", last_words());
}
END_TEST

START_TEST(every_cell_runs_the_guests)
{
	expect_status("make cells TREE=reference", 0);
}
END_TEST

/* ---- Gradescope: the archive, unpacked where Gradescope would, and some submissions ---- */

#define AUTOGRADER "build/test/autograder"
/* What the submission is, made by commands in its directory; then it is graded. */
#define SUBMIT(commands)                                                                       \
	"rm -rf " AUTOGRADER "/submission && mkdir -p " AUTOGRADER "/submission &&"            \
	" (kit=$PWD && cd " AUTOGRADER "/submission && " commands ") &&"                       \
	" CACHE=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/typetwo} AUTOGRADER=$PWD/" AUTOGRADER \
	" " AUTOGRADER "/run_autograder"
#define RESULT "cat " AUTOGRADER "/results/results.json"

START_TEST(gradescope_grades_submissions)
{
	expect_status(
		"make -s handin LAB=1 && mkdir -p build/test && mv handin-lab1.tar.gz build/test &&"
		" make gradescope LAB=1 && rm -rf " AUTOGRADER " &&"
		" mkdir -p " AUTOGRADER "/source && cd " AUTOGRADER "/source &&"
		" unzip -q ../../../gradescope-lab1.zip && cp run_autograder .. &&"
		" CACHE=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/typetwo}"
		" AUTOGRADER=${PWD%/source} ./setup.sh && test ! -e kit/reference",
		0);

	expect_status(SUBMIT("echo nothing >README"), 0);
	expect_status(RESULT, 0);
	expect_text("\"score\": 0,");
	expect_text("there is no archive of `make handin` in it, and no folder vmm");

	/* Only its code is taken. */
	expect_status(SUBMIT("mkdir -p skeleton/vmm skeleton/monitor && cd skeleton &&"
			     " echo 'int x = y;' >vmm/protect.c &&"
			     " echo '$(error $(shell touch x))' >monitor/Kbuild"),
		0);
	expect_status(RESULT, 0);
	expect_text("\"score\": 0,");
	expect_text("submission/vmm/protect.c:1:9: error: ");

	/* An archive is one of `make handin`, and there is one. */
	expect_status(
		SUBMIT("cp $kit/build/test/handin-lab1.tar.gz a.tar.gz && ln -s a.tar.gz b.tar.gz"),
		0);
	expect_status(RESULT, 0);
	expect_text("\"score\": 0,");
	expect_text("there is more than one archive");
	expect_status(SUBMIT("ln -s /etc/passwd handin.tar.gz"), 0);
	expect_status(RESULT, 0);
	expect_text("its archive cannot be opened, or is a link");
	expect_status(SUBMIT("mkdir vmm && echo 'int x;' >vmm/x.c && tar -czf a.tar.gz vmm"), 0);
	expect_status(RESULT, 0);
	expect_text("this was not made by `make handin`");
	expect_status(SUBMIT("cp $kit/build/test/handin-lab1.tar.gz ."), 0);
	expect_status(RESULT, 0);
	expect_text("lab1.1 is not written yet");

	/* The grader's own trouble gives no points and takes none. */
	expect_status("export QEMU=/bin/false; " SUBMIT("cp -R $kit/reference/vmm ."), 1);
	expect_text("no result: the grader broke down");
	expect_status(RESULT, 1);

	/* In one more directory, as archives are. */
	expect_status(SUBMIT("mkdir mine && cp -R $kit/reference/vmm mine"), 0);
	expect_status(RESULT, 0);
	expect_text("\"score\": 100,");
}
END_TEST

/* ---- the module: a student's error, and a student's next try ---- */

START_TEST(module_errors_name_the_students_file)
{
	expect_status("rm -rf build/test/student && mkdir -p build/test/student/monitor &&"
		      " cp reference/monitor/* build/test/student/monitor &&"
		      " echo 'int x = y;' >>build/test/student/monitor/remap.c &&"
		      " CROSS=i686-linux-gnu- labs/build-module build/host/kbuild"
		      " build/test/student/monitor build/test/student/built"
		      " \"-I$PWD/vm-images/include -I$PWD/vm-images/host/include\"",
		2);
	ck_assert_msg(strncmp(output, "build/test/student/monitor/remap.c:", 35) == 0, "%s",
		last_words());
}
END_TEST

/* From an edit to a verdict: no kernel is built again, and it takes seconds. */
START_TEST(an_edit_takes_seconds)
{
	double before = now(), took;

	expect_status("touch reference/monitor/enter.c &&"
		      " make grade LAB=4 TREE=reference TESTS=syscall",
		0);
	took = now() - before;
	ck_assert_msg(!strstr(output, "host-kernel"), "%s", last_words());
	ck_assert_msg(took < 10, "it took %.1f seconds", took);
}
END_TEST

/* ---- gdb: a breakpoint in each layer, and `layer` knows where it is ---- */

static const struct {
	int lab;
	const char *guest, *breakpoint, *layer;
} layers[] = {
	{1, "syscall", "do_int80_syscall_32", "Host"},
	{1, "syscall", "monitor_run", "Monitor"},
	{1, "syscall", "hc_enter", "Guest kernel"},
	{1, "syscall", "application", "Guest application"},
	{1, "linux", "tt_run", "Guest kernel"},
	{4, "syscall", "do_int80_syscall_32", "Host"},
	{4, "syscall", "host_call_allowed", "Monitor"},
	{4, "syscall", "hc_enter", "Guest kernel"},
	{4, "syscall", "application", "Guest application"},
};

START_TEST(gdb_knows_the_layers)
{
	char command[1000], want[60];

	snprintf(command, sizeof(command),
		"build/grader/run --lab=%d --tree=reference --gdb --guest=%s >build/test/gdb.log & "
		"pid=$!;"
		" sleep 1;"
		" timeout 120 gdb -q -batch -x build/run/session.gdb -ex 'tbreak %s' -ex continue"
		" -ex 'printf \"layer: \"' -ex layer -ex 'info symbol $eip' -ex kill;"
		" kill $pid 2>/dev/null; wait $pid",
		layers[_i].lab, layers[_i].guest, layers[_i].breakpoint);
	run(command);
	snprintf(want, sizeof(want), "layer: %s", layers[_i].layer);
	expect_text(want);
	snprintf(want, sizeof(want), "%s", layers[_i].breakpoint);
	expect_text(want);
}
END_TEST

/* ---- walls and style ---- */

/*
 * The goal is 510 lines and 160 of assembly.  Both are missed; what is not shorter yet is not to
 * get longer.  It did once: 11 and 9 are for what TCG takes for virtual 8086 mode.
 */
START_TEST(monitor_is_short)
{
	int total = 0, assembly = 0;

	expect_status("grader/count-lines | tail -2", 0);
	ck_assert_int_eq(sscanf(output, "total %d assembly %d", &total, &assembly), 2);
	ck_assert_int_gt(total, 0);
	ck_assert_int_le(total, LINES_MAX);
	ck_assert_int_le(assembly, 169);
}
END_TEST

/* -ENOSYS is what the ABI says; assembly labels are declared where they are used. */
START_TEST(module_is_in_kernel_style)
{
	expect_status("perl build/host/kbuild/scripts/checkpatch.pl --no-tree --terse"
		      " --ignore=ENOSYS,AVOID_EXTERNS -f reference/monitor/*.[chS] >&2",
		0);
}
END_TEST

START_TEST(abi_knows_nobody)
{
	expect_nothing("grep -n '#include' vm-images/include/typetwo/*.h");
	expect_status(
		"for h in vm-images/include/typetwo/*.h; do"
		" echo \"#include \\\"$PWD/$h\\\"\" | i686-linux-gnu-gcc -x assembler-with-cpp"
		" -c -o /dev/null - || exit; done",
		0);
}
END_TEST

START_TEST(rooms_keep_their_walls)
{
	expect_nothing("grep -nE '^#include .*(reference|skeleton|vmm)/' grader/*.[ch]");
	expect_nothing("grep -nE '(vm-images|reference|grader)/' reference/vmm/*.[ch]"
		       " reference/monitor/*.[chS]");
	expect_nothing("grep -nE '(reference|skeleton|grader)/|ptrace|mprotect'"
		       " vm-images/guests/*.[chS] vm-images/guests/lib/*.[chS] | grep -v __NR_");
}
END_TEST

START_TEST(files_have_a_licence)
{
	expect_nothing(
		"git ls-files | grep -vxE "
		"'COPYING|.gitignore|skeleton/SUMS|.*/etc/(group|passwd)|tests/fuzz/corpus/.*' |"
		" while read -r f; do head -5 \"$f\" | grep -q 'SPDX-License-Identifier: "
		"GPL-2.0-only' ||"
		" echo \"$f\"; done");
}
END_TEST

START_TEST(c_is_formatted)
{
	expect_nothing("git ls-files 'vm-images/include/*.h' 'reference/vmm/*.[ch]' 'grader/*.[ch]'"
		       " 'kit/*.c' 'tests/*.[ch]'"
		       " 'vm-images/guests/*.[ch]' 'vm-images/disk/*.[ch]'"
		       " 'vm-images/host/*.c' ':!vm-images/host/refuse' 'slides/*.c' |"
		       " xargs clang-format --dry-run -Werror 2>&1 | grep error:");
}
END_TEST

START_TEST(c_is_clean)
{
	expect_status(
		"cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr"
		" --suppress=missingIncludeSystem --enable=warning,portability"
		" --suppress=comparePointers:vm-images/guests/lib/fault.c"
		" --suppress=arrayIndexOutOfBounds:vm-images/guests/attack.c"
		" --suppress=arrayIndexOutOfBoundsCond:vm-images/guests/attack.c"
		" --suppress=unknownMacro:grader/bench_report.c"
		" -Ivm-images/include -Ivm-images/guests/lib reference/vmm grader kit slides tests "
		"vm-images/guests",
		0);
}
END_TEST

START_TEST(shell_is_clean)
{
	expect_status("git ls-files | xargs grep -lE '^#!/bin/sh' | xargs shellcheck -S warning -e "
		      "SC1091,SC2048",
		0);
}
END_TEST

START_TEST(cache_keeps_its_promises)
{
	expect_status("vm-images/check-cached", 0);
}
END_TEST

START_TEST(no_process_is_left)
{
	expect_nothing("pgrep -f qemu-system-i386.*build/ -u $(id -u) -P 1");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("project");
	TCase *fast = tcase_create("fast"), *slow = tcase_create("slow");
	SRunner *runner;
	int failed;

	tcase_set_timeout(fast, 300);
	tcase_set_timeout(slow, 1200);
	tcase_add_loop_test(fast, launcher_refuses, 0, sizeof(refusals) / sizeof(*refusals));
	tcase_add_loop_test(fast, make_refuses, 0, 4);
	tcase_add_test(fast, skeleton_is_in_step);
	tcase_add_test(fast, skeleton_work_is_never_lost);
	tcase_add_loop_test(fast, holes_are_complete, 0, 4);
	tcase_add_test(fast, module_errors_name_the_students_file);
	tcase_add_test(fast, monitor_is_short);
	tcase_add_test(fast, module_is_in_kernel_style);
	tcase_add_test(fast, abi_knows_nobody);
	tcase_add_test(fast, rooms_keep_their_walls);
	tcase_add_test(fast, files_have_a_licence);
	tcase_add_test(fast, c_is_formatted);
	tcase_add_test(fast, c_is_clean);
	tcase_add_test(fast, shell_is_clean);
	tcase_add_test(fast, cache_keeps_its_promises);
	tcase_add_test(slow, an_edit_takes_seconds);
	tcase_add_loop_test(slow, reference_has_full_marks, 0, 4);
	tcase_add_loop_test(slow, reference_keeps_its_figures, 0, 4);
	tcase_add_loop_test(slow, skeleton_scores_nothing_and_says_why, 0, 4);
	tcase_add_test(slow, gradescope_grades_submissions);
	tcase_add_test(slow, every_cell_runs_the_guests);
	tcase_add_loop_test(slow, gdb_knows_the_layers, 0, sizeof(layers) / sizeof(*layers));
	tcase_add_test(slow, no_process_is_left);
	suite_add_tcase(suite, fast);
	suite_add_tcase(suite, slow);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
