// SPDX-License-Identifier: GPL-2.0-only
/* time.c - the clock goes forward, and one may sleep and be woken by it. */
#include <stddef.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

#define MS 1000000LL

static long long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

const char *
test_time(void)
{
	struct timespec nap = {.tv_nsec = 50 * MS};
	long long last = now(), start = last, next;
	int i;

	for (i = 0; i < 1000; i++) {
		next = now();
		EXPECT(next >= last);
		last = next;
	}
	start = now();
	EXPECT(nanosleep(&nap, NULL) == 0);
	EXPECT(now() - start >= 50 * MS);
	EXPECT(now() - start < 30000 * MS);
	EXPECT(time(NULL) > 0);
	return NULL;
}
