/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * measure.h - what `measure` can measure: a metric is an operation that is done in batches.
 */
#ifndef DISK_MEASURE_H
#define DISK_MEASURE_H

#define PLACE "/tmp/measure" /* the file that is opened and mapped; a tmpfs everywhere */
#define PLACE_PAGES 256

struct metric {
	const char *name;
	void (*batch)(unsigned int n);
	unsigned int few, many; /* operations of a batch: powers of two */
	void (*before)(const struct metric *metric), (*after)(void);
	unsigned int processes, kilobytes; /* of a ring */
};

extern char self[4096]; /* this program's path */

/* measure_calls.c: into the kernel and back. */
void getppids(unsigned int n);
void reads(unsigned int n);
void writes(unsigned int n);
void stats(unsigned int n);
void opens(unsigned int n);
void signal_installs(unsigned int n);
void signals(unsigned int n);
void open_devices(const struct metric *metric);
void close_devices(void);
void catch_signals(const struct metric *metric);

/* measure_memory.c */
void use_memory(void);
void page_faults(unsigned int n);
void protection_faults(unsigned int n);
void maps(unsigned int n);
void make_place(const struct metric *metric);
void remove_place(void);

/* measure_processes.c */
void ping_pongs(unsigned int n);
void hops(unsigned int n);
void start_ring(const struct metric *metric);
void end_ring(void);
void forks(unsigned int n);
void execs(unsigned int n);
void shells(unsigned int n);

/* measure_disk.c */
void disk_reads(unsigned int n);
void disk_reads_beside(unsigned int n);
void open_disk(const struct metric *metric);
void close_disk(void);

/* measure_net.c: an operation is 64 KiB by TCP. */
void sends(unsigned int n);
void receives(unsigned int n);
void open_peer(const struct metric *metric);
void serve(void);

#endif
