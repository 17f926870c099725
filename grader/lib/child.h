/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * child.h - programs the grader starts, and how it gets rid of them.
 *
 * Nothing is ever ended by name: only pids from child_start.  A child dies with the grader even if
 * the grader is killed, because the kernel sends it a signal then.
 */
#ifndef GRADER_LIB_CHILD_H
#define GRADER_LIB_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* What a child may use up, itself and each of its own children; 0: no limit. */
struct limits {
	long cpu; /* seconds of the processor; then it gets a signal */
	long memory_mb; /* of addresses */
	long file_mb; /* of one file that it writes */
	int seconds; /* of ours: child_run only, which kills it then */
};

struct child_io {
	int in, out, err; /* -1: as ours */
	const int *keep; /* further descriptors it inherits, under the same numbers */
	int keeps;
	const char *directory; /* where it runs; NULL: here */
	const struct limits *limits; /* NULL: none */
	bool foreground; /* stays in our process group: it owns the terminal */
};

/* Start argv[0], looked up in PATH.  Its pid, or -1 with errno when it could not be started. */
pid_t child_start(char *const argv[], const struct child_io *io);

/* End it now and wait.  *pid is 0 afterwards; does nothing if it is 0 before. */
void child_stop(pid_t *pid);

/* What it and its children have used so far; zeros when it is gone. */
struct used {
	double cpu; /* seconds of the processor */
	double waited; /* seconds in which others kept that thread from working that had to wait
			  longest */
	long memory_mb; /* that is there */
	int processes;
};

/* most: with more processes than that, the number is all that is right. */
struct used child_used(pid_t pid, int most);

/* Run to the end.  Exit status; 128 + signal; -1 with errno when it could not be started. */
int child_run(char *const argv[], const struct child_io *io);

/* Whether a program of that name (or path) can be started. */
bool child_exists(const char *name);

/* Make a wait status one number: exit status, or 128 + signal. */
int child_status(int status);

#endif
