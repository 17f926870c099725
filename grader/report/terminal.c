/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * terminal.c - for a person: a line for a test that passes, a block for one that does not.  The
 * many tests of one kind, forbidden-*, share a line as long as they pass, unless the results are
 * verbose.
 *
 * Every status is said by its name.  A score is shown only when every test was graded; skipped
 * points are taken off what can be reached, and named.
 */
#include "grader/report/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDED "forbidden-"
#define RED "31"
#define GREEN "32"

/* In colour where a terminal shows it, and nobody has asked for none (https://no-color.org). */
static void
coloured(FILE *file, const char *colour, const char *text)
{
	const char *none = getenv("NO_COLOR");

	if (isatty(fileno(file)) && !(none && none[0]))
		fprintf(file, "\033[%sm%s\033[0m", colour, text);
	else
		fprintf(file, "%s", text);
}

static bool
folds(const struct results *results, const struct row *row)
{
	return !results->verbose && row->result.status == STATUS_PASS &&
	       strncmp(row->test->id, FOLDED, strlen(FOLDED)) == 0;
}

/* One line for the tests of a kind that have passed one after the other, up to the one before row.
 */
static void
print_folded(const struct results *results, const struct row *row, FILE *file)
{
	double seconds = 0;
	int count = 0;

	if (row-- == results->row || !folds(results, row))
		return;
	for (; row >= results->row && folds(results, row); row--, count++)
		seconds += row->outcome.seconds;
	fprintf(file, FOLDED "*: ");
	coloured(file, GREEN, "OK");
	fprintf(file, " (%.1fs)  %d tests%s\n", seconds, count,
		results->about ? "" : "; V=1 shows each");
}

static void
indented(FILE *file, const char *label, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		fprintf(file, "    %-10s%.*s\n", label, (int)n, text);
		label = "";
		text += n + (text[n] == '\n');
	}
}

/* The command that shows a failed test again. */
static void
print_again(const struct results *results, const struct test *test, FILE *file)
{
	const char *forced = results->machine;

	if (results->about) {
		fprintf(file, "    %-10smake grade SUBMISSION=... TESTS=%s\n", "again:", test->id);
		return;
	}
	fprintf(file, "    %-10smake grade LAB=%d TREE=%s%s%s%s%s TESTS=%s\n",
		"again:", results->lab->number, results->tree, results->base[0] ? " BASE=" : "",
		results->base, forced ? " MACHINE=" : "", forced ? forced : "", test->id);
	if (!test->guest || test->script)
		return;
	fprintf(file, "    %-10smake run LAB=%d TREE=%s%s%s%s GUEST=%s",
		"by hand:", results->lab->number, results->tree, results->base[0] ? " BASE=" : "",
		results->base,
		strcmp(row_machine(results, test), "bochs") == 0 ? " MACHINE=bochs" : "",
		test->guest);
	if (test->args)
		fprintf(file, " ARGS=\"%s\"", test->args);
	if (test->options)
		fprintf(file, " VMM_OPTS=\"%s\"", test->options);
	fprintf(file, "\n");
}

/* What is right; the points, and the way to more of them, where that is not all. */
static void
print_good(const struct row *row, FILE *file)
{
	const struct result *result = &row->result;
	bool part = result->status == STATUS_PART;

	fprintf(file, "%s: ", row->test->id);
	coloured(file, GREEN, part ? status_name(result->status) : "OK");
	fprintf(file, " (%.1fs)%s", row->outcome.seconds, result->note[0] ? "  " : "");
	if (part)
		fprintf(file, "%d of %d points, ", result->points, row_worth(row));
	if (result->banded)
		fprintf(file, "%s: ", band_name(result->band));
	fprintf(file, "%s\n", result->note);
	indented(file, "next:", result->next);
}

void
terminal_row(const struct results *results, const struct row *row, FILE *file)
{
	const struct result *result = &row->result;
	const struct test *test = row->test;

	if (folds(results, row))
		return;
	print_folded(results, row, file);
	switch (result->status) {
	case STATUS_PASS:
	case STATUS_PART:
		print_good(row, file);
		return;
	case STATUS_SKIP:
		fprintf(file, "%s: SKIP (%s)\n", test->id, result->came);
		return;
	case STATUS_ERROR:
		fprintf(file, "%s: GRADER ERROR\n", test->id);
		indented(file, "reason:", result->came);
		if (row->log[0])
			indented(file, "console:", row->log);
		return;
	case STATUS_NOT_RUN:
		fprintf(file, "%s: NOT RUN\n", test->id);
		return;
	case STATUS_FAIL:
	case STATUS_TIMEOUT:
		break;
	}
	fprintf(file, "%s: ", test->id);
	coloured(file, RED, status_name(result->status));
	fprintf(file, " (%.1fs)\n", row->outcome.seconds);
	indented(file, "test:", test->title);
	if (!result->hole[0])
		indented(file, "expected:", result->expected);
	indented(file, result->hole[0] ? "hole:" : "came:", result->came);
	if (!result->hole[0] && test->hole)
		fprintf(file, "    %-10shole %s; another may be at fault, too\n",
			"about:", test->hole);
	indented(file, "next:", result->next);
	if (row->log[0])
		indented(file, "console:", row->log);
	print_again(results, test, file);
}

/* What the machines make of a protection, so that nobody takes a pass for more than it is. */
static void
print_machines(const struct results *results, FILE *file)
{
	for (int i = 0; i < SEEN_MAX && results->seen[i].machine; i++) {
		const struct seen *seen = &results->seen[i];
		char words[128];

		fprintf(file, "%s, %d boot%s: ", seen->machine, seen->boots,
			seen->boots == 1 ? "" : "s");
		probe_words(seen->probe.enforced, words, sizeof(words));
		fprintf(file, "enforces %s", words[0] ? words : "nothing that was probed");
		probe_words(seen->probe.not_enforced, words, sizeof(words));
		fprintf(file, "%s%s\n", words[0] ? "; does not enforce " : "", words);
	}
}

void
terminal_begin(const struct results *results, FILE *file)
{
	fprintf(file, "== lab%d: %s%s%s ==\n", results->lab->number, results->lab->title,
		results->base[0] ? "; base: " : "", results->base);
	if (results->whose[0])
		fprintf(file, "%s\n", results->whose);
}

void
terminal_end(const struct results *results, FILE *file)
{
	struct total total = results_total(results);

	print_folded(results, results->row + results->rows, file);
	if (total.errors) {
		fprintf(file,
			"GRADER ERROR: %d test(s) could not be graded, so there is no score.\n",
			total.errors);
		return;
	}
	print_machines(results, file);
	if (results->base[0])
		fprintf(file, "base: %s; the labs before lab %d are not graded here\n",
			results->base, results->lab->number);
	if (results->filter[0])
		fprintf(file, "%d of %zu chosen tests pass.\n", total.passed, results->rows);
	else if (total.skipped)
		fprintf(file, "Score: %d/%d (%d points were skipped)\n", total.points, total.max,
			total.skipped);
	else
		fprintf(file, "Score: %d/%d\n", total.points, total.max);
}

static int
write_all(const struct results *results, FILE *file)
{
	terminal_begin(results, file);
	for (size_t i = 0; i < results->rows; i++)
		terminal_row(results, &results->row[i], file);
	terminal_end(results, file);
	return 1;
}

const struct format report_terminal = {
	.name = "terminal",
	.what = "what the terminal shows",
	.write = write_all,
};
