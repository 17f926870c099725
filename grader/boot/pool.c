/* SPDX-License-Identifier: GPL-2.0-only */
#include "grader/boot/pool.h"

#include "grader/lib/signals.h"

static void
start_boots(struct pool *pool)
{
	struct boot *boot;

	while (pool->count < pool->jobs && pool->count < POOL_MAX &&
		(boot = pool->next(pool->owner)))
		pool->running[pool->count++] = boot;
}

/* Take the boot out first: its owner may look what runs. */
static void
hand_over(struct pool *pool, int which)
{
	struct boot *boot = pool->running[which];

	pool->running[which] = pool->running[--pool->count];
	pool->over(pool->owner, boot);
}

static void
wait_for_news(const struct pool *pool, int signals)
{
	struct pollfd fds[1 + POOL_MAX * BOOT_FDS];
	nfds_t n = 0;

	fds[n++] = (struct pollfd){.fd = signals, .events = POLLIN};
	for (int i = 0; i < pool->count; i++, n += BOOT_FDS)
		boot_poll(pool->running[i], &fds[n]);
	poll(fds, n, 50);
}

int
pool_run(struct pool *pool, int signals)
{
	int stop = 0;

	for (start_boots(pool); pool->count && !stop; start_boots(pool)) {
		wait_for_news(pool, signals);
		stop = signals_stop(signals);
		for (int i = pool->count - 1; i >= 0; i--) {
			boot_work(pool->running[i], clock_seconds());
			if (!stop && boot_over(pool->running[i]))
				hand_over(pool, i);
		}
		if (!stop && pool->turn)
			pool->turn(pool);
	}
	while (pool->count)
		boot_stop(pool->running[--pool->count]);
	return stop;
}

void
pool_end(struct pool *pool)
{
	while (pool->count) {
		struct boot *boot = pool->running[pool->count - 1];

		boot_end(boot);
		while (!boot_over(boot))
			;
		hand_over(pool, pool->count - 1);
	}
}

double
pool_cpu(const struct pool *pool)
{
	double seconds = 0;

	for (int i = 0; i < pool->count; i++)
		seconds += pool->running[i]->cpu;
	return seconds;
}
