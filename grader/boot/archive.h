/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * archive.h - what one boot has to do: the files under /job in the Host.
 *
 * They are a second cpio archive behind the Host's own initramfs, so that no image is rebuilt for
 * a test.
 */
#ifndef GRADER_BOOT_ARCHIVE_H
#define GRADER_BOOT_ARCHIVE_H

#include <limits.h>
#include <stdbool.h>

#include "grader/boot/images.h"

struct job {
	char directory[PATH_MAX]; /* where it is put together */
	char initramfs[PATH_MAX]; /* the result */
	char why[PATH_MAX + 128]; /* what went wrong */
};

/* Each returns false with a line in job->why if it fails; an existing directory is emptied. */
bool job_start(struct job *job, const char *directory);
bool job_file(struct job *job, const char *name, const char *path); /* twice is once */
bool job_text(struct job *job, const char *name, const char *text); /* executable */
bool job_pack(struct job *job, const struct images *images);

/* Remove the directory and all in it. */
void job_remove(struct job *job);

/* rm -r, for directories that the grader has made. */
void remove_directory(const char *path);

#endif
