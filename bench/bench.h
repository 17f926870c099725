/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench.h - the matrix of mechanisms, and what was measured in each of its cells.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#define FIGURES_MAX 32
#define METRIC_CHARS 40

/* What happens in the Host during one operation, besides instructions. */
enum event {
	SWITCHES, /* context switches */
	MM_SWITCHES, /* of them, those that load another address space */
	TLB_FLUSHES, /* the whole TLB: CR3 is loaded, mm switches included */
	PAGE_FLUSHES, /* single pages of it */
	EXECUTED, /* instructions: without the time that the machine is idle */
	/* How the Host was entered, whether its own process or a machine was running. */
	SYSTEM_CALLS,
	PAGE_FAULTS,
	OTHER_EXCEPTIONS,
	INTERRUPTS,
	EVENTS
};

struct figure {
	char metric[METRIC_CHARS];
	long long n; /* operations measured */
	long long instructions; /* of one */
	bool counted; /* event[] is there */
	double event[EVENTS];
	char sum[METRIC_CHARS]; /* of what a program made, "" for an operation */
};

/* What a cell measures. */
enum what { OPERATIONS, PROGRAMS, PROGRAMS_FULL /* the programs' long form */ };

/* One guest on one combination of mechanisms: a boot of the machine. */
struct cell {
	const char *guest; /* "unit", "linux"; to compare with: "native", "uml", "xen" ... */
	const char *interception, *protection, *spaces; /* NULL where there is no Monitor */
	bool fast;
	enum what what;
	bool brief; /* only some operations were measured */
	const char *native; /* the guest of the cell that it is compared with; NULL: with none */
	const char *peer; /* its name in the peers' table; NULL: it is in another one */
	const char *machine; /* NULL: the bench's */
	const char *versions; /* what it was measured with; NULL: an older file's */
	const char *command; /* that measures it again */
	char key[17]; /* of all that decides what comes out */
	struct figure figure[FIGURES_MAX];
	int figures;
	char failed[240]; /* why there is less than there should be; "" if all is there */
};

struct bench {
	struct cell *cell;
	size_t cells;
	const char *machine; /* how it was measured */
};

/* NULL if there is no such metric. */
const struct figure *bench_find(const struct cell *cell, const char *metric);

/*
 * A monitor that catches rdtsc, and says what it likes, needs hundreds of instructions for it. Then
 * the cell has failed, whatever its figures are.
 */
void bench_check_clock(struct cell *cell);

/* Fill in what a file has with the same keys.  A file that is not there, or is none, has nothing.
 */
void bench_load(struct bench *bench, const char *path);

/* Write all figures, in one step.  0, or -1 with errno. */
int bench_save(const struct bench *bench, const char *path);

/*
 * Every program has to make on every cell what it makes natively: a cell where it does not has
 * failed. How many have.
 */
int bench_compare(struct bench *bench);

void bench_print(const struct bench *bench);

/*
 * Compare each lab with the one before it, row by row, where both were measured, and print the rows
 * that cost more than the course promises.  How many do: ladder.c.
 */
int bench_ladder(const struct bench *bench);

#endif
