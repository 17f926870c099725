/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * log.h - what came over a serial line, kept in a file and in memory, and bounded.
 *
 * The start and the end of a stream are kept, the middle of a flood is not.  In the file, whatever
 * a terminal might obey is written out, as \x1b: people look at it with cat.
 */
#ifndef GRADER_JUDGE_LOG_H
#define GRADER_JUDGE_LOG_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define LOG_HEAD (256 * 1024)
#define LOG_TAIL (32 * 1024)

struct log {
	char path[PATH_MAX];
	int fd;
	char *head; /* the first LOG_HEAD bytes, NUL-terminated */
	size_t head_used, head_room;
	char *tail; /* ring of the last LOG_TAIL bytes behind the head */
	size_t beyond; /* bytes that came behind the head */
	int error; /* errno of the first write that failed */
};

/* 0, or -1 with errno. */
int log_open(struct log *log, const char *path);
void log_add(struct log *log, const char *bytes, size_t n);
/* Write out what is still in memory.  The memory stays until log_free. */
void log_close(struct log *log);
void log_free(struct log *log);

/*
 * The first line at or behind offset from that contains text, without its end and with odd bytes
 * as '?'.  Looks in the head, then in the tail.  false if there is none.
 */
bool log_line(const struct log *log, const char *text, char *line, size_t size);

/* Where text first stands in the head, at or behind from: the offset behind it.  0 for nowhere. */
size_t log_seen(const struct log *log, const char *text, size_t from);

#endif
