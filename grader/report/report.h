/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - one result, many writers: each format is one of these, in a file of its own.
 *
 * A test passes, in part or in full; fails, or is out of time; it may have been skipped, for a
 * reason; or the grader broke down.  The last costs nobody any points: each writer says at its top
 * how its format tells these apart, and what becomes of the score.
 *
 * A report is written when the grading has come to its end, to another name first: an interrupted
 * grading leaves the older file as it was, and nobody ever sees half of one.
 */
#ifndef GRADER_REPORT_REPORT_H
#define GRADER_REPORT_REPORT_H

#include "grader/report/results.h"

#include <stdio.h>

struct format {
	const char *name, *what;
	bool gradebook; /* for a course's gradebook: it wants a score, so all tests of a lab */
	/*
	 * The results were cleaned: results_clean.  1; 0 if the format cannot say that there is no
	 * score, so that nothing is to be published; -1 with errno.
	 */
	int (*write)(const struct results *results, FILE *file);
};

extern const struct format report_terminal, report_json, report_junit, report_tap,
	report_gradescope, report_classroom, report_autolab;

/* NULL at the end. */
extern const struct format *const formats[];

/* A report that is to be written. */
struct wanted {
	const struct format *format;
	const char *path; /* "-": the end of standard output */
};

/* Take "FORMAT:FILE".  false, with a line in why, if there is no such report to be had. */
bool report_wanted(struct wanted *wanted, const char *text, char *why, size_t size);

/* 1 if it was written, 0 if this format has nothing to say without a score, -1 with errno. */
int report_write(const struct wanted *wanted, const struct results *results);

/* ---- the terminal's parts, for a grading that is still under way ---- */

void terminal_begin(const struct results *results, FILE *file);
void terminal_row(const struct results *results, const struct row *row, FILE *file);
void terminal_end(const struct results *results, FILE *file);

#endif
