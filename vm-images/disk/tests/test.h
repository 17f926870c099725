/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test.h - what a functional test of the guest Linux is: a function that returns NULL when all is
 * well, else what is not.  Each test runs in a process of its own (main.c), so it may leave
 * children, handlers and mappings behind, and may crash.
 */
#ifndef TEST_H
#define TEST_H

const char *test_cputime(void);
const char *test_exec(void);
const char *test_file(void);
const char *test_float(void);
const char *test_fork(void);
const char *test_lowest(void);
const char *test_many(void);
const char *test_mmap(void);
const char *test_pipe(void);
const char *test_segv(void);
const char *test_signal(void);
const char *test_threads(void);
const char *test_time(void);
const char *test_tls(void);

/* The end of a test that found something wrong. */
#define EXPECT(condition)                         \
	do {                                      \
		if (!(condition))                 \
			return "not " #condition; \
	} while (0)

#endif
