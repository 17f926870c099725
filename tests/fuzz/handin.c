/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * handin.c - any bytes as an archive that is handed in: it is unpacked whole or refused, and
 * nothing is ever made outside of vmm/ and monitor/.
 *
 * The checksums of the headers are put right first, where the first byte is even: no fuzzer finds
 * them.  Files are not written, but their names looked at.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static jmp_buf back;
static int left_with; /* what it ended with */

__attribute__((noreturn, format(printf, 2, 3))) static void
leave(int status, const char *format, ...)
{
	char line[400];
	va_list list;

	va_start(list, format);
	vsnprintf(line, sizeof(line), format, list);
	va_end(list);
	for (const char *c = line; *c; c++)
		if (*c < ' ' || *c > '~')
			__builtin_trap();
	left_with = status;
	longjmp(back, 1);
}

static int
nowhere(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	return fd;
}

static FILE *stream_for_fuzz(int fd);
static int open_for_fuzz(int top, const char *path, int flags, ...);
static int folder_for_fuzz(int top, const char *path, mode_t mode);

static int
shut_for_fuzz(int fd)
{
	return fd < 0 ? -1 : 0;
}

#define err leave
#define errx leave
#define open(path, flags) nowhere() /* left open for good: who is refused closes nothing */
#define openat open_for_fuzz
#define close shut_for_fuzz
#define fdopen(fd, mode) stream_for_fuzz(fd)
#define mkdirat folder_for_fuzz
#define mkdir(path, mode) 0
#define main handin_main
#include "kit/handin.c"
#undef main

#include "tests/fuzz/fuzz.h"

static char made[256][104]; /* names of files that were made */
static int files;

static int
folder_for_fuzz(int top, const char *path, mode_t mode)
{
	(void)top, (void)mode;
	must(strcmp(path, "vmm") == 0 || strcmp(path, "monitor") == 0);
	return 0;
}

static int
open_for_fuzz(int top, const char *path, int flags, ...)
{
	const char *name = strchr(path, '/');

	(void)top;
	must(flags & O_EXCL && flags & O_NOFOLLOW);
	if (strcmp(path, "HANDIN") != 0) {
		must(strncmp(path, "vmm/", 4) == 0 || strncmp(path, "monitor/", 8) == 0);
		must(!strchr(name + 1, '/') && name[1] != '.' && name[1] != '-');
		for (const char *c = name + 1; *c; c++)
			must(isalnum((unsigned char)*c) || strchr("_-.", *c));
		must(strlen(path) < sizeof(made[0]));
	}
	for (int i = 0; i < files; i++)
		if (strcmp(made[i], path) == 0) {
			errno = EEXIST;
			return -1;
		}
	must(files < 256);
	strcpy(made[files++], path);
	return nowhere();
}

/* Each header gets the checksum that belongs to it. */
static void
put_right(uint8_t *data, size_t size)
{
	size_t at = 0;

	while (at + BLOCK <= size && data[at]) {
		union header *header = (union header *)(data + at);
		char sum[8];
		long n;

		sprintf(sum, "%06o", checksum(header));
		memcpy(header->sum, sum, 7);
		n = octal(header->size, sizeof(header->size));
		if (n < 0 || n > FILE_MAX)
			return;
		at += BLOCK + (n + BLOCK - 1) / BLOCK * BLOCK;
	}
}

/* Each of these was taken, and nothing is behind them. */
static void
look_at_headers(const uint8_t *data, size_t size)
{
	size_t at = 0;

	while (at + BLOCK <= size && data[at]) {
		const union header *header = (const union header *)(data + at);
		long n = octal(header->size, sizeof(header->size));
		int lines = 0;

		must(header->type == '0' && !header->prefix[0] && n >= 0 && n <= FILE_MAX);
		for (long i = 0; i < n; i++)
			lines += data[at + BLOCK + i] == '\n';
		must(strcmp(header->name, note) != 0 || lines == 3);
		at += BLOCK + (n + BLOCK - 1) / BLOCK * BLOCK;
	}
	for (; at < size; at++)
		must(data[at] == 0);
}

/* What the check writes. */
static struct output {
	FILE *file;
	char *text;
	size_t size;
} output[2];

static FILE *
stream_for_fuzz(int fd)
{
	struct output *one = &output[fd - 3];

	must(fd == 3 || fd == 4);
	one->file = open_memstream(&one->text, &one->size);
	must(one->file);
	return one->file;
}

static int
unpack_it(void)
{
	return unpack("/tmp");
}

/* Its status, with these bytes as the archive. */
static int
run(int (*what)(void), uint8_t *bytes, size_t size)
{
	FILE *terminal = stdin;

	stdin = fmemopen(bytes, size, "r");
	must(stdin);
	memset(&seen, 0, sizeof(seen));
	files = 0;
	left_with = 0;
	if (setjmp(back) == 0)
		must(what() == 0);
	must(left_with == 0 || left_with == 1);
	fclose(stdin);
	stdin = terminal;
	return left_with;
}

static void
forget_output(void)
{
	for (int i = 0; i < 2; i++) {
		if (output[i].file)
			fclose(output[i].file);
		free(output[i].text);
	}
	memset(output, 0, sizeof(output));
}

/* What has been checked. */
static void
look_at_clean(int there)
{
	size_t size = output[0].size;
	uint8_t *clean = malloc(size);
	char lab, base[4], kit[44], end;

	must(clean && size);
	fflush(output[0].file);
	memcpy(clean, output[0].text, size);
	must(sscanf(output[1].text, "%c %3s %40s%c", &lab, base, kit, &end) == 4 && end == '\n');
	must(lab >= '1' && lab <= '4');
	forget_output();
	must(run(unpack_it, clean, size) == 0 && files == there);
	must(run(check, clean, size) == 0);
	must(output[0].size == size && memcmp(output[0].text, clean, size) == 0);
	free(clean);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int status, there;
	uint8_t *copy;

	if (size < 2)
		return 0;
	copy = malloc(size - 1);
	must(copy);
	memcpy(copy, data + 1, size - 1);
	if (*data % 2 == 0)
		put_right(copy, size - 1);
	status = run(unpack_it, copy, size - 1);
	there = files;
	if (status == 0) {
		bool noted = false;

		for (int i = 0; i < files; i++)
			noted |= strcmp(made[i], note) == 0;
		must(noted && files <= FILES_MAX);
		look_at_headers(copy, size - 1);
	}
	must(run(check, copy, size - 1) == status);
	if (status == 0)
		look_at_clean(there);
	forget_output();
	free(copy);
	return 0;
}
