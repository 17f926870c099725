/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "judge.h"

#include "probe.h"

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
say_limit(const struct limit *limit, char *text, size_t size)
{
	switch (limit->kind) {
	case LIMIT_NONE:
		break;
	case LIMIT_MOST:
		add(text, size, ", ", "%s at most %.0f instructions", limit->metric, limit->value);
		break;
	case LIMIT_TIMES:
		add(text, size, ", ", "%s at most %.2f times %s", limit->metric, limit->value,
			limit->other);
		break;
	case LIMIT_WITHIN:
		add(text, size, ", ", "%s within %.0f %% of %s", limit->metric, limit->value,
			limit->other);
		break;
	}
}

static void
say_expected(const struct test *test, char *text, size_t size)
{
	text[0] = '\0';
	if (test->reports)
		add(text, size, ", ", "all checks pass");
	add(text, size, ", ", "status %d", test->status);
	for (int i = 0; i < 2; i++)
		if (test->text[i])
			add(text, size, ", ", "\"%s\" on the console", test->text[i]);
	for (int i = 0; i < LIMITS_MAX; i++)
		say_limit(&test->limits[i], text, size);
	if (test->or_killed)
		add(text, size, ", ", "or the machine is killed for a \"%s\"", test->or_killed);
}

/* Whether a limit holds; what was measured goes into note. */
static bool
limit_holds(const struct limit *limit, const struct report *report, char *note, size_t size)
{
	double got, other, apart;

	if (limit->kind == LIMIT_NONE)
		return true;
	got = report_metric(report, limit->metric);
	other = limit->other ? report_metric(report, limit->other) : 0;
	apart = got > other ? got - other : other - got;
	if (got < 0 || other < 0) {
		add(note, size, "; ", "%s was not measured",
			got < 0 ? limit->metric : limit->other);
		return false;
	}
	add(note, size, "; ", "%s %.0f instructions", limit->metric, got);
	if (limit->other && other > 0)
		add(note, size, "; ", "%s %.0f, %.1f times that", limit->other, other, got / other);
	switch (limit->kind) {
	case LIMIT_MOST:
		return got <= limit->value;
	case LIMIT_TIMES:
		return got <= limit->value * other;
	case LIMIT_WITHIN:
		return apart <= other * limit->value / 100;
	case LIMIT_NONE:
		break;
	}
	return true;
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
	/* What was not even reported needs no word about its size. */
	if (good) {
		for (int i = 0; i < LIMITS_MAX; i++)
			good &= limit_holds(
				&test->limits[i], report, result->note, sizeof(result->note));
		if (!good)
			add(came, size, "\n", "%s", result->note);
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
		if (outcome->timed_out)
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
consider(const struct test *test, const struct outcome *outcome, struct result *result)
{
	memset(result, 0, sizeof(*result));
	say_expected(test, result->expected, sizeof(result->expected));
	if (outcome->broken[0]) {
		result->status = STATUS_ERROR;
		snprintf(result->came, sizeof(result->came), "%s", outcome->broken);
		return;
	}
	if (!outcome->begun)
		return;
	if (outcome->ended && look(test, outcome, result)) {
		result->status = STATUS_PASS;
		result->points = test->points;
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
	if (result->status == STATUS_PASS) {
		add(result->note, sizeof(result->note), "; ", "not enforced by %s: %s",
			outcome->machine, what);
	} else if (result->status == STATUS_FAIL || result->status == STATUS_TIMEOUT) {
		result->status = STATUS_SKIP;
		snprintf(result->came, sizeof(result->came),
			"it stands on %s, which %s does not enforce", what, outcome->machine);
	}
}

void
judge(const struct test *test, const struct outcome *outcome, struct result *result)
{
	consider(test, outcome, result);
	mind_the_machine(outcome, result);
}
