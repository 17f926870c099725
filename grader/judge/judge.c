/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/judge/judge.h"

#include "grader/judge/probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <typetwo/machine.h>

#define LINE 240

const char *
status_name(enum status status)
{
	switch (status) {
	case STATUS_PASS:
		return "PASS";
	case STATUS_PART:
		return "PART";
	case STATUS_FAIL:
		return "FAIL";
	case STATUS_TIMEOUT:
		return "TIMEOUT";
	case STATUS_SKIP:
		return "SKIP";
	case STATUS_ERROR:
		return "GRADER ERROR";
	case STATUS_NOT_RUN:
		break;
	}
	return "NOT RUN";
}

/* Append to a text, after a separator if there is something already; cut at its size. */
__attribute__((format(printf, 4, 5))) static void
add(char *text, size_t size, const char *between, const char *format, ...)
{
	size_t used = strlen(text);
	va_list list;

	if (used)
		used += snprintf(text + used, size - used, "%s", between);
	if (used >= size)
		return;
	va_start(list, format);
	vsnprintf(text + used, size - used, format, list);
	va_end(list);
}

static void
say_expected(const struct test *test, const struct points *points, char *text, size_t size)
{
	char words[160];

	text[0] = '\0';
	if (test->reports)
		add(text, size, ", ", "all checks pass");
	add(text, size, ", ", "status %d", test->status);
	for (int i = 0; i < 2; i++)
		if (test->text[i])
			add(text, size, ", ", "\"%s\" on the console", test->text[i]);
	for (int i = 0; i < points->measures; i++) {
		measure_words(&points->measure[i], BAND_FULL, words, sizeof(words));
		add(text, size, ", ", "%s", words);
	}
	if (test->or_killed)
		add(text, size, ", ", "or the machine is killed for a \"%s\"", test->or_killed);
}

/* What the Host itself needs for the same, if that was measured beside it. */
static const struct metric *
native(const struct report *report)
{
	for (int i = 0; i < report->metrics; i++)
		if (strncmp(report->metric[i].name, "native-", 7) == 0)
			return &report->metric[i];
	return NULL;
}

/* What was measured; a figure that two claims are about is said once. */
static void
say_measured(const struct points *points, int which, const struct report *report, char *note,
	size_t size)
{
	const struct measure *measure = &points->measure[which];
	const struct metric *beside = native(report);
	const char *other = measure->other;
	double got = report_metric(report, measure->metric), compared;
	bool said = false;

	for (int i = 0; i < which; i++)
		said |= strcmp(points->measure[i].metric, measure->metric) == 0;
	if (!*other && beside)
		other = beside->name;
	compared = report_metric(report, other);
	if (got < 0 || (*measure->other && compared < 0)) {
		add(note, size, "; ", "%s was not measured", got < 0 ? measure->metric : other);
		return;
	}
	if (!said)
		add(note, size, "; ", "%s %.0f instructions", measure->metric, got);
	if (compared > 0)
		add(note, size, "; ", "%s %.0f, %.1f times that", other, compared, got / compared);
}

/* What is between this band and the next better one. */
static void
say_next(const struct points *points, enum band band, const struct report *report,
	struct result *result)
{
	int next = band == BAND_NONE ? points->bands - 1 : (int)band - 1;
	char *text = result->next, words[160];
	size_t size = sizeof(result->next);

	if (points->bands > 1)
		add(text, size, "", "%s, worth %d, needs ", band_name(next), points->given[next]);
	else
		add(text, size, "", "it needs ");
	for (int i = 0, said = 0; i < points->measures; i++) {
		if (measure_band(&points->measure[i], points->bands, report) <= (enum band)next)
			continue;
		measure_words(&points->measure[i], next, words, sizeof(words));
		add(text, size, "", "%s%s", said++ ? " and " : "", words);
	}
}

/* Right is not enough for all points where a test measures.  The worst figure decides. */
static void
weigh(const struct points *points, const struct report *report, struct result *result)
{
	enum band worst = BAND_FULL;

	for (int i = 0; i < points->measures; i++) {
		enum band band = measure_band(&points->measure[i], points->bands, report);

		if (band > worst)
			worst = band;
		say_measured(points, i, report, result->note, sizeof(result->note));
	}
	result->banded = points->bands > 1;
	result->band = worst;
	if (worst == BAND_FULL) {
		result->status = STATUS_PASS;
		result->points = points->given[BAND_FULL];
		return;
	}
	say_next(points, worst, report, result);
	if (worst == BAND_NONE) {
		result->status = STATUS_FAIL;
		snprintf(result->came, sizeof(result->came), "%s", result->note);
		return;
	}
	result->status = STATUS_PART;
	result->points = points->given[worst];
}

/* Add the line of the console that has text in it. */
static bool
quote(const struct log *console, const char *text, struct result *result)
{
	char line[LINE];

	if (!log_line(console, text, line, sizeof(line)))
		return false;
	add(result->came, sizeof(result->came), "\n", "%s", line);
	return true;
}

static void
say_report(const struct test *test, const struct report *report, struct result *result)
{
	char *came = result->came;
	size_t size = sizeof(result->came);

	if (report->fails)
		add(came, size, "\n", "check %s%s", report->fail,
			report->fails > 1 ? " (and more)" : "");
	else if (report->asks == 0)
		add(came, size, "\n", "nothing was reported");
	else if (report->wrong[0])
		add(came, size, "\n", "%s", report->wrong);
	else if (report->dones < test->reports)
		add(came, size, "\n", "no \"done\" after %d checks%s", report->checks,
			report->asks < test->reports ? ", and not everyone reported" : "");
	else if (report->dones > test->reports || report->asks > report->dones)
		add(came, size, "\n", "more than %d reported", test->reports);
	else
		add(came, size, "\n", "no checks at all");
	if (report->strangers)
		add(came, size, "\n", "lines without this run's nonce do not count: %.60s",
			report->stranger);
}

static bool
report_good(const struct test *test, const struct report *report)
{
	if (!test->reports)
		return true;
	return report->fails == 0 && !report->wrong[0] && report->asks == test->reports &&
	       report->dones == test->reports && report->passes + report->metrics > 0;
}

static bool
killed_as_well(const struct test *test, const struct outcome *outcome)
{
	char reason[80], line[LINE];

	if (!test->or_killed || outcome->status != TT_STATUS_KILLED || !outcome->report.asks ||
		outcome->report.fails)
		return false;
	snprintf(reason, sizeof(reason), "vmm: machine killed: %s", test->or_killed);
	return log_line(&outcome->console, reason, line, sizeof(line));
}

/* What is wrong with what the guest and its launcher did.  true if nothing is. */
static bool
look_at_end(const struct test *test, const struct outcome *outcome, struct result *result)
{
	const struct report *report = &outcome->report;
	char *came = result->came, line[LINE];
	size_t size = sizeof(result->came);
	bool good = true;

	if (outcome->status != test->status) {
		add(came, size, "\n", "status %d", outcome->status);
		good = false;
	}
	if (test->begins && !report->asks) {
		add(came, size, "\n", "the guest did not begin");
		good = false;
	}
	if (!report_good(test, report)) {
		say_report(test, report, result);
		good = false;
	}
	for (int i = 0; i < 2; i++) {
		if (!test->text[i] ||
			log_line(&outcome->console, test->text[i], line, sizeof(line)))
			continue;
		add(came, size, "\n", "\"%s\" did not come", test->text[i]);
		good = false;
	}
	return good;
}

/* All that is wrong with a test that came to its end.  true if nothing is. */
static bool
look(const struct test *test, const struct outcome *outcome, struct result *result)
{
	char *came = result->came;
	size_t size = sizeof(result->came);
	bool good = killed_as_well(test, outcome) || look_at_end(test, outcome, result);

	if (outcome->damage) {
		add(came, size, "\n", "the Host was damaged: %s",
			outcome->crash[0] ? outcome->crash : "it does not say by what");
		good = false;
	}
	if (outcome->left > 0) {
		add(came, size, "\n", "%d process(es) of the machine were left behind",
			outcome->left);
		good = false;
	}
	return good;
}

/* Finds "labN.M is not written yet"; the hole and the line go into the result. */
static bool
find_hole(const struct log *console, struct result *result)
{
	char line[LINE], *at;
	int lab, hole;

	if (!log_line(console, " is not written yet: ", line, sizeof(line)))
		return false;
	at = strstr(line, "lab");
	if (!at || sscanf(at, "lab%2d.%2d is not", &lab, &hole) != 2)
		return false;
	snprintf(result->hole, sizeof(result->hole), "lab%d.%d", lab, hole);
	snprintf(result->came, sizeof(result->came), "%s", at);
	return true;
}

static void
failed(const struct test *test, const struct outcome *outcome, struct result *result)
{
	const struct log *console = &outcome->console;
	char *came = result->came;
	size_t size = sizeof(result->came);

	result->status = outcome->timed_out || outcome->hung ? STATUS_TIMEOUT : STATUS_FAIL;
	if (!outcome->ended) {
		came[0] = '\0';
		if (outcome->fault[0]) {
			add(came, size, "\n", "the machine broke down while this test ran: %.400s",
				outcome->fault);
			return;
		}
		if (outcome->flooded) {
			result->status = STATUS_FAIL;
			add(came, size, "\n",
				"there was no end to what it wrote on its serial lines");
			return;
		}
		if (outcome->hung) {
			add(came, size, "\n", "the Host does not answer any more%s%s",
				outcome->crash[0] ? "; " : "", outcome->crash);
			return;
		}
		if (outcome->crash[0]) {
			result->status = STATUS_FAIL;
			add(came, size, "\n", "the Host crashed: %s", outcome->crash);
			return;
		}
		if (outcome->idle)
			add(came, size, "\n",
				"no end: the Host has nothing left to do, somebody waits for ever");
		else if (outcome->timed_out)
			add(came, size, "\n", "no end after %.0f seconds", outcome->seconds);
		else
			add(came, size, "\n", "the Host was gone before the test ended");
		if (test->reports)
			say_report(test, &outcome->report, result);
	}
	/* What the test's own script says, and the Monitor's last words. */
	quote(console, "grade: ", result);
	quote(console, "vmm: ", result);
}

static void
consider(const struct test *test, const struct points *points, const struct outcome *outcome,
	struct result *result)
{
	memset(result, 0, sizeof(*result));
	say_expected(test, points, result->expected, sizeof(result->expected));
	if (outcome->broken[0]) {
		result->status = STATUS_ERROR;
		snprintf(result->came, sizeof(result->came), "%s", outcome->broken);
		return;
	}
	if (!outcome->begun)
		return;
	if (outcome->ended && look(test, outcome, result)) {
		weigh(points, &outcome->report, result);
		return;
	}
	if (find_hole(&outcome->console, result)) {
		result->status = STATUS_FAIL;
		return;
	}
	failed(test, outcome, result);
}

/* A machine that lets everybody pass cannot show a fault, and its own is nobody's fault. */
static void
mind_the_machine(const struct outcome *outcome, struct result *result)
{
	char what[128];

	if (!outcome->unenforced || result->hole[0])
		return;
	probe_words(outcome->unenforced, what, sizeof(what));
	if (result->status == STATUS_PASS || result->status == STATUS_PART) {
		add(result->note, sizeof(result->note), "; ", "not enforced by %s: %s",
			outcome->machine, what);
	} else if (result->status == STATUS_FAIL || result->status == STATUS_TIMEOUT) {
		result->status = STATUS_SKIP;
		snprintf(result->came, sizeof(result->came),
			"it stands on %s, which %s does not enforce", what, outcome->machine);
	}
}

void
judge(const struct test *test, const struct points *points, const struct outcome *outcome,
	struct result *result)
{
	static const struct points none = {.bands = 1};

	consider(test, points ? points : &none, outcome, result);
	mind_the_machine(outcome, result);
}
