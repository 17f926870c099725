/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.h - how a guest tells the grader what it found.
 *
 * The verdict device is a line of its own, never the console.  The guest asks once for this run's
 * nonce by writing TT_VERDICT_ASK, and reads one line: the nonce.  From then on each line it
 * writes starts with the nonce, so that nobody can say in advance what a good run prints:
 *
 *   NONCE pass NAME
 *   NONCE fail NAME: TEXT                what was expected and what came
 *   NONCE count METRIC N INSTRUCTIONS    a measurement, cost of one of N like operations
 *   NONCE done CHECKS                    last line: how many pass and fail lines came before
 *
 * NAME and METRIC are words without blanks.  Without a "done" the run counts as unfinished,
 * whatever came before.
 */
#ifndef TYPETWO_VERDICT_H
#define TYPETWO_VERDICT_H

#define TT_VERDICT_ASK "nonce?\n"
#define TT_VERDICT_PASS "pass"
#define TT_VERDICT_FAIL "fail"
#define TT_VERDICT_COUNT "count"
#define TT_VERDICT_DONE "done"
#define TT_NONCE_CHARS 16 /* lower-case hexadecimal digits */
#define TT_VERDICT_LINE_MAX 200 /* bytes, with the newline */

#endif
