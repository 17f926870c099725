/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tap.c - the Test Anything Protocol, as prove and Jenkins read it.
 *
 * PART, FAIL and TIMEOUT are "not ok", and the comment below says which; SKIP is its directive,
 * with the reason.  TAP has no word for a grader that broke down: such a test is a skipped one,
 * since it did not fail, and at the end the whole run is called off with "Bail out!", since it is
 * no success either.
 */
#include "grader/report/report.h"

#include <string.h>

/* A # would begin a directive, and a newline another line of the protocol. */
static void
escaped(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			fputc('\\', file);
		fputc(*text == '\n' ? ' ' : *text, file);
	}
}

static void
comment(FILE *file, const char *label, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		fprintf(file, "# %s%.*s\n", label, (int)n, text);
		text += n + (text[n] == '\n');
		label = "  ";
	}
}

static void
line(const struct row *row, size_t number, FILE *file)
{
	enum status status = row->result.status;
	bool bad = status == STATUS_PART || status == STATUS_FAIL || status == STATUS_TIMEOUT;
	char text[MESSAGE_MAX];

	row_message(row, text);
	fprintf(file, "%s %zu - ", bad ? "not ok" : "ok", number);
	escaped(file, row->test->id);
	if (bad) {
		fprintf(file, "\n# %s: ", status_name(status));
		fprintf(file, "%s\n", row->test->title);
		comment(file, "  ", text);
		return;
	}
	if (status != STATUS_PASS) {
		fputs(" # SKIP ", file);
		if (status != STATUS_SKIP)
			fprintf(file, "%s: ", status_name(status));
		escaped(file, text);
	}
	fputc('\n', file);
	if (status == STATUS_PASS)
		comment(file, "", text);
}

static int
write_all(const struct results *results, FILE *file)
{
	struct total total = results_total(results);

	fprintf(file, "TAP version 13\n1..%zu\n# lab %d: %s\n", results->rows, results->lab->number,
		results->lab->title);
	if (results->whose[0])
		comment(file, "", results->whose);
	for (size_t i = 0; i < results->rows; i++)
		line(&results->row[i], i + 1, file);
	if (results_scored(results))
		fprintf(file, "# score: %d of %d\n", total.points, total.max);
	if (total.errors)
		fprintf(file, "Bail out!  GRADER ERROR: %d test(s) could not be graded\n",
			total.errors);
	return 1;
}

const struct format report_tap = {
	.name = "tap",
	.what = "the Test Anything Protocol",
	.write = write_all,
};
