/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/report/results.h"

#include <stdio.h>
#include <string.h>

struct total
results_total(const struct results *results)
{
	struct total total = {0};

	for (size_t i = 0; i < results->rows; i++) {
		const struct row *row = &results->row[i];

		if (row->result.status == STATUS_SKIP)
			total.skipped += row_worth(row);
		total.max += row_max(row);
		total.points += row->result.points;
		total.seconds += row->outcome.seconds;
		switch (row->result.status) {
		case STATUS_PASS:
			total.passed++;
			break;
		case STATUS_PART:
			total.part++;
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

	return !results->filter[0] && total.errors == 0 && total.not_run == 0;
}

bool
row_graded(const struct row *row)
{
	return row->result.status != STATUS_NOT_RUN && row->result.status != STATUS_ERROR &&
	       row->result.status != STATUS_SKIP;
}

int
row_worth(const struct row *row)
{
	return row->points ? row->points->given[BAND_FULL] : 0;
}

int
row_max(const struct row *row)
{
	return row->result.status == STATUS_SKIP ? 0 : row_worth(row);
}

void
row_message(const struct row *row, char text[MESSAGE_MAX])
{
	const struct result *result = &row->result;

	if (result->status == STATUS_PASS || result->status == STATUS_NOT_RUN)
		snprintf(text, MESSAGE_MAX, "%s", result->note);
	else if (result->status == STATUS_PART)
		snprintf(text, MESSAGE_MAX, "%s: %s\nnext: %s", band_name(result->band),
			result->note, result->next);
	else if (!row_graded(row) || result->hole[0] || !result->expected[0])
		snprintf(text, MESSAGE_MAX, "%s", result->came);
	else
		snprintf(text, MESSAGE_MAX, "expected: %s\ncame: %s%s%s", result->expected,
			result->came, result->next[0] ? "\nnext: " : "", result->next);
}

const char *
row_machine(const struct results *results, const struct test *test)
{
	return results->machine ? results->machine : test->machine ? test->machine : "qemu";
}

void
results_see(struct results *results, const char *machine, const struct probe *probe)
{
	for (int i = 0; i < SEEN_MAX; i++) {
		struct seen *seen = &results->seen[i];

		if (seen->machine && strcmp(seen->machine, machine) != 0)
			continue;
		seen->machine = machine;
		seen->boots++;
		seen->probe.enforced |= probe->enforced;
		seen->probe.not_enforced |= probe->not_enforced;
		return;
	}
}

/* ---- text ---- */

/*
 * The bytes of the character at the start of text, or 0 if they are none that every format can
 * carry: XML has neither control characters nor U+FFFE, and a terminal obeys U+0080 to U+009F.
 */
static int
character(const unsigned char *text)
{
	static const unsigned int least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned int c = text[0];
	int n = c < 0x80 ? 1 : c >= 0xc0 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : 4;

	if (n == 1)
		return c == '\n' || (c >= ' ' && c != 0x7f);
	if (c < 0xc0 || c > 0xf7)
		return 0;
	c &= 0x7f >> n;
	for (int i = 1; i < n; i++) {
		if ((text[i] & 0xc0) != 0x80) /* the end of text, too */
			return 0;
		c = c << 6 | (text[i] & 0x3f);
	}
	if (c < least[n] || c < 0xa0 || (c >= 0xd800 && c < 0xe000) || (c & 0xfffe) == 0xfffe ||
		c > 0x10ffff)
		return 0;
	return n;
}

void
text_clean(char *text)
{
	while (*text) {
		int n = character((unsigned char *)text);

		if (n == 0)
			*text = *text == '\t' ? ' ' : '?';
		text += n ? n : 1;
	}
}

void
results_clean(struct results *results)
{
	text_clean(results->tree);
	text_clean(results->filter);
	for (size_t i = 0; i < results->rows; i++) {
		struct row *row = &results->row[i];

		text_clean(row->log);
		text_clean(row->result.hole);
		text_clean(row->result.expected);
		text_clean(row->result.came);
		text_clean(row->result.note);
		text_clean(row->result.next);
		for (int m = 0; m < row->outcome.report.metrics; m++)
			text_clean(row->outcome.report.metric[m].name);
	}
}
