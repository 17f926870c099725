/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/boot/crash.h"

#include "grader/lib/args.h"
#include "grader/lib/child.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define LINE 240
#define GDB_SECONDS 10 /* tenths of one do for what is no trap for it */
#define GDB_MB 4096
#define GDB_GONE 118 /* a signal, or the jail: jail.h */

/* How the Host's complaints begin, the one that says most first. */
static const char *const headlines[] = {"BUG: ", "kernel BUG at ", "general protection fault",
	"stack segment: ", "double fault", "WARNING: CPU: ", "Oops: ", "Kernel panic - "};

/* "[   12.345678] text": the text. */
static const char *
without_time(const char *line)
{
	const char *end = strchr(line, ']');

	return *line == '[' && end && end[1] == ' ' ? end + 2 : line;
}

/* A place in the Host kernel's code as it writes it: FUNCTION+0xOFFSET/0xSIZE [MODULE]. */
struct place {
	char function[64];
	unsigned int offset;
	bool monitor;
};

/* The first place in a line.  Its text was written by anybody: only plain names are taken. */
static bool
read_place(const char *line, struct place *place)
{
	for (const char *plus = strchr(line, '+'); plus; plus = strchr(plus + 1, '+')) {
		const char *start = plus;
		size_t n;

		while (start > line &&
			(isalnum((unsigned char)start[-1]) || start[-1] == '_' || start[-1] == '.'))
			start--;
		n = plus - start;
		if (!n || n >= sizeof(place->function) ||
			sscanf(plus, "+0x%x/0x%*x", &place->offset) != 1)
			continue;
		memcpy(place->function, start, n);
		place->function[n] = '\0';
		place->monitor = strstr(plus, "[monitor]") != NULL;
		return true;
	}
	return false;
}

/* Of the processor, by all children that have ended. */
static double
children_used(void)
{
	struct rusage used;

	getrusage(RUSAGE_CHILDREN, &used);
	return used.ru_utime.tv_sec + used.ru_stime.tv_sec +
	       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* What gdb says of the code there: "FILE:LINE", or nothing. */
static void
find_line(const struct place *place, const struct images *images, char *text, size_t size)
{
	static const char *const plain[] = {"gdb", "-nx", "-batch", "-iex", "set auto-load off",
		"-iex", "set debuginfod enabled off", "-ex", NULL};
	static const struct limits limits = {
		.cpu = GDB_SECONDS, .memory_mb = GDB_MB, .file_mb = 1, .seconds = 4 * GDB_SECONDS};
	struct child_io io = {.in = -1, .limits = &limits};
	char path[PATH_MAX], real[PATH_MAX], said[1024] = "", file[200];
	static struct args args;
	static bool trap; /* there is something in a file here that it does not come back from */
	int line, status;

	text[0] = '\0';
	image_path(images, place->monitor ? "monitor.ko" : "kernel-symbols", path);
	if (trap || !realpath(path, real))
		return;
	memset(&args, 0, sizeof(args));
	if (images->jail) {
		args_add(&args, "%s", images->jail);
		args_add(&args, "--exec");
		args_add(&args, "--read=%s", real);
		args_add(&args, "--");
	}
	for (int i = 0; plain[i]; i++)
		args_add(&args, "%s", plain[i]);
	args_add(&args, "info line *('%s'+%u)", place->function, place->offset);
	args_add(&args, "%s", real);
	if (args.full)
		return;
	io.out = io.err = memfd_create("gdb", MFD_CLOEXEC);
	if (io.out < 0)
		return;
	status = child_run(args.v, &io);
	trap = status >= GDB_GONE;
	if (status == 0 && pread(io.out, said, sizeof(said) - 1, 0) > 0) {
		const char *at = strstr(said, "Line ");

		if (at && sscanf(at, "Line %d of \"%199[^\"]\"", &line, file) == 2)
			snprintf(text, size, ", %s:%d", file, line);
	}
	close(io.out);
}

static void
add_place(const char *what, const char *line, bool call, const struct images *images, char *text)
{
	size_t used = strlen(text);
	struct place place;
	char at[240];

	if (!read_place(line, &place))
		return;
	/* The address on the stack is that behind the call, which may be another line. */
	if (call && place.offset)
		place.offset--;
	find_line(&place, images, at, sizeof(at));
	snprintf(text + used, CRASH_CHARS - used, "\n%s %s%s%s", what, place.function,
		place.monitor ? " of the module" : "", at);
}

double
crash_read(const struct log *console, const struct images *images, char text[CRASH_CHARS])
{
	char line[LINE] = "";
	size_t i, n = sizeof(headlines) / sizeof(headlines[0]);
	double before = children_used();

	for (i = 0; i < n; i++)
		if (log_line(console, headlines[i], line, sizeof(line)))
			break;
	if (i == n)
		return 0;
	/* That panic is our own doing: only the place counts. */
	snprintf(text, CRASH_CHARS, "%s",
		strstr(line, "NMI: Not continuing") ? "where its CPU is:" : without_time(line));
	/*
	 * A warning's first line has its place; else the registers' do.  Where that is not the
	 * module's, the function of the module that the Host names first has called it.
	 */
	if (strstr(line, "WARNING: CPU: ") || log_line(console, "EIP: ", line, sizeof(line)))
		add_place("in", line, false, images, text);
	if (!strstr(line, "[monitor]") && log_line(console, " [monitor]", line, sizeof(line)))
		add_place(strchr(text, '\n') ? "called by" : "in", line, true, images, text);
	return children_used() - before;
}
