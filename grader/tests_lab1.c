/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests_lab1.c - the tests of lab 1.  The points add up to 100.
 */
#include "test.h"

static const struct test tests[] = {
	{.id = "hello",
		.title = "A guest starts, prints, reports and powers off.",
		.hole = "lab1.1",
		.points = 10,
		.seconds = 60,
		.guest = "hello",
		.reports = 1},
};

const struct lab lab1 = {
	.number = 1,
	.title = "a VMM on ptrace",
	.handout = "labs/lab1-ptrace-vmm",
	.first_hole = "lab1.1",
	.tests = tests,
	.count = sizeof(tests) / sizeof(tests[0]),
};
