// SPDX-License-Identifier: GPL-2.0-only
/* float.c - processes that calculate at the same time do not disturb each other's registers. */
#include <fenv.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define PROCESSES 3
#define ROUNDS 30000
#define TURN 1000 /* rounds until the next process has its turn */

/*
 * A sum that is in an x87 register all the time, even while other processes run: hence the bare
 * system call, for a call of sched_yield() would have the register saved.
 */
static double
calculate(int seed)
{
	long double sum = seed;
	int i, result;

	for (i = 1; i < ROUNDS; i++) {
		sum += 1.0 / i;
		if (i % TURN == 0)
			__asm__ volatile("int $0x80"
					 : "=a"(result), "+t"(sum)
					 : "0"(SYS_sched_yield)
					 : "memory");
	}
	return sum;
}

static int
run(int rounding, double *result)
{
	int i;

	fesetround(rounding);
	*result = calculate(1);
	for (i = 0; i < 2; i++)
		if (calculate(1) != *result)
			return 1;
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

			status = run(rounding[i], &mine);
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
	EXPECT(result[0] > 11.88 && result[0] < 11.89);
	return NULL;
}
