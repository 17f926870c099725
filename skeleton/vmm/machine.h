/* SPDX-License-Identifier: GPL-2.0-only */
/* machine.h - the parts of a guest machine that are not a CPU: RAM, boot page, devices. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <typetwo/machine.h>

#include "options.h"

struct machine {
	unsigned char *ram; /* the launcher's own mapping of the RAM file */
	unsigned int ram_bytes;
	int ram_fd;
	struct tt_boot *boot; /* page 0 of ram; the guest may write it after power-on */
	/* The launcher's copy: what the guest may name in a host system call. */
	struct tt_device device[TT_DEVICES_MAX];
	unsigned int devices;
};

/*
 * Build a machine up to power-on: RAM with the guest's image, initrd and boot page, devices open.
 * Sets *entry to the image's entry point.  A bad file or too little memory: one line, exit
 * status 2 or TT_STATUS_HOST.
 */
void machine_create(struct machine *m, const struct options *o, unsigned int *entry);

/*
 * The one door to guest memory: the bytes at a guest-kernel address in RAM, or NULL when they are
 * not all in RAM or the address is not a multiple of align.  The guest still owns them: read what
 * decides something once.
 */
void *machine_ram(const struct machine *m, unsigned int address, size_t bytes, unsigned int align);

/* The same for words that have to lie in one page: a frame, the entries of map. */
void *machine_page(const struct machine *m, unsigned int address, size_t bytes);

/* The device behind a descriptor, or NULL. */
const struct tt_device *machine_device(const struct machine *m, int fd);

/*
 * From now on the calling process makes no file of the Host's larger than the largest disk is: what
 * is written behind a disk's end would else be there for the Host to keep.  A console that is a
 * file may become as large as FILE_BYTES_MAX.
 */
void machine_limit_files(const struct machine *m);

/* Make the devices' signals go to process pid. */
void machine_route_signals(const struct machine *m, int pid);

/* Give the terminal, if the console is one, back as it was.  Safe to call at any time. */
void machine_restore_terminal(void);

#endif
