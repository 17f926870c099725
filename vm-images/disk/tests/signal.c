// SPDX-License-Identifier: GPL-2.0-only
/* signal.c - handlers, masks, an alternative stack, calls interrupted, a child killed. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static volatile sig_atomic_t count;
static volatile char *where;

static void
handler(int signal, siginfo_t *info, void *context)
{
	volatile char here;

	(void)signal;
	(void)context;
	where = &here;
	if (info->si_pid == getpid())
		count++;
}

const char *
test_signal(void)
{
	static char stack[65536];
	stack_t alternative = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	sigset_t one, old;
	int fd[2], status;
	pid_t child;
	char c;

	EXPECT(sigaltstack(&alternative, NULL) == 0);
	EXPECT(sigaction(SIGUSR1, &action, NULL) == 0);
	raise(SIGUSR1);
	EXPECT(count == 1);
	EXPECT(where >= stack && where < stack + sizeof(stack));

	sigemptyset(&one);
	sigaddset(&one, SIGUSR1);
	EXPECT(sigprocmask(SIG_BLOCK, &one, &old) == 0);
	raise(SIGUSR1);
	EXPECT(count == 1);
	EXPECT(sigsuspend(&old) == -1 && errno == EINTR);
	EXPECT(count == 2);
	EXPECT(sigprocmask(SIG_SETMASK, &old, NULL) == 0);

	EXPECT(sigaction(SIGALRM, &action, NULL) == 0);
	EXPECT(pipe(fd) == 0);
	alarm(1);
	EXPECT(read(fd[0], &c, 1) == -1 && errno == EINTR);

	child = fork();
	EXPECT(child >= 0);
	if (child == 0)
		for (;;)
			; /* never in the kernel: only a timer tick can end it */
	EXPECT(kill(child, SIGKILL) == 0);
	EXPECT(waitpid(child, &status, 0) == child);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return NULL;
}
