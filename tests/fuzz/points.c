/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * points.c - any file of points: it is read whole or refused with one plain line.
 */
#define _GNU_SOURCE
#include "tests/fuzz/fuzz.h"

#include "grader/judge/points.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static const struct test tests[] = {
	{.id = "hello"}, {.id = "refuses-a"}, {.id = "refuses-b"}, {.id = "cost"}};
static const struct lab lab = {.number = 1, .tests = tests, .count = 4};

static void
look_at_measure(const struct measure *measure, int bands)
{
	static const struct report nothing;
	char words[160];

	must(*measure->metric && strlen(measure->metric) < sizeof(measure->metric));
	must(strlen(measure->other) < sizeof(measure->other));
	must((measure->kind == MEASURE_MOST) == !*measure->other);
	for (int i = 0; i < bands; i++) {
		must(isfinite(measure->limit[i]) && measure->limit[i] > 0);
		must(i == 0 || measure->limit[i] > measure->limit[i - 1]);
		measure_words(measure, i, words, sizeof(words));
	}
	must(measure_band(measure, bands, &nothing) == BAND_NONE);
}

static void
look_at(const struct points *points)
{
	int sum = 0;

	for (size_t i = 0; i < lab.count; i++) {
		const struct points *this = &points[i];

		must(this->bands >= 1 && this->bands <= BANDS_MAX);
		must(this->measures >= 0 && this->measures <= MEASURES_MAX);
		must(this->bands == 1 || this->measures > 0);
		for (int b = 0; b < this->bands; b++) {
			must(this->given[b] >= 0 && this->given[b] <= 100);
			must(b == 0 || this->given[b] <= this->given[b - 1]);
		}
		for (int m = 0; m < this->measures; m++)
			look_at_measure(&this->measure[m], this->bands);
		sum += this->given[BAND_FULL];
	}
	must(sum == 100);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[300] = "";
	FILE *file = size ? fmemopen((void *)data, size, "r") : fopen("/dev/null", "r");
	struct points *points;

	must(file);
	points = points_read(&lab, file, "points", why, sizeof(why));
	fclose(file);
	if (points) {
		look_at(points);
		free(points);
		return 0;
	}
	must(strncmp(why, "points:", 7) == 0);
	for (const char *c = why; *c; c++)
		must(isprint((unsigned char)*c));
	return 0;
}
