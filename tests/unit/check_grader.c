/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_grader.c - the grader's own tests.  No image is needed: fake_machine.c stands in for QEMU.
 *
 * A grader that gives points too easily is worse than one that does not run, so most of these are
 * answers that must not pass.
 */
#define _GNU_SOURCE
#include "grader/judge/judge.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- verdict lines ---- */

static bool
next(struct lines *lines, const char *text, size_t size)
{
	return lines_next(lines, &text, &size);
}

START_TEST(lines_are_bounded)
{
	struct lines lines = {0};
	char flood[10000];

	memset(flood, 'x', sizeof(flood));
	ck_assert(!next(&lines, flood, sizeof(flood)));
	ck_assert(!next(&lines, "pass\n", 5)); /* its end belongs to the flood */
	ck_assert(next(&lines, "a\001\377b\r\n", 6));
	ck_assert_str_eq(lines.text, "a??b");
	ck_assert(!next(&lines, "ab", 2));
	ck_assert(next(&lines, "cd\n", 3));
	ck_assert_str_eq(lines.text, "abcd");
}
END_TEST

static void
tell(struct report *report, const char *format)
{
	char line[TT_VERDICT_LINE_MAX];

	snprintf(line, sizeof(line), "%s %s", report->nonce, format);
	ck_assert(!report_line(report, line));
}

START_TEST(report_counts)
{
	struct report report = {0};

	ck_assert(report_line(&report, "nonce?"));
	ck_assert_uint_eq(strlen(report.nonce), TT_NONCE_CHARS);
	tell(&report, "pass one");
	tell(&report, "count null-call 64 18300");
	tell(&report, "done 1");
	ck_assert_int_eq(report.passes, 1);
	ck_assert_int_eq(report.dones, 1);
	ck_assert_int_eq(report_metric(&report, "null-call"), 18300);
	ck_assert_int_eq(report_metric(&report, "null"), -1);
	ck_assert_str_eq(report.wrong, "");
}
END_TEST

START_TEST(report_refuses)
{
	static const char *const bad[] = {"done 1", "done", "done 0x0", "done -1", "count a b c",
		"count a 1", "count a 0 5", "count a 1 2 3", "count a 1 99999999999999999999",
		"passed one", ""};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct report report = {0};

		report_line(&report, "nonce?");
		tell(&report, bad[i]);
		ck_assert_msg(report.wrong[0] != '\0', "accepted: %s", bad[i]);
		ck_assert_int_eq(report.dones, 0);
	}
}
END_TEST

START_TEST(report_needs_the_nonce)
{
	struct report report = {0};
	char old[64];

	ck_assert(!report_line(&report, " pass one")); /* there is no nonce yet */
	ck_assert(!report_line(&report, "0123456789abcdef pass one"));
	ck_assert(report_line(&report, "nonce?"));
	snprintf(old, sizeof(old), "%s pass one", report.nonce);
	ck_assert(report_line(&report, "nonce?"));
	ck_assert(!report_line(&report, old)); /* the nonce of a reporter before */
	ck_assert(!report_line(&report, report.nonce));
	ck_assert_int_eq(report.passes, 0);
	ck_assert_int_eq(report.strangers, 4);
}
END_TEST

/* Where nobody is judged; whoever asks all the same is new. */
START_TEST(report_may_know_the_nonce)
{
	struct report report = {0};
	char old[64];

	report_told(&report, "0123456789abcdef");
	ck_assert(!report_line(&report, "0123456789abcdef pass one"));
	ck_assert(!report_line(&report, "0123456789abcdef done 1"));
	ck_assert_int_eq(report.asks, 1);
	ck_assert_int_eq(report.dones, 1);
	ck_assert_int_eq(report.strangers, 0);
	snprintf(old, sizeof(old), "%s pass two", report.nonce);
	ck_assert(report_line(&report, "nonce?"));
	ck_assert(!report_line(&report, old));
	ck_assert_int_eq(report.passes, 1);
}
END_TEST

START_TEST(report_ends_with_done)
{
	struct report report = {0};

	report_line(&report, "nonce?");
	tell(&report, "done 0");
	tell(&report, "pass late");
	ck_assert_int_eq(report.passes, 0);
	ck_assert(report.wrong[0]);
}
END_TEST

/* ---- logs ---- */

START_TEST(log_is_bounded)
{
	static char block[65536];
	struct log log;
	struct stat status;
	char line[64];

	memset(block, '.', sizeof(block));
	ck_assert_int_eq(log_open(&log, "check.log"), 0);
	log_add(&log, "the first line\n", 15);
	for (int i = 0; i < 1024; i++)
		log_add(&log, block, sizeof(block));
	log_add(&log, "\nthe last line\n", 15);
	ck_assert(log_line(&log, "first", line, sizeof(line)));
	ck_assert_str_eq(line, "the first line");
	ck_assert(log_line(&log, "last", line, sizeof(line)));
	ck_assert_str_eq(line, "the last line");
	ck_assert(!log_line(&log, "middle", line, sizeof(line)));
	log_close(&log);
	ck_assert_int_eq(stat("check.log", &status), 0);
	ck_assert_int_lt(status.st_size, LOG_HEAD + LOG_TAIL + 100);
	log_free(&log);
	unlink("check.log");
}
END_TEST

/* ---- judging ---- */

static const struct test sample = {.id = "sample", .title = "A sample.", .reports = 1};
static const struct points one_limit = {.bands = 1,
	.given = {5},
	.measures = 3,
	.measure = {{.metric = "null-call", .kind = MEASURE_MOST, .limit = {100}},
		{.metric = "null-call", .kind = MEASURE_TIMES, .other = "native", .limit = {10}},
		{.metric = "again", .kind = MEASURE_WITHIN, .other = "null-call", .limit = {1}}}};
static const struct points three = {.bands = 3,
	.given = {5, 3, 1},
	.measures = 2,
	.measure = {{.metric = "null-call", .kind = MEASURE_MOST, .limit = {100, 150, 300}},
		{.metric = "null-call",
			.kind = MEASURE_TIMES,
			.other = "native",
			.limit = {10, 20, 30}}}};

static struct result
judged(const struct points *points, long long null_call, long long native, long long again)
{
	struct outcome outcome = {.begun = true, .ended = true, .console.fd = -1};
	struct report *report = &outcome.report;
	struct result result;
	char line[100];

	report_line(report, "nonce?");
	snprintf(line, sizeof(line), "count null-call 1 %lld", null_call);
	tell(report, line);
	snprintf(line, sizeof(line), "count native 1 %lld", native);
	tell(report, line);
	if (again >= 0) {
		snprintf(line, sizeof(line), "count again 1 %lld", again);
		tell(report, line);
	}
	tell(report, "done 0");
	judge(&sample, points, &outcome, &result);
	return result;
}

static const struct {
	long long null_call, native, again;
	enum status status;
} limited[] = {
	{100, 10, 101, STATUS_PASS}, {100, 10, 99, STATUS_PASS}, {101, 20, 101, STATUS_FAIL},
	{100, 9, 100, STATUS_FAIL}, {100, 10, 102, STATUS_FAIL}, {100, 10, 98, STATUS_FAIL},
	{100, 10, -1, STATUS_FAIL}, /* not measured */
};

START_TEST(limits)
{
	struct result result =
		judged(&one_limit, limited[_i].null_call, limited[_i].native, limited[_i].again);

	ck_assert_int_eq(result.status, limited[_i].status);
	ck_assert_int_eq(result.points, result.status == STATUS_PASS ? 5 : 0);
	ck_assert_int_eq(result.next[0] != '\0', result.status == STATUS_FAIL);
}
END_TEST

/* The worst figure decides. */
static const struct {
	long long null_call, native;
	enum status status;
	int points;
	enum band band;
	const char *next;
} banded[] = {
	{100, 10, STATUS_PASS, 5, BAND_FULL, ""},
	{101, 20, STATUS_PART, 3, BAND_MOST,
		"full, worth 5, needs null-call at most 100 instructions"},
	{150, 10, STATUS_PART, 3, BAND_MOST,
		"full, worth 5, needs null-call at most 100 instructions and null-call at most "
		"10.00 times native"},
	{151, 100, STATUS_PART, 1, BAND_SOME,
		"most, worth 3, needs null-call at most 150 instructions"},
	{100, 4, STATUS_PART, 1, BAND_SOME,
		"most, worth 3, needs null-call at most 20.00 times native"},
	{300, 10, STATUS_PART, 1, BAND_SOME,
		"most, worth 3, needs null-call at most 150 instructions and null-call at most "
		"20.00 times native"},
	{301, 100, STATUS_FAIL, 0, BAND_NONE,
		"some, worth 1, needs null-call at most 300 instructions"},
	{100, 3, STATUS_FAIL, 0, BAND_NONE,
		"some, worth 1, needs null-call at most 30.00 times native"},
};

START_TEST(bands)
{
	struct result result = judged(&three, banded[_i].null_call, banded[_i].native, -1);

	ck_assert_int_eq(result.status, banded[_i].status);
	ck_assert_int_eq(result.points, banded[_i].points);
	ck_assert_int_eq(result.band, banded[_i].band);
	ck_assert_str_eq(result.next, banded[_i].next);
}
END_TEST

START_TEST(death_is_expected)
{
	static const struct test test = {
		.id = "death", .title = "", .status = 121, .text = {"forbidden"}};
	struct outcome outcome = {.begun = true, .ended = true, .status = 121, .console.fd = -1};
	struct result result;

	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_FAIL); /* killed, but not for that */
	outcome.console.head = strdup("vmm: machine killed: forbidden thing\n");
	outcome.console.head_used = strlen(outcome.console.head);
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_PASS);
	outcome.status = 0;
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_FAIL);
	ck_assert_ptr_nonnull(strstr(result.came, "machine killed"));
	free(outcome.console.head);
}
END_TEST

START_TEST(death_is_as_good)
{
	static const struct test test = {
		.id = "death", .title = "", .reports = 1, .or_killed = "forbidden"};
	struct outcome outcome = {.begun = true, .ended = true, .console.fd = -1};
	struct result result;

	/* Alive, with a report or without. */
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_FAIL);
	outcome.report = (struct report){.asks = 1, .dones = 1, .passes = 1};
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_PASS);

	/* Dead, and for that: but it has to have begun, and nothing may have failed before. */
	outcome.status = 121;
	outcome.console.head = strdup("vmm: machine killed: forbidden thing\n");
	outcome.console.head_used = strlen(outcome.console.head);
	outcome.report = (struct report){.asks = 1};
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_PASS);
	outcome.left = 1;
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_FAIL);
	outcome.left = 0;
	outcome.report.asks = 0;
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_FAIL);
	outcome.report = (struct report){.asks = 1, .fails = 1};
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_FAIL);
	outcome.report = (struct report){.asks = 1};
	memcpy(outcome.console.head, "vmm: machine killed: something", 30);
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_FAIL);
	free(outcome.console.head);
}
END_TEST

/* ---- the whole grader on a fake machine ---- */

static char place[] = "/tmp/check-grader-XXXXXX";
static char root[4096]; /* where we were started: the repository */
static char shown[1 << 20]; /* what the grader printed */

static void
make_file(const char *name)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	fclose(file);
}

static void
set_up(void)
{
	static const char *const directories[] = {"build", "build/host", "build/tree",
		"build/guests", "build/disk", "build/guest-linux"};
	char labs[4110];

	ck_assert_ptr_nonnull(getcwd(root, sizeof(root)));
	strcpy(place + strlen(place) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place));
	ck_assert_int_eq(chdir(place), 0);
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		ck_assert_int_eq(mkdir(directories[i], 0777), 0);
	make_file("build/host/bzImage");
	make_file("build/host/initramfs.cpio.gz");
	make_file("build/host/probe");
	make_file("build/tree/vmm");
	make_file("build/guests/hello");
	make_file("build/guests/forbidden");
	make_file("build/guests/null-call");
	make_file("build/guests/syscall");
	make_file("build/guests/fpu");
	make_file("build/disk/measure");
	snprintf(labs, sizeof(labs), "%s/labs", root);
	ck_assert_int_eq(symlink(labs, "labs"), 0);
}

static void
tear_down(void)
{
	char command[64];

	ck_assert_int_eq(chdir(root), 0);
	snprintf(command, sizeof(command), "rm -rf %s", place);
	ck_assert_int_eq(system(command), 0);
}

/* Command that the grader is started with; "" for none. */
static const char *under = "";

/* Start the grader; its output goes to the file "shown". */
static pid_t
start(const char *program, const char *fake, const char *arguments)
{
	char command[8192], machine[4200];
	const char *programs = getenv("PROGRAMS"); /* others than those of every day */
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return pid;
	snprintf(machine, sizeof(machine), "%s/build/bin/fake-machine", root);
	setenv("QEMU", fake ? machine : "/nowhere/qemu", 1);
	setenv("FAKE", fake ? fake : "", 1);
	setenv("FAKE_PIDS", "pids", 1);
	snprintf(command, sizeof(command), "exec %s %s/%s/%s %s >shown 2>&1 </dev/null", under,
		root, programs ? programs : "build/bin", program, arguments);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

static pid_t
start_grader(const char *fake, const char *arguments)
{
	return start("grade", fake, arguments);
}

static int
end_grader(pid_t pid)
{
	int status, fd;
	ssize_t n;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	fd = open("shown", O_RDONLY);
	ck_assert_int_ge(fd, 0);
	n = read(fd, shown, sizeof(shown) - 1);
	close(fd);
	ck_assert_int_ge(n, 0);
	shown[n] = '\0';
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int
grade(const char *fake, const char *arguments)
{
	return end_grader(start_grader(fake, arguments));
}

#define HELLO "--tree=tree --tests=hello"
#define shows(text) ck_assert_msg(strstr(shown, text) != NULL, "no \"%s\" in: %s", text, shown)
#define hides(text) ck_assert_msg(strstr(shown, text) == NULL, "\"%s\" in: %s", text, shown)

/* It has said that it runs: the file is there a moment before its line. */
static void
wait_for_machine(void)
{
	struct stat status = {0};

	for (int i = 0; i < 1200 && (stat("pids", &status) < 0 || status.st_size == 0); i++)
		usleep(50000);
}

/* No machine that the grader has started is alive. */
static void
none_left(void)
{
	FILE *file = fopen("pids", "r");
	int pid, pids = 0;

	while (file && fscanf(file, "%d", &pid) == 1) {
		/* One whose parent was killed is a zombie until init looks. */
		for (int i = 0; i < 100 && kill(pid, 0) == 0; i++) {
			char path[64], text[256] = "";
			FILE *stat;

			snprintf(path, sizeof(path), "/proc/%d/stat", pid);
			stat = fopen(path, "r");
			if (stat && fgets(text, sizeof(text), stat) && strstr(text, ") Z "))
				i = 100;
			if (stat)
				fclose(stat);
			ck_assert_msg(i != 99, "process %d is alive", pid);
			usleep(50000);
		}
		pids++;
	}
	ck_assert_int_gt(pids, 0);
	fclose(file);
}

static json_t *
results(const char *path)
{
	json_error_t error;
	json_t *json = json_load_file(path, 0, &error);

	ck_assert_msg(json != NULL, "%s: %s", path, error.text);
	return json;
}

START_TEST(good_passes)
{
	json_t *json;

	ck_assert_int_eq(grade("good", HELLO), 0);
	shows("== lab1: ");
	shows("hello: OK (");
	hides("Score"); /* some tests are not the lab */
	none_left();
	json = results("build/grade/lab1-some.json");
	ck_assert(json_is_null(json_object_get(json, "score")));
	json_decref(json);
	ck_assert_int_ne(access("build/grade/lab1.json", F_OK), 0);
	ck_assert_int_ne(access("build/grade/lab1/hello.boot", F_OK), 0);
}
END_TEST

static const struct {
	const char *fake, *says;
} wrong_answers[] = {
	{"fail", "check two: expected 1, got 2"},
	{"forged", "nothing was reported"},
	{"no-done", "no \"done\" after 1 checks"},
	{"wrong-done", "\"done 2\" after 1 checks"},
	{"no-checks", "no checks at all"},
	{"silent", "nothing was reported"}, /* status 0 and not a word */
	{"ask-flood", "again and again"},
	{"killed", "vmm: machine killed: a test"},
	{"panic", "the Host crashed: Kernel panic - not syncing: a test"},
	{"gone", "the Host was gone before the test ended"},
	{"left", "2 process(es) of the machine were left behind"},
	{"hole", "lab1.3 is not written yet"},
	{"first-hole", "lab1.1 is not written yet"},
	{"flood", "nothing was reported"},
};

START_TEST(wrong_answer_fails)
{
	ck_assert_int_eq(grade(wrong_answers[_i].fake, HELLO), 1);
	shows("hello: FAIL (");
	shows(wrong_answers[_i].says);
	shows("build/grade/lab1/hello.console.log");
	shows("make grade LAB=1 TREE=tree TESTS=hello");
	none_left();
}
END_TEST

START_TEST(flood_is_bounded)
{
	struct stat status;

	ck_assert_int_eq(grade("flood", HELLO), 1);
	ck_assert_int_eq(stat("build/grade/lab1/hello.console.log", &status), 0);
	ck_assert_int_lt(status.st_size, 1 << 20);
	ck_assert_int_eq(grade("flood-verdict", HELLO), 0);
	ck_assert_int_eq(stat("build/grade/lab1/hello.verdict.log", &status), 0);
	ck_assert_int_lt(status.st_size, 1 << 20);
}
END_TEST

/* Long before a minute is over, which is what hello may take. */
START_TEST(nobody_waits_for_an_idle_host)
{
	ck_assert_int_eq(grade("idle", HELLO), 1);
	shows("hello: TIMEOUT (");
	shows("no end: the Host has nothing left to do");
}
END_TEST

START_TEST(hang_is_a_timeout)
{
	ck_assert_int_eq(grade("hang", HELLO " --seconds=1"), 1);
	shows("hello: TIMEOUT (");
	none_left();
}
END_TEST

/* Without a word, while it works: only the processor is counted then. */
START_TEST(work_is_a_timeout)
{
	ck_assert_int_eq(grade("work", HELLO " --seconds=1"), 1);
	shows("hello: TIMEOUT (");
	shows("no end after ");
	none_left();
}
END_TEST

/* From the moment on when somebody's code runs in the machine, all that it does is his. */
static const struct {
	const char *fake, *says, *more;
} broken[] = {
	{"crash",
		"the machine broke down while this test ran: QEMU ended with status 1: fake: out "
		"of",
		"for the instructor: it did so twice"},
	{"deaf", "the Host was gone before the test ended", "no \"done\" after 0 checks"},
	{"endless", "there was no end to what it wrote", ""},
	{"endless-verdict", "there was no end to what it wrote", ""},
};

START_TEST(broken_machine_is_the_tests)
{
	/* No other test of the same boot has to do with it. */
	setenv("FAKE_AT", "forbidden-open", 1);
	ck_assert_int_eq(grade(broken[_i].fake, "--tree=tree --tests='forbidden-open*' -j 1"), 1);
	shows("forbidden-open: FAIL (");
	shows("forbidden-openat: FAIL (");
	hides("GRADER ERROR");
	ck_assert_int_eq(grade(broken[_i].fake, HELLO), 0);
	unsetenv("FAKE_AT");
	ck_assert_int_eq(grade(broken[_i].fake, HELLO), 1);
	shows("hello: FAIL (");
	shows(broken[_i].says);
	shows(broken[_i].more);
	none_left();
}
END_TEST

START_TEST(machine_may_break_once)
{
	ck_assert_int_eq(grade("crash-once", HELLO), 0);
	shows("hello: OK");
}
END_TEST

/* Where the code is known to be good, it is no failure of the code's. */
START_TEST(reference_breaks_no_machine)
{
	ck_assert_int_eq(system("mkdir build/reference && cp build/tree/vmm build/reference/"), 0);
	ck_assert_int_eq(grade("crash", "--tree=reference --tests=hello"), 3);
	shows("hello: GRADER ERROR");
	shows("QEMU ended with status 1");
	ck_assert_int_eq(grade("crash", "--tree=reference --vmm=build/tree/vmm --tests=hello"), 1);
	hides("GRADER ERROR");
}
END_TEST

/* All tests together have a budget; its end is a result. */
START_TEST(budget_is_a_result)
{
	json_t *json;

	ck_assert_int_eq(
		grade("work", "--tree=tree -j 1 --budget=1 --tests='hello fpu syscall'"), 1);
	shows(": TIMEOUT (");
	shows("have used up the 1 seconds of the processor that all of them have together");
	shows("0 of 3 chosen tests pass");
	hides("NOT RUN");
	hides("GRADER ERROR");
	none_left();
	json = results("build/grade/lab1-some.json");
	ck_assert(json_is_true(json_object_get(json, "complete")));
	json_decref(json);
}
END_TEST

static void
all_plain(const char *path)
{
	char bytes[65536];
	FILE *file = fopen(path, "r");
	size_t n;

	ck_assert_msg(file != NULL, "%s", path);
	n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	ck_assert_uint_gt(n, 0);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(bytes[i] == '\n' || bytes[i] == '\t' ||
				      (bytes[i] >= ' ' && bytes[i] < 0x7f),
			"%s: a byte \\x%02x", path, (unsigned char)bytes[i]);
}

/* Nothing that a terminal obeys, in all that is written of it. */
START_TEST(no_control_characters)
{
	static const char *const files[] = {"shown", "terminal", "json", "junit", "tap",
		"build/grade/lab1/hello.console.log", "build/grade/lab1/hello.verdict.log"};

	ck_assert_int_eq(grade("escape", HELLO " --report=terminal:terminal --report=json:json"
					       " --report=junit:junit --report=tap:tap"),
		1);
	shows("vmm: ?[2J");
	shows("check ?[31mred");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		all_plain(files[i]);
}
END_TEST

/*
 * The machine speaks on two lines and is gone while the grader is between the two: each read takes
 * as long as the machine needs for all the rest.  The console's last words are not lost.
 */
START_TEST(last_words_are_read)
{
	under = "strace -qq -o strace.log -e trace=read -e inject=read:delay_exit=50000";
	ck_assert_int_eq(grade("escape", HELLO), 1);
	under = "";
	shows("vmm: ?[2J");
}
END_TEST

/* What a grader that was killed has left: a boot's folder has the token that its Host told. */
START_TEST(leavings_are_removed)
{
	pid_t pid = start_grader("hang", HELLO);

	wait_for_machine();
	ck_assert_int_eq(access("build/grade/lab1/hello.boot", F_OK), 0);
	kill(pid, SIGKILL);
	end_grader(pid);
	ck_assert_int_eq(access("build/grade/lab1/hello.boot", F_OK), 0);
	ck_assert_int_eq(grade("good", "--tree=tree --tests=syscall"), 0);
	ck_assert_int_ne(access("build/grade/lab1/hello.boot", F_OK), 0);
}
END_TEST

static const char *const breakdowns[] = {"dead", "no-boot"};

START_TEST(breakdown_is_the_graders)
{
	json_t *json, *test;

	ck_assert_int_eq(grade(breakdowns[_i], HELLO), 3);
	shows("hello: GRADER ERROR");
	shows("there is no score");
	ck_assert_int_ne(access("build/grade/lab1-some.json", F_OK), 0);
	json = results("build/grade/lab1-some.unfinished.json");
	test = json_array_get(json_object_get(json, "tests"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(test, "status")), "GRADER ERROR");
	ck_assert(json_is_null(json_object_get(test, "points")));
	json_decref(json);
}
END_TEST

START_TEST(tests_share_a_boot)
{
	json_t *json;

	/* One of them hangs: the others are graded all the same, in another boot. */
	setenv("FAKE_AT", "forbidden-open", 1);
	ck_assert_int_eq(grade("hang", "--tree=tree --tests=forbidden-* --seconds=1"), 1);
	shows("forbidden-open: TIMEOUT");
	hides("NOT RUN");
	none_left();
	json = results("build/grade/lab1-some.json");
	ck_assert(json_is_true(json_object_get(json, "complete")));
	json_decref(json);
}
END_TEST

/* ---- a student's module brings the Host down: that is no failure of the grader's ---- */

#define MODULE "--lab=2 --tree=tree --seconds=1 "

/* A module that has the functions that the fake machine names; gdb finds their lines. */
static void
make_module(void)
{
	FILE *file = fopen("x.c", "w");

	ck_assert_ptr_nonnull(file);
	fputs("volatile int *nowhere;\n"
	      "void broken(void) { *nowhere = 1;\n"
	      "*nowhere = 2; *nowhere = 3; }\n"
	      "void init(void) { *nowhere = 1; *nowhere = 2; }\n"
	      "void endless(void) { for (;;) *nowhere = 4; }\n",
		file);
	fclose(file);
	ck_assert_int_eq(
		system("cc -g -c -ffile-prefix-map=$PWD=tree -o build/tree/monitor.ko x.c"), 0);
}

static const struct {
	const char *fake, *status, *says, *more;
} modules[] = {
	{"oops", "hello: FAIL (", "the Host crashed: BUG: kernel NULL pointer dereference",
		"in broken of the module, tree/x.c:2"},
	{"warning", "hello: FAIL (", "the Host was damaged: WARNING: CPU: 0 PID: 57 at tree",
		"in broken of the module, tree/x.c:2"},
	{"panic", "hello: FAIL (", "the Host crashed: Kernel panic - not syncing: a test", "in f"},
	{"gone", "hello: FAIL (", "the Host was gone before the test ended", ""},
	{"host-hang", "hello: TIMEOUT (", "the Host does not answer any more",
		"in endless of the module, tree/x.c:5"},
	{"guest-hang", "hello: TIMEOUT (", "no end after", ""},
	{"no-module", "hello: FAIL (", "monitor.ko cannot be loaded: invalid module format", ""},
	{"load-panic", "hello: FAIL (", "the Host crashed: BUG: kernel NULL",
		"in init of the module, tree/x.c:4"},
	{"load-hang", "hello: TIMEOUT (", "the Host does not answer any more", "in endless"},
};

START_TEST(module_is_the_students)
{
	make_module();
	ck_assert_int_eq(grade(modules[_i].fake, MODULE "--tests=hello"), 1);
	shows(modules[_i].status);
	shows(modules[_i].says);
	shows(modules[_i].more);
	hides("GRADER ERROR");
	none_left();
}
END_TEST

/* A debugger that reads what somebody has made for it takes of his time, not of the grader's. */
START_TEST(reading_a_crash_counts)
{
	char path[PATH_MAX];

	make_module();
	ck_assert_int_eq(
		system("mkdir bin && printf '#!/bin/sh\\n(ulimit -t 2; while :; do :; done)\\n"
		       "exit 0\\n' >bin/gdb && chmod 755 bin/gdb"),
		0);
	snprintf(path, sizeof(path), "%s/bin:%s", place, getenv("PATH"));
	setenv("PATH", path, 1);
	ck_assert_int_eq(grade("oops", MODULE "-j 1 --budget=1 --tests='hello syscall'"), 1);
	shows("the Host crashed: BUG: ");
	shows("have used up the 1 seconds of the processor");
	none_left();
}
END_TEST

static const char *const ends[] = {"oops", "warning", "gone", "host-hang"};

START_TEST(others_get_another_host)
{
	make_module();
	setenv("FAKE_AT", "forbidden-open", 1);
	ck_assert_int_eq(grade(ends[_i], MODULE "--tests='forbidden-open*' -j 1"), 1);
	shows("forbidden-open: ");
	shows("forbidden-openat: FAIL"); /* the fake does not die as it should, but it was graded */
	hides("NOT RUN");
	hides("openat: TIMEOUT");
	none_left();
}
END_TEST

START_TEST(bad_module_is_tried_once)
{
	make_module();
	ck_assert_int_eq(grade("load-panic", MODULE "-j 1 --tests='hello forbidden-open*'"), 1);
	shows("hello: FAIL (");
	shows("monitor.ko cannot be loaded (see ");
	hides("NOT RUN");
	ck_assert_int_eq(grade("load-crash", MODULE "-j 1 --tests='hello forbidden-open*'"), 1);
	shows("the machine broke down while this test ran: QEMU ended with status 1");
	shows("monitor.ko cannot be loaded (see ");
	hides("NOT RUN");
	unlink("pids");
	ck_assert_int_eq(
		grade("load-crash-once", MODULE "-j 1 --tests='hello forbidden-open*'"), 1);
	shows("hello: OK");
	shows("forbidden-openat: FAIL"); /* the fake does not die as it should, but it was graded */
	hides("cannot be loaded");
	hides("broke down");
}
END_TEST

static const int stops[] = {SIGINT, SIGTERM, SIGHUP, SIGKILL};

/* An older result is still there afterwards, whole, in every file that was asked for. */
START_TEST(interrupted)
{
	pid_t pid;
	json_t *json, *older;
	int status;

	ck_assert_int_eq(grade("good", HELLO " --report=json:out.json"), 0);
	ck_assert_int_ne(access("build/grade/lab1-some.unfinished.json", F_OK), 0);
	older = results("build/grade/lab1-some.json");
	unlink("pids");
	pid = start_grader("hang", HELLO " --report=json:out.json --report=junit:out.xml");
	wait_for_machine();
	kill(pid, stops[_i]);
	status = end_grader(pid);
	ck_assert_int_eq(status, 128 + stops[_i]);
	if (stops[_i] != SIGKILL)
		shows("Interrupted after 0 of 1 tests: no score");
	none_left();
	json = results("build/grade/lab1-some.unfinished.json");
	ck_assert(json_is_false(json_object_get(json, "complete")));
	json_decref(json);
	json = results("build/grade/lab1-some.json");
	ck_assert(json_equal(json, older));
	json_decref(json);
	json = results("out.json");
	ck_assert(json_equal(json, older));
	json_decref(json);
	json_decref(older);
	ck_assert_int_ne(access("out.xml", F_OK), 0);
}
END_TEST

/* What is right but slow. */
static const struct {
	const char *fake;
	int status;
	const char *line, *next;
} costs[] = {
	{"count-22000", 0,
		"cost-null-call: OK (0.0s)  full: null-call 22000 instructions; native-getppid "
		"274, 80.3 times that\n",
		""},
	{"count-22001", 1,
		"cost-null-call: PART (0.0s)  1 of 2 points, most: null-call 22001 instructions; "
		"native-getppid 274, 80.3 times that\n",
		"    next:     full, worth 2, needs null-call at most 22000 instructions\n"},
	{"count-33001", 1, "cost-null-call: FAIL (",
		"    next:     most, worth 1, needs null-call at most 33000 instructions\n"},
};

START_TEST(bands_are_shown)
{
	const char *seconds;

	ck_assert_int_eq(
		grade(costs[_i].fake, "--tree=tree --tests=cost-null-call --report=json:out.json"),
		costs[_i].status);
	seconds = strstr(costs[_i].line, "0.0s");
	ck_assert_ptr_nonnull(strstr(shown, seconds ? seconds + 4 : costs[_i].line));
	shows(costs[_i].next);
}
END_TEST

/* Every format from one grading; the line that Autolab reads is the last. */
START_TEST(reports_are_written)
{
	static const char *const files[] = {
		"terminal", "json", "junit", "tap", "gradescope", "classroom", NULL};
	char *last;
	json_t *json;

	ck_assert_int_eq(grade("fail", "--tree=tree --unbuilt=pids --report=autolab:-"
				       " --report=terminal:terminal --report=json:json"
				       " --report=junit:junit --report=tap:tap"
				       " --report=gradescope:gradescope"
				       " --report=classroom:classroom"),
		2);
	shows("cannot read pids");
	make_file("pids");
	ck_assert_int_eq(grade("fail", "--tree=tree --unbuilt=pids --report=autolab:-"
				       " --report=terminal:terminal --report=json:json"
				       " --report=junit:junit --report=tap:tap"
				       " --report=gradescope:gradescope"
				       " --report=classroom:classroom"),
		1);
	shows("\nScore: 0/100\n");
	for (int i = 0; files[i]; i++)
		ck_assert_msg(access(files[i], R_OK) == 0, "%s", files[i]);
	last = strrchr(shown, '{') - strlen("{\"scores\":");
	json = json_loads(last, 0, NULL);
	ck_assert_ptr_nonnull(json);
	json_decref(json);
}
END_TEST

/* A breakdown of the grader: who asks for a report hears of it, but no older score is gone. */
START_TEST(breakdown_wipes_nothing)
{
	json_t *json;

	ck_assert_int_eq(grade("good", HELLO " --report=json:json"), 0);
	ck_assert_int_eq(grade("dead", HELLO " --report=json:json --report=junit:junit"), 3);
	ck_assert_int_eq(system("grep -q '<error type=\"GRADER ERROR\"' junit"), 0);
	json = results("build/grade/lab1-some.json");
	ck_assert(json_is_true(json_object_get(json, "complete")));
	json_decref(json);
	json = results("json");
	ck_assert(json_is_null(json_object_get(json, "score")));
	json_decref(json);
}
END_TEST

START_TEST(unbuilt_code_fails)
{
	ck_assert_int_eq(system("printf 'the code cannot be built:\nmake: building\nx.c:3: error: "
				"\\033[1mno\\n' >log"),
		0);
	ck_assert_int_eq(grade(NULL, "--tree=tree --lab=4 --unbuilt=log --report=json:json"), 1);
	shows("power-off: FAIL");
	shows("the code cannot be built");
	shows("x.c:3: error: ?[1mno\n");
	shows("Score: 0/100");
	hides("GRADER ERROR");
}
END_TEST

static const struct {
	const char *arguments, *says;
} misuses[] = {
	{"--lab=9", "from 0 to 4"},
	{"--lab=4 --tree=tree --tests=hello", "build/tree/monitor.ko is missing"},
	{"--lab=4 --tree=tree --tests=hello --module=nowhere", "nowhere is missing"},
	{"--lab=x", "from 0 to 4"},
	{"--tree=nobody", "no tree \"nobody\"; built are: tree"},
	{"--tree=a/b", "one word"},
	{"--tree=tree --tests=nothing", "no test of lab 1"},
	{"--frobnicate", "grade --help"},
	{"-j 0", "from 1"},
	{"extra", "unexpected argument"},
	{HELLO " --report=html:x", "no report \"html\"; there are: terminal json junit tap "
				   "gradescope classroom autolab"},
	{HELLO " --report=json", "say where to: --report=json:FILE"},
	{HELLO " --report=json:nowhere/x", "cannot write nowhere/x: No such file"},
	{HELLO " --report=json:build", "cannot write build: Is a directory"},
	{HELLO " --report=json:x --report=tap:x", "two reports to x"},
	{HELLO " --report=gradescope:x", "--report=gradescope wants a score"},
	{HELLO " --report=classroom:x", "--report=classroom wants a score"},
	{HELLO " --report=autolab:-", "--report=autolab wants a score"},
	{"--lab=0 --tree=tree --report=autolab:-", "--report=autolab wants a score"},
	{HELLO " --points=nowhere", "nowhere: No such file"},
	{HELLO " --points=x.c", "x.c:1: lab 1 has no test int"},
	{HELLO " --unbuilt=nowhere", "cannot read nowhere"},
	{HELLO " --vmm=nowhere", "nowhere is missing"},
	{HELLO " --build=nowhere", "built are: none"},
};

START_TEST(misuse_is_one_line)
{
	ck_assert_int_eq(system("echo 'int 8' >x.c"), 0);
	ck_assert_int_eq(grade("good", misuses[_i].arguments), 2);
	shows(misuses[_i].says);
	ck_assert_ptr_eq(strchr(shown, '\n'), shown + strlen(shown) - 1);
}
END_TEST

START_TEST(missing_things)
{
	pid_t holder;

	ck_assert_int_eq(grade(NULL, HELLO), 2);
	shows("/nowhere/qemu is missing: install the Debian package qemu-system-x86");

	unlink("build/host/bzImage");
	ck_assert_int_eq(grade("good", HELLO), 2);
	shows("build/host/bzImage is missing: `make lab1 TREE=tree`");
	hides("hello:");
	make_file("build/host/bzImage");

	holder = start_grader("hang", HELLO);
	wait_for_machine();
	ck_assert_int_eq(grade("good", HELLO), 2);
	shows("another grading");
	kill(holder, SIGTERM);
	end_grader(holder);
}
END_TEST

START_TEST(results_cannot_be_saved)
{
	ck_assert_int_eq(grade("good", HELLO), 0);
	/* A directory in its place: rename fails for root, too. */
	unlink("build/grade/lab1-some.json");
	ck_assert_int_eq(mkdir("build/grade/lab1-some.json", 0777), 0);
	ck_assert_int_eq(grade("good", HELLO), 3);
	shows("could not be saved");
}
END_TEST

/* ---- the runner ---- */

static int
run(const char *fake, const char *arguments)
{
	return end_grader(start("run", fake, arguments));
}

START_TEST(run_passes_the_status_on)
{
	ck_assert_int_eq(run("0", "--tree=tree --guest=hello"), 0);
	shows("exec ./vmm --lab=1 'hello'\n");
	ck_assert_int_eq(
		run("123", "--tree=tree --guest=hello --protect=none -- a \"it's b\""), 123);
	shows("exec ./vmm --lab=1 '--protect=none' 'hello' 'a' 'it'\\''s b'\n");
	ck_assert_int_eq(run("0", "--tree=tree --guest=hello --net --async"), 0);
	shows("exec ./vmm --lab=1 '--net=tap0' '--append=ip=10.0.0.2::::guest:eth0:off' "
	      "'--async' 'hello'\n");
	ck_assert_int_eq(run("gone", "--tree=tree --guest=hello"), 3);
	shows("the machine ended before the Host did");
	none_left();
}
END_TEST

START_TEST(run_interrupted)
{
	pid_t pid = start("run", "hang", "--tree=tree --guest=hello");

	wait_for_machine();
	kill(pid, stops[_i]);
	ck_assert_int_eq(end_grader(pid), 128 + stops[_i]);
	none_left();
}
END_TEST

START_TEST(run_for_gdb)
{
	pid_t pid = start("run", "hang", "--tree=tree --guest=hello --gdb");
	char port[64];
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	wait_for_machine();
	ck_assert_int_eq(access("build/run/session.gdb", F_OK), 0);
	kill(pid, SIGTERM);
	end_grader(pid);
	snprintf(port, sizeof(port), "port %d", 25000 + (int)(getuid() % 5000));
	shows(port);
	ck_assert_int_ne(access("build/run/session.gdb", F_OK), 0);
	/* Somebody else has the port now. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	address.sin_port = htons(25000 + getuid() % 5000);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(run("0", "--tree=tree --guest=hello --gdb"), 2);
	shows("is taken");
	close(fd);
}
END_TEST

static const struct {
	const char *arguments, *says;
} run_misuses[] = {
	{"--lab=7", "no lab"},
	{"--tree=nobody", "no tree \"nobody\"; built are: tree"},
	{"--tree=tree --guest=nobody",
		"no guest \"nobody\"; there are: linux forbidden fpu hello null-call syscall"},
	{"--tree=tree --guest=../tree/vmm", "no guest"},
	{"--tree=tree --guest=linux", "build/guest-linux/linux.stripped is missing"},
	{"--tree=tree --frobnicate", "run --help"},
};

START_TEST(run_misuse_is_one_line)
{
	ck_assert_int_eq(run("0", run_misuses[_i].arguments), 2);
	shows(run_misuses[_i].says);
}
END_TEST

/* What has points has a hole and a nonce that nobody knows; ids are there once, and their logs'
 * names are plain. */
START_TEST(table_is_sound)
{
	const struct lab *lab = lab_find(_i + 1);
	char path[100], why[300];
	struct points *points;

	ck_assert_ptr_nonnull(lab);
	snprintf(path, sizeof(path), "%s/points", lab->handout);
	points = points_load(lab, path, why, sizeof(why));
	ck_assert_msg(points != NULL, "%s", why);
	for (size_t i = 0; i < lab->count; i++) {
		const struct test *test = &lab->tests[i];

		ck_assert_msg(strspn(test->id, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
				      strlen(test->id),
			"%s", test->id);
		ck_assert_msg(strlen(test->id) < 60, "%s", test->id);
		ck_assert_msg(test->title[strlen(test->title) - 1] == '.', "%s", test->id);
		ck_assert_msg(test->seconds > 0, "%s", test->id);
		ck_assert_msg(!points[i].given[BAND_FULL] || test->hole, "%s", test->id);
		ck_assert_msg(test->guest || test->script, "%s", test->id);
		ck_assert_msg(!test->nonce, "%s", test->id);
		ck_assert_msg(test->reports || test->text[0] || test->script, "%s", test->id);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(lab->tests[j].id, test->id);
	}
	free(points);
}
END_TEST

/* Cells are judged, too. */
START_TEST(cells_tell_no_nonce)
{
	const struct lab *lab = lab_find(0);

	for (size_t i = 0; i < lab->count; i++)
		ck_assert_msg(!lab->tests[i].nonce, "%s", lab->tests[i].id);
}
END_TEST

/* The handout's table of holes has the sums of the lab's points. */
START_TEST(handout_is_in_step)
{
	const struct lab *lab = lab_find(_i + 1);
	char path[100], why[300], line[400], hole[20];
	int holes = 0, step, said;
	struct points *points;
	FILE *file;

	snprintf(path, sizeof(path), "%s/points", lab->handout);
	points = points_load(lab, path, why, sizeof(why));
	ck_assert_msg(points != NULL, "%s", why);
	snprintf(path, sizeof(path), "%s/README.md", lab->handout);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file)) {
		int sum = 0;

		if (sscanf(line, "| lab%*d.%d,%*[^|]| %d |", &step, &said) != 2)
			continue;
		holes++;
		snprintf(hole, sizeof(hole), "lab%d.%d", lab->number, step);
		for (size_t i = 0; i < lab->count; i++)
			if (lab->tests[i].hole && strcmp(lab->tests[i].hole, hole) == 0)
				sum += points[i].given[BAND_FULL];
		ck_assert_msg(sum == said, "%s: %s has %d points", path, hole, sum);
	}
	fclose(file);
	free(points);
	ck_assert_int_ge(holes, 4);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("grader");
	TCase *parts = tcase_create("parts"), *whole = tcase_create("whole");
	SRunner *runner;
	int failed;

	tcase_add_test(parts, lines_are_bounded);
	tcase_add_test(parts, report_counts);
	tcase_add_test(parts, report_refuses);
	tcase_add_test(parts, report_needs_the_nonce);
	tcase_add_test(parts, report_may_know_the_nonce);
	tcase_add_test(parts, report_ends_with_done);
	tcase_add_test(parts, log_is_bounded);
	tcase_add_loop_test(parts, limits, 0, sizeof(limited) / sizeof(limited[0]));
	tcase_add_loop_test(parts, bands, 0, sizeof(banded) / sizeof(banded[0]));
	tcase_add_test(parts, death_is_expected);
	tcase_add_test(parts, death_is_as_good);
	tcase_add_loop_test(parts, table_is_sound, 0, 4);
	tcase_add_test(parts, cells_tell_no_nonce);
	tcase_add_loop_test(parts, handout_is_in_step, 0, 4);
	suite_add_tcase(suite, parts);

	tcase_add_checked_fixture(whole, set_up, tear_down);
	tcase_set_timeout(whole, 60);
	tcase_add_test(whole, good_passes);
	tcase_add_loop_test(
		whole, wrong_answer_fails, 0, sizeof(wrong_answers) / sizeof(wrong_answers[0]));
	tcase_add_test(whole, flood_is_bounded);
	tcase_add_test(whole, nobody_waits_for_an_idle_host);
	tcase_add_test(whole, hang_is_a_timeout);
	tcase_add_test(whole, work_is_a_timeout);
	tcase_add_loop_test(
		whole, broken_machine_is_the_tests, 0, sizeof(broken) / sizeof(broken[0]));
	tcase_add_test(whole, machine_may_break_once);
	tcase_add_test(whole, reference_breaks_no_machine);
	tcase_add_test(whole, budget_is_a_result);
	tcase_add_test(whole, no_control_characters);
	tcase_add_test(whole, last_words_are_read);
	tcase_add_test(whole, leavings_are_removed);
	tcase_add_loop_test(
		whole, breakdown_is_the_graders, 0, sizeof(breakdowns) / sizeof(breakdowns[0]));
	tcase_add_test(whole, tests_share_a_boot);
	tcase_add_loop_test(whole, module_is_the_students, 0, sizeof(modules) / sizeof(modules[0]));
	tcase_add_test(whole, reading_a_crash_counts);
	tcase_add_loop_test(whole, others_get_another_host, 0, sizeof(ends) / sizeof(ends[0]));
	tcase_add_test(whole, bad_module_is_tried_once);
	tcase_add_loop_test(whole, interrupted, 0, sizeof(stops) / sizeof(stops[0]));
	tcase_add_loop_test(whole, bands_are_shown, 0, sizeof(costs) / sizeof(costs[0]));
	tcase_add_test(whole, reports_are_written);
	tcase_add_test(whole, breakdown_wipes_nothing);
	tcase_add_test(whole, unbuilt_code_fails);
	tcase_add_loop_test(whole, misuse_is_one_line, 0, sizeof(misuses) / sizeof(misuses[0]));
	tcase_add_test(whole, missing_things);
	tcase_add_test(whole, results_cannot_be_saved);
	tcase_add_test(whole, run_passes_the_status_on);
	tcase_add_loop_test(whole, run_interrupted, 0, sizeof(stops) / sizeof(stops[0]));
	tcase_add_test(whole, run_for_gdb);
	tcase_add_loop_test(
		whole, run_misuse_is_one_line, 0, sizeof(run_misuses) / sizeof(run_misuses[0]));
	suite_add_tcase(suite, whole);

	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
