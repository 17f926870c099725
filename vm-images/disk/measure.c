// SPDX-License-Identifier: GPL-2.0-only
/*
 * measure WHO DEVICE [METRIC...] - what things cost a program, those of lmbench's tables, in
 * instructions where the machine counts them (QEMU's -icount).  The same file runs on the Host
 * itself, in the Linux guest, in User-Mode Linux and on Xen; it reports by the verdict protocol
 * (<typetwo/verdict.h>), as WHO-METRIC.  Without METRIC it is all that need nothing but Linux, and,
 * with an address in $PEER where `measure serve` runs, those of the network.
 *
 * measure WHO DEVICE run NAME COMMAND - what a whole program costs, as WHO-NAME.  It is run twice:
 * the first time brings what it reads into memory, the second counts.  The last line that it prints
 * is the sum of what it made, which both times has to be the same; it is reported as the name of a
 * check.
 *
 * measure repeat METRIC N - does METRIC N times and says nothing: the difference between two runs
 * is what so many operations make the Host do.
 *
 * measure warm - only makes a machine so, whose programs another one measures: a server's.
 *
 * measure settle - waits for a time that is the same however long all before took: a guest that
 * begins then finds the Host's clock where it was the last time.
 *
 * measure serve - the network's other end, in the background; it ends with the first connection.
 *
 * With $NONCE, the nonce is not asked for: a machine that hears nothing from outside executes the
 * same instructions each time.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <time.h>
#include <unistd.h>

#include <typetwo/verdict.h>

#include "measure.h"

/*
 * A no-op that a tool outside the machine knows (bench/plugins/events.c): what executes between
 * MARK(1) and MARK(2) is the last batch of the metric that is reported next.
 */
#define MARK(n) __asm__ volatile("nopl 0x54540000+" #n "(%%eax)" ::: "memory")

#define BATCHES 10 /* that count, after two that do not */
#define RANK 3 /* which of them, by what they cost, is reported */
#define SUM_CHARS 64
#define BATCH_MOST 4000000 /* instructions: no clock tick of the Host falls into most of them */

static int verdict;
static char nonce[TT_NONCE_CHARS + 1];
char self[4096];

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
	const char *told = getenv("NONCE");
	size_t length = 0;
	char c;

	if (told) {
		snprintf(nonce, sizeof(nonce), "%s", told);
		return;
	}
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

static const struct metric metrics[] = {
	{"rdtsc", read_tscs, 16, 256, NULL, NULL, 0, 0},
	{"getppid", getppids, 16, 256, NULL, NULL, 0, 0},
	{"read", reads, 16, 256, open_devices, close_devices, 0, 0},
	{"write", writes, 16, 256, open_devices, close_devices, 0, 0},
	{"stat", stats, 16, 256, make_place, remove_place, 0, 0},
	{"open", opens, 16, 256, make_place, remove_place, 0, 0},
	{"signal-install", signal_installs, 16, 256, NULL, NULL, 0, 0},
	{"signal", signals, 16, 256, catch_signals, NULL, 0, 0},
	/* A few faults would carry the whole map and unmap. */
	{"page-fault", page_faults, 64, 256, NULL, NULL, 0, 0},
	{"protection-fault", protection_faults, 16, 256, NULL, NULL, 0, 0},
	{"mmap", maps, 2, 64, make_place, remove_place, 0, 0},
	{"pipe", ping_pongs, 4, 64, start_ring, end_ring, 2, 0},
	{"fork", forks, 2, 8, NULL, NULL, 0, 0},
	{"exec", execs, 2, 8, NULL, NULL, 0, 0},
	{"shell", shells, 2, 8, NULL, NULL, 0, 0},
	{"switch-2p-0k", hops, 16, 128, start_ring, end_ring, 2, 0},
	{"switch-8p-0k", hops, 16, 128, start_ring, end_ring, 8, 0},
	{"switch-16p-0k", hops, 16, 128, start_ring, end_ring, 16, 0},
	{"switch-2p-64k", hops, 16, 128, start_ring, end_ring, 2, 64},
	{"switch-8p-64k", hops, 16, 128, start_ring, end_ring, 8, 64},
	{"switch-16p-64k", hops, 16, 128, start_ring, end_ring, 16, 64},
	{"net-send", sends, 2, 16, open_peer, NULL, 0, 0},
	{"net-receive", receives, 2, 16, open_peer, NULL, 0, 0},
	{"disk", disk_reads, 4, 64, open_disk, close_disk, 0, 0},
	{"disk-beside", disk_reads_beside, 4, 8, open_disk, close_disk, 0, 0},
};
#define METRICS (sizeof(metrics) / sizeof(metrics[0]))
#define WITHOUT_PEER (METRICS - 4) /* all but the last need nothing but Linux */
#define WITHOUT_DISK (METRICS - 2)

/*
 * Wait until that long after the Host's clock ticks (CONFIG_HZ_100), where an instruction is a
 * nanosecond.  So the same batches have a tick in them, run for run, however long the grader took
 * for its answer, or a disk.  A guest has a clock of its own, which began when it liked: so batches
 * begin at different distances, and some have none of its ticks.
 *
 * An interrupt now and then is a long step; when each step is long, or none, somebody makes the
 * counter up, and it is not waited for.
 */
#define TICK 10000000
#define STEP 1000
#define LONG_STEPS 20
/*
 * By then all is done that a test begins with.  Not later: each time the machine is idle, QEMU's
 * clock may go on some hundred instructions too far, once in about 100,000 times.
 */
#define SETTLED (200ull * TICK)

static void
wait_for_tick(unsigned int after)
{
	uint64_t now = read_tsc(), last;

	for (int odd = 0; odd < LONG_STEPS && (now - after) % TICK > STEP;) {
		last = now;
		now = read_tsc();
		odd += now - last - 1 >= STEP;
	}
}

static void
settle(void)
{
	uint64_t now = read_tsc(), until = (now / SETTLED + 1) * SETTLED - TICK;
	struct timespec sleep = {
		.tv_sec = (until - now) / 1000000000, .tv_nsec = (until - now) % 1000000000};

	if (now < until)
		nanosleep(&sleep, NULL);
	wait_for_tick(0);
}

static uint64_t
cost(const struct metric *metric, unsigned int n)
{
	uint64_t before = read_tsc();

	metric->batch(n);
	return read_tsc() - before;
}

/*
 * The first batch warms up, the second tells how many operations are so long that a clock tick more
 * or less makes no difference.  The cheapest of the others are those with the fewest ticks; the
 * very cheapest may be a rare one, which found ready what each other has to make.
 */
static void
measure(const char *who, const struct metric *metric)
{
	uint64_t cheapest[RANK];
	char line[TT_VERDICT_LINE_MAX];
	unsigned int n;

	memset(cheapest, 0xff, sizeof(cheapest));
	if (metric->before)
		metric->before(metric);
	metric->batch(metric->few);
	for (n = metric->many; n > metric->few; n /= 2)
		if (cost(metric, metric->few) / metric->few * n < BATCH_MOST)
			break;
	for (int i = 0; i < BATCHES; i++) {
		wait_for_tick(i * (TICK / BATCHES));
		if (i == BATCHES - 1)
			MARK(1);

		uint64_t instructions = cost(metric, n);

		for (int j = 0; j < RANK; j++)
			if (instructions < cheapest[j]) {
				uint64_t dearer = cheapest[j];

				cheapest[j] = instructions;
				instructions = dearer;
			}
	}
	MARK(2);
	if (metric->after)
		metric->after();
	snprintf(line, sizeof(line), "%s " TT_VERDICT_COUNT " %s-%s %u %llu\n", nonce, who,
		metric->name, n, (unsigned long long)(cheapest[RANK - 1] / n));
	say(line);
}

/*
 * What a kernel has that has been up for a while: a random generator that is ready.  Until then it
 * mixes its pool anew whenever random bytes are taken, some 14,600 instructions: an exec takes
 * them, and a connection several times.  This Host, which nothing ever disturbs, would not be ready
 * before its last test.
 */
static void
ready_random(void)
{
	struct {
		struct rand_pool_info info;
		unsigned int words[8];
	} seed = {
		.info = {.entropy_count = 8 * sizeof(seed.words), .buf_size = sizeof(seed.words)}};
	int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, RNDADDENTROPY, &seed) < 0)
		err(1, "/dev/urandom");
	close(fd);
}

/* Run a command with its output on the console; sum is its last line. */
static void
run(const char *command, char sum[SUM_CHARS])
{
	FILE *from = popen(command, "re");
	int status;

	if (!from)
		err(1, "%s", command);
	while (fgets(sum, SUM_CHARS, from))
		fputs(sum, stdout);
	fflush(stdout);
	status = pclose(from);
	if (status)
		errx(1, "%s ended with wait status 0x%x", command, status);
	sum[strcspn(sum, "\n")] = '\0';
}

static void
measure_run(const char *who, const char *name, const char *command)
{
	char first[SUM_CHARS] = "", second[SUM_CHARS] = "", line[TT_VERDICT_LINE_MAX];
	uint64_t before, instructions;

	run(command, first);
	use_memory();
	wait_for_tick(0);
	MARK(1);
	before = read_tsc();
	run(command, second);
	instructions = read_tsc() - before;
	MARK(2);
	snprintf(line, sizeof(line), "%s " TT_VERDICT_COUNT " %s-%s 1 %llu\n", nonce, who, name,
		(unsigned long long)instructions);
	say(line);
	if (strcmp(first, second) == 0 && *first)
		snprintf(line, sizeof(line), "%s " TT_VERDICT_PASS " %s\n", nonce, second);
	else
		snprintf(line, sizeof(line), "%s " TT_VERDICT_FAIL " %s: the sum is %s, then %s\n",
			nonce, name, first, second);
	say(line);
}

static const struct metric *
find(const char *name)
{
	for (size_t i = 0; i < METRICS; i++)
		if (strcmp(metrics[i].name, name) == 0)
			return &metrics[i];
	errx(2, "no metric \"%s\"", name);
}

static void
repeat(const struct metric *metric, unsigned int n)
{
	if (metric->before)
		metric->before(metric);
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
	size_t all = getenv("PEER") ? WITHOUT_DISK : WITHOUT_PEER;

	if (argc == 2 && strcmp(argv[1], "nothing") == 0)
		return 0;
	if (argc == 2 && strcmp(argv[1], "warm") == 0) {
		ready_random();
		use_memory();
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "settle") == 0) {
		settle();
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "serve") == 0) {
		serve();
		return 0;
	}
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
	ready_random();
	if (argc == 6 && strcmp(argv[3], "run") == 0) {
		measure_run(argv[1], argv[4], argv[5]);
		snprintf(line, sizeof(line), "%s " TT_VERDICT_DONE " 1\n", nonce);
		say(line);
		return 0;
	}
	for (int i = 3; i < argc; i++)
		measure(argv[1], find(argv[i]));
	for (size_t i = 0; argc == 3 && i < all; i++)
		measure(argv[1], &metrics[i]);
	snprintf(line, sizeof(line), "%s " TT_VERDICT_DONE " 0\n", nonce);
	say(line);
	return 0;
}
