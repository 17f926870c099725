/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * files.h - files and directories of our own.
 */
#ifndef GRADER_LIB_FILES_H
#define GRADER_LIB_FILES_H

#include <stddef.h>

/*
 * A file's bytes, to be read only, until munmap(); an empty one has none, and needs no munmap().
 * Ends the grader, as cannot() does, if it cannot be read.
 */
const void *map_file(const char *path, size_t *size);

/* mkdir -p.  0, or -1 with errno. */
int make_directory(const char *path);

/* Ends the grader (exit status 3) with one line that names the path and the reason, from errno. */
__attribute__((noreturn)) void cannot(const char *what, const char *path);

/*
 * Make the directory, and hold the lock in it until this program ends: two that write there would
 * spoil each other's logs.  0, or -1 if somebody else holds it.
 */
int lock_directory(const char *path);

#endif
