/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * row.h - a test of a grading, from what is asked of it to what came and what that is worth.
 */
#ifndef GRADER_JUDGE_ROW_H
#define GRADER_JUDGE_ROW_H

#include <limits.h>

#include "grader/judge/judge.h"

struct row {
	const struct test *test;
	const struct points *points; /* NULL: it is worth none */
	struct outcome outcome;
	struct result result;
	char log[PATH_MAX]; /* the console log; "" while there is none */
	bool again; /* a machine broke down with it once */
};

#endif
