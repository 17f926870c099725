// SPDX-License-Identifier: GPL-2.0-only
/* cputime.c - time spent in the program is user time. */
#include <stddef.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#include "test.h"

#define MS 300 /* some ticks of a guest's slow clock */

static long
milliseconds(const struct timeval *t)
{
	return t->tv_sec * 1000 + t->tv_usec / 1000;
}

static long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

const char *
test_cputime(void)
{
	volatile unsigned int i;
	struct rusage usage;
	long end = now() + MS;

	/* Hardly ever in the kernel. */
	do {
		for (i = 0; i < 1000000; i++)
			;
	} while (now() < end);
	EXPECT(getrusage(RUSAGE_SELF, &usage) == 0);
	EXPECT(milliseconds(&usage.ru_utime) > 0);
	EXPECT(milliseconds(&usage.ru_utime) > milliseconds(&usage.ru_stime));
	EXPECT(milliseconds(&usage.ru_utime) < 60000);
	return NULL;
}
