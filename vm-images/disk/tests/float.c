// SPDX-License-Identifier: GPL-2.0-only
/* float.c - processes that calculate at the same time do not disturb each other's registers. */
#include <fenv.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define PROCESSES 3
#define ROUNDS 300000 /* long enough for a few timer ticks each */

/* A sum that lives in x87 registers all the time, rounded as the process has chosen. */
static double
calculate(int seed)
{
	double sum = seed;
	int i;

	for (i = 1; i < ROUNDS; i++)
		sum += 1.0 / i;
	return sum;
}

static int
run(int seed, int rounding, double *pipe_result)
{
	double first;
	int i;

	fesetround(rounding);
	first = calculate(seed);
	for (i = 0; i < 5; i++)
		if (calculate(seed) != first)
			return 1;
	*pipe_result = first;
	return fegetround() != rounding;
}

const char *
test_float(void)
{
	static const int rounding[PROCESSES] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD};
	double result[PROCESSES];
	int fd[PROCESSES][2], i, status;

	for (i = 0; i < PROCESSES; i++) {
		EXPECT(pipe(fd[i]) == 0);
		if (fork() == 0) {
			double mine;

			status = run(1, rounding[i], &mine);
			_exit(status || write(fd[i][1], &mine, sizeof(mine)) != sizeof(mine));
		}
	}
	for (i = 0; i < PROCESSES; i++) {
		EXPECT(wait(&status) > 0);
		EXPECT(status == 0);
	}
	for (i = 0; i < PROCESSES; i++)
		EXPECT(read(fd[i][0], &result[i], sizeof(result[i])) == sizeof(result[i]));
	EXPECT(result[2] < result[0] && result[0] < result[1]);
	EXPECT(result[0] > 14.18 && result[0] < 14.19);
	return NULL;
}
