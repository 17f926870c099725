// SPDX-License-Identifier: GPL-2.0-only
/* measure_memory.c - page faults, and mappings. */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include <typetwo/machine.h>

#include "measure.h"

#define TOUCHED 16 /* of the file's pages, each so far from the next that one fault brings one */

static volatile char *
map(size_t pages, int protection, int flags, int fd)
{
	void *p = mmap(NULL, pages * TT_PAGE_SIZE, protection, flags, fd, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return p;
}

/*
 * Memory that a guest uses for the first time has to be found by the Host, and nothing of the kind
 * happens on a bare machine.  The pages given back last are used first.
 */
void
use_memory(void)
{
	const size_t pages = 2048;

	munmap((void *)map(pages, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1),
		pages * TT_PAGE_SIZE);
}

/* The map and the unmap around them are small beside so many faults. */
void
page_faults(unsigned int n)
{
	volatile char *p = map(n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	for (unsigned int i = 0; i < n; i++)
		p[i * TT_PAGE_SIZE] = 1;
	munmap((void *)p, n * TT_PAGE_SIZE);
}

static volatile char *read_only;
static volatile unsigned int to_come;

static void
refused(int signal)
{
	(void)signal;
	if (--to_come == 0)
		mprotect((void *)read_only, TT_PAGE_SIZE, PROT_READ | PROT_WRITE);
}

/* The handler returns to the same store, which faults again until it may write. */
void
protection_faults(unsigned int n)
{
	struct sigaction action = {.sa_handler = refused};

	read_only = map(1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	to_come = n;
	sigaction(SIGSEGV, &action, NULL);
	read_only[0] = 1;
	signal(SIGSEGV, SIG_DFL);
	munmap((void *)read_only, TT_PAGE_SIZE);
}

static int place;

void
make_place(const struct metric *metric)
{
	(void)metric;
	place = open(PLACE, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (place < 0 || ftruncate(place, PLACE_PAGES * TT_PAGE_SIZE) < 0)
		err(1, PLACE);
}

void
remove_place(void)
{
	close(place);
	unlink(PLACE);
}

/* One operation maps the file, reads some of its pages, and unmaps it. */
void
maps(unsigned int n)
{
	while (n--) {
		volatile char *p = map(PLACE_PAGES, PROT_READ, MAP_SHARED, place);

		for (int i = 0; i < TOUCHED; i++)
			(void)p[i * (PLACE_PAGES / TOUCHED) * TT_PAGE_SIZE];
		munmap((void *)p, PLACE_PAGES * TT_PAGE_SIZE);
	}
}
