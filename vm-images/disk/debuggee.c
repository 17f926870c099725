// SPDX-License-Identifier: GPL-2.0-only
/* debuggee.c - what the guest's gdb and strace are tried on: threads, a variable that changes,
 * calls. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define THREADS 2

static volatile int watched;
static pthread_barrier_t all_there;

__attribute__((noinline)) static int
deeper(int depth)
{
	return depth ? deeper(depth - 1) + 1 : watched;
}

static void *
life(void *number)
{
	pthread_barrier_wait(&all_there);
	pause();
	return number;
}

static void
handle(int signal)
{
	watched += signal;
}

int
main(void)
{
	pthread_t thread[THREADS];
	char word[8];
	int fd;

	watched = 1;
	watched = 2;
	signal(SIGUSR1, handle);
	pthread_barrier_init(&all_there, NULL, THREADS + 1);
	for (long i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, life, (void *)i);
	pthread_barrier_wait(&all_there);
	deeper(3);
	raise(SIGUSR1);
	fd = open("/proc/sys/kernel/ostype", O_RDONLY);
	if (read(fd, word, 6) == 6)
		printf("%.5s %d\n", word, watched);
	return open("/nowhere", O_RDONLY) != -1;
}
