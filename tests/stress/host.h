/* SPDX-License-Identifier: GPL-2.0-only */
/* host.h - what the files of stress_host, a program of the Host, know of each other. */
#ifndef TESTS_STRESS_HOST_H
#define TESTS_STRESS_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <typetwo/machine.h>

#include "tests/stress/chance.h"

/* ---- tools.c ---- */

double now(void);
/* As often among the first milliseconds as among the last seconds. */
double moment(double longest);
void rest(double seconds);

/* Write to a file that is there; read the start of one, as a string. */
__attribute__((format(printf, 2, 3))) bool put(const char *path, const char *format, ...);
size_t get(const char *path, char *text, size_t size);

/* Results, as lines for the caller.  A failure begins with a word that says what of. */
extern unsigned int failures;
#define FAILURES_MAX 10 /* enough to see what is wrong */
void results_open(void);
__attribute__((format(printf, 1, 2))) void note(const char *format, ...);
__attribute__((format(printf, 1, 2))) void pass(const char *format, ...);
__attribute__((format(printf, 1, 2))) void fail(const char *format, ...);
/* Tell of the first so many kinds of failure that there were none. */
#define PROMISES 3 /* the last is the module's */
void results_promises(int count);
/* The end of a file goes to the console, for whoever reads the log. */
void show(const char *path);

/* ---- host.c, fuzz_host.c ---- */

extern const char *module; /* its file, or NULL: there is none */

/* ---- kernel.c ---- */

#define MODULE "monitor"
#define DEVICE "/dev/vmm"

/* Once, before all else. */
void kernel_setup(void);
/* 0, or an errno. */
int load(const char *path);
int unload(void);
/* Lines of /proc/meminfo, in KiB; the second after all caches were emptied. */
long meminfo(const char *word);
long free_memory(void);
/* Allocations below the module's code fail, some of them; injected: so many have. */
bool fail_allocations(bool on);
extern unsigned int injected;
/* Each passes or fails. */
void look_for_leaks(void);
void look_at_the_kernel(bool debug); /* it is the debug kernel */

/* ---- machines.c ---- */

/* A choice of mechanisms. */
struct cell {
	char name[64], option[4][32];
	bool module, usable;
};
#define CELLS_MAX 16
extern struct cell cells[CELLS_MAX];
extern int cell_count;
void make_cells(void);
const struct cell *any_cell(void);

struct guest {
	const char *file, *argument;
	const char *memory;
	int status; /* how it ends, or NEVER, or OFF_OR_KILLED: the Monitors differ */
	int weight; /* how often it is chosen */
};
#define NEVER -1
#define OFF_OR_KILLED -2
extern const struct guest guests[], hungry; /* the first is hello */

enum fate { TO_THE_END, KILL_LAUNCHER, KILL_MACHINE, SIGNAL_MACHINE, CUT_MEMORY, FATES };
extern const char *const fate_names[];

struct slot {
	pid_t launcher; /* 0: empty */
	const struct guest *guest;
	const struct cell *cell;
	enum fate fate;
	double started, act, pause, resume, end; /* end: gone by then, or it is stuck */
	bool acted;
	bool disturbed; /* it may end as it likes */
	pid_t paused;
	char out[32], words[200];
};

#define SLOTS 4
#define ALL_SLOTS (SLOTS + 2) /* two for those that want all memory */
#define GONE_SECONDS 20.0 /* for the killed to be gone */
extern struct slot slots[ALL_SLOTS];
extern unsigned int machines, ended[FATES], in_cell[CELLS_MAX], linux_ends;
extern bool quiet_fates; /* memory or allocations fail: no machine is promised anything */

void start(struct slot *s, const struct guest *guest, const struct cell *cell, enum fate fate,
	const char *memory);
/* A Linux guest in the first slot that is left alone, where it is quick. */
void start_linux(void);
/* Put a machine into each of the first SLOTS that is empty: the first is always Linux. */
void fill(void);
/* Act on all slots until then. */
void attend(double until);
/* Nobody new, until those have ended who are to. */
void wait_for_ends(void);
int busy(void);
bool about_to_start(const struct slot *s);

/* ---- beside.c ---- */

void look_at(pid_t pid);
void trace(pid_t pid);

/* ---- abuse.c ---- */

/* Be a launcher that obeys no rule, for some seconds. */
void abuse(const char *device);
/* One such launcher, as chance says. */
void one_launcher(const char *device);

#endif
