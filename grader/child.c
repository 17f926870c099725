/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child: become argv[0], or tell the parent why not. */
static void
become(char *const argv[], const struct child_io *io, pid_t parent, int tell)
{
	sigset_t none;
	int from[3] = {io->in, io->out, io->err};

	/* A terminal program has to put the terminal right before it dies; others just die. */
	prctl(PR_SET_PDEATHSIG, io->foreground ? SIGTERM : SIGKILL);
	if (getppid() != parent) /* it died before prctl */
		_exit(127);
	if (!io->foreground)
		setpgid(0, 0); /* Ctrl-C is for the grader, which then ends its children */
	for (int i = 0; i < 3; i++)
		if (from[i] >= 0 && dup2(from[i], i) < 0)
			goto failed;
	if (io->directory && chdir(io->directory) < 0)
		goto failed;
	for (int i = 0; i < io->keeps; i++)
		if (fcntl(io->keep[i], F_SETFD, 0) < 0)
			goto failed;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
failed:
	if (write(tell, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

pid_t
child_start(char *const argv[], const struct child_io *io)
{
	int tell[2], why = 0;
	pid_t parent = getpid(), pid;

	if (pipe2(tell, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		become(argv, io, parent, tell[1]);
	close(tell[1]);
	/* exec closes the pipe: end of file means that it worked. */
	if (pid > 0 && read(tell[0], &why, sizeof(why)) == sizeof(why)) {
		waitpid(pid, NULL, 0);
		pid = -1;
		errno = why;
	}
	why = errno;
	close(tell[0]);
	errno = why;
	return pid;
}

void
child_stop(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGKILL);
	while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
}

int
child_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int
child_run(char *const argv[], const struct child_io *io)
{
	pid_t pid = child_start(argv, io);
	int status;

	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return child_status(status);
}

bool
child_exists(const char *name)
{
	const char *path = getenv("PATH");
	char one[PATH_MAX];

	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	for (path = path ? path : "/usr/bin:/bin"; *path;) {
		size_t n = strcspn(path, ":");

		snprintf(one, sizeof(one), "%.*s/%s", (int)n, path, name);
		if (access(one, X_OK) == 0)
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}
