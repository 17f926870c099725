/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ladder.c - the course's promise: each lab removes a bottleneck, so each row of the bench
 * costs less than in the lab before.
 */
#include "bench/bench.h"

#include <stdio.h>
#include <string.h>

/*
 * Two labs that do the same for a row, as labs 3 and 4 do where no guest process is switched to,
 * are so far apart when a tick of the Guest kernel's clock falls into what is measured of one of
 * them.
 */
#define TICK 0.005

struct rung {
	const char *name, *protection, *spaces;
	bool module, fast;
	double most; /* times the rung before; less than that if strict */
	bool strict;
};

static const struct rung rungs[] = {
	{"lab 1", "mprotect", "remap", false, false, 0, false},
	{"lab 2", "mprotect", "remap", true, false, 0.9, false},
	{"lab 3", "segments", "remap", true, false, 1, true},
	{"lab 4", "segments", "tables", true, false, 1 + TICK, false},
	{"the fast path", "segments", "tables", true, true, 1 + TICK, false},
};
#define RUNGS (sizeof(rungs) / sizeof(rungs[0]))

/* What lab 2 is for shows most where nothing but crossings is measured. */
#define NULL_CALL "null-call-16"
#define NULL_CALL_MOST 0.75

/* "rdtsc" is the clock's own cost, the same everywhere. */
#define CLOCK "rdtsc"

static bool
stands_on(const struct cell *cell, const struct rung *rung)
{
	return cell->interception && !cell->peer && cell->fast == rung->fast &&
	       (strcmp(cell->interception, "module") == 0) == rung->module &&
	       strcmp(cell->protection, rung->protection) == 0 &&
	       strcmp(cell->spaces, rung->spaces) == 0;
}

/* The cell that measures the same on another rung; NULL if there is none. */
static const struct cell *
beside(const struct bench *bench, const struct cell *cell, const struct rung *rung)
{
	for (size_t i = 0; i < bench->cells; i++)
		if (stands_on(&bench->cell[i], rung) && bench->cell[i].what == cell->what &&
			strcmp(bench->cell[i].guest, cell->guest) == 0)
			return &bench->cell[i];
	return NULL;
}

/* Compare a cell with the one on the rung before it.  How many rows cost too much. */
static int
compare(const struct cell *cell, const struct cell *before, const struct rung *rung, int *rows)
{
	int wrong = 0;

	for (int f = 0; f < cell->figures; f++) {
		const struct figure *figure = &cell->figure[f];
		const struct figure *old = bench_find(before, figure->metric);
		double most = rung->most, ratio;

		if (!old || old->instructions <= 0 || strcmp(figure->metric, CLOCK) == 0)
			continue;
		if (strcmp(figure->metric, NULL_CALL) == 0 && rung == &rungs[1])
			most = NULL_CALL_MOST;
		ratio = (double)figure->instructions / old->instructions;
		++*rows;
		if (rung->strict ? ratio < most : ratio <= most)
			continue;
		wrong++;
		printf("  %s, %s guest: %s costs %lld instructions, %.3f of %s's %lld; %s %.3f is "
		       "expected\n",
			rung->name, cell->guest, figure->metric, figure->instructions, ratio,
			rung[-1].name, old->instructions, rung->strict ? "less than" : "at most",
			most);
	}
	return wrong;
}

int
bench_ladder(const struct bench *bench)
{
	int wrong = 0, rows = 0;

	for (const struct rung *rung = rungs + 1; rung < rungs + RUNGS; rung++)
		for (size_t i = 0; i < bench->cells; i++) {
			const struct cell *cell = &bench->cell[i];
			const struct cell *before =
				stands_on(cell, rung) ? beside(bench, cell, rung - 1) : NULL;

			if (before)
				wrong += compare(cell, before, rung, &rows);
		}
	if (rows)
		printf("The ladder: %d of %d rows cost more than the lab before allows\n", wrong,
			rows);
	return wrong;
}
