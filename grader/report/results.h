/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * results.h - what a grading has found out: the one model that every report is written from.
 */
#ifndef GRADER_REPORT_RESULTS_H
#define GRADER_REPORT_RESULTS_H

#include "grader/judge/probe.h"
#include "grader/judge/row.h"

/* A machine that booted, and what its probes said. */
struct seen {
	const char *machine; /* its name; NULL: there is none here */
	int boots;
	struct probe probe;
};

#define SEEN_MAX 4

struct json_t;
#define MESSAGE_MAX 2560

struct results {
	const struct lab *lab;
	const char *machine; /* of all tests, as --machine has it; NULL: each its own */
	char tree[256];
	char base[16]; /* whose the labs before are, if not the tree's: "ref"; or "" */
	char filter[1024]; /* "": all tests */
	bool verbose; /* a line for each test */
	char whose[512]; /* a line that says what was handed in; "": nothing was */
	struct json_t *about; /* all that is known about it, or NULL */
	struct row *row;
	size_t rows;
	struct seen seen[SEEN_MAX]; /* up to the first without a name */
};

/* Note what came from a boot. */
void results_see(struct results *results, const char *machine, const struct probe *probe);

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

/* The machine that the test boots on, as --machine has it. */
const char *row_machine(const struct results *results, const struct test *test);

#endif
