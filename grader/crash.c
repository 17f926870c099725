/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "crash.h"

#include "child.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LINE 240

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

/* What gdb says of the code there: "FILE:LINE", or nothing. */
static void
find_line(const struct place *place, const struct images *images, char *text, size_t size)
{
	char path[PATH_MAX], command[160], said[1024] = "", file[200];
	char *argv[] = {"gdb", "-nx", "-batch", "-ex", command, path, NULL};
	struct child_io io = {.in = -1};
	int line;

	text[0] = '\0';
	image_path(images, place->monitor ? "monitor.ko" : "kernel-symbols", path);
	snprintf(command, sizeof(command), "info line *('%s'+%u)", place->function, place->offset);
	io.out = io.err = memfd_create("gdb", MFD_CLOEXEC);
	if (io.out < 0)
		return;
	if (child_run(argv, &io) == 0 && pread(io.out, said, sizeof(said) - 1, 0) > 0) {
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

bool
crash_read(const struct log *console, const struct images *images, char text[CRASH_CHARS])
{
	char line[LINE] = "";
	size_t i, n = sizeof(headlines) / sizeof(headlines[0]);

	for (i = 0; i < n; i++)
		if (log_line(console, headlines[i], line, sizeof(line)))
			break;
	if (i == n)
		return false;
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
	return true;
}
