// SPDX-License-Identifier: GPL-2.0-only
/*
 * measure_disk.c - a disk, $DISK or the guest's.  The kernel's own memory of it is left out, so
 * that each read is a request.
 */
#define _GNU_SOURCE /* O_DIRECT */
#include <err.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

#define WORK 5000000 /* instructions */
#define FAR (1 << 20) /* what lies between would else be read in the same go */

static const char *name;
static int disk;
static char block[4096] __attribute__((aligned(4096)));

void
open_disk(const struct metric *metric)
{
	(void)metric;
	name = getenv("DISK") ?: "/dev/tda";
	disk = open(name, O_RDONLY | O_DIRECT);
	if (disk < 0)
		err(1, "%s", name);
}

void
disk_reads(unsigned int n)
{
	while (n--)
		if (pread(disk, block, sizeof(block), n * sizeof(block)) != sizeof(block))
			err(1, "%s", name);
}

/*
 * One operation is a read of what nobody has read before, and beside it a process that computes for
 * as long as the read of a slow disk takes: what comes out is the time of both, for the clock that
 * counts instructions goes on when the CPU is idle.
 */
void
disk_reads_beside(unsigned int n)
{
	static off_t far;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		for (unsigned int i = n * (WORK / 2); i; i--) /* a loop of two */
			__asm__ volatile("");
		_exit(0);
	}
	for (unsigned int i = 0; i < n; i++) {
		far += FAR;
		if (pread(disk, block, sizeof(block), far) != sizeof(block))
			err(1, "%s", name);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "a child ended with wait status 0x%x", status);
}

void
close_disk(void)
{
	close(disk);
}
