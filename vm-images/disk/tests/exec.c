// SPDX-License-Identifier: GPL-2.0-only
/* exec.c - another program takes over a process, with arguments; a bad one is refused. */
#include <errno.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

const char *
test_exec(void)
{
	int i, status;

	for (i = 0; i < 5; i++) {
		pid_t child = fork();

		if (child == 0) {
			execl("/proc/self/exe", "tests", "--exec", "two words", NULL);
			_exit(99);
		}
		EXPECT(child > 0);
		EXPECT(waitpid(child, &status, 0) == child);
		EXPECT(WIFEXITED(status));
		EXPECT(WEXITSTATUS(status) == 42);
	}
	EXPECT(execl("/nowhere", "nowhere", NULL) == -1 && errno == ENOENT);
	EXPECT(execl("/", "directory", NULL) == -1 && errno == EACCES);
	return NULL;
}
