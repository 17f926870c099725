/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * judge.h - from what came to a result.  No machine, no clock, no files: a function of its input.
 */
#ifndef GRADER_JUDGE_JUDGE_H
#define GRADER_JUDGE_JUDGE_H

#include "grader/judge/log.h"
#include "grader/judge/points.h"
#include "grader/judge/verdict.h"
#include "grader/tests/test.h"

#define CRASH_CHARS 600

enum status {
	STATUS_NOT_RUN,
	STATUS_PASS,
	STATUS_PART, /* right, but in a band that does not give all points */
	STATUS_FAIL,
	STATUS_TIMEOUT,
	STATUS_SKIP,
	STATUS_ERROR, /* the grader's own fault, or its machine's: it costs no points */
};

/* What came. */
struct outcome {
	bool begun, ended; /* the test's first and last line came */
	bool timed_out; /* it was ended by the grader */
	bool flooded; /* so was it, for what it wrote */
	bool idle; /* before its time was up: nothing was to be expected any more */
	int status; /* of the launcher or script */
	int left; /* processes more than before */
	int damage; /* the Host said that it is no good any more: its taint */
	bool hung; /* timed out, and the Host itself did not answer any more */
	char crash[CRASH_CHARS]; /* the Host's last words, or "" */
	const char *machine; /* its name; and what it does not enforce of what the test needs */
	unsigned int unenforced;
	/*
	 * What the machine broke down with while the test ran.  Whoever is tested has the whole
	 * machine then, its ports, too, and can break it: so that is the test's failure.
	 */
	char fault[512];
	/* What the grader, or a machine in which nobody's code runs yet, broke down with. */
	char broken[512];
	double seconds;
	double cpu; /* seconds of the processor */
	struct report report;
	struct log console;
};

struct result {
	enum status status;
	int points;
	enum band band; /* of a test that came to its end */
	bool banded; /* there is more than one */
	char hole[16]; /* the hole that was reached, as labN.M */
	char expected[512];
	char came[1024]; /* lines */
	char note[512]; /* measurements, on success too */
	char next[512]; /* what the next better band needs; "" in the best */
};

/* points: NULL for a test that is worth none. */
void judge(const struct test *test, const struct points *points, const struct outcome *outcome,
	struct result *result);

const char *status_name(enum status status);

#endif
