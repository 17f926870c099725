/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.c - any bytes on the verdict line, then, behind two bytes 0xff, any on the console; and
 * what the judge makes of both.
 *
 * The first byte says in what pieces the bytes come.  In a line, "@" at the start is the nonce: no
 * fuzzer guesses that.
 */
#define _GNU_SOURCE
#include "tests/fuzz/fuzz.h"

#include "grader/judge/judge.h"

#include <ctype.h>
#include <string.h>

static const struct points points = {.bands = 2,
	.given = {2, 1},
	.measure = {{.metric = "null-call",
		.kind = MEASURE_TIMES,
		.other = "native",
		.limit = {2, 3}}},
	.measures = 1};
static const struct test tests[] = {
	{.id = "checks", .reports = 1, .seconds = 1},
	{.id = "two", .reports = 2, .seconds = 1},
	{.id = "death", .begins = true, .status = 121, .text = {"vmm: machine killed: "}},
	{.id = "or-death", .reports = 1, .or_killed = "forbidden"},
};

static void
look_at_line(struct report *report, const char *text)
{
	struct report before = *report;
	char line[sizeof(report->nonce) + TT_VERDICT_LINE_MAX + 1];
	bool asks, known;

	must(strlen(text) < TT_VERDICT_LINE_MAX);
	for (const char *c = text; *c; c++)
		must(isprint((unsigned char)*c));
	snprintf(line, sizeof(line), "%s%s", *text == '@' ? report->nonce : "",
		text + (*text == '@'));
	line[TT_VERDICT_LINE_MAX - 1] = '\0';
	known = before.nonce[0] && strncmp(line, before.nonce, TT_NONCE_CHARS) == 0 &&
		line[TT_NONCE_CHARS] == ' ';
	asks = report_line(report, line);
	must(!asks || strcmp(line, "nonce?") == 0);
	must(asks == (strcmp(report->nonce, before.nonce) != 0));
	must(strlen(report->nonce) == (report->asks ? TT_NONCE_CHARS : 0));
	must(report->dones <= report->asks && report->metrics <= METRICS_MAX);
	must(known || (report->passes == before.passes && report->fails == before.fails &&
			      report->metrics == before.metrics && report->dones == before.dones));
	must(!before.done || asks ||
		(report->passes == before.passes && report->fails == before.fails &&
			report->metrics == before.metrics && report->dones == before.dones));
	must(!known || !before.done || report->wrong[0]);
	must(known || asks || report->wrong[0] || report->strangers == before.strangers + 1);
	for (int i = 0; i < report->metrics; i++) {
		const struct metric *metric = &report->metric[i];

		must(*metric->name && strlen(metric->name) < sizeof(metric->name));
		must(metric->operations > 0 && metric->instructions >= 0);
	}
}

static void
look_at_result(const struct test *test, const struct outcome *outcome)
{
	const struct report *report = &outcome->report;
	struct result result;
	bool good;

	judge(test, &points, outcome, &result);
	good = result.status == STATUS_PASS || result.status == STATUS_PART;
	must(result.points >= 0 && result.points <= 2 && (good || !result.points));
	must(!good || outcome->ended);
	if (good && !test->or_killed) {
		must(outcome->status == test->status && !outcome->left && !outcome->damage);
		must(!test->reports ||
			(report->asks == test->reports && report->dones == test->reports &&
				!report->fails && !report->wrong[0]));
		must(!test->begins || report->asks);
	}
	must(good || test->or_killed || result.came[0]);
	must(strlen(result.came) < sizeof(result.came));
	for (const char *c = result.came; *c; c++)
		must(*c == '\n' || isprint((unsigned char)*c));
	for (const char *c = result.note; *c; c++)
		must(isprint((unsigned char)*c));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome outcome = {.begun = true, .machine = "a machine", .console.fd = -1};
	struct lines lines = {0};
	const char *at = (const char *)data + 1, *end = (const char *)data + size, *console;
	size_t piece;

	if (size == 0)
		return 0;
	piece = *data % 16 ? *data % 16 : size;
	console = memmem(at, size - 1, "\xff\xff", 2);
	if (log_open(&outcome.console, "/dev/null") < 0)
		abort();
	if (console)
		log_add(&outcome.console, console + 2, end - console - 2);
	while (at < (console ? console : end)) {
		size_t left = (console ? console : end) - at, n = left < piece ? left : piece;
		const char *next = at + n;

		while (lines_next(&lines, &at, &n))
			look_at_line(&outcome.report, lines.text);
		must(n == 0 && at == next);
	}
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		for (int ended = 0; ended < 4; ended++) {
			outcome.ended = ended;
			outcome.status = ended == 2 ? 121 : 0;
			outcome.damage = ended == 3;
			look_at_result(&tests[i], &outcome);
		}
	log_free(&outcome.console);
	return 0;
}
