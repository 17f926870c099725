/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native VERDICT - a program of the Host, not of the Guest.  It measures on the Host itself what
 * the measuring guests and the Linux guest measure inside the machine, in instructions where QEMU
 * counts them (-icount), and says so by the verdict protocol.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <typetwo/machine.h>
#include <typetwo/verdict.h>

#define BATCHES 5
#define PAGES 256

static int verdict;
static char nonce[TT_NONCE_CHARS + 1];

static uint64_t
read_tsc(void)
{
	uint64_t t;

	__asm__ volatile("rdtsc" : "=A"(t)::"memory");
	return t;
}

static void
say(const char *line)
{
	if (write(verdict, line, strlen(line)) != (ssize_t)strlen(line))
		err(1, "the verdict device");
	fputs(line, stdout);
	fflush(stdout);
}

static void
ask_nonce(void)
{
	size_t length = 0;
	char c;

	if (write(verdict, TT_VERDICT_ASK, strlen(TT_VERDICT_ASK)) < 0)
		err(1, "the verdict device");
	while (read(verdict, &c, 1) == 1 && c != '\n')
		if (length < TT_NONCE_CHARS)
			nonce[length++] = c;
}

/* The first batch warms up; the cheapest of the others is the one without a clock tick in it. */
static void
measure(const char *metric, unsigned int n, void (*batch)(unsigned int n))
{
	uint64_t best = UINT64_MAX;
	char line[TT_VERDICT_LINE_MAX];

	for (int i = 0; i < BATCHES; i++) {
		uint64_t before = read_tsc();

		batch(n);

		uint64_t cost = read_tsc() - before;

		if (i && cost < best)
			best = cost;
	}
	snprintf(line, sizeof(line), "%s " TT_VERDICT_COUNT " %s %u %llu\n", nonce, metric, n,
		(unsigned long long)(best / n));
	say(line);
}

static void
getppids(unsigned int n)
{
	while (n--)
		syscall(SYS_getppid);
}

/* The map and the unmap around them are small beside so many faults. */
static void
page_faults(unsigned int n)
{
	volatile char *p = mmap(
		NULL, n * TT_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	for (unsigned int i = 0; i < n; i++)
		p[i * TT_PAGE_SIZE] = 1;
	munmap((void *)p, n * TT_PAGE_SIZE);
}

static int ping[2], pong[2];

/* One operation is a byte there and a byte back. */
static void
ping_pongs(unsigned int n)
{
	char c = 0;

	while (n--)
		if (write(ping[1], &c, 1) != 1 || read(pong[0], &c, 1) != 1)
			err(1, "pipe");
}

static pid_t
start_partner(void)
{
	pid_t pid;
	char c;

	if (pipe(ping) || pipe(pong))
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	close(ping[1]);
	while (read(ping[0], &c, 1) == 1)
		if (write(pong[1], &c, 1) != 1)
			break;
	_exit(0);
}

static void
forks(unsigned int n)
{
	while (n--) {
		pid_t pid = fork();
		int status;

		if (pid < 0)
			err(1, "fork");
		if (!pid)
			_exit(0);
		if (waitpid(pid, &status, 0) != pid || status)
			errx(1, "fork");
	}
}

int
main(int argc, char **argv)
{
	char line[TT_VERDICT_LINE_MAX];
	pid_t partner;

	if (argc != 2)
		errx(2, "usage: native VERDICT-FILE");
	verdict = open(argv[1], O_RDWR | O_NOCTTY);
	if (verdict < 0)
		err(2, "%s", argv[1]);
	ask_nonce();
	measure("native-getppid", 256, getppids);
	measure("native-page-fault", PAGES, page_faults);
	partner = start_partner();
	measure("native-pipe", 64, ping_pongs);
	close(ping[1]);
	waitpid(partner, NULL, 0);
	measure("native-fork", 8, forks);
	snprintf(line, sizeof(line), "%s " TT_VERDICT_DONE " 0\n", nonce);
	say(line);
	return 0;
}
