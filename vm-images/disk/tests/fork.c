// SPDX-License-Identifier: GPL-2.0-only
/* fork.c - a child has memory of its own, and its end is told to the parent. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define CHILDREN 10

static volatile int shared = 1;

const char *
test_fork(void)
{
	volatile int *heap = malloc(sizeof(*heap));
	volatile int stack = 1;
	int i, status, sum = 0;

	EXPECT(heap);
	*heap = 1;
	for (i = 0; i < CHILDREN; i++) {
		pid_t child = fork();

		if (child == 0) {
			shared += i;
			*heap += i;
			stack += i;
			_exit(shared == i + 1 && *heap == i + 1 && stack == i + 1 ? i : 99);
		}
		EXPECT(child > 0);
	}
	for (i = 0; i < CHILDREN; i++) {
		EXPECT(wait(&status) > 0);
		EXPECT(WIFEXITED(status));
		sum += WEXITSTATUS(status);
	}
	EXPECT(sum == CHILDREN * (CHILDREN - 1) / 2);
	EXPECT(wait(&status) == -1);
	EXPECT(shared == 1 && *heap == 1 && stack == 1);
	return NULL;
}
