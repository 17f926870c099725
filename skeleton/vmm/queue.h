/* SPDX-License-Identifier: GPL-2.0-only */
/* queue.h - asynchronous I/O: a process beside the guest's, which does what its disks are asked. */
#ifndef QUEUE_H
#define QUEUE_H

#include "machine.h"

/*
 * Start the process that serves the devices that m has by now.  Returns the guest's end of the
 * queue.  The process ends with the launcher, or when nobody has the guest's end open any more.
 */
int queue_start(const struct machine *m);

#endif
