/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/lib/child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static bool
limit(int what, rlim_t most)
{
	struct rlimit limit;

	/* What we have ourselves may be less already. */
	if (getrlimit(what, &limit) < 0)
		return false;
	if (most < limit.rlim_max)
		limit.rlim_max = most;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(what, &limit) == 0;
}

static bool
limit_all(const struct limits *limits)
{
	return limit(RLIMIT_CORE, 0) && (!limits->cpu || limit(RLIMIT_CPU, limits->cpu)) &&
	       (!limits->memory_mb || limit(RLIMIT_AS, (rlim_t)limits->memory_mb << 20)) &&
	       (!limits->file_mb || limit(RLIMIT_FSIZE, (rlim_t)limits->file_mb << 20));
}

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
	if (io->limits && !limit_all(io->limits))
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

static void add_used(pid_t pid, int most, struct used *used);

/* How long a thread was kept from working, and what its children have used. */
static void
add_thread(const char *threads, const char *thread, int most, struct used *used)
{
	unsigned long long waited;
	char path[64 + 300];
	FILE *file;
	int child;

	snprintf(path, sizeof(path), "%s/%s/schedstat", threads, thread);
	file = fopen(path, "re");
	if (file && fscanf(file, "%*u %llu", &waited) == 1 && waited / 1e9 > used->waited)
		used->waited = waited / 1e9;
	if (file)
		fclose(file);
	snprintf(path, sizeof(path), "%s/%s/children", threads, thread);
	file = fopen(path, "re");
	while (file && fscanf(file, "%d", &child) == 1)
		add_used(child, most, used);
	if (file)
		fclose(file);
}

/* A process and all below it.  One that ends meanwhile is counted with its parent next time. */
static void
add_used(pid_t pid, int most, struct used *used)
{
	char path[64], text[1024], *at;
	unsigned long ticks[4];
	struct dirent *entry;
	DIR *threads;
	FILE *file;
	long pages;

	/* It may be a long chain. */
	if (used->processes > most)
		return;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return;
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	/* The name in it may be anything; what follows its last parenthesis is ours. */
	at = strrchr(text, ')');
	if (at && sscanf(at,
			  ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu %*d %*d"
			  " %*d %*d %*u %*u %ld",
			  &ticks[0], &ticks[1], &ticks[2], &ticks[3], &pages) == 5) {
		used->cpu +=
			(double)(ticks[0] + ticks[1] + ticks[2] + ticks[3]) / sysconf(_SC_CLK_TCK);
		used->memory_mb += pages * sysconf(_SC_PAGESIZE) >> 20;
		used->processes++;
	}
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	threads = opendir(path);
	while (threads && (entry = readdir(threads)))
		if (entry->d_name[0] != '.')
			add_thread(path, entry->d_name, most, used);
	if (threads)
		closedir(threads);
}

struct used
child_used(pid_t pid, int most)
{
	struct used used = {0};

	add_used(pid, most, &used);
	return used;
}

int
child_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int
child_run(char *const argv[], const struct child_io *io)
{
	int status, seconds = io->limits ? io->limits->seconds : 0;
	pid_t pid = child_start(argv, io), ended;

	if (pid < 0)
		return -1;
	for (int waited = 0; (ended = waitpid(pid, &status, seconds ? WNOHANG : 0)) != pid;) {
		if (ended < 0 && errno != EINTR)
			return -1;
		if (ended == 0) {
			usleep(10000);
			if (++waited == seconds * 100)
				kill(pid, SIGKILL);
		}
	}
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
