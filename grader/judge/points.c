/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/judge/points.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 12
#define TOTAL 100

/* A file that is being read. */
struct reading {
	const struct lab *lab;
	const char *path;
	int line;
	struct points *points; /* of each test */
	struct points *above; /* the test that a figure belongs to; NULL: there is none */
	char *why;
	size_t size;
};

static const char *const bands[] = {"full", "most", "some", "none"};

const char *
band_name(enum band band)
{
	return bands[band];
}

__attribute__((format(printf, 2, 3))) static bool
wrong(const struct reading *reading, const char *format, ...)
{
	int n = reading->line ? snprintf(reading->why, reading->size, "%s:%d: ", reading->path,
					reading->line)
			      : snprintf(reading->why, reading->size, "%s: ", reading->path);
	va_list list;

	if (n < 0 || (size_t)n >= reading->size)
		return false;
	va_start(list, format);
	vsnprintf(reading->why + n, reading->size - n, format, list);
	va_end(list);
	/* It quotes the file, and is for a terminal. */
	for (char *c = reading->why; *c; c++)
		if (!isprint((unsigned char)*c))
			*c = '?';
	return false;
}

static bool
whole(const char *text, int *number)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	*number = n;
	return end > text && !*end && !errno && n >= 0 && n <= TOTAL;
}

/* "8", or "full 8 most 5 some 2": the bands from the best on, each worth no more than the one
 * before. */
static bool
read_given(struct reading *reading, struct points *points, char **word, int words)
{
	int *given = points->given;

	if (words == 1 && whole(word[0], &given[0])) {
		points->bands = 1;
		return true;
	}
	for (int i = 0; i < words; i += 2) {
		int band = i / 2;

		if (band == BANDS_MAX || strcmp(word[i], bands[band]) != 0 || i + 1 == words ||
			!whole(word[i + 1], &given[band]) ||
			(band && given[band] > given[band - 1]))
			return wrong(reading, "points are \"8\" or \"full 8 most 5 some 2\"");
		points->bands = band + 1;
	}
	return points->bands || wrong(reading, "points are missing");
}

/* A line about a test, or about all whose names are like this and that have no line of their own.
 */
static bool
read_test(struct reading *reading, char **word, int words)
{
	bool pattern = strchr(word[0], '*'), found = false;
	struct points points = {.line = reading->line, .shared = pattern};

	reading->above = NULL;
	if (!read_given(reading, &points, word + 1, words - 1))
		return false;
	for (size_t i = 0; i < reading->lab->count; i++) {
		struct points *this = &reading->points[i];

		if (fnmatch(word[0], reading->lab->tests[i].id, 0) != 0)
			continue;
		found = true;
		if (this->line && pattern)
			continue;
		if (this->line && !this->shared)
			return wrong(reading, "%s was in line %d already", word[0], this->line);
		*this = points;
		if (!pattern)
			reading->above = this;
	}
	return found || wrong(reading, "lab %d has no test %s", reading->lab->number, word[0]);
}

/* Limits from the best band on, each easier than the one before. */
static bool
read_limits(struct reading *reading, struct measure *measure, char **word, int words)
{
	const char *unit = measure->kind == MEASURE_WITHIN ? "%" : "";
	int n = reading->above->bands;

	if (words != n)
		return wrong(reading, "%s: %d limit%s, and %d band%s above", measure->metric, words,
			words == 1 ? "" : "s", n, n == 1 ? "" : "s");
	for (int i = 0; i < n; i++) {
		char *end;

		measure->limit[i] = strtod(word[i], &end);
		if (end == word[i] || strcmp(end, unit) != 0 || !(measure->limit[i] > 0) ||
			!isfinite(measure->limit[i]))
			return wrong(reading, "%s: a limit is a number%s, not \"%s\"",
				measure->metric, *unit ? " and %" : "", word[i]);
		if (i && measure->limit[i] <= measure->limit[i - 1])
			return wrong(reading, "%s: each band has to be easier than the one before",
				measure->metric);
	}
	return true;
}

/* A line about a figure of the test above. */
static bool
read_measure(struct reading *reading, char **word, int words)
{
	struct points *above = reading->above;
	struct measure *measure;
	int names = 1;

	if (!above)
		return wrong(reading, "%s: there is no test above", word[0]);
	if (above->measures == MEASURES_MAX)
		return wrong(reading, "more than %d figures", MEASURES_MAX);
	measure = &above->measure[above->measures++];
	if (words > 2 && (strcmp(word[1], "/") == 0 || strcmp(word[1], "~") == 0)) {
		measure->kind = *word[1] == '/' ? MEASURE_TIMES : MEASURE_WITHIN;
		if (strlen(word[2]) >= sizeof(measure->other))
			return wrong(reading, "this name is too long: %s", word[2]);
		strcpy(measure->other, word[2]);
		names = 3;
	}
	if (strlen(word[0]) >= sizeof(measure->metric))
		return wrong(reading, "this name is too long: %s", word[0]);
	strcpy(measure->metric, word[0]);
	return read_limits(reading, measure, word + names, words - names);
}

static bool
read_line(struct reading *reading, char *text)
{
	bool figure = *text == ' ' || *text == '\t';
	char *word[WORDS_MAX], *rest = text, *one;
	int words = 0;

	text[strcspn(text, "#\n")] = '\0';
	while ((one = strsep(&rest, " \t"))) {
		if (!*one)
			continue;
		if (words == WORDS_MAX)
			return wrong(reading, "too many words");
		word[words++] = one;
	}
	if (words == 0)
		return true;
	return figure ? read_measure(reading, word, words) : read_test(reading, word, words);
}

/* What no single line can be wrong about. */
static bool
read_end(struct reading *reading)
{
	int sum = 0;

	reading->line = 0;
	for (size_t i = 0; i < reading->lab->count; i++) {
		const struct points *points = &reading->points[i];

		if (!points->line)
			return wrong(
				reading, "nothing about the test %s", reading->lab->tests[i].id);
		if (points->bands > 1 && !points->measures)
			return wrong(
				reading, "%s has bands and no figure", reading->lab->tests[i].id);
		sum += points->given[BAND_FULL];
	}
	return sum == TOTAL || wrong(reading, "the points add up to %d, not %d", sum, TOTAL);
}

struct points *
points_read(const struct lab *lab, FILE *file, const char *path, char *why, size_t size)
{
	struct reading reading = {.lab = lab, .path = path, .why = why, .size = size};
	char *text = NULL;
	size_t room = 0;
	bool good = true;
	ssize_t n;

	reading.points = calloc(lab->count, sizeof(*reading.points));
	if (!reading.points) {
		snprintf(why, size, "no memory");
		return NULL;
	}
	while (good && (n = getline(&text, &room, file)) >= 0) {
		reading.line++;
		good = strlen(text) == (size_t)n ? read_line(&reading, text)
						 : wrong(&reading, "this is no text");
	}
	if (good && ferror(file))
		good = wrong(&reading, "%s", strerror(errno));
	if (good)
		good = read_end(&reading);
	free(text);
	if (good)
		return reading.points;
	free(reading.points);
	return NULL;
}

struct points *
points_load(const struct lab *lab, const char *path, char *why, size_t size)
{
	struct points *points;
	FILE *file;

	if (!lab->number) {
		points = calloc(lab->count, sizeof(*points));
		if (!points)
			snprintf(why, size, "no memory");
		return points;
	}
	file = fopen(path, "re");
	if (!file) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		return NULL;
	}
	points = points_read(lab, file, path, why, size);
	fclose(file);
	return points;
}

void
measure_words(const struct measure *measure, int band, char *text, size_t size)
{
	switch (measure->kind) {
	case MEASURE_MOST:
		snprintf(text, size, "%s at most %.0f instructions", measure->metric,
			measure->limit[band]);
		break;
	case MEASURE_TIMES:
		snprintf(text, size, "%s at most %.2f times %s", measure->metric,
			measure->limit[band], measure->other);
		break;
	case MEASURE_WITHIN:
		snprintf(text, size, "%s within %.3g %% of %s", measure->metric,
			measure->limit[band], measure->other);
		break;
	}
}

enum band
measure_band(const struct measure *measure, int n, const struct report *report)
{
	double got = report_metric(report, measure->metric), other = 0, apart;

	if (*measure->other)
		other = report_metric(report, measure->other);
	apart = got > other ? got - other : other - got;
	for (int i = 0; got >= 0 && other >= 0 && i < n; i++) {
		double limit = measure->limit[i];

		if ((measure->kind == MEASURE_MOST && got <= limit) ||
			(measure->kind == MEASURE_TIMES && got <= limit * other) ||
			(measure->kind == MEASURE_WITHIN && apart <= other * limit / 100))
			return i;
	}
	return BAND_NONE;
}
