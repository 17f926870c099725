/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.h - the cells that there are, and what boots in each.
 */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "bench/bench.h"
#include "grader/boot/boot.h"

#define CELLS_MAX 80
#define TESTS_MAX 12
#define LINUX_MB 512
#define LINUX_SECONDS 400

/*
 * Nobody is judged here: the nonce may be known.  To wait for it would take a machine another time
 * in each run, and then its clock ticks elsewhere, its memory lies otherwise, and a figure is some
 * percent off.
 */
#define NONCE "5ca1ab1e5ca1ab1e"
#define TOLD "NONCE=" NONCE " "

/* The programs' disk, a file of the job; in a key its sum stands for it, as it is large. */
#define WORK_DISK "work-disk"

/* Of the measuring program: all, where the script does not begin with a word for brief. */
#define OPERATIONS_OF "${brief:+rdtsc getppid page-fault pipe fork exec}"

/* The tests of a cell's boot. */
struct plan {
	struct cell *cell;
	struct test test[TESTS_MAX];
	struct row row[TESTS_MAX];
	int tests;
	bool network; /* the last of them is the network's, which a brief run leaves out */
	struct boot boot;
	bool wanted, started;
	double began;
	char plugin[2 * PATH_MAX], events[PATH_MAX];
	/* Of a peer, what boots instead of the Host, with paths. */
	struct foreign foreign;
	char kernel[PATH_MAX], domain[PATH_MAX];
};

struct plans {
	struct images images;
	bool brief, full, peers; /* as the options of these names */
	bool events; /* the plugin counts, too */
	struct bench bench;
	struct cell cell[CELLS_MAX];
	struct plan plan[CELLS_MAX]; /* plan[i] is cell[i]'s */
};

/* How it is measured, where nothing else is said. */
extern const char bench_machine[];

/* Make all cells that can be measured with what is built, keys included. */
void plan_all(struct plans *plans);

/* What --only looks at: guest, mechanisms, "work" or "full". */
void plan_name(const struct cell *cell, char name[80]);

/* For those who plan: another cell; another test of a cell; a text, which the plan owns. */
struct plan *plan_cell(struct plans *plans, const char *guest);
struct test *plan_test(struct plan *plan, const char *id, int seconds, char *script);
__attribute__((format(printf, 1, 2))) char *plan_text(const char *format, ...);

/*
 * Another test of a cell that is native, uml or linux: operations, as the measuring program's
 * arguments name them, none that needs a network.
 */
void plan_operations(struct plan *plan, const char *operations);

/* Another test of a cell: one of its programs, in the short form.  False: there is none of that
 * name. */
bool plan_program(struct plan *plan, const char *name);

/* Cells of other monitors, if what they are made of is there: peers.c. */
void plan_peers(struct plans *plans);

/* The key again, from what is in the images now: key.c. */
void plan_key(const struct plans *plans, struct plan *plan);

/*
 * versions.c; the caller owns what it gets.  versions: what a guest is measured with, and
 * whether on the programs' disk.  command: what measures a cell again.  program: its first line
 * about itself.
 */
char *image_versions(const struct images *images, const char *guest, bool programs);
char *plan_command(const struct cell *cell);
char *program_version(const char *program);

/*
 * The plugin's side, events.c.  find: look up once what the plugin has to know of the Host
 * kernel.  load: have it loaded in a plan's boot, with its file in the directory.  read: add what
 * it counted to the figures.
 */
void events_find(const struct images *images);
void events_load(const struct plans *plans, struct plan *plan, const char *directory);
void events_read(struct plan *plan);

#endif
