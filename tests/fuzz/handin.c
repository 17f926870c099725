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

static int open_for_fuzz(int top, const char *path, int flags, ...);
static int folder_for_fuzz(int top, const char *path, mode_t mode);

#define err leave
#define errx leave
#define open(path, flags) nowhere() /* left open for good: who is refused closes nothing */
#define openat open_for_fuzz
#define close(fd) 0
#define mkdirat folder_for_fuzz
#define mkdir(path, mode) 0
#define main handin_main
#include "../../kit/handin.c"
#undef main

#include "fuzz.h"

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *terminal;
	uint8_t *copy;

	if (size < 2)
		return 0;
	copy = malloc(size - 1);
	must(copy);
	memcpy(copy, data + 1, size - 1);
	if (*data % 2 == 0)
		put_right(copy, size - 1);
	if (!terminal)
		terminal = stdin;
	stdin = fmemopen(copy, size - 1, "r");
	must(stdin);
	files = 0;
	left_with = 0;
	if (setjmp(back) == 0)
		must(unpack("/tmp") == 0);
	must(left_with == 0 || left_with == 1);
	if (left_with == 0) {
		bool noted = false;

		for (int i = 0; i < files; i++)
			noted |= strcmp(made[i], note) == 0;
		must(noted && files <= FILES_MAX);
	}
	fclose(stdin);
	stdin = terminal;
	free(copy);
	return 0;
}
