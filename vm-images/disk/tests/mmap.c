// SPDX-License-Identifier: GPL-2.0-only
/* mmap.c - private and shared memory, files in memory, mappings moved and taken away. */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define PAGE 4096
#define PAGES 300

const char *
test_mmap(void)
{
	char name[] = "/tmp/mmap-XXXXXX", text[8];
	char *map, *moved;
	int *shared;
	int fd, i, status;

	map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT(map != MAP_FAILED);
	for (i = 0; i < PAGES; i++) {
		EXPECT(map[i * PAGE] == 0);
		map[i * PAGE] = i;
	}
	/* A hole in the middle, and the rest moved. */
	EXPECT(munmap(map + PAGE, PAGE) == 0);
	moved = mremap(map + 2 * PAGE, PAGE, 3 * PAGE, MREMAP_MAYMOVE);
	EXPECT(moved != MAP_FAILED && moved[0] == 2 && moved[2 * PAGE] == 0);
	for (i = 3; i < PAGES; i++)
		EXPECT(map[i * PAGE] == (char)i);

	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	EXPECT(shared != MAP_FAILED);
	if (fork() == 0) {
		*shared = 77;
		map[0] = 77;
		_exit(0);
	}
	EXPECT(wait(&status) > 0 && status == 0);
	EXPECT(*shared == 77 && map[0] == 0);

	fd = mkstemp(name);
	EXPECT(fd >= 0);
	EXPECT(unlink(name) == 0 && ftruncate(fd, 2 * PAGE) == 0);
	map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	EXPECT(map != MAP_FAILED);
	strcpy(map + PAGE, "written");
	EXPECT(msync(map, 2 * PAGE, MS_SYNC) == 0);
	EXPECT(pread(fd, text, 8, PAGE) == 8 && !strcmp(text, "written"));
	EXPECT(pwrite(fd, "other", 6, 0) == 6 && !strcmp(map, "other"));
	return NULL;
}
