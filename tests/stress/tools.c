/* SPDX-License-Identifier: GPL-2.0-only */
/* tools.c - time, files and results for stress_host and fuzz_host. */
#define _GNU_SOURCE
#include "tests/stress/host.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <typetwo/verdict.h>

#define VERDICT_LINE "/dev/ttyS1"

/* ---- time, files ---- */

double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* As often among the first milliseconds as among the last seconds. */
double
moment(double longest)
{
	double t = 0.0005;

	for (int steps = chance(14); steps > 0; steps--)
		t *= 2;
	t += t * chance(1000) / 1000;
	return t < longest ? t : longest * chance(1000) / 1000;
}

void
rest(double seconds)
{
	struct timespec t = {.tv_sec = seconds, .tv_nsec = (seconds - (int)seconds) * 1e9};

	nanosleep(&t, NULL);
}

bool
put(const char *path, const char *format, ...)
{
	char text[100];
	va_list list;
	int n, fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	va_start(list, format);
	n = vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	done = fd >= 0 && write(fd, text, n) == n;
	if (fd >= 0)
		close(fd);
	return done;
}

size_t
get(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n;

	while (fd >= 0 && used < size - 1 && (n = read(fd, text + used, size - 1 - used)) > 0)
		used += n;
	if (fd >= 0)
		close(fd);
	text[used] = '\0';
	return used;
}

/* ---- results ---- */

unsigned int failures;
static int verdict = -1;

/* What every line begins with that is not about one thing only, and what it means if none came. */
static struct {
	const char *word, *promise;
	bool failed;
} promises[PROMISES] = {
	{"outcomes:", "every machine that was left alone ended as its guest promises", false},
	{"processes:", "nobody was left after any round, and nobody hung", false},
	{"module:", "it stayed while it was in use, and went when it was not", false},
};

static void
say(const char *kind, const char *format, va_list list)
{
	char line[TT_VERDICT_LINE_MAX];
	int n = snprintf(line, sizeof(line), "%s ", kind);

	for (int i = 0; i < PROMISES; i++)
		if (strcmp(kind, "fail") == 0 &&
			strncmp(format, promises[i].word, strlen(promises[i].word)) == 0)
			promises[i].failed = true;
	n += vsnprintf(line + n, sizeof(line) - 1 - n, format, list);
	if (n > (int)sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	if (write(verdict, line, n) < 0 || write(STDOUT_FILENO, line, n) < 0)
		_exit(3);
}

#define SAYS(name, kind, effect)           \
	void name(const char *format, ...) \
	{                                  \
		va_list list;              \
                                           \
		va_start(list, format);    \
		say(kind, format, list);   \
		va_end(list);              \
		effect;                    \
	}
SAYS(note, "note", (void)0)
SAYS(pass, "pass", (void)0)
SAYS(fail, "fail", failures++)

/* The last lines of a file, or all that the kernel has to say in it, for whoever reads the log. */
void
show(const char *path)
{
	char text[4096];
	size_t n = get(path, text, sizeof(text)), from = n > 700 ? n - 700 : 0;

	printf("---- %s\n%s\n----\n", path, text + from);
	fflush(stdout);
}

void
results_open(void)
{
	verdict = open(VERDICT_LINE, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

void
results_promises(int count)
{
	for (int i = 0; i < count; i++)
		if (!promises[i].failed)
			pass("%s %s", promises[i].word, promises[i].promise);
}
