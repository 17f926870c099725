// SPDX-License-Identifier: GPL-2.0-only
/*
 * many.c - more processes than a machine has address spaces, and all of them run.  It takes more
 * memory than the other tests, so it has to be asked for.
 */
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define CHILDREN 1100
#define ROUNDS 3

static volatile int mine[3 * 1024]; /* some pages */

/* Each round it is woken once, and finds what it has written, not what others have. */
static int
live(int number, int wake, int tell)
{
	for (int round = 0; round < ROUNDS; round++) {
		char byte = 'x';

		mine[0] = mine[1024] = mine[2048] = number + round;
		if (read(wake, &byte, 1) != 1)
			return 1;
		if (mine[0] != number + round || mine[1024] != mine[0] || mine[2048] != mine[0])
			byte = 'w';
		if (write(tell, &byte, 1) != 1)
			return 1;
	}
	return 0;
}

const char *
test_many(void)
{
	int wake[2], tell[2], status;
	char byte;

	EXPECT(pipe(wake) == 0 && pipe(tell) == 0);
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();

		EXPECT(pid >= 0);
		if (pid == 0)
			_exit(live(i * ROUNDS, wake[0], tell[1]));
	}
	for (int i = 0; i < CHILDREN * ROUNDS; i++) {
		EXPECT(write(wake[1], "x", 1) == 1);
		EXPECT(read(tell[0], &byte, 1) == 1 && byte == 'x');
	}
	for (int i = 0; i < CHILDREN; i++) {
		EXPECT(wait(&status) > 0);
		EXPECT(status == 0);
	}
	return NULL;
}
