// SPDX-License-Identifier: GPL-2.0-only
/* pipe.c - bytes go between two processes and back; the end of a pipe is seen on both sides. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define ROUNDS 40
#define BULK 200000 /* more than a pipe holds, so that the writer has to wait */

const char *
test_pipe(void)
{
	static char bulk[BULK];
	int there[2], back[2], i;
	size_t got = 0;
	ssize_t n;
	pid_t child;
	char c;

	EXPECT(pipe(there) == 0 && pipe(back) == 0);
	child = fork();
	EXPECT(child >= 0);
	if (child == 0) {
		close(there[1]);
		close(back[0]);
		while (read(there[0], &c, 1) == 1) {
			c++;
			if (write(back[1], &c, 1) != 1)
				_exit(1);
		}
		_exit(write(back[1], bulk, sizeof(bulk)) != sizeof(bulk));
	}
	close(there[0]);
	close(back[1]);
	for (i = 0; i < ROUNDS; i++) {
		struct pollfd ready = {.fd = back[0], .events = POLLIN};

		c = i;
		EXPECT(write(there[1], &c, 1) == 1);
		EXPECT(poll(&ready, 1, -1) == 1);
		EXPECT(read(back[0], &c, 1) == 1);
		EXPECT(c == (char)(i + 1));
	}
	close(there[1]);
	while ((n = read(back[0], bulk, sizeof(bulk))) > 0)
		got += n;
	EXPECT(n == 0 && got == BULK);
	EXPECT(waitpid(child, &i, 0) == child && i == 0);

	signal(SIGPIPE, SIG_IGN);
	EXPECT(pipe(there) == 0);
	close(there[0]);
	EXPECT(write(there[1], &c, 1) == -1 && errno == EPIPE);
	return NULL;
}
