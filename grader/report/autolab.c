/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * autolab.c - Autolab: one line, which has to be the last of standard output.
 *
 * A hole is a problem of the assessment, "lab2.1" with its points.  Autolab has numbers and nothing
 * else, so FAIL, TIMEOUT and SKIP are told apart only in what the terminal shows above.  A hole
 * with a GRADER ERROR among its tests is left out: Autolab touches no score that is not named.  If
 * that leaves no hole at all, Autolab calls the line an error and keeps every older score.  There
 * is a place on the scoreboard for a score only.
 *
 * Autolab puts quotes around every word before a colon, so there must be none in a text.
 */
#include "grader/report/report.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

/* The points of a hole, or -1 if one of its tests was not graded. */
static int
hole_points(const struct results *results, const char *hole)
{
	int points = 0;

	for (size_t i = 0; i < results->rows; i++) {
		const struct row *row = &results->row[i];

		if (!row->test->hole || strcmp(row->test->hole, hole) != 0 || !row_worth(row))
			continue;
		if (!row_graded(row) && row->result.status != STATUS_SKIP)
			return -1;
		points += row->result.points;
	}
	return points;
}

static int
write_all(const struct results *results, FILE *file)
{
	struct total total = results_total(results);
	json_t *scores = json_object(), *root;
	int bad;

	for (size_t i = 0; i < results->rows; i++) {
		const struct test *test = results->row[i].test;
		int points = test->hole && row_worth(&results->row[i])
				     ? hole_points(results, test->hole)
				     : -1;

		if (points >= 0 && !json_object_get(scores, test->hole))
			json_object_set_new(scores, test->hole, json_integer(points));
	}
	root = json_pack("{s:o}", "scores", scores);
	if (root && results_scored(results))
		json_object_set_new(root, "scoreboard", json_pack("[i]", total.points));
	if (!root) {
		errno = ENOMEM;
		return -1;
	}
	bad = json_dumpf(root, file, JSON_COMPACT) < 0 || fputc('\n', file) < 0;
	json_decref(root);
	return bad ? -1 : 1;
}

const struct format report_autolab = {
	.name = "autolab",
	.what = "Autolab's line of scores; to - for standard output",
	.gradebook = true,
	.write = write_all,
};
