/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_report.c - each report against its format, by somebody else's reader of that format:
 * xmllint for JUnit XML, perl's TAP::Parser for TAP, perl's JSON::PP for what is JSON.  And against
 * what students' programs can put into it.
 */
#define _GNU_SOURCE
#include "grader/report/report.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every trick that one of the formats would fall for. */
#define HOSTILE                                                                                  \
	"a\033[2J\a\b]]>&amp;<b>\"quoted\" 'too' \\ \\n %s %n {scores: word:}\n"                 \
	"ok 9 - forged\nnot ok 9 # TODO forged\n1..99\nBail out!  forged\n# SKIP\n"              \
	"</testcase></testsuite><!-- <![CDATA[ --> &#0; &lt\r\n\377\300\257\340\203\277\355\240" \
	"\200\302\233\357\277\277 gr\303\274n \342\202\254 \360\237\230\200 \360\237\n"          \
	"{\"scores\":{\"lab1.1\":1000}}\t\177"
/* The same as a report may have it. */
#define CLEAN                                                                       \
	"a?[2J??]]>&amp;<b>\"quoted\" 'too' \\ \\n %s %n {scores: word:}\n"         \
	"ok 9 - forged\nnot ok 9 # TODO forged\n1..99\nBail out!  forged\n# SKIP\n" \
	"</testcase></testsuite><!-- <![CDATA[ --> &#0; &lt?\n???????"              \
	"??????? gr\303\274n \342\202\254 \360\237\230\200 ??\n"                    \
	"{\"scores\":{\"lab1.1\":1000}} ?"

static const struct test tests[] = {
	{.id = "passes", .title = "It passes.", .hole = "lab1.1"},
	{.id = "fails", .title = "It #fails.", .hole = "lab1.1"},
	{.id = "takes-long", .title = "It ends.", .hole = "lab1.2"},
	{.id = "cannot-be", .title = "It cannot be here.", .hole = "lab1.2"},
	{.id = "costs-little", .title = "It costs little.", .hole = "lab1.3"},
	{.id = "unfinished", .title = "It is written.", .hole = "lab1.3"},
};
static const struct points worth[] = {
	{.bands = 1, .given = {10}},
	{.bands = 1, .given = {20}},
	{.bands = 1, .given = {30}},
	{.bands = 1, .given = {15}},
	{.bands = 2,
		.given = {25, 20},
		.measures = 1,
		.measure = {{.metric = "null-call", .limit = {90, 100}}}},
	{.bands = 1, .given = {0}},
};

#define TESTS (sizeof(tests) / sizeof(tests[0]))

static const struct lab lab = {
	.number = 1, .title = "a <lab> & more", .tests = tests, .count = TESTS};

static struct row rows[TESTS];
static struct results results;
static char place[] = "/tmp/check-report-XXXXXX";
static char output[1 << 18]; /* of the last command */

static void
set_row(size_t i, enum status status, int points, const char *expected, const char *came)
{
	struct row *row = &rows[i];

	row->test = &tests[i];
	row->points = &worth[i];
	row->outcome.machine = "QEMU";
	row->outcome.seconds = 1.25;
	row->result.status = status;
	row->result.points = points;
	snprintf(row->result.expected, sizeof(row->result.expected), "%s", expected);
	snprintf(row->result.came, sizeof(row->result.came), "%s", came);
}

/* One test of each kind but for GRADER ERROR: 10 + 20 of 85 points, and 15 skipped. */
static void
set_up(void)
{
	struct metric *metric = rows[4].outcome.report.metric;

	strcpy(place + strlen(place) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place));
	ck_assert_int_eq(chdir(place), 0);
	memset(&results, 0, sizeof(results));
	memset(rows, 0, sizeof(rows));
	results.lab = &lab;
	results.row = rows;
	results.rows = TESTS;
	results.seen[0] = (struct seen){.machine = "QEMU", .boots = 2, .probe = {.enforced = 8}};
	snprintf(results.tree, sizeof(results.tree), "%s", HOSTILE);
	set_row(0, STATUS_PASS, 10, "", "");
	snprintf(rows[0].result.note, sizeof(rows[0].result.note), "%s", HOSTILE);
	set_row(1, STATUS_FAIL, 0, "status 0", HOSTILE);
	snprintf(rows[1].log, sizeof(rows[1].log), "build/%s.log", HOSTILE);
	set_row(2, STATUS_TIMEOUT, 0, "all checks pass", "no end after 60 seconds\n" HOSTILE);
	set_row(3, STATUS_SKIP, 0, "", "it needs a # disk\n" HOSTILE);
	set_row(4, STATUS_PART, 20, "", "");
	rows[4].result.band = BAND_MOST;
	rows[4].result.banded = true;
	snprintf(rows[4].result.note, sizeof(rows[4].result.note), "null-call 99 instructions");
	snprintf(rows[4].result.next, sizeof(rows[4].result.next), "full, worth 25, needs less");
	rows[4].outcome.report.metrics = 1;
	snprintf(metric->name, sizeof(metric->name), "null-call");
	metric->operations = 64;
	metric->instructions = 99;
	set_row(5, STATUS_FAIL, 0, "", "lab1.3 is not written yet: " HOSTILE);
	snprintf(rows[5].result.hole, sizeof(rows[5].result.hole), "lab1.3");
	results_clean(&results);
}

static void
tear_down(void)
{
	char command[64];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf %s", place);
	ck_assert_int_eq(system(command), 0);
}

static void
break_grader(void)
{
	set_row(1, STATUS_ERROR, 0, "", "QEMU ended with status 1: " HOSTILE);
	results_clean(&results);
}

static int
write_to(const char *text)
{
	struct wanted wanted;
	char why[200];

	ck_assert_msg(report_wanted(&wanted, text, why, sizeof(why)), "%s", why);
	return report_write(&wanted, &results);
}

/* Run a command; its output, without the last newline. */
static const char *
said(const char *command)
{
	FILE *pipe = popen(command, "r");
	size_t n;

	ck_assert_ptr_nonnull(pipe);
	n = fread(output, 1, sizeof(output) - 1, pipe);
	n -= n && output[n - 1] == '\n';
	output[n] = '\0';
	ck_assert_msg(pclose(pipe) == 0, "%s: %s", command, output);
	return output;
}

#define says(command, text) ck_assert_str_eq(said(command), text)

START_TEST(text_is_cleaned)
{
	char text[] = HOSTILE;

	text_clean(text);
	ck_assert_str_eq(text, CLEAN);
	text_clean(text);
	ck_assert_str_eq(text, CLEAN);
}
END_TEST

/* ---- JSON ---- */

/* By a strict reader that is not the writer's. */
static json_t *
load(const char *path)
{
	char command[200];
	json_error_t error;
	json_t *json;

	snprintf(command, sizeof(command),
		"perl -MJSON::PP -0777 -ne 'JSON::PP->new->utf8->decode($_)' %s 2>&1", path);
	says(command, "");
	json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(json != NULL, "%s: %s", path, error.text);
	return json;
}

/* An object has no other keys than these; "?" behind one: it may be missing.  As "{sis?s}". */
struct rule {
	const char *key;
	json_type type;
	bool optional;
};

static void
obeys(json_t *object, const struct rule *rules)
{
	const char *key;
	json_t *value;

	ck_assert(json_is_object(object));
	for (const struct rule *rule = rules; rule->key; rule++) {
		value = json_object_get(object, rule->key);
		ck_assert_msg(value || rule->optional, "no %s", rule->key);
		ck_assert_msg(!value || json_typeof(value) == rule->type, "%s", rule->key);
	}
	json_object_foreach(object, key, value)
	{
		const struct rule *rule = rules;

		while (rule->key && strcmp(rule->key, key) != 0)
			rule++;
		ck_assert_msg(rule->key != NULL, "the format has no %s", key);
	}
}

static const char *
text_of(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int
number_of(json_t *object, const char *key)
{
	ck_assert_msg(json_is_integer(json_object_get(object, key)), "%s", key);
	return json_integer_value(json_object_get(object, key));
}

static json_t *
test_of(json_t *root, size_t i)
{
	return json_array_get(json_object_get(root, "tests"), i);
}

START_TEST(json)
{
	static const char *const words[] = {"PASS", "FAIL", "TIMEOUT", "SKIP", "PART", "FAIL"};
	json_t *root;

	ck_assert_int_eq(write_to("json:out"), 1);
	root = load("out");
	ck_assert_str_eq(text_of(root, "tree"), CLEAN);
	ck_assert_int_eq(number_of(root, "score"), 30);
	ck_assert_int_eq(number_of(root, "max"), 85);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "tests")), TESTS);
	for (size_t i = 0; i < TESTS; i++) {
		ck_assert_str_eq(text_of(test_of(root, i), "id"), tests[i].id);
		ck_assert_str_eq(text_of(test_of(root, i), "status"), words[i]);
		ck_assert_pstr_eq(text_of(test_of(root, i), "band"), i == 4 ? "most" : NULL);
	}
	ck_assert_str_eq(text_of(test_of(root, 0), "message"), CLEAN);
	ck_assert_str_eq(text_of(test_of(root, 1), "message"), "expected: status 0\ncame: " CLEAN);
	ck_assert(json_is_null(json_object_get(test_of(root, 3), "points")));
	json_decref(root);

	break_grader();
	ck_assert_int_eq(write_to("json:out"), 1);
	root = load("out");
	ck_assert(json_is_null(json_object_get(root, "score")));
	ck_assert(json_is_null(json_object_get(test_of(root, 1), "points")));
	ck_assert_str_eq(text_of(test_of(root, 1), "status"), "GRADER ERROR");
	json_decref(root);
}
END_TEST

/* ---- JUnit XML ---- */

static char schema[4200];

static const char *
xpath(const char *expression)
{
	char command[400];

	snprintf(command, sizeof(command), "xmllint --xpath \"%s\" out", expression);
	return said(command);
}

START_TEST(junit)
{
	char command[4300];

	ck_assert_int_eq(write_to("junit:out"), 1);
	snprintf(command, sizeof(command), "xmllint --noout --schema '%s' out 2>&1", schema);
	says(command, "out validates");
	ck_assert_str_eq(xpath("string(//testsuite/@tests)"), "6");
	ck_assert_str_eq(xpath("count(//testcase)"), "6");
	ck_assert_str_eq(xpath("concat(//testsuite/@failures, count(//failure))"), "44");
	ck_assert_str_eq(xpath("concat(//testsuite/@skipped, count(//skipped))"), "11");
	ck_assert_str_eq(xpath("concat(//testsuite/@errors, count(//error))"), "00");
	ck_assert_str_eq(xpath("string(//testcase[@name='takes-long']/failure/@type)"), "TIMEOUT");
	ck_assert_str_eq(xpath("string(//testcase[@name='fails']/failure)"),
		"expected: status 0\ncame: " CLEAN);
	ck_assert_str_eq(xpath("string(//failure[@type='PART'])"),
		"most: null-call 99 instructions\nnext: full, worth 25, needs less");
	ck_assert_str_eq(xpath("string(//skipped/@message)"), "it needs a # disk\n" CLEAN);
	ck_assert_str_eq(xpath("string(//property[@name='tree']/@value)"), CLEAN);
	ck_assert_str_eq(xpath("string(//property[@name='score']/@value)"), "30");
	ck_assert_str_eq(xpath("string(//property[@name='max']/@value)"), "85");
	ck_assert_str_eq(
		xpath("string(//testcase[@name='passes']/system-out)"), "points: 10 of 10\n" CLEAN);

	break_grader();
	ck_assert_int_eq(write_to("junit:out"), 1);
	says(command, "out validates");
	ck_assert_str_eq(xpath("concat(//testsuite/@errors, count(//error))"), "11");
	ck_assert_str_eq(xpath("count(//testcase[@name='fails']/failure)"), "0");
	ck_assert_str_eq(xpath("count(//property[@name='score'])"), "0");
}
END_TEST

/* ---- TAP ---- */

static const char *
consumed(void)
{
	return said("perl -MTAP::Parser -e '"
		    "undef $/; my $p = TAP::Parser->new({tap => <STDIN>});"
		    "while (my $r = $p->next) {"
		    "  if ($r->is_test) {"
		    "    print $r->number, $r->is_ok ? \" ok\" : \" bad\","
		    "      $r->has_skip ? \" skip\" : \"\", $r->has_todo ? \" todo\" : \"\","
		    "      $r->description, \"\\n\" }"
		    "  print \"called off\\n\" if $r->is_bailout;"
		    "  print \"unknown: \", $r->as_string, \"\\n\" if $r->is_unknown;"
		    "}"
		    "print \"errors: \", join(\", \", $p->parse_errors), \"\\n\";"
		    "print \"plan: \", $p->plan, \" failed: \", join(\" \", $p->failed);' <out");
}

START_TEST(tap)
{
	ck_assert_int_eq(write_to("tap:out"), 1);
	ck_assert_str_eq(consumed(), "1 ok- passes\n2 bad- fails\n3 bad- takes-long\n"
				     "4 ok skip- cannot-be\n5 bad- costs-little\n"
				     "6 bad- unfinished\nerrors: \n"
				     "plan: 1..6 failed: 2 3 5 6");
	said("grep -x '# TIMEOUT: It ends.' out && grep -x '# score: 30 of 85' out &&"
	     " grep -c '^ok 4 - cannot-be # SKIP it needs a .# disk' out");
	/* Nothing but the protocol, and no line of a student's. */
	says("grep -avE '^(TAP version 13|1\\.\\.6|#.*|(not )?ok [1-6] - [a-z-]+( # SKIP .*)?)$'"
	     " out | cat",
		"");

	break_grader();
	ck_assert_int_eq(write_to("tap:out"), 1);
	ck_assert_str_eq(consumed(), "1 ok- passes\n2 ok skip- fails\n3 bad- takes-long\n"
				     "4 ok skip- cannot-be\n5 bad- costs-little\n"
				     "6 bad- unfinished\ncalled off\nerrors: \n"
				     "plan: 1..6 failed: 3 5 6");
	says("grep -c '^# score:' out | cat", "0");
}
END_TEST

/* ---- the gradebooks ---- */

START_TEST(gradescope)
{
	static const struct rule top[] = {{"score", JSON_INTEGER, false},
		{"execution_time", JSON_REAL, false}, {"output", JSON_STRING, false},
		{"output_format", JSON_STRING, false}, {"visibility", JSON_STRING, false},
		{"stdout_visibility", JSON_STRING, false}, {"extra_data", JSON_OBJECT, false},
		{"tests", JSON_ARRAY, false}, {"leaderboard", JSON_ARRAY, false}, {NULL, 0, 0}};
	static const struct rule test[] = {{"score", JSON_INTEGER, false},
		{"max_score", JSON_INTEGER, false}, {"status", JSON_STRING, true},
		{"name", JSON_STRING, false}, {"name_format", JSON_STRING, false},
		{"number", JSON_STRING, false}, {"output", JSON_STRING, false},
		{"output_format", JSON_STRING, false}, {"tags", JSON_ARRAY, false},
		{"visibility", JSON_STRING, false}, {"extra_data", JSON_OBJECT, false},
		{NULL, 0, 0}};
	static const struct rule place[] = {{"name", JSON_STRING, false},
		{"value", JSON_INTEGER, false}, {"order", JSON_STRING, true}, {NULL, 0, 0}};
	static const char *const status[] = {"passed", "failed", "failed", NULL, NULL, "failed"};
	int score = 0, max = 0;
	json_t *root, *one;
	size_t i;

	ck_assert_int_eq(write_to("gradescope:out"), 1);
	root = load("out");
	obeys(root, top);
	ck_assert_str_eq(text_of(root, "stdout_visibility"), "hidden");
	json_array_foreach(json_object_get(root, "tests"), i, one)
	{
		obeys(one, test);
		score += number_of(one, "score");
		max += number_of(one, "max_score");
		ck_assert_str_eq(text_of(one, "output_format"), "text");
		ck_assert_pstr_eq(text_of(one, "status"), status[i]);
		ck_assert_str_eq(text_of(one, "visibility"), "visible");
	}
	ck_assert_uint_eq(i, TESTS);
	ck_assert_int_eq(score, 30);
	ck_assert_int_eq(number_of(root, "score"), 30);
	ck_assert_int_eq(max, 85);
	ck_assert_str_eq(text_of(test_of(root, 2), "output"),
		"TIMEOUT: It ends.\nexpected: all checks "
		"pass\ncame: no end after 60 seconds\n" CLEAN);
	ck_assert_ptr_nonnull(strstr(text_of(test_of(root, 3), "output"), "SKIP: "));
	json_array_foreach(json_object_get(root, "leaderboard"), i, one)
	{
		obeys(one, place);
	}
	ck_assert_uint_eq(i, 2);
	ck_assert_str_eq(text_of(json_array_get(json_object_get(root, "leaderboard"), 1), "name"),
		"costs-little");
	json_decref(root);

	/* No file at all, and the older one stays. */
	break_grader();
	ck_assert_int_eq(write_to("gradescope:new"), 0);
	ck_assert_int_ne(access("new", F_OK), 0);
	ck_assert_int_ne(access("new.new", F_OK), 0);
	ck_assert_int_eq(write_to("gradescope:out"), 0);
	root = load("out");
	ck_assert_int_eq(number_of(root, "score"), 30);
	json_decref(root);
}
END_TEST

START_TEST(classroom)
{
	static const struct rule top[] = {{"version", JSON_INTEGER, false},
		{"status", JSON_STRING, false}, {"max_score", JSON_INTEGER, false},
		{"tests", JSON_ARRAY, false}, {NULL, 0, 0}};
	static const struct rule test[] = {{"name", JSON_STRING, false},
		{"status", JSON_STRING, false}, {"score", JSON_INTEGER, false},
		{"message", JSON_STRING, false}, {"test_code", JSON_STRING, false},
		{"filename", JSON_STRING, false}, {"line_no", JSON_INTEGER, false},
		{"duration", JSON_INTEGER, false}, {NULL, 0, 0}};
	static const char *const status[] = {"pass", "fail", "fail", "error", "fail", "fail"};
	int score = 0;
	json_t *root, *one;
	size_t i;

	ck_assert_int_eq(write_to("classroom:out"), 1);
	root = load("out");
	obeys(root, top);
	ck_assert_int_eq(number_of(root, "version"), 1);
	ck_assert_int_eq(number_of(root, "max_score"), 85);
	ck_assert_str_eq(text_of(root, "status"), "fail");
	json_array_foreach(json_object_get(root, "tests"), i, one)
	{
		obeys(one, test);
		score += number_of(one, "score");
		ck_assert_str_eq(text_of(one, "status"), status[i]);
	}
	ck_assert_uint_eq(i, TESTS);
	ck_assert_int_eq(score, 30);
	json_decref(root);

	/* The reporter enters nothing when there is nothing to reach. */
	break_grader();
	ck_assert_int_eq(write_to("classroom:out"), 1);
	root = load("out");
	obeys(root, top);
	ck_assert_int_eq(number_of(root, "max_score"), 0);
	ck_assert_str_eq(text_of(root, "status"), "error");
	ck_assert_str_eq(text_of(test_of(root, 1), "status"), "error");
	ck_assert_int_eq(strncmp(text_of(test_of(root, 1), "message"), "GRADER ERROR: ", 14), 0);
	json_decref(root);
}
END_TEST

/* What Autolab does with the last line, in its own words but another language. */
static json_t *
autolab_reads(void)
{
	said("{ echo '"
	     "feedback: \"x\""
	     "'; cat out; } | tail -n 1 |"
	     " perl -pe 's/([a-zA-Z0-9]+):/\"$1\":/g' >read && wc -l <out");
	ck_assert_str_eq(output, "1");
	return load("read");
}

START_TEST(autolab)
{
	json_t *root, *scores;

	ck_assert_int_eq(write_to("autolab:out"), 1);
	root = autolab_reads();
	scores = json_object_get(root, "scores");
	ck_assert_uint_eq(json_object_size(scores), 3);
	ck_assert_int_eq(number_of(scores, "lab1.1"), 10);
	ck_assert_int_eq(number_of(scores, "lab1.2"), 0);
	ck_assert_int_eq(number_of(scores, "lab1.3"), 20);
	ck_assert_int_eq(
		json_integer_value(json_array_get(json_object_get(root, "scoreboard"), 0)), 30);
	json_decref(root);

	break_grader();
	ck_assert_int_eq(write_to("autolab:out"), 1);
	root = autolab_reads();
	scores = json_object_get(root, "scores");
	ck_assert_uint_eq(json_object_size(scores), 2);
	ck_assert_ptr_null(json_object_get(scores, "lab1.1"));
	ck_assert_ptr_null(json_object_get(root, "scoreboard"));
	json_decref(root);
}
END_TEST

START_TEST(terminal)
{
	ck_assert_int_eq(write_to("terminal:out"), 1);
	said("grep -x 'passes: OK (1.2s)  .*' out && grep -x 'takes-long: TIMEOUT (1.2s)' out &&"
	     " grep -xF 'costs-little: PART (1.2s)  20 of 25 points, most: null-call 99 "
	     "instructions' out && grep -x '    next: *full, worth 25, needs less' out &&"
	     " grep '^cannot-be: SKIP (it needs' out &&"
	     " grep -x 'Score: 30/85 (15 points were skipped)' out");
	/* Nothing that a terminal obeys. */
	says("LC_ALL=C grep -aP '[\\x00-\\x09\\x0b-\\x1f\\x7f]' out | cat", "");
	break_grader();
	ck_assert_int_eq(write_to("terminal:out"), 1);
	says("grep -c Score out | cat", "0");
}
END_TEST

/* ---- files ---- */

/* Too large a file fails like a full disk. */
/* forbidden-*: a line as long as they pass; one that does not pass stands alone. */
START_TEST(tests_of_a_kind_share_a_line)
{
	static const struct test kind[] = {{.id = "forbidden-a", .title = "."},
		{.id = "forbidden-b", .title = "."}, {.id = "forbidden-c", .title = "."},
		{.id = "forbidden-d", .title = "."}};

	results.rows = sizeof(kind) / sizeof(kind[0]);
	for (size_t i = 0; i < results.rows; i++) {
		set_row(i, i == 2 ? STATUS_FAIL : STATUS_PASS, 0, "", "");
		rows[i].test = &kind[i];
	}
	write_to("terminal:out");
	says("grep -c '^forbidden-' out", "3");
	said("grep -x 'forbidden-[*]: OK (2.5s)  2 tests; V=1 shows each' out &&"
	     " grep -x 'forbidden-c: FAIL (1.2s)' out &&"
	     " grep -x 'forbidden-[*]: OK (1.2s)  1 tests; V=1 shows each' out");
	results.verbose = true;
	write_to("terminal:out");
	said("grep '^forbidden-a: OK' out && grep -x 'forbidden-d: OK (1.2s)' out");
}
END_TEST

START_TEST(older_file_survives)
{
	struct rlimit small = {100, RLIM_INFINITY}, old;

	ck_assert_int_eq(system("echo older >out"), 0);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; formats[i]; i++) {
		struct wanted wanted = {formats[i], "out"};

		if (formats[i] == &report_autolab)
			continue; /* it is shorter than that */
		ck_assert_int_eq(report_write(&wanted, &results), -1);
		ck_assert_int_eq(errno, EFBIG);
	}
	setrlimit(RLIMIT_FSIZE, &old);
	says("cat out; ls", "older\nout");
}
END_TEST

/* By their links: a mistake here must not cost this machine a device. */
START_TEST(devices_stay)
{
	struct stat status;

	ck_assert_int_eq(symlink("/dev/full", "full"), 0);
	ck_assert_int_eq(write_to("json:full"), -1);
	ck_assert_int_eq(errno, ENOSPC);
	ck_assert_int_eq(stat("full", &status), 0);
	ck_assert(S_ISCHR(status.st_mode));
	ck_assert_int_eq(symlink("/dev/null", "null"), 0);
	ck_assert_int_eq(write_to("json:null"), 1);
	ck_assert_int_eq(stat("null", &status), 0);
	ck_assert(S_ISCHR(status.st_mode));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reports");
	TCase *each = tcase_create("formats");
	SRunner *runner;
	int failed;

	if (!getcwd(schema, sizeof(schema) - 32))
		return 2;
	strcat(schema, "/tests/fixtures/junit.xsd");
	tcase_add_checked_fixture(each, set_up, tear_down);
	tcase_set_timeout(each, 60);
	tcase_add_test(each, text_is_cleaned);
	tcase_add_test(each, terminal);
	tcase_add_test(each, tests_of_a_kind_share_a_line);
	tcase_add_test(each, json);
	tcase_add_test(each, junit);
	tcase_add_test(each, tap);
	tcase_add_test(each, gradescope);
	tcase_add_test(each, classroom);
	tcase_add_test(each, autolab);
	tcase_add_test(each, older_file_survives);
	tcase_add_test(each, devices_stay);
	suite_add_tcase(suite, each);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
