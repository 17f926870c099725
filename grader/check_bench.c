/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_bench.c - what the bench keeps from one run to the next.
 */
#include "bench.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[] = "/tmp/check-bench.XXXXXX";
static char path[64];

static void
make_place(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/bench.json", directory);
}

static void
remove_place(void)
{
	unlink(path);
	rmdir(directory);
	strcpy(directory + strlen(directory) - 6, "XXXXXX");
}

static struct cell
module_cell(const char *key)
{
	struct cell cell = {.guest = "linux",
		.interception = "module",
		.protection = "segments",
		.spaces = "tables",
		.fast = true};

	strcpy(cell.key, key);
	return cell;
}

static void
save_one(const char *key)
{
	struct cell cell = module_cell(key);
	struct bench bench = {.cell = &cell, .cells = 1, .machine = "a machine"};

	cell.figures = 1;
	cell.figure[0] = (struct figure){.metric = "pipe",
		.n = 64,
		.instructions = 6210,
		.counted = true,
		.event = {0, 0, 2.25, 1},
		.sum = "5eaf00d"};
	ck_assert_int_eq(bench_save(&bench, path), 0);
}

START_TEST(figures_come_back)
{
	struct cell cell = module_cell("0123456789abcdef");
	struct bench bench = {.cell = &cell, .cells = 1, .machine = "a machine"};
	const struct figure *figure;

	save_one("0123456789abcdef");
	bench_load(&bench, path);
	ck_assert_int_eq(cell.figures, 1);
	figure = bench_find(&cell, "pipe");
	ck_assert_ptr_nonnull(figure);
	ck_assert_int_eq(figure->n, 64);
	ck_assert_int_eq(figure->instructions, 6210);
	ck_assert(figure->counted);
	ck_assert_double_eq(figure->event[TLB_FLUSHES], 2.25);
	ck_assert_str_eq(figure->sum, "5eaf00d");
	ck_assert_ptr_null(bench_find(&cell, "fork"));
}
END_TEST

/* Something was built again: what was measured before says nothing about it. */
START_TEST(another_key_has_no_figures)
{
	struct cell cell = module_cell("fedcba9876543210");
	struct bench bench = {.cell = &cell, .cells = 1, .machine = "a machine"};

	save_one("0123456789abcdef");
	bench_load(&bench, path);
	ck_assert_int_eq(cell.figures, 0);
}
END_TEST

START_TEST(a_file_that_is_none_has_no_figures)
{
	static const char *const texts[] = {"", "no JSON", "[]", "{\"figures\": 1}",
		"{\"figures\": [1, {\"key\": 2}, {\"key\": \"0123456789abcdef\"}]}"};
	struct cell cell = module_cell("0123456789abcdef");
	struct bench bench = {.cell = &cell, .cells = 1, .machine = "a machine"};

	bench_load(&bench, path);
	ck_assert_int_eq(cell.figures, 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		FILE *file = fopen(path, "w");

		fputs(texts[i], file);
		fclose(file);
		bench_load(&bench, path);
		ck_assert_int_eq(cell.figures, 0);
	}
}
END_TEST

START_TEST(a_place_that_is_not_there_is_an_error)
{
	struct bench bench = {.machine = "a machine"};

	ck_assert_int_eq(bench_save(&bench, "/nowhere/bench.json"), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

static void
made(struct cell *cell, const char *guest, const char *sum)
{
	*cell = (struct cell){.guest = guest, .what = PROGRAMS, .figures = 1};
	strcpy(cell->figure[0].metric, "build");
	strcpy(cell->figure[0].sum, sum);
}

START_TEST(a_program_makes_the_same_everywhere)
{
	struct cell cell[3];
	struct bench bench = {.cell = cell, .cells = 3, .machine = "a machine"};

	made(&cell[0], "uml", "1234");
	made(&cell[1], "native", "1234");
	made(&cell[2], "linux", "123");
	ck_assert_int_eq(bench_compare(&bench), 1);
	ck_assert_str_eq(cell[0].failed, "");
	ck_assert_str_eq(cell[2].failed, "build made 123, natively it makes 1234");
}
END_TEST

/* Of another kind of cell, or not measured: nothing to compare with. */
START_TEST(without_a_native_run_nothing_is_compared)
{
	struct cell cell[2];
	struct bench bench = {.cell = cell, .cells = 2, .machine = "a machine"};

	made(&cell[0], "native", "1234");
	made(&cell[1], "linux", "123");
	cell[0].what = PROGRAMS_FULL;
	ck_assert_int_eq(bench_compare(&bench), 0);
	cell[0].what = PROGRAMS;
	cell[0].figures = 0;
	ck_assert_int_eq(bench_compare(&bench), 0);
	ck_assert_str_eq(cell[1].failed, "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bench");
	TCase *tests = tcase_create("the file");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, make_place, remove_place);
	tcase_add_test(tests, figures_come_back);
	tcase_add_test(tests, another_key_has_no_figures);
	tcase_add_test(tests, a_file_that_is_none_has_no_figures);
	tcase_add_test(tests, a_place_that_is_not_there_is_an_error);
	tcase_add_test(tests, a_program_makes_the_same_everywhere);
	tcase_add_test(tests, without_a_native_run_nothing_is_compared);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
