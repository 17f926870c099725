// SPDX-License-Identifier: GPL-2.0-only
/* time.c - sleeps are as long as they are to be, but for a tenth of a millisecond or what a
 * crossing costs. */
#define _GNU_SOURCE
#include "same.h"

#include <poll.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000L
#define SLACK (3 * MS) /* less than a tick, and more than lab 1 takes for all that it has to do */

static long long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL * MS + t.tv_nsec;
}

/* The shortest of some, for others may run meanwhile. */
#define SHORTEST(...)                             \
	({                                        \
		long long best_ = 1000 * MS;      \
		for (int i_ = 0; i_ < 5; i_++) {  \
			long long since_ = now(); \
			__VA_ARGS__;              \
			since_ = now() - since_;  \
			if (since_ < best_)       \
				best_ = since_;   \
		}                                 \
		best_;                            \
	})

static void
tell(const char *what, long long wanted, long long took)
{
	printf("%s of %lld us: %s\n", what, wanted / 1000,
		took < wanted           ? "too short"
		: took > wanted + SLACK ? "too long"
					: "right");
}

void
same_sleep(void)
{
	static const long lengths[] = {100000, MS, 7 * MS, 30 * MS};

	sleep(1); /* so soon after it has begun, a kernel may still go by ticks */
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		struct timespec length = {0, lengths[i]};
		struct itimerspec once = {.it_value = length};
		struct pollfd poll_of = {
			.fd = timerfd_create(CLOCK_MONOTONIC, 0), .events = POLLIN};

		tell("a sleep", lengths[i], SHORTEST(nanosleep(&length, NULL)));
		tell("a wait", lengths[i], SHORTEST(ppoll(NULL, 0, &length, NULL)));
		tell("a timer", lengths[i],
			SHORTEST(timerfd_settime(poll_of.fd, 0, &once, NULL);
				 poll(&poll_of, 1, -1)));
	}
}
