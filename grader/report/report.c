/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/report/report.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct format *const formats[] = {&report_terminal, &report_json, &report_junit, &report_tap,
	&report_gradescope, &report_classroom, &report_autolab, NULL};

/* Whether a file can be made there; why not is in errno. */
static bool
has_directory(const char *path)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (strlen(path) > PATH_MAX - 8) {
		errno = ENAMETOOLONG;
		return false;
	}
	snprintf(directory, sizeof(directory), "%.*s", slash ? (int)(slash - path + 1) : 1,
		slash ? path : ".");
	return access(directory, W_OK) == 0;
}

bool
report_wanted(struct wanted *wanted, const char *text, char *why, size_t size)
{
	size_t n = strcspn(text, ":"), used;
	struct stat status;

	wanted->path = text + n + (text[n] == ':');
	for (int i = 0; formats[i]; i++) {
		wanted->format = formats[i];
		if (strlen(formats[i]->name) == n && strncmp(formats[i]->name, text, n) == 0)
			break;
		wanted->format = NULL;
	}
	if (!wanted->format) {
		used = snprintf(why, size, "no report \"%.*s\"; there are:", (int)n, text);
		for (int i = 0; formats[i] && used < size; i++)
			used += snprintf(why + used, size - used, " %s", formats[i]->name);
		return false;
	}
	if (!*wanted->path) {
		snprintf(why, size, "say where to: --report=%s:FILE", wanted->format->name);
		return false;
	}
	if (strcmp(wanted->path, "-") == 0)
		return true;
	if (stat(wanted->path, &status) == 0 && S_ISDIR(status.st_mode))
		errno = EISDIR;
	else if (has_directory(wanted->path))
		return true;
	snprintf(why, size, "cannot write %s: %s", wanted->path, strerror(errno));
	return false;
}

/* A device or a pipe has no older contents to keep, and must not be renamed over. */
static bool
is_stream(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

/* 1, 0 or -1 as report_write. */
static int
write_stream(const struct format *format, const struct results *results, FILE *file)
{
	int done = format->write(results, file);

	return done > 0 && (fflush(file) != 0 || ferror(file)) ? -1 : done;
}

int
report_write(const struct wanted *wanted, const struct results *results)
{
	char temporary[PATH_MAX + 8];
	bool direct = is_stream(wanted->path);
	FILE *file;
	int done, error;

	if (strcmp(wanted->path, "-") == 0)
		return write_stream(wanted->format, results, stdout);
	snprintf(temporary, sizeof(temporary), "%s%s", wanted->path, direct ? "" : ".new");
	file = fopen(temporary, "we");
	if (!file)
		return -1;
	done = write_stream(wanted->format, results, file);
	error = errno;
	if (fclose(file) != 0 && done >= 0) {
		done = -1;
		error = errno;
	}
	if (done > 0 && !direct && rename(temporary, wanted->path) < 0) {
		done = -1;
		error = errno;
	}
	if (done <= 0 && !direct)
		unlink(temporary);
	errno = error;
	return done;
}
