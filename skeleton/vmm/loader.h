/* SPDX-License-Identifier: GPL-2.0-only */
/* loader.h - puts a guest's ELF image into RAM. */
#ifndef LOADER_H
#define LOADER_H

#include "machine.h"

/*
 * Load the segments of the ELF file at path, each at its physical address (p_paddr), which is a
 * guest-kernel address.  Sets *entry; returns the first page-aligned RAM offset behind the image.
 * A file that is not a sound i386 executable for this RAM: one line, exit status 2.
 */
unsigned int load_image(struct machine *m, const char *path, unsigned int *entry);

#endif
