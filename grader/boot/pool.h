/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pool.h - boots side by side, as many as there may be: the one loop that waits for machines.
 */
#ifndef GRADER_BOOT_POOL_H
#define GRADER_BOOT_POOL_H

#include "grader/boot/boot.h"

#define POOL_MAX 64

struct pool {
	int jobs; /* machines at a time, up to POOL_MAX */
	void *owner; /* handed to the functions below */
	/* Start the next boot, with boot_start; NULL if there is none, which may change. */
	struct boot *(*next)(void *owner);
	/* A boot is over: its rows are judged. */
	void (*over)(void *owner, struct boot *boot);
	/* Each time round; NULL: nothing is to do then. */
	void (*turn)(struct pool *pool);

	/* What runs: the pool's own. */
	struct boot *running[POOL_MAX];
	int count;
};

/*
 * Run boots until there are no more.  signals: of signals_catch.  The signal that asked us to stop,
 * and then the machines are gone, with nothing judged; or 0.
 */
int pool_run(struct pool *pool, int signals);

/* Each boot that runs has had its time: end it and hand it over. */
void pool_end(struct pool *pool);

/* Seconds of the processor that what runs has used. */
double pool_cpu(const struct pool *pool);

#endif
