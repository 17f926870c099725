// SPDX-License-Identifier: GPL-2.0-only
/*
 * measure_disk.c - the guest's disk.  Its own memory of it is left out, so that each read is a
 * request.
 */
#define _GNU_SOURCE /* O_DIRECT */
#include <err.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#include "measure.h"

static int disk;
static char block[4096] __attribute__((aligned(4096)));

void
open_disk(const struct metric *metric)
{
	(void)metric;
	disk = open("/dev/tda", O_RDONLY | O_DIRECT);
	if (disk < 0)
		err(1, "/dev/tda");
}

void
disk_reads(unsigned int n)
{
	while (n--)
		if (pread(disk, block, sizeof(block), n * sizeof(block)) != sizeof(block))
			err(1, "/dev/tda");
}

void
close_disk(void)
{
	close(disk);
}
