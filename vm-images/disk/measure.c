// SPDX-License-Identifier: GPL-2.0-only
/*
 * measure WHO DEVICE [METRIC...] - what some things cost a program, in instructions where the
 * machine counts them (QEMU's -icount).  The same file runs on the Host itself, in the Linux guest,
 * in User-Mode Linux and on Xen; it reports by the verdict protocol (<typetwo/verdict.h>), as
 * WHO-METRIC.
 *
 * measure repeat METRIC N - does METRIC N times and says nothing: the difference between two runs
 * is what so many operations make the Host do.
 */
#define _GNU_SOURCE /* O_DIRECT */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <typetwo/machine.h>
#include <typetwo/verdict.h>

/*
 * A no-op that a tool outside the machine knows (grader/events.c): what executes between MARK(1)
 * and MARK(2) is the last batch of the metric that is reported next.
 */
#define MARK(n) __asm__ volatile("nopl 0x54540000+" #n "(%%eax)" ::: "memory")

#define BATCHES 5 /* that count, after two that do not */
#define BATCH_MOST 4000000 /* instructions: no clock tick of the Host falls into most of them */

static int verdict;
static char nonce[TT_NONCE_CHARS + 1];
static char self[4096]; /* this program's path */

static uint64_t
read_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
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

/* Where this costs hundreds, somebody makes the time up, and no other figure can be believed. */
static void
read_tscs(unsigned int n)
{
	while (n--)
		read_tsc();
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
static pid_t partner;

static void
start_partner(void)
{
	char c;

	if (pipe(ping) || pipe(pong))
		err(1, "pipe");
	partner = fork();
	if (partner < 0)
		err(1, "fork");
	if (partner)
		return;
	close(ping[1]);
	while (read(ping[0], &c, 1) == 1)
		if (write(pong[1], &c, 1) != 1)
			break;
	_exit(0);
}

/* One operation is a byte there and a byte back, so two switches. */
static void
ping_pongs(unsigned int n)
{
	char c = 0;

	while (n--)
		if (write(ping[1], &c, 1) != 1 || read(pong[0], &c, 1) != 1)
			err(1, "pipe");
}

static void
end_partner(void)
{
	close(ping[0]);
	close(ping[1]);
	close(pong[0]);
	close(pong[1]);
	waitpid(partner, NULL, 0);
}

static void
children(unsigned int n, char *const *program)
{
	static char *const none[] = {NULL};

	while (n--) {
		pid_t pid = fork();
		int status;

		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			if (program)
				execve(self, program, none);
			_exit(program ? 1 : 0);
		}
		if (waitpid(pid, &status, 0) != pid || status)
			errx(1, "a child ended with wait status 0x%x", status);
	}
}

static void
forks(unsigned int n)
{
	children(n, NULL);
}

/* The program that runs is this one, and ends at once. */
static void
execs(unsigned int n)
{
	static char *const program[] = {self, "nothing", NULL};

	children(n, program);
}

static int disk;
static char block[4096] __attribute__((aligned(4096)));

/* The guest's disk; its own memory of it is left out, so that each read is a request. */
static void
open_disk(void)
{
	disk = open("/dev/tda", O_RDONLY | O_DIRECT);
	if (disk < 0)
		err(1, "/dev/tda");
}

static void
disk_reads(unsigned int n)
{
	while (n--)
		if (pread(disk, block, sizeof(block), n * sizeof(block)) != sizeof(block))
			err(1, "/dev/tda");
}

static void
close_disk(void)
{
	close(disk);
}

#define WITHOUT_DEVICES 5 /* the first so many metrics need nothing but Linux */
static const struct metric {
	const char *name;
	void (*batch)(unsigned int n);
	unsigned int few, many; /* operations of a batch */
	void (*before)(void), (*after)(void);
} metrics[] = {
	{"rdtsc", read_tscs, 16, 256, NULL, NULL},
	{"getppid", getppids, 16, 256, NULL, NULL},
	/* A few faults would carry the whole map and unmap. */
	{"page-fault", page_faults, 64, 256, NULL, NULL},
	{"pipe", ping_pongs, 4, 64, start_partner, end_partner},
	{"fork", forks, 2, 8, NULL, NULL},
	{"exec", execs, 2, 8, NULL, NULL},
	{"disk", disk_reads, 4, 64, open_disk, close_disk},
};

static uint64_t
cost(const struct metric *metric, unsigned int n)
{
	uint64_t before = read_tsc();

	metric->batch(n);
	return read_tsc() - before;
}

/*
 * The first batch warms up, the second tells how many operations are so long that a clock tick more
 * or less makes no difference; the cheapest of the others is the one with the fewest ticks.
 */
static void
measure(const char *who, const struct metric *metric)
{
	uint64_t best = UINT64_MAX;
	char line[TT_VERDICT_LINE_MAX];
	unsigned int n;

	if (metric->before)
		metric->before();
	metric->batch(metric->few);
	for (n = metric->many; n > metric->few; n /= 2)
		if (cost(metric, metric->few) / metric->few * n < BATCH_MOST)
			break;
	for (int i = 0; i < BATCHES; i++) {
		if (i == BATCHES - 1)
			MARK(1);

		uint64_t instructions = cost(metric, n);

		if (instructions < best)
			best = instructions;
	}
	MARK(2);
	if (metric->after)
		metric->after();
	snprintf(line, sizeof(line), "%s " TT_VERDICT_COUNT " %s-%s %u %llu\n", nonce, who,
		metric->name, n, (unsigned long long)(best / n));
	say(line);
}

static const struct metric *
find(const char *name)
{
	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		if (strcmp(metrics[i].name, name) == 0)
			return &metrics[i];
	errx(2, "no metric \"%s\"", name);
}

static void
repeat(const struct metric *metric, unsigned int n)
{
	if (metric->before)
		metric->before();
	for (unsigned int some; n; n -= some) {
		some = n < metric->many ? n : metric->many;
		metric->batch(some);
	}
	if (metric->after)
		metric->after();
}

/* Randomised addresses would make each run cost a little different. */
static void
lay_out_the_same(char **argv)
{
	int now = personality(0xffffffff);
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		err(1, "/proc/self/exe");
	if (now < 0 || now & ADDR_NO_RANDOMIZE)
		return;
	personality(now | ADDR_NO_RANDOMIZE);
	execv(self, argv);
	err(1, "%s", self);
}

int
main(int argc, char **argv)
{
	char line[TT_VERDICT_LINE_MAX];

	if (argc == 2 && strcmp(argv[1], "nothing") == 0)
		return 0;
	if (argc < 3)
		errx(2, "usage: measure WHO DEVICE [METRIC...], or measure repeat METRIC N");
	lay_out_the_same(argv);
	if (argc == 4 && strcmp(argv[1], "repeat") == 0) {
		repeat(find(argv[2]), strtoul(argv[3], NULL, 10));
		return 0;
	}
	verdict = open(argv[2], O_RDWR | O_NOCTTY);
	if (verdict < 0)
		err(2, "%s", argv[2]);
	ask_nonce();
	for (int i = 3; i < argc; i++)
		measure(argv[1], find(argv[i]));
	for (size_t i = 0; argc == 3 && i < WITHOUT_DEVICES; i++)
		measure(argv[1], &metrics[i]);
	snprintf(line, sizeof(line), "%s " TT_VERDICT_DONE " 0\n", nonce);
	say(line);
	return 0;
}
