/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_run.h - a test types a command line, and looks at its exit status and at what it says.
 */
#ifndef TESTS_SYSTEM_CHECK_RUN_H
#define TESTS_SYSTEM_CHECK_RUN_H

#include <check.h>
#include <string.h>

extern char output[1 << 20]; /* of the last command, both streams */

/* The end of it, as much as Check can carry in a message. */
const char *last_words(void);

/* Run a shell command line.  Its exit status, or 128 + signal. */
int run(const char *command);

/* Macros, so that Check names the line of the test. */
#define expect_status(command, status)                                                         \
	do {                                                                                   \
		int got = run(command);                                                        \
		ck_assert_msg(got == (status), "%s: expected status %d, got %d:\n%s", command, \
			status, got, last_words());                                            \
	} while (0)

#define expect_text(text) \
	ck_assert_msg(strstr(output, text) != NULL, "no \"%s\" in:\n%s", text, last_words())

#define expect_no_text(text) \
	ck_assert_msg(!strstr(output, text), "\"%s\" is in:\n%s", text, last_words())

#define expect_nothing(command)                                            \
	do {                                                               \
		run(command);                                              \
		ck_assert_msg(!*output, "%s:\n%s", command, last_words()); \
	} while (0)

#endif
