// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - runs one functional test, or says which there are.
 *   tests         the names, a line each
 *   tests NAME    runs it: "ok NAME", or "not ok NAME: WHY" and status 1
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#define TIMEOUT 120 /* seconds; a test that hangs ends by SIGALRM */

static const struct {
	const char *name;
	const char *(*run)(void);
} tests[] = {
	{"fork", test_fork},
	{"exec", test_exec},
	{"pipe", test_pipe},
	{"signal", test_signal},
	{"segv", test_segv},
	{"mmap", test_mmap},
	{"lowest", test_lowest},
	{"threads", test_threads},
	{"tls", test_tls},
	{"float", test_float},
	{"file", test_file},
	{"time", test_time},
	{"cputime", test_cputime},
	{NULL, NULL}, /* those behind run only when they are named */
	{"many", test_many},
};

int
main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const char *why;

		if (argc < 2) {
			if (!tests[i].name)
				break;
			puts(tests[i].name);
			continue;
		}
		if (!tests[i].name || strcmp(argv[1], tests[i].name))
			continue;
		alarm(TIMEOUT);
		why = tests[i].run();
		if (why)
			printf("not ok %s: %s\n", argv[1], why);
		else
			printf("ok %s\n", argv[1]);
		return why != NULL;
	}
	if (argc < 2)
		return 0;
	/* test_exec comes back here as another program. */
	if (!strcmp(argv[1], "--exec"))
		return argc == 3 && !strcmp(argv[2], "two words") ? 42 : 1;
	fprintf(stderr, "tests: no test %s\n", argv[1]);
	return 2;
}
