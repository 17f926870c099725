/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * points.h - what a test is worth: each lab has a file "points" beside its handout, for people to
 * read and to change.
 *
 *	# A comment.
 *	hello           4
 *	refuses-*       0                         every test of these that has no line of its own
 *	cost-null-call  full 6  most 4  some 2    a test that measures gives points by band
 *	    null-call        660     900    1500  instructions, at most
 *	    guest / native   3.2       4       6  at most so many times the other
 *	    many ~ few        2%      5%     20%  the other, to within so much
 *
 * The band is that of the worst figure.  A test with points and no bands passes or fails, at the
 * only limit of each figure if there are any.
 */
#ifndef GRADER_JUDGE_POINTS_H
#define GRADER_JUDGE_POINTS_H

#include <stdio.h>

#include "grader/judge/verdict.h"
#include "grader/tests/test.h"

enum band { BAND_FULL, BAND_MOST, BAND_SOME, BANDS_MAX, BAND_NONE = BANDS_MAX };

#define MEASURES_MAX 4

/* A claim about a figure: instructions of one operation. */
struct measure {
	char metric[NAME_MAX_CHARS];
	enum {
		MEASURE_MOST, /* at most limit */
		MEASURE_TIMES, /* at most limit times the other metric */
		MEASURE_WITHIN, /* the other metric, to within limit percent */
	} kind;
	char other[NAME_MAX_CHARS]; /* measured in the same boot; "" for none */
	double limit[BANDS_MAX];
};

struct points {
	int bands; /* that there are, the better ones first */
	int given[BANDS_MAX];
	struct measure measure[MEASURES_MAX];
	int measures;
	int line; /* where it stands in the file; 0: nowhere yet */
	bool shared; /* with other tests: the line has a pattern */
};

/*
 * The points of each test of a lab, in the order of its table, for the caller to free; all 0 for
 * what is no lab.  NULL, with one line in why, if the file does not say exactly that.
 */
struct points *points_load(const struct lab *lab, const char *path, char *why, size_t size);

/* The same of a file that is open; path is its name. */
struct points *points_read(
	const struct lab *lab, FILE *file, const char *path, char *why, size_t size);

const char *band_name(enum band band);

/* "null-call at most 660 instructions" */
void measure_words(const struct measure *measure, int band, char *text, size_t size);

/* The band of what was measured; BAND_NONE, too, if it was not. */
enum band measure_band(const struct measure *measure, int bands, const struct report *report);

#endif
