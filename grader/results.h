/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * results.h - the results as a JSON file: the one model that every other report is made from.
 */
#ifndef GRADER_RESULTS_H
#define GRADER_RESULTS_H

#include "boot.h"

struct results {
	const struct lab *lab;
	const char *tree;
	const char *filter; /* NULL: all tests */
	struct row *row;
	size_t rows;
};

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
