// SPDX-License-Identifier: GPL-2.0-only
/* cputime.c - time spent in the program is user time, and is not charged to others. */
#include <stddef.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

static long
milliseconds(const struct timeval *t)
{
	return t->tv_sec * 1000 + t->tv_usec / 1000;
}

const char *
test_cputime(void)
{
	volatile unsigned int i;
	struct rusage usage;
	time_t end = time(NULL) + 2;

	/* Hardly ever in the kernel, for one to two seconds. */
	do {
		for (i = 0; i < 1000000; i++)
			;
	} while (time(NULL) < end);
	EXPECT(getrusage(RUSAGE_SELF, &usage) == 0);
	EXPECT(milliseconds(&usage.ru_utime) > 0);
	EXPECT(milliseconds(&usage.ru_utime) > milliseconds(&usage.ru_stime));
	EXPECT(milliseconds(&usage.ru_utime) < 60000);
	return NULL;
}
