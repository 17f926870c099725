/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * classroom.c - GitHub Classroom: what a test runner hands to the grading reporter, which
 * adds up the scores of "tests" and shows them beside "max_score".
 *
 * A status there is pass, fail or error.  FAIL and TIMEOUT are fail, and the message begins with
 * that word; so does PART, whose score is above 0.  Error is a test without a verdict: a SKIP,
 * whose points are not in max_score, and a GRADER ERROR.  After one of the latter max_score is 0
 * and the whole is an error: the reporter enters no points then, and leaves those that there are.
 */
#include "grader/report/report.h"

#include <errno.h>
#include <jansson.h>

static const char *
word(enum status status)
{
	switch (status) {
	case STATUS_PASS:
		return "pass";
	case STATUS_PART:
	case STATUS_FAIL:
	case STATUS_TIMEOUT:
		return "fail";
	default:
		return "error";
	}
}

static json_t *
one(const struct results *results, const struct row *row)
{
	char message[MESSAGE_MAX], text[MESSAGE_MAX + 512], again[160];

	row_message(row, message);
	snprintf(text, sizeof(text), "%s: %s\n%s", status_name(row->result.status),
		row->test->title, message);
	snprintf(again, sizeof(again), "make grade LAB=%d TESTS=%s", results->lab->number,
		row->test->id);
	return json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:i, s:i}", "name", row->test->id,
		"status", word(row->result.status), "score", row->result.points, "message", text,
		"test_code", again, "filename", "", "line_no", 0, "duration",
		(int)(row->outcome.seconds * 1000));
}

static int
write_all(const struct results *results, FILE *file)
{
	struct total total = results_total(results);
	bool scored = results_scored(results);
	json_t *tests = json_array(), *root;
	int bad;

	for (size_t i = 0; i < results->rows; i++)
		json_array_append_new(tests, one(results, &results->row[i]));
	root = json_pack("{s:i, s:s, s:i, s:s*, s:o}", "version", 1, "status",
		!scored                     ? "error"
		: total.part + total.failed ? "fail"
					    : "pass",
		"max_score", scored ? total.max : 0, "submission",
		results->whose[0] ? results->whose : NULL, "tests", tests);
	if (!root) {
		errno = ENOMEM;
		return -1;
	}
	bad = json_dumpf(root, file, JSON_INDENT(1)) < 0 || fputc('\n', file) < 0;
	json_decref(root);
	return bad ? -1 : 1;
}

const struct format report_classroom = {
	.name = "classroom",
	.what = "GitHub Classroom's result of a test runner",
	.gradebook = true,
	.write = write_all,
};
