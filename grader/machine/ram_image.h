/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ram_image.h - the Host's kernel and initramfs as they lie in RAM when the kernel is entered, for
 * a machine that has no loader of its own.  The other half is vm-images/host/boot-rom.S.
 */
#ifndef GRADER_MACHINE_RAM_IMAGE_H
#define GRADER_MACHINE_RAM_IMAGE_H

#include "grader/machine/machine.h"

#define RAM_IMAGE_BASE 0x100000 /* the image's first byte in RAM; boot_params, by then */

/*
 * Write the image to the file to.  0, or -1 with errno: ENOEXEC, the kernel is not a bzImage
 * with a gzipped ELF in it; ENOMEM, it all does not fit into setup->memory_mb.
 */
int ram_image(const char *to, const struct machine_setup *setup, const char *command_line);

#endif
