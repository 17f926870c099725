// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - same [CASE...]: runs these cases, or all but wild, for which the machine has to enforce
 * what protects the Guest kernel.
 */
#define _GNU_SOURCE
#include "same.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT 60 /* seconds; a case that hangs ends by SIGALRM */

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{"alternate", same_alternate},
	{"segments", same_segments},
	{"selectors", same_selectors},
	{"frame", same_frame},
	{"faults", same_faults},
	{"wild", same_wild},
	{"flags", same_flags},
	{"cpuid", same_cpuid},
	{"fork-trap", same_fork_trap},
	{"mxcsr", same_mxcsr},
	{"pending", same_pending},
	{"vectors", same_vectors},
	{"registers", same_registers},
	{"calls", same_calls},
	{"steps", same_steps},
	{"watch", same_watch},
	{"virtual", same_virtual},
	{"sleep", same_sleep},
};

void
on(int signal, handler *handler, int flags)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};

	sigaction(signal, &action, NULL);
}

pid_t
start(void)
{
	fflush(stdout);
	return fork();
}

void
ended(const char *what, pid_t pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		printf("%s: signal %d\n", what, WTERMSIG(status));
	else
		printf("%s: exit %d\n", what, WEXITSTATUS(status));
}

pid_t
start_traced(void)
{
	pid_t pid = start();
	int status;

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		return 0;
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	return pid;
}

bool
go_on(const char *what, int request, pid_t pid)
{
	siginfo_t info = {0};
	int status;

	if (ptrace(request, pid, NULL, NULL)) {
		printf("%s: refused, %s\n", what, strerrorname_np(errno));
		return false;
	}
	waitpid(pid, &status, 0);
	if (!WIFSTOPPED(status)) {
		printf("%s: ended, %x\n", what, status);
		return false;
	}
	ptrace(PTRACE_GETSIGINFO, pid, NULL, &info);
	printf("%s: stop, signal %x code %x\n", what, WSTOPSIG(status), info.si_code);
	return true;
}

const char *
error_of(long result)
{
	return result == -1 && errno ? strerrorname_np(errno) : "ok";
}

static bool
chosen(const char *name, char **names)
{
	if (!*names)
		return strcmp(name, "wild") != 0;
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

int
main(int argc, char **argv)
{
	(void)argc;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		pid_t pid;

		if (!chosen(cases[i].name, argv + 1))
			continue;
		printf("# %s\n", cases[i].name);
		pid = start();
		if (pid == 0) {
			alarm(TIMEOUT);
			cases[i].run();
			exit(0);
		}
		ended(cases[i].name, pid);
	}
	return 0;
}
