/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_points.c - what a file of points may say, and what it may not.
 */
#include "grader/judge/points.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct test tests[] = {
	{.id = "hello"}, {.id = "refuses-a"}, {.id = "refuses-b"}, {.id = "cost"}};
static const struct lab lab = {.number = 1, .tests = tests, .count = 4};

static char path[] = "/tmp/check-points-XXXXXX";
static char why[300];

static struct points *
load(const char *text)
{
	FILE *file;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	file = fdopen(mkstemp(path), "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	why[0] = '\0';
	return points_load(&lab, path, why, sizeof(why));
}

static void
forget(struct points *points)
{
	free(points);
	unlink(path);
}

START_TEST(file_is_read)
{
	struct points *points = load("# A comment\n\n"
				     "hello  30   # and another\n"
				     "refuses-*\t0\n"
				     "refuses-b 10\n"
				     "cost  full 60 most 20 some 1\n"
				     "  null-call   1   2.5  3\n"
				     "\ta / b   1.1 2 3\n"
				     "  a ~ b   1%  2%  3.5%"); /* no newline */

	ck_assert_msg(points != NULL, "%s", why);
	ck_assert_int_eq(points[0].given[BAND_FULL], 30);
	ck_assert_int_eq(points[1].given[BAND_FULL], 0);
	ck_assert_int_eq(points[2].given[BAND_FULL], 10);
	ck_assert_int_eq(points[3].bands, 3);
	ck_assert_int_eq(points[3].given[BAND_SOME], 1);
	ck_assert_int_eq(points[3].measures, 3);
	ck_assert_int_eq(points[3].measure[0].kind, MEASURE_MOST);
	ck_assert_double_eq(points[3].measure[0].limit[BAND_MOST], 2.5);
	ck_assert_int_eq(points[3].measure[1].kind, MEASURE_TIMES);
	ck_assert_str_eq(points[3].measure[1].other, "b");
	ck_assert_int_eq(points[3].measure[2].kind, MEASURE_WITHIN);
	ck_assert_double_eq(points[3].measure[2].limit[BAND_SOME], 3.5);
	forget(points);
}
END_TEST

#define REST "refuses-* 0\ncost 50\n"

static const struct {
	const char *text, *says;
} wrongs[] = {
	{"", ": nothing about the test hello"},
	{"hello 50\nrefuses-a 0\ncost 50\n", ": nothing about the test refuses-b"},
	{"hello 49\n" REST, ": the points add up to 99, not 100"},
	{"hello 51\n" REST, ": the points add up to 101, not 100"},
	{"hello 50\nhallo 0\n" REST, ":2: lab 1 has no test hallo"},
	{"hello 50\nrefused-* 0\n" REST, ":2: lab 1 has no test refused-*"},
	{"hello 50\nhello 50\n" REST, ":2: hello was in line 1 already"},
	{"hello\n" REST, ":1: points are missing"},
	{"hello -1\n" REST, ":1: points are "},
	{"hello 101\n" REST, ":1: points are "},
	{"hello 5.5\n" REST, ":1: points are "},
	{"hello 50 50\n" REST, ":1: points are "},
	{"hello most 50\n" REST, ":1: points are "},
	{"hello full\n" REST, ":1: points are "},
	{"hello full 50 most\n" REST, ":1: points are "},
	{"hello full 50 some 20\n" REST, ":1: points are "},
	{"hello full 50 most 51\n" REST, ":1: points are "},
	{"hello full 50 most 20 some 10 none 0\n" REST, ":1: points are "},
	{"hello full 50 most 20\n" REST, ": hello has bands and no figure"},
	{"  a 5\nhello 50\n" REST, ":1: a: there is no test above"},
	{"hello 50\nrefuses-* 0\n  a 5\ncost 50\n", ":3: a: there is no test above"},
	{"hello 50\n  a\n" REST, ":2: a: 0 limits, and 1 band above"},
	{"hello 50\n  a 1 2\n" REST, ":2: a: 2 limits, and 1 band above"},
	{"hello 50\n  a / 5\n" REST, ":2: a: 0 limits, and 1 band above"},
	{"hello full 50 most 20\n  a 1\n" REST, ":2: a: 1 limit, and 2 bands above"},
	{"hello full 50 most 20\n  a 2 1\n" REST, ":2: a: each band has to be easier"},
	{"hello full 50 most 20\n  a 2 2\n" REST, ":2: a: each band has to be easier"},
	{"hello 50\n  a x\n" REST, ":2: a: a limit is a number, not \"x\""},
	{"hello 50\n  a 5%\n" REST, ":2: a: a limit is a number, not \"5%\""},
	{"hello 50\n  a 0\n" REST, ":2: a: a limit is a number, not \"0\""},
	{"hello 50\n  a inf\n" REST, ":2: a: a limit is a number, not \"inf\""},
	{"hello 50\n  a 1e999\n" REST, ":2: a: a limit is a number, not \"1e999\""},
	{"hello 50\n  a234567890123456789012345678901234567890 1\n" REST,
		":2: this name is too long: a23"},
	{"hello 50\n  a / b234567890123456789012345678901234567890 1\n" REST,
		":2: this name is too long: b23"},
	{"hello 50\n\033[2J 1\n" REST, ":2: lab 1 has no test ?[2J"},
	{"hello 50\n  a nan\n" REST, ":2: a: a limit is a number, not \"nan\""},
	{"hello 50\n  a ~ b 5\n" REST, ":2: a: a limit is a number and %, not \"5\""},
	{"hello 50\n  a 1\n  b 1\n  c 1\n  d 1\n  e 1\n" REST, ":6: more than 4 figures"},
	{"hello 50\n  a b c d e f g h i j k l m\n" REST, ":2: too many words"},
};

START_TEST(mistake_is_one_line)
{
	struct points *points = load(wrongs[_i].text);
	const char *says = why + strlen(path);

	ck_assert_ptr_null(points);
	ck_assert_int_eq(strncmp(why, path, strlen(path)), 0);
	ck_assert_msg(strncmp(says, wrongs[_i].says, strlen(wrongs[_i].says)) == 0, "%s", why);
	ck_assert_ptr_null(strchr(why, '\n'));
	forget(points);
}
END_TEST

START_TEST(no_lab_no_points)
{
	static const struct lab cells_like = {.tests = tests, .count = 4};
	struct points *points = points_load(&cells_like, "/nowhere", why, sizeof(why));

	ck_assert_ptr_nonnull(points);
	ck_assert_int_eq(points[3].given[BAND_FULL], 0);
	free(points);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("points");
	TCase *file = tcase_create("file");
	SRunner *runner;
	int failed;

	tcase_add_test(file, file_is_read);
	tcase_add_loop_test(file, mistake_is_one_line, 0, sizeof(wrongs) / sizeof(wrongs[0]));
	tcase_add_test(file, no_lab_no_points);
	suite_add_tcase(suite, file);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
