/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * results.h - what a grading has found out: the one model that every report is written from.
 */
#ifndef GRADER_RESULTS_H
#define GRADER_RESULTS_H

#include "boot.h"

/* A machine that booted, and what its probes said. */
struct seen {
	const struct machine_kind *kind;
	int boots;
	struct probe probe;
};

#define SEEN_MAX 4

struct json_t;
#define MESSAGE_MAX 2560

struct results {
	const struct lab *lab;
	const struct machine_kind *machine; /* of all tests; NULL: each its own */
	char tree[256];
	char base[16]; /* whose the labs before are, if not the tree's: "ref"; or "" */
	char filter[1024]; /* "": all tests */
	char whose[512]; /* a line that says what was handed in; "": nothing was */
	struct json_t *about; /* all that is known about it, or NULL */
	struct row *row;
	size_t rows;
	struct seen seen[SEEN_MAX]; /* up to the first without a kind */
};

/* Note what came from a boot. */
void results_see(struct results *results, const struct boot *boot);

/*
 * Make text of all that somebody else has written, a student's program or a path: valid UTF-8, and
 * of the control characters only newlines.  No report looks for odd bytes again.
 */
void results_clean(struct results *results);
void text_clean(char *text);

struct total {
	int points, max; /* max: without what was skipped */
	int skipped; /* points of skipped tests */
	int passed, part, failed, skips, errors, not_run; /* tests; TIMEOUT is a failure */
	double seconds;
};

struct total results_total(const struct results *results);

/* There is a score only when every test was graded. */
bool results_scored(const struct results *results);

/* There is a verdict on it, one that counts: neither skipped nor the grader's own trouble. */
bool row_graded(const struct row *row);

/* The points that the test is worth, and those that it could have got: none when it was skipped. */
int row_worth(const struct row *row);
int row_max(const struct row *row);

/* What a person reads about it: what was expected and what came, or why there is no verdict. */
void row_message(const struct row *row, char text[MESSAGE_MAX]);

const struct machine_kind *row_machine(const struct results *results, const struct test *test);

#endif
