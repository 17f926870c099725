// SPDX-License-Identifier: GPL-2.0-only
/* measure_processes.c - context switches, and processes that come and go. */
#include <err.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

#define LINE 64 /* bytes of a cache line */

/*
 * A byte goes round between processes, from pipe to pipe; each writes to all of its memory before
 * it passes it on.  This process is one of them: it writes into head and reads from tail.
 */
static int head, tail;
static volatile char *memory;
static unsigned int size, processes;

static void
work(void)
{
	for (unsigned int i = 0; i < size; i += LINE)
		memory[i]++;
}

static void
pass_on(int from, int to)
{
	char c;

	while (read(from, &c, 1) == 1) {
		work();
		if (write(to, &c, 1) != 1)
			break;
	}
	_exit(0);
}

void
start_ring(const struct metric *metric)
{
	int next[2];

	processes = metric->processes;
	size = metric->kilobytes * 1024;
	if (size)
		memory = mmap(
			NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || pipe(next) < 0)
		err(1, "a ring");
	head = next[1];
	tail = next[0];
	for (unsigned int i = 1; i < processes; i++) {
		pid_t pid;

		if (pipe(next) < 0 || (pid = fork()) < 0)
			err(1, "a ring");
		if (!pid) {
			/* A process that kept the head open would never see its end. */
			close(head);
			close(next[0]);
			pass_on(tail, next[1]);
		}
		close(tail);
		close(next[1]);
		tail = next[0];
	}
}

void
end_ring(void)
{
	close(head);
	while (wait(NULL) > 0)
		;
	close(tail);
	if (size)
		munmap((void *)memory, size);
}

/* One operation is from one process to the next: rounds of all of them. */
void
hops(unsigned int n)
{
	char c = 0;

	for (; n; n -= processes) {
		work();
		if (write(head, &c, 1) != 1 || read(tail, &c, 1) != 1)
			err(1, "a ring");
	}
}

/* One operation is a byte there and a byte back, so two switches. */
void
ping_pongs(unsigned int n)
{
	hops(2 * n);
}

static void
children(unsigned int n, const char *path, char *const *program)
{
	static char *const none[] = {NULL};

	while (n--) {
		pid_t pid = fork();
		int status;

		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			if (program)
				execve(path, program, none);
			_exit(program ? 1 : 0);
		}
		if (waitpid(pid, &status, 0) != pid || status)
			errx(1, "a child ended with wait status 0x%x", status);
	}
}

void
forks(unsigned int n)
{
	children(n, NULL, NULL);
}

/* The program that runs is this one, and ends at once. */
static char *const program[] = {self, "nothing", NULL};

void
execs(unsigned int n)
{
	children(n, self, program);
}

/* The same, but a shell looks for it. */
void
shells(unsigned int n)
{
	static char command[sizeof(self) + sizeof(" nothing; :")];
	static char *const shell[] = {"sh", "-c", command, NULL};

	snprintf(command, sizeof(command), "%s nothing; :", self);
	children(n, "/bin/sh", shell);
}
