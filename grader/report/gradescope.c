/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gradescope.c - Gradescope's results.json.
 *
 * Gradescope knows tests that passed and that failed, and no others.  FAIL and TIMEOUT are failed,
 * and the output begins with that word.  A test with a part of its points has no status, so that
 * Gradescope goes by the points; a skipped one has neither a status nor points to get.
 * Gradescope takes a test or a submission without a score for a zero, or refuses the file, so after
 * a GRADER ERROR none is written: then it tells the student that the autograder failed, asks for
 * the course staff, and enters nothing.
 *
 * All text is shown as it is ("text"): nothing that came from a student's program is markup.
 */
#include "grader/report/report.h"

#include <errno.h>
#include <jansson.h>

static json_t *
one(const struct row *row, size_t number)
{
	const struct test *test = row->test;
	char message[MESSAGE_MAX], output[MESSAGE_MAX + 512], index[24];
	json_t *json;

	row_message(row, message);
	snprintf(output, sizeof(output), "%s: %s\n%s", status_name(row->result.status), test->title,
		message);
	snprintf(index, sizeof(index), "%zu", number);
	json = json_pack("{s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:[s], s:{s:s}}", "score",
		row->result.points, "max_score", row_max(row), "name", test->id, "name_format",
		"text", "number", index, "output", output, "output_format", "text", "visibility",
		"visible", "tags", test->hole ? test->hole : "no-hole", "extra_data", "status",
		status_name(row->result.status));
	if (row_graded(row) && row->result.status != STATUS_PART)
		json_object_set_new(json, "status",
			json_string(row->result.status == STATUS_PASS ? "passed" : "failed"));
	return json;
}

/* What was measured, where it gave points: the fewer instructions, the higher up. */
static json_t *
leaderboard(const struct results *results, const struct total *total)
{
	json_t *board = json_array();

	json_array_append_new(
		board, json_pack("{s:s, s:i}", "name", "points", "value", total->points));
	for (size_t i = 0; i < results->rows; i++) {
		const struct row *row = &results->row[i];
		const struct measure *measure;

		if (!row->points || !row->points->measures || !row->result.points)
			continue;
		measure = &row->points->measure[0];
		if (measure->kind != MEASURE_MOST)
			continue;
		json_array_append_new(board,
			json_pack("{s:s, s:I, s:s}", "name", row->test->id, "value",
				(json_int_t)report_metric(&row->outcome.report, measure->metric),
				"order", "asc"));
	}
	return board;
}

static int
write_all(const struct results *results, FILE *file)
{
	struct total total = results_total(results);
	json_t *tests = json_array(), *root;
	char words[200 + sizeof(results->whose)];
	int bad;

	if (!results_scored(results)) {
		json_decref(tests);
		return 0;
	}
	for (size_t i = 0; i < results->rows; i++)
		json_array_append_new(tests, one(&results->row[i], i + 1));
	snprintf(words, sizeof(words), "Lab %d, %s: %d of %d points%s.%s%s", results->lab->number,
		results->lab->title, total.points, total.max,
		total.skips ? "; some tests were skipped" : "", results->whose[0] ? "\n" : "",
		results->whose);
	root = json_pack("{s:i, s:f, s:s, s:s, s:s, s:s, s:{s:s, s:i}, s:o, s:o}", "score",
		total.points, "execution_time", total.seconds, "output", words, "output_format",
		"text", "visibility", "visible", "stdout_visibility", "hidden", "extra_data",
		"tree", results->tree, "skipped", total.skipped, "tests", tests, "leaderboard",
		leaderboard(results, &total));
	if (!root) {
		errno = ENOMEM;
		return -1;
	}
	bad = json_dumpf(root, file, JSON_INDENT(1)) < 0 || fputc('\n', file) < 0;
	json_decref(root);
	return bad ? -1 : 1;
}

const struct format report_gradescope = {
	.name = "gradescope",
	.what = "Gradescope's results.json",
	.gradebook = true,
	.write = write_all,
};
