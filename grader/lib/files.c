/* SPDX-License-Identifier: GPL-2.0-only */
#include "grader/lib/files.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const void *
map_file(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *at = NULL;

	if (fd < 0 || fstat(fd, &status) < 0)
		cannot("read", path);
	*size = status.st_size;
	if (*size)
		at = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		cannot("read", path);
	close(fd);
	return at;
}

int
make_directory(const char *path)
{
	char part[PATH_MAX];

	if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (char *at = part + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(part, 0777) < 0 && errno != EEXIST)
			return -1;
		*at = '/';
	}
	return mkdir(part, 0777) < 0 && errno != EEXIST ? -1 : 0;
}

void
cannot(const char *what, const char *path)
{
	err(3, "cannot %s %s", what, path);
}

int
lock_directory(const char *path)
{
	char file[PATH_MAX + 8];
	int fd;

	if (make_directory(path) < 0)
		err(2, "cannot make %s", path);
	snprintf(file, sizeof(file), "%s/lock", path);
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		err(2, "cannot make %s", file);
	return flock(fd, LOCK_EX | LOCK_NB);
}
