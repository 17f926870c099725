/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * figures.c - figures LAB RESULT.json: does the reference keep what the labs promise?
 *
 * It is held to its own figures, and leaves a tenth to every limit that gives a student full
 * points. Status 1, and a line, for the first that it does not keep.
 */
#include "grader/judge/points.h"

#include <err.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST(metric_, limit_)                                                \
	{                                                                    \
		.metric = metric_, .kind = MEASURE_MOST, .limit = { limit_ } \
	}
#define TIMES(name, limit_)                                                              \
	{                                                                                \
		.metric = "guest-" name, .kind = MEASURE_TIMES, .other = "native-" name, \
		.limit = {                                                               \
			limit_                                                           \
		}                                                                        \
	}
#define WITHIN(metric_, limit_, other_)                                                         \
	{                                                                                       \
		.metric = metric_, .kind = MEASURE_WITHIN, .other = other_, .limit = { limit_ } \
	}

static const struct {
	int lab;
	const char *test;
	struct measure measure;
} held[] = {
	{1, "cost-null-call", MOST("null-call", 20000)},
	{1, "cost-null-call-protected", MOST("null-call-16", 100000)},
	{2, "cost-null-call", MOST("null-call", 700)},
	{2, "cost-null-call-protected", MOST("null-call-16", 41000)},
	{3, "cost-null-call", MOST("null-call", 600)},
	{3, "cost-null-call-flat", WITHIN("null-call-4096", 2, "null-call-16")},
	{3, "cost-null-call-supervisor", MOST("null-call", 800)},
	{4, "cost-null-call", MOST("null-call", 600)},
	{4, "cost-page-fault", MOST("page-fault", 1000)},
	{4, "cost-switch", MOST("switch-4096", 1000)},
	{4, "cost-switch", WITHIN("switch-64", 1, "switch-1")},
	{4, "cost-switch", WITHIN("switch-4096", 1, "switch-1")},
	{4, "linux-cost", TIMES("getppid", 3.2)},
	{4, "linux-cost", TIMES("pipe", 1.5)},
	{4, "linux-cost", TIMES("fork", 1.5)},
	{4, "linux-cost", TIMES("page-fault", 1.6)},
	{4, "cost-null-call-fast", MOST("null-call", 120)},
	{4, "cost-page-fault-fast", MOST("page-fault", 420)},
	{4, "cost-switch-fast", MOST("switch-4096", 300)},
	{4, "cost-switch-fast", WITHIN("switch-64", 1, "switch-1")},
	{4, "cost-switch-fast", WITHIN("switch-4096", 1, "switch-1")},
	{4, "linux-cost-fast", TIMES("getppid", 0.9)},
	{4, "linux-cost-fast", TIMES("pipe", 1)},
	{4, "linux-cost-fast", TIMES("fork", 1.1)},
	{4, "linux-cost-fast", TIMES("page-fault", 1.15)},
};

/* What a test has measured, from the result's counts. */
static void
read_report(json_t *root, const char *test, struct report *report)
{
	json_t *one, *count;
	const char *name;
	size_t i;

	memset(report, 0, sizeof(*report));
	json_array_foreach(json_object_get(root, "tests"), i, one)
	{
		if (strcmp(json_string_value(json_object_get(one, "id")), test) != 0)
			continue;
		json_object_foreach(json_object_get(one, "counts"), name, count)
		{
			struct metric *metric = &report->metric[report->metrics++];

			snprintf(metric->name, sizeof(metric->name), "%s", name);
			metric->instructions =
				json_integer_value(json_object_get(count, "instructions"));
		}
	}
}

/* The limit, with so much of it to spare. */
static bool
keeps(json_t *root, const char *test, const struct measure *measure, double spare, char *why,
	size_t size)
{
	struct measure tighter = *measure;
	struct report report;
	char words[160];

	read_report(root, test, &report);
	/* 600 of 660 is a tenth, whatever doubles make of it. */
	tighter.limit[BAND_FULL] = measure->limit[BAND_FULL] / spare * (1 + 1e-9);
	if (measure_band(&tighter, 1, &report) == BAND_FULL)
		return true;
	measure_words(measure, BAND_FULL, words, sizeof(words));
	snprintf(why, size, "%s: %s, %.1f times better: it is %lld", test, words, spare,
		report_metric(&report, measure->metric));
	return false;
}

int
main(int argc, char **argv)
{
	const struct lab *table = argc == 3 ? lab_find(atoi(argv[1])) : NULL;
	char path[200], why[400] = "";
	struct points *points;
	json_error_t error;
	json_t *root;
	bool good = true;

	if (!table)
		errx(2, "usage: figures LAB RESULT.json");
	root = json_load_file(argv[2], 0, &error);
	if (!root)
		errx(2, "%s: %s", argv[2], error.text);
	for (size_t i = 0; good && i < sizeof(held) / sizeof(held[0]); i++)
		if (held[i].lab == table->number)
			good = keeps(root, held[i].test, &held[i].measure, 1, why, sizeof(why));

	snprintf(path, sizeof(path), "%s/points", table->handout);
	points = points_load(table, path, why, sizeof(why));
	if (!points)
		errx(2, "%s", why);
	for (size_t i = 0; good && i < table->count; i++)
		for (int m = 0; good && m < points[i].measures; m++)
			good = keeps(root, table->tests[i].id, &points[i].measure[m], 1.1, why,
				sizeof(why));
	if (!good)
		printf("%s\n", why);
	free(points);
	json_decref(root);
	return good ? 0 : 1;
}
