// SPDX-License-Identifier: GPL-2.0-only
/* file.c - files and directories keep what is put in them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#define BLOCKS 100

const char *
test_file(void)
{
	char directory[] = "/tmp/file-XXXXXX", block[4096];
	struct stat st;
	struct dirent *entry;
	int fd, i, seen = 0;
	DIR *dir;

	EXPECT(mkdtemp(directory) && chdir(directory) == 0);
	fd = open("one", O_RDWR | O_CREAT | O_EXCL, 0640);
	EXPECT(fd >= 0);
	for (i = 0; i < BLOCKS; i++) {
		memset(block, i, sizeof(block));
		EXPECT(write(fd, block, sizeof(block)) == sizeof(block));
	}
	EXPECT(fsync(fd) == 0);
	for (i = BLOCKS - 1; i >= 0; i -= 7) {
		EXPECT(pread(fd, block, sizeof(block), i * 4096) == sizeof(block));
		EXPECT(block[0] == i && block[4095] == i);
	}
	EXPECT(ftruncate(fd, 5) == 0 && fstat(fd, &st) == 0);
	EXPECT(st.st_size == 5 && (st.st_mode & 07777) == 0640);
	EXPECT(rename("one", "two") == 0 && access("one", F_OK) == -1 && errno == ENOENT);
	EXPECT(symlink("two", "three") == 0 && stat("three", &st) == 0 && st.st_size == 5);
	EXPECT(mkdir("four", 0755) == 0);

	dir = opendir(".");
	EXPECT(dir);
	while ((entry = readdir(dir)))
		seen += entry->d_name[0] != '.';
	EXPECT(seen == 3);
	EXPECT(unlink("two") == 0 && unlink("three") == 0 && rmdir("four") == 0);
	EXPECT(rmdir(directory) == 0);
	return NULL;
}
