/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cells.c - every meaningful combination of interception, protection and address spaces runs
 * the same guests: `make cells`.  No lab, and no points.
 */
#include "grader/tests/rows.h"

#define CELL_ROW(cell, word, options_)                                                            \
	UNIT_ROW(cell "-" word, NULL, word, "The guest " word " runs on " cell ".", .boot = cell, \
		.options = options_)
#define CELL(cell, options_)                                                                   \
	CELL_ROW(cell, "hello", options_), CELL_ROW(cell, "syscall", options_),                \
		CELL_ROW(cell, "spaces", options_), CELL_ROW(cell, "exceptions", options_),    \
		CELL_ROW(cell, "timer", options_), CELL_ROW(cell, "fpu", options_),            \
		LINUX_ROW(cell "-linux", NULL, "Linux runs on " cell ".", .files = {"initrd"}, \
			.script = "linux \"/usr/lib/typetwo/selftest fork exec pipe signal "   \
				  "segv mmap threads float\" " options_ " --initrd=./initrd",  \
			.text = {" passed, 0 failed", "guest: exit 0"})
#define MODULE_CELL(protect, spaces) \
	CELL(protect "-" spaces, "--intercept=module --protect=" protect " --spaces=" spaces)
#define FAST_CELL(protect) \
	CELL(protect "-fast", "--intercept=module --protect=" protect " --spaces=tables --fast")

static const struct test tests[] = {
	CELL("ptrace-none", "--intercept=ptrace --protect=none --spaces=remap"),
	CELL("ptrace-mprotect", "--intercept=ptrace --protect=mprotect --spaces=remap"),
	MODULE_CELL("none", "remap"),
	MODULE_CELL("mprotect", "remap"),
	MODULE_CELL("segments", "remap"),
	MODULE_CELL("supervisor", "remap"),
	MODULE_CELL("none", "tables"),
	MODULE_CELL("mprotect", "tables"),
	MODULE_CELL("segments", "tables"),
	MODULE_CELL("supervisor", "tables"),
	FAST_CELL("none"),
	FAST_CELL("segments"),
};

const struct lab cells = {
	.title = "every combination of mechanisms",
	.module = true,
	.tests = tests,
	.count = sizeof(tests) / sizeof(tests[0]),
};
