// SPDX-License-Identifier: GPL-2.0-only
/* signal.c - handlers, masks, an alternative stack, calls interrupted, a child killed. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
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

static void
spoiler(int signal)
{
	(void)signal;
	count++;
	__asm__ volatile("xorps %xmm5, %xmm5; fninit; fldz");
}

/* Floating-point registers survive a handler that has its own. */
static int
registers_survive(void)
{
	static const float before[4] = {1, 2, 3, 4};
	float after[4];
	double pi;
	int result;

	__asm__ volatile("movups %3, %%xmm5; fldpi; int $0x80; fstpl %2; movups %%xmm5, %1"
			 : "=a"(result), "=m"(after), "=m"(pi)
			 : "m"(before), "0"(SYS_kill), "b"(getpid()), "c"(SIGUSR2)
			 : "memory", "cc");
	return result == 0 && pi > 3.141592 && pi < 3.141593 &&
	       memcmp(before, after, sizeof(before)) == 0;
}

/* Wherever the frame lies: in one page, or across the edge between two. */
static const char *
test_edges(void)
{
	static char pages[4 * 4096] __attribute__((aligned(4096)));
	struct sigaction action = {.sa_handler = spoiler, .sa_flags = SA_ONSTACK};

	for (int kind = 0; kind < 2; kind++) {
		action.sa_flags = SA_ONSTACK | (kind ? SA_SIGINFO : 0);
		EXPECT(sigaction(SIGUSR2, &action, NULL) == 0);
		for (int edge = 0; edge < 1200; edge += 44) {
			stack_t stack = {.ss_sp = pages, .ss_size = 3 * 4096 + edge};

			count = 0;
			EXPECT(sigaltstack(&stack, NULL) == 0);
			EXPECT(registers_survive());
			EXPECT(count == 1);
		}
	}
	return NULL;
}

const char *
test_signal(void)
{
	static char stack[65536];
	stack_t alternative = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	sigset_t one, old;
	int fd[2], status;
	const char *edges = test_edges();
	pid_t child;
	char c;

	if (edges)
		return edges;
	count = 0;
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
