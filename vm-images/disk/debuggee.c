// SPDX-License-Identifier: GPL-2.0-only
/* debuggee.c - what the guest's gdb and strace are tried on: threads, a variable that changes,
 * calls. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define THREADS 2

static volatile int watched;
static volatile pid_t waits[THREADS]; /* the thread's number, when it waits next */

__attribute__((noinline)) static int
deeper(int depth)
{
	return depth ? deeper(depth - 1) + 1 : watched;
}

static void *
life(void *number)
{
	waits[(long)number] = gettid();
	pause();
	return number;
}

/*
 * Until a thread waits in pause, and a debugger finds it there.  By pread, which strace is not
 * asked for: how often it takes is chance.
 */
static void
await(int number)
{
	char path[40], stat[64] = "";
	int fd;

	while (!waits[number])
		sched_yield();
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", waits[number]);
	fd = open(path, O_RDONLY);
	while (!strstr(stat, ") S ") && pread(fd, stat, sizeof(stat) - 1, 0) > 0)
		sched_yield();
	close(fd);
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
	for (long i = 0; i < THREADS; i++) {
		pthread_create(&thread[i], NULL, life, (void *)i);
		await(i);
	}
	/* What the C library leaves there may be different each time. */
	__asm__ volatile("movd %0, %%xmm0; fldpi" : : "r"(0x12345678));
	deeper(3);
	raise(SIGUSR1);
	__asm__ volatile("fstp %st(0)");
	fd = open("/proc/sys/kernel/ostype", O_RDONLY);
	if (read(fd, word, 6) == 6)
		printf("%.5s %d\n", word, watched);
	return open("/nowhere", O_RDONLY) != -1;
}
