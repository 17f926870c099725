/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/judge/log.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
put(struct log *log, const char *bytes, size_t n)
{
	while (n && !log->error) {
		ssize_t done = write(log->fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			log->error = errno;
			return;
		}
		bytes += done;
		n -= done;
	}
}

/* The same for people, of whom nobody knows what they look at it with. */
static void
put_plain(struct log *log, const char *bytes, size_t n)
{
	char text[4096];
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = bytes[i];

		if (c == '\n' || c == '\t' || (c >= ' ' && c < 0x7f))
			text[used++] = c;
		else
			used += sprintf(text + used, "\\x%02x", c);
		if (used > sizeof(text) - 8) {
			put(log, text, used);
			used = 0;
		}
	}
	put(log, text, used);
}

int
log_open(struct log *log, const char *path)
{
	memset(log, 0, sizeof(*log));
	snprintf(log->path, sizeof(log->path), "%s", path);
	log->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return log->fd < 0 ? -1 : 0;
}

/* Room for n more bytes of head and a NUL. */
static bool
grow(struct log *log, size_t n)
{
	size_t room = log->head_room ? log->head_room : 4096;
	char *more;

	while (room < log->head_used + n + 1)
		room *= 2;
	if (room == log->head_room)
		return true;
	more = realloc(log->head, room);
	if (!more) {
		log->error = errno;
		return false;
	}
	log->head = more;
	log->head_room = room;
	return true;
}

void
log_add(struct log *log, const char *bytes, size_t n)
{
	size_t fits = LOG_HEAD - log->head_used;

	if (fits > n)
		fits = n;
	if (fits && grow(log, fits)) {
		memcpy(log->head + log->head_used, bytes, fits);
		log->head_used += fits;
		log->head[log->head_used] = '\0';
		put_plain(log, bytes, fits);
	}
	if (fits == n)
		return;
	if (!log->tail)
		log->tail = malloc(LOG_TAIL);
	for (size_t i = fits; log->tail && i < n; i++)
		log->tail[log->beyond++ % LOG_TAIL] = bytes[i];
}

/* The tail in order, NUL-terminated; the caller frees it.  NULL if there is none. */
static char *
tail_text(const struct log *log, size_t *n)
{
	size_t used = log->beyond;
	char *text;

	if (used > LOG_TAIL)
		used = LOG_TAIL;
	if (!log->tail || !(text = malloc(used + 1)))
		return NULL;
	for (size_t i = 0; i < used; i++)
		text[i] = log->tail[(log->beyond - used + i) % LOG_TAIL];
	text[used] = '\0';
	*n = used;
	return text;
}

void
log_close(struct log *log)
{
	size_t n = 0;
	char *text;

	if (log->fd < 0)
		return;
	text = tail_text(log, &n);
	if (text) {
		if (log->beyond > n) {
			char note[80];

			snprintf(note, sizeof(note), "\n[%zu bytes are left out here]\n",
				log->beyond - n);
			put(log, note, strlen(note));
		}
		put_plain(log, text, n);
		free(text);
	}
	close(log->fd);
	log->fd = -1;
}

void
log_free(struct log *log)
{
	log_close(log);
	free(log->head);
	free(log->tail);
	log->head = log->tail = NULL;
	log->head_used = log->head_room = 0;
}

static bool
line_in(const char *bytes, size_t n, const char *text, char *line, size_t size)
{
	const char *hit = memmem(bytes, n, text, strlen(text)), *end = bytes + n;
	size_t used = 0;

	if (!hit)
		return false;
	while (hit > bytes && hit[-1] != '\n')
		hit--;
	for (; hit < end && *hit != '\n' && used < size - 1; hit++)
		line[used++] = isprint((unsigned char)*hit) ? *hit : '?';
	line[used] = '\0';
	return true;
}

bool
log_line(const struct log *log, const char *text, char *line, size_t size)
{
	char *tail;
	size_t n = 0;
	bool found;

	if (log->head && line_in(log->head, log->head_used, text, line, size))
		return true;
	tail = tail_text(log, &n);
	found = tail && line_in(tail, n, text, line, size);
	free(tail);
	return found;
}

size_t
log_seen(const struct log *log, const char *text, size_t from)
{
	const char *hit;

	if (!log->head || from > log->head_used)
		return 0;
	hit = memmem(log->head + from, log->head_used - from, text, strlen(text));
	return hit ? hit + strlen(text) - log->head : 0;
}
