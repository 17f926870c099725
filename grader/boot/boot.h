/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.h - one boot of a machine, with one test or several in a row.
 *
 * The Host's shell says on the verdict line when a test begins and ends, with a token that only it
 * and the grader know, but where a test's nonce is known, too.  Nothing here blocks: the caller
 * polls the descriptors.
 */
#ifndef GRADER_BOOT_BOOT_H
#define GRADER_BOOT_BOOT_H

#include <poll.h>

#include "grader/boot/archive.h"
#include "grader/boot/images.h"
#include "grader/judge/probe.h"
#include "grader/judge/row.h"
#include "grader/machine/machine.h"

#define STEPS_MAX 24
#define BOOT_FDS 3

struct boot {
	struct row *row[STEPS_MAX]; /* in the order of the tests */
	int rows;
	int seconds; /* for each test; 0: as its row says */
	const char *plugin; /* machine_setup's */
	const struct foreign *foreign; /* machine_setup's */

	const struct machine_kind *kind;
	const struct images *images;
	struct machine machine; /* machine.pid: it runs */
	struct job job;
	struct log verdict; /* what came on the verdict line */
	struct lines lines;
	char token[33];
	struct probe probe; /* what came from the probe */
	int now; /* the test that runs; -1 before the first, rows behind the last */
	bool loaded; /* the module; there is none in lab 1 */
	int shown; /* the test whose console this is */
	char marker[96]; /* the console's line so far */
	size_t marker_used;
	size_t typed, typed_at; /* typings done, and where the next one looks */
	double type_due; /* when it is typed; 0: the console waits for nothing */
	double started, begun, deadline; /* by the clock on the wall: what hangs */
	double latest; /* that it is moved to, for a machine that others keep from working */
	double waited; /* seconds in which it was kept so */
	double idled; /* when we last looked whether it was idle, without those seconds */
	double cpu, sampled; /* seconds of the processor that the machine has used, in the end with
				who reads its crash, and when we looked */
	double cpu_begun, cpu_deadline; /* 0: none */
	double slow; /* how many times more the Host took to boot than it takes elsewhere */
	size_t written; /* bytes on the serial lines since the test began */
	double looked; /* when we last looked what the CPU does */
	int idle; /* how often in a row it was idle, and nothing came */
	int busy; /* when the time was up: how often it was in the Host kernel; LOOKS: the Host was
		     made to say where */
	char errors[256]; /* the machine's own complaint */
	size_t errors_used;
};

/* Where the logs go: directory/ID.console.log.  Any failure becomes the tests' GRADER ERROR. */
void boot_start(struct boot *boot, const struct machine_kind *kind, const struct images *images,
	const struct lab *lab, const char *directory);

/* Fill in what to poll for. */
void boot_poll(const struct boot *boot, struct pollfd fds[BOOT_FDS]);

/* Take what has come, look at the clock. */
void boot_work(struct boot *boot, double now);

/*
 * Collect the machine if it has ended.  true when it is over: then every test that began or broke
 * down is judged; one that is still NOT RUN wants another boot.
 */
bool boot_over(struct boot *boot);

/* The time of the test that runs is up, whatever it has left. */
void boot_end(struct boot *boot);

/* Remove what boots in this directory have left whose grader was killed. */
void boot_clean(const char *directory);

/* End the machine and remove what the boot needed; judges nothing. */
void boot_stop(struct boot *boot);

double clock_seconds(void);

#endif
