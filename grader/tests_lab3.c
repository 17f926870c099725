/* SPDX-License-Identifier: GPL-2.0-only */
#include "rows.h"
static const struct test tests[] = {POWER_OFF_ROW("lab3.1", 100)};
const struct lab lab3 = {
	.number = 3,
	.title = "x",
	.handout = "labs/x",
	.module = true,
	.first_hole = "lab3.1",
	.tests = tests,
	.count = sizeof(tests) / sizeof(tests[0]),
};
