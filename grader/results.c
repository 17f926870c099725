/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "results.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct total
results_total(const struct results *results)
{
	struct total total = {0};

	for (size_t i = 0; i < results->rows; i++) {
		const struct row *row = &results->row[i];

		if (row->result.status == STATUS_SKIP)
			total.skipped += row->test->points;
		else
			total.max += row->test->points;
		total.points += row->result.points;
		switch (row->result.status) {
		case STATUS_PASS:
			total.passed++;
			break;
		case STATUS_FAIL:
		case STATUS_TIMEOUT:
			total.failed++;
			break;
		case STATUS_SKIP:
			total.skips++;
			break;
		case STATUS_ERROR:
			total.errors++;
			break;
		case STATUS_NOT_RUN:
			total.not_run++;
			break;
		}
	}
	return total;
}

bool
results_scored(const struct results *results)
{
	struct total total = results_total(results);

	return !results->filter && total.errors == 0 && total.not_run == 0;
}

void
results_see(struct results *results, const struct boot *boot)
{
	for (int i = 0; i < SEEN_MAX; i++) {
		struct seen *seen = &results->seen[i];

		if (seen->kind && seen->kind != boot->kind)
			continue;
		seen->kind = boot->kind;
		seen->boots++;
		seen->probe.enforced |= boot->probe.enforced;
		seen->probe.not_enforced |= boot->probe.not_enforced;
		return;
	}
}

static json_t *
machines_seen(const struct results *results)
{
	json_t *all = json_object();

	for (int i = 0; i < SEEN_MAX && results->seen[i].kind; i++) {
		const struct seen *seen = &results->seen[i];
		char enforced[128], not_enforced[128];

		probe_words(seen->probe.enforced, enforced, sizeof(enforced));
		probe_words(seen->probe.not_enforced, not_enforced, sizeof(not_enforced));
		json_object_set_new(all, seen->kind->name,
			json_pack("{s:i, s:s, s:s}", "boots", seen->boots, "enforced", enforced,
				"not-enforced", not_enforced));
	}
	return all;
}

/* What a person reads: what was expected, and what came. */
static json_t *
message(const struct result *result)
{
	char text[sizeof(result->expected) + sizeof(result->came) + 32];

	if (result->status == STATUS_PASS || result->status == STATUS_NOT_RUN)
		return json_string(result->note);
	if (result->status == STATUS_SKIP || result->status == STATUS_ERROR || result->hole[0])
		return json_string(result->came);
	snprintf(text, sizeof(text), "expected: %s\ncame: %s", result->expected, result->came);
	return json_string(text);
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
	bool graded = result->status != STATUS_NOT_RUN && result->status != STATUS_ERROR &&
		      result->status != STATUS_SKIP;

	return json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:o, s:i, s:o, s:o, s:f, s:s?, s:o}", "id",
		test->id, "title", test->title, "hole", test->hole, "machine", row->outcome.machine,
		"status", status_name(result->status), "points",
		graded ? json_integer(result->points) : json_null(), "max", test->points, "message",
		message(result), "log", row->log[0] ? json_string(row->log) : json_null(),
		"seconds", row->outcome.seconds, "reached", result->hole[0] ? result->hole : NULL,
		"counts", counts(&row->outcome.report));
}

int
results_write(const struct results *results, const char *path)
{
	struct total total = results_total(results);
	json_t *tests = json_array(), *root;
	char temporary[PATH_MAX + 8];
	FILE *file;
	int bad;

	for (size_t i = 0; i < results->rows; i++)
		json_array_append_new(tests, one(&results->row[i]));
	root = json_pack("{s:i, s:s, s:s, s:s?, s:b, s:o, s:i, s:o, s:o}", "lab",
		results->lab->number, "title", results->lab->title, "tree", results->tree, "filter",
		results->filter, "complete", total.not_run == 0, "score",
		results_scored(results) ? json_integer(total.points) : json_null(), "max",
		total.max, "machines", machines_seen(results), "tests", tests);
	if (!root) {
		errno = ENOMEM;
		return -1;
	}
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	file = fopen(temporary, "we");
	bad = !file || json_dumpf(root, file, JSON_INDENT(1)) < 0 || fputc('\n', file) < 0;
	json_decref(root);
	if (file && fclose(file) != 0)
		bad = 1;
	if (!bad && rename(temporary, path) == 0)
		return 0;
	bad = errno;
	unlink(temporary);
	errno = bad;
	return -1;
}
