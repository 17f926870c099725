/* SPDX-License-Identifier: GPL-2.0-only */
/* report.c - checks and measurements become lines of the verdict protocol (verdict.h). */
#include <asm/errno.h>
#include <asm/unistd.h>
#include <typetwo/verdict.h>

#include "guest.h"

static const struct tt_device *verdict;
static char nonce[TT_NONCE_CHARS + 1] = "-";
static unsigned int reported, failed;

/* The open check. */
static char name[64];
static char complaint[TT_VERDICT_LINE_MAX];
static unsigned int compared;

/* The line goes to the console too, for those who watch. */
__attribute__((format(printf, 1, 2))) static void
report(const char *format, ...)
{
	char line[TT_VERDICT_LINE_MAX + 1];
	int length = 0;
	va_list arguments;

	for (const char *c = nonce; *c; c++)
		line[length++] = *c;
	line[length++] = ' ';
	va_start(arguments, format);
	length += format_line(line + length, sizeof(line) - 1 - (size_t)length, format, arguments);
	va_end(arguments);
	line[length++] = '\n';
	line[length] = 0;
	if (verdict)
		write_all(verdict->fd, line, (size_t)length);
	print("%s", line);
}

void
report_start(const char *told)
{
	unsigned int length = 0;
	char c;

	verdict = find_device(TT_DEV_VERDICT);
	if (!verdict)
		return;
	if (told) {
		for (; length < TT_NONCE_CHARS && told[length]; length++)
			nonce[length] = told[length];
		nonce[length] = 0;
		return;
	}
	write_all(verdict->fd, TT_VERDICT_ASK, sizeof(TT_VERDICT_ASK) - 1);
	for (;;) {
		int got = host_call(__NR_read, (unsigned int)verdict->fd, (unsigned int)&c, 1, 0);

		if (got == -EINTR)
			continue;
		if (got != 1 || c == '\n')
			break;
		if (length < TT_NONCE_CHARS)
			nonce[length++] = c;
	}
	nonce[length] = 0;
}

static void
close_check(void)
{
	if (!name[0])
		return;
	reported++;
	if (complaint[0] || !compared) {
		failed++;
		report("%s %s: %s", TT_VERDICT_FAIL, name,
			complaint[0] ? complaint : "nothing was compared");
	} else {
		report("%s %s", TT_VERDICT_PASS, name);
	}
	name[0] = complaint[0] = 0;
	compared = 0;
}

void
check(const char *format, ...)
{
	va_list arguments;

	close_check();
	va_start(arguments, format);
	format_line(name, sizeof(name), format, arguments);
	va_end(arguments);
}

static void
complain(const char *format, va_list arguments)
{
	if (!complaint[0])
		format_line(complaint, sizeof(complaint), format, arguments);
}

bool
holds(bool ok, const char *format, ...)
{
	va_list arguments;

	compared++;
	if (!ok) {
		va_start(arguments, format);
		complain(format, arguments);
		va_end(arguments);
	}
	return ok;
}

bool
same(const char *what, unsigned int got, unsigned int expected)
{
	return holds(got == expected, "%s: expected 0x%x, got 0x%x", what, expected, got);
}

void
count(const char *metric, unsigned int n, unsigned int instructions)
{
	report("%s %s %u %u", TT_VERDICT_COUNT, metric, n, instructions);
}

/*
 * A no-op that a tool outside the machine knows: what executes between MARK(1)
 * and MARK(2) is the last batch of the metric that is reported next.
 */
#define MARK(n) __asm__ volatile("nopl 0x54540000+" #n "(%%eax)" ::: "memory")

#define TICK 10000000 /* instructions, where one is a nanosecond; the Host has CONFIG_HZ_100 */
#define STEP 1000
#define LONG_STEPS 20

/* By hand: there is no libgcc here. */
static unsigned int
phase(unsigned long long time)
{
	unsigned int quotient, rest;

	__asm__("div %4"
		: "=a"(quotient), "=d"(rest)
		: "0"((unsigned int)time), "1"((unsigned int)(time >> 32) % TICK), "r"(TICK)
		: "cc");
	return rest;
}

/*
 * Wait until that long after a tick of the Host's clock.  So the same batches have a tick in them
 * on every run: how long the grader took for its answer, if it was asked, is not the same.
 *
 * An interrupt now and then is a long step; when each step is long, or none, a Monitor makes the
 * counter up, and it is not waited for.
 */
static void
wait_for_tick(unsigned int after)
{
	unsigned long long now = read_tsc(), last;

	for (int odd = 0; odd < LONG_STEPS && phase(now - after) > STEP;) {
		last = now;
		now = read_tsc();
		odd += now - last - 1 >= STEP;
	}
}

/*
 * The first batch warms everything up.  The cheapest of the others had no tick of the Host's clock
 * in it, or the fewest: that is the one which comes out the same on every run.
 */
unsigned int own_instructions;

void
measure(unsigned int n, void (*batch)(unsigned int n), const char *metric, ...)
{
	char word[64];
	va_list arguments;
	unsigned long long best = ~0ull;

	batch(n);
	for (int i = 1; i < BATCHES; i++) {
		wait_for_tick((unsigned int)i * (TICK / BATCHES));
		if (i == BATCHES - 1)
			MARK(1);

		unsigned long long before = read_tsc();

		batch(n);

		unsigned long long cost = read_tsc() - before;

		if (cost < best)
			best = cost;
	}
	MARK(2);
	/* Divided by hand: there is no libgcc here, and no batch takes 2^32 times n. */
	unsigned int quotient, rest;

	__asm__("div %4"
		: "=a"(quotient), "=d"(rest)
		: "0"((unsigned int)best), "1"((unsigned int)(best >> 32)), "r"(n)
		: "cc");
	va_start(arguments, metric);
	format_line(word, sizeof(word), metric, arguments);
	va_end(arguments);
	count(word, n, quotient - own_instructions);
}

int
report_done(void)
{
	close_check();
	report("%s %u", TT_VERDICT_DONE, reported);
	return (int)failed;
}

void
fatal(const char *format, ...)
{
	va_list arguments;

	if (!name[0])
		check("run-goes-on");
	va_start(arguments, format);
	complain(format, arguments);
	va_end(arguments);
	report_done();
	power_off(1);
}
