/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * results.h - the results as a JSON file: the one model that every other report is made from.
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

struct results {
	const struct lab *lab;
	const char *tree;
	const char *filter; /* NULL: all tests */
	struct row *row;
	size_t rows;
	struct seen seen[SEEN_MAX]; /* up to the first without a kind */
};

/* Note what came from a boot. */
void results_see(struct results *results, const struct boot *boot);

struct total {
	int points, max; /* max: without what was skipped */
	int skipped; /* points of skipped tests */
	int passed, failed, skips, errors, not_run; /* tests; TIMEOUT is a failure */
};

struct total results_total(const struct results *results);

/* There is a score only when every test was graded. */
bool results_scored(const struct results *results);

/*
 * Write the file, in one step: whoever reads it finds the old or the new one, whole.  0, or -1 with
 * errno.
 */
int results_write(const struct results *results, const char *path);

#endif
