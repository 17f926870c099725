/* SPDX-License-Identifier: GPL-2.0-only */
#include "rows.h"
static const struct test tests[] = {POWER_OFF_ROW("lab4.1", 100)};
const struct lab lab4 = {
	.number = 4,
	.title = "x",
	.handout = "labs/x",
	.module = true,
	.first_hole = "lab4.1",
	.tests = tests,
	.count = sizeof(tests) / sizeof(tests[0]),
};
