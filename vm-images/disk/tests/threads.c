// SPDX-License-Identifier: GPL-2.0-only
/* threads.c - threads share memory, each has thread-local storage and floating point of its own. */
#include <pthread.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define THREADS 4
#define ROUNDS 2000
#define TURNS 10 /* of the rounds, one thread after the other */

static __thread int mine = 5;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t start;
static int turn, sum;

/* Takes turns with the others; each turn wakes all of them. */
static void *
work(void *argument)
{
	int me = (int)(long)argument, i;
	volatile double x = me;

	pthread_barrier_wait(&start);
	for (i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&lock);
		if (i < TURNS) {
			while (turn % THREADS != me)
				pthread_cond_wait(&changed, &lock);
			turn++;
			pthread_cond_broadcast(&changed);
		}
		sum++;
		pthread_mutex_unlock(&lock);
		mine += me;
		x += 0.5;
	}
	return (void *)(long)(mine == 5 + ROUNDS * me && x == me + ROUNDS * 0.5);
}

const char *
test_threads(void)
{
	pthread_t thread[THREADS];
	int i, status;

	EXPECT(pthread_barrier_init(&start, NULL, THREADS) == 0);
	for (i = 0; i < THREADS; i++)
		EXPECT(pthread_create(&thread[i], NULL, work, (void *)(long)i) == 0);
	for (i = 0; i < THREADS; i++) {
		void *result;

		EXPECT(pthread_join(thread[i], &result) == 0);
		EXPECT(result);
	}
	EXPECT(sum == THREADS * ROUNDS);
	EXPECT(mine == 5);

	/* A child gets the thread-local storage of the thread that forked. */
	mine = 6;
	if (fork() == 0)
		_exit(mine != 6);
	EXPECT(wait(&status) > 0 && status == 0);
	return NULL;
}
