/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test.h - a test is a row in a table, one table a lab.  What it is worth is not here, but in
 * points.h.
 */
#ifndef GRADER_TESTS_TEST_H
#define GRADER_TESTS_TEST_H

#include <stdbool.h>
#include <stddef.h>

/* What a person would type: text is sent when the console has shown wait. */
struct typing {
	const char *wait, *text;
};

/* What a machine may enforce or not: probe.h. */
enum protection {
	SEGMENT_LIMITS = 1,
	NULL_SELECTORS = 2, /* a null segment cannot be used */
	DESCRIPTOR_PRIVILEGE = 4, /* a descriptor of level 0 cannot be loaded */
	PAGE_PRIVILEGE = 8, /* a supervisor page cannot be reached */
};

#define TYPING_MAX 12
#define FILES_MAX 6

struct test {
	const char *id; /* stable: words and dashes */
	const char *title; /* one sentence: what holds when it passes */
	const char *hole; /* labN.M that decides it */
	int seconds; /* of the processor, from its own start on, on QEMU and a processor that is no
			slow one */

	const char *guest; /* "linux" or a unit guest; NULL if a script names its own */
	const char *args;
	const char *options; /* of the launcher, besides --lab and --verdict */
	/*
	 * Commands for the Host's shell instead of one run of the launcher.  `vmm ARG...` is the
	 * launcher with --lab; $verdict is the verdict option; everything lies in the current
	 * directory.  The status of the last command is the test's.
	 */
	const char *script;
	const char *files[FILES_MAX]; /* besides the guest: names as images.h knows them */
	struct typing typing[TYPING_MAX];

	/*
	 * "bochs", which enforces segment limits, as QEMU's TCG does not, and has no disk; NULL: on
	 * QEMU.
	 */
	const char *machine;
	unsigned int needs; /* of enum protection: without them the test says nothing */
	int memory_mb; /* of the machine; 0: enough for a unit guest */
	const char *cpu; /* of QEMU's, another than its usual one; NULL: that */
	bool xsave; /* the Host saves the CPU's registers by XSAVE, where the CPU has it */
	const char *disk; /* a throw-away copy of this image is the guest's disk */
	bool counted; /* rdtsc counts instructions */
	const char *boot; /* tests with the same word share a boot, one after the other */

	bool begins; /* the guest has to ask for the nonce, whatever becomes of it then */
	/*
	 * What its reporter knows without asking.  Then nothing in the boot is random and nothing
	 * comes from outside, and the machine executes the same instructions each time.  NULL where
	 * anybody could gain by knowing it.
	 */
	const char *nonce;
	int status; /* that the launcher, or the script, ends with */
	int reports; /* how many reporters have to be done on the verdict line */
	const char *text[2]; /* that the console has to show */
	/*
	 * Another end that is as good: the guest asked for the nonce, and then the Monitor killed
	 * the machine for this reason.
	 */
	const char *or_killed;
};

struct lab {
	int number; /* 0: no lab, but a table of tests */
	const char *title;
	const char *handout; /* directory of the handout */
	bool module; /* the Monitor is a module: every boot loads it */
	/*
	 * No guest runs before this hole is filled: once a boot has ended with it, the other tests
	 * that need a guest fail without a boot of their own.
	 */
	const char *first_hole;
	const struct test *tests;
	size_t count;
};

extern const struct lab lab1, lab2, lab3, lab4, cells;

/* NULL if there is none. */
const struct lab *lab_find(int number);

#endif
