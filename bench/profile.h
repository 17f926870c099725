/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile.h - whose instructions an operation is made of, and of which functions.
 */
#ifndef BENCH_PROFILE_H
#define BENCH_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum character { HOST, MONITOR, GUEST_KERNEL, GUEST_APPLICATION, CHARACTERS };

/* What code has names. */
enum code { HOST_CODE, MODULE_CODE, LAUNCHER_CODE, GUEST_KERNEL_CODE, APPLICATION_CODE, CODES };

struct symbol {
	unsigned long address;
	char name[64];
	enum character of;
	unsigned long long times; /* instructions executed in it */
};

struct profile {
	bool guest; /* false: the program runs on the Host itself, or: */
	bool uml; /* in User-Mode Linux, whose kernel is what the launcher's code is taken for */
	struct symbols {
		struct symbol *symbol; /* by address */
		size_t n;
	} code[CODES];
	unsigned long long times[CHARACTERS], total;
};

/* Take functions from lines as `nm` and /proc/kallsyms have them; other lines may be between. */
void profile_names(struct profile *profile, enum code code, FILE *lines);

/* An instruction at an address was executed so many times. */
void profile_count(
	struct profile *profile, unsigned long address, bool launcher, unsigned long long times);

/* A table: whose instructions, and where most are.  For each operation. */
void profile_print(struct profile *profile, FILE *to, long long operations, size_t lines);

void profile_free(struct profile *profile);

#endif
