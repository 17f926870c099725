/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * json.c - all that is known, for programs.
 *
 * "status" is PASS, PART, FAIL, TIMEOUT, SKIP, GRADER ERROR or NOT RUN.  "points" is null where
 * there is no verdict, "score" where one is missing; "max" is without what was skipped.
 */
#include "grader/report/report.h"

#include <errno.h>
#include <jansson.h>

static json_t *
machines_seen(const struct results *results)
{
	json_t *all = json_object();

	for (int i = 0; i < SEEN_MAX && results->seen[i].machine; i++) {
		const struct seen *seen = &results->seen[i];
		char enforced[128], not_enforced[128];

		probe_words(seen->probe.enforced, enforced, sizeof(enforced));
		probe_words(seen->probe.not_enforced, not_enforced, sizeof(not_enforced));
		json_object_set_new(all, seen->machine,
			json_pack("{s:i, s:s, s:s}", "boots", seen->boots, "enforced", enforced,
				"not-enforced", not_enforced));
	}
	return all;
}

static json_t *
counts(const struct report *report)
{
	json_t *all = json_object();

	for (int i = 0; i < report->metrics; i++)
		json_object_set_new(all, report->metric[i].name,
			json_pack("{s:I, s:I}", "operations",
				(json_int_t)report->metric[i].operations, "instructions",
				(json_int_t)report->metric[i].instructions));
	return all;
}

static json_t *
one(const struct row *row)
{
	const struct test *test = row->test;
	const struct result *result = &row->result;
	char message[MESSAGE_MAX];

	row_message(row, message);
	return json_pack(
		"{s:s, s:s, s:s?, s:s?, s:s, s:o, s:i, s:s, s:s?, s:s?, s:s?, s:f, s:f, s:s?, s:o}",
		"id", test->id, "title", test->title, "hole", test->hole, "machine",
		row->outcome.machine, "status", status_name(result->status), "points",
		row_graded(row) ? json_integer(result->points) : json_null(), "max", row_worth(row),
		"message", message, "band",
		result->banded && row_graded(row) ? band_name(result->band) : NULL, "next",
		result->next[0] ? result->next : NULL, "log", row->log[0] ? row->log : NULL,
		"seconds", row->outcome.seconds, "cpu", row->outcome.cpu, "reached",
		result->hole[0] ? result->hole : NULL, "counts", counts(&row->outcome.report));
}

static int
write_all(const struct results *results, FILE *file)
{
	struct total total = results_total(results);
	json_t *tests = json_array(), *root;
	int bad;

	for (size_t i = 0; i < results->rows; i++)
		json_array_append_new(tests, one(&results->row[i]));
	root = json_pack("{s:s, s:i, s:s, s:s, s:s?, s:s?, s:b, s:o, s:i, s:o, s:O?, s:o}",
		"version", TYPETWO_VERSION, "lab", results->lab->number, "title",
		results->lab->title, "tree", results->tree, "base",
		results->base[0] ? results->base : NULL, "filter",
		results->filter[0] ? results->filter : NULL, "complete", total.not_run == 0,
		"score", results_scored(results) ? json_integer(total.points) : json_null(), "max",
		total.max, "machines", machines_seen(results), "submission", results->about,
		"tests", tests);
	if (!root) {
		errno = ENOMEM;
		return -1;
	}
	bad = json_dumpf(root, file, JSON_INDENT(1)) < 0 || fputc('\n', file) < 0;
	json_decref(root);
	return bad ? -1 : 1;
}

const struct format report_json = {
	.name = "json",
	.what = "all that is known, for programs",
	.write = write_all,
};
