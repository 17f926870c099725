/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * images.h - where the things under build/ are, and what to do when one is not there.
 */
#ifndef GRADER_BOOT_IMAGES_H
#define GRADER_BOOT_IMAGES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct images {
	const char *build; /* the build directory */
	const char *tree; /* whose launcher: reference, skeleton, ... */
	const char *vmm; /* this file instead of the tree's launcher, or NULL */
	const char *jail; /* what was handed in is touched in this program only: jail.c; or NULL */
	const char *module; /* this file instead of the tree's monitor.ko, or NULL */
};

/*
 * The path of a thing by its name: "kernel", "rom", "initramfs", "disk", "initrd", "vmm",
 * "monitor.ko", "measure", "kernel-symbols", "linux"; anything else is a unit guest.
 */
void image_path(const struct images *images, const char *name, char path[PATH_MAX]);

/* Ends the grader (exit status 2, one line that says what makes it) if the file is not there. */
void image_require(const struct images *images, const char *name);

/* Ends the grader with one line, if it is no guest, and lists those that there are. */
void guest_require(const struct images *images, const char *name);

/* Ends the grader with one line, if the tree's launcher is not built. */
void tree_require(const struct images *images);

#endif
