/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/judge/verdict.h"

#include <ctype.h>
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

bool
lines_next(struct lines *lines, const char **bytes, size_t *n)
{
	while (*n) {
		unsigned char c = **bytes;

		(*bytes)++;
		(*n)--;
		if (c == '\n') {
			bool dropped = lines->dropping;

			lines->text[lines->used] = '\0';
			lines->used = 0;
			lines->dropping = false;
			if (!dropped)
				return true;
		} else if (lines->used == TT_VERDICT_LINE_MAX - 1) {
			lines->dropping = true;
		} else if (c != '\r') {
			lines->text[lines->used++] = isprint(c) ? c : '?';
		}
	}
	return false;
}

void
random_hex(char *text, size_t n)
{
	unsigned char raw[64];

	if (n > sizeof(raw) || getrandom(raw, n, 0) != (ssize_t)n)
		err(3, "no random numbers from the kernel");
	for (size_t i = 0; i < n; i++)
		sprintf(text + 2 * i, "%02x", raw[i]);
}

__attribute__((format(printf, 2, 3))) static void
wrong(struct report *report, const char *format, ...)
{
	va_list list;

	if (report->wrong[0])
		return;
	va_start(list, format);
	vsnprintf(report->wrong, sizeof(report->wrong), format, list);
	va_end(list);
}

static bool
ask(struct report *report)
{
	if (++report->asks > ASKS_MAX) {
		wrong(report, "the nonce was asked for again and again");
		return false;
	}
	/* Whoever asks is new: a nonce of its own, so that nobody talks for a reporter before. */
	random_hex(report->nonce, TT_NONCE_CHARS / 2);
	report->done = false;
	report->checks = 0;
	return true;
}

/* The text behind a word and one blank; NULL if text does not start with the word. */
static const char *
behind(const char *text, const char *word)
{
	size_t n = strlen(word);

	return strncmp(text, word, n) == 0 && text[n] == ' ' ? text + n + 1 : NULL;
}

static void
count(struct report *report, const char *rest)
{
	struct metric *metric = &report->metric[report->metrics];
	int end = -1;

	if (report->metrics == METRICS_MAX) {
		wrong(report, "more than %d measurements", METRICS_MAX);
		return;
	}
	if (sscanf(rest, "%39s %18lld %18lld%n", metric->name, &metric->operations,
		    &metric->instructions, &end) != 3 ||
		rest[end] || metric->operations <= 0 || metric->instructions < 0) {
		wrong(report, "a measurement that cannot be read: %s", rest);
		return;
	}
	report->metrics++;
}

void
report_told(struct report *report, const char *nonce)
{
	report->asks = 1;
	snprintf(report->nonce, sizeof(report->nonce), "%s", nonce);
}

bool
report_line(struct report *report, const char *line)
{
	const char *text, *rest;
	char *end;

	if (strncmp(line, TT_VERDICT_ASK, strlen(TT_VERDICT_ASK) - 1) == 0 &&
		!line[strlen(TT_VERDICT_ASK) - 1])
		return ask(report);

	text = report->nonce[0] ? behind(line, report->nonce) : NULL;
	if (!text) {
		if (report->strangers++ == 0)
			snprintf(report->stranger, sizeof(report->stranger), "%s", line);
		return false;
	}
	if (report->done) {
		wrong(report, "a line came after \"done\": %s", text);
	} else if ((rest = behind(text, TT_VERDICT_PASS))) {
		snprintf(report->pass, sizeof(report->pass), "%.*s", NAME_MAX_CHARS - 1, rest);
		report->passes++;
		report->checks++;
	} else if ((rest = behind(text, TT_VERDICT_FAIL))) {
		if (report->fails++ == 0)
			snprintf(report->fail, sizeof(report->fail), "%s", rest);
		report->checks++;
	} else if ((rest = behind(text, TT_VERDICT_COUNT))) {
		count(report, rest);
	} else if ((rest = behind(text, TT_VERDICT_DONE))) {
		long said = strtol(rest, &end, 10);

		report->done = true;
		if (*end || end == rest || said != report->checks)
			wrong(report, "\"done %s\" after %d checks", rest, report->checks);
		else
			report->dones++;
	} else {
		wrong(report, "a verdict line that cannot be read: %s", text);
	}
	return false;
}

long long
report_metric(const struct report *report, const char *name)
{
	for (int i = 0; i < report->metrics; i++)
		if (strcmp(report->metric[i].name, name) == 0)
			return report->metric[i].instructions;
	return -1;
}
