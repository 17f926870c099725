/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.h - a machine that the Host boots on.
 *
 * A machine takes a kernel, an initramfs and at most one disk, and hands over two byte streams: the
 * Host's console (its first serial port) and the verdict line (its second).  How they get out of
 * the machine is its own business.  It knows nothing of tests.
 */
#ifndef GRADER_MACHINE_MACHINE_H
#define GRADER_MACHINE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "grader/lib/args.h"
#include "grader/lib/child.h"

/* Another system than the Host, with the same initramfs, to compare with.  QEMU only. */
struct foreign {
	const char *program, *cpu; /* QEMU's names */
	const char *kernel, *options; /* what boots, and its command line */
	const char *domain, *domain_options; /* a hypervisor's first domain; NULL: it is none */
};

struct machine_setup {
	const char *kernel; /* bzImage */
	const char *rom; /* what a machine starts with that cannot load a kernel by itself */
	const struct foreign *foreign; /* instead of the kernel; NULL: the Host boots */
	const char *initramfs; /* with the job appended: job.h */
	const char *disk; /* raw image, or NULL */
	bool keep_disk; /* writes go into the image; else they are forgotten at power-off */
	/*
	 * The program that what has been handed in is kept in, jail.c; then every path here is
	 * absolute and without links.  NULL: none.
	 */
	const char *jail;
	struct limits limits; /* of the machine's process */
	const char *scratch; /* an existing directory for the machine's own files */
	int memory_mb;
	const char *cpu; /* QEMU only: its name for another CPU; NULL: its usual one */
	bool xsave; /* QEMU only: the Host may use it, and then refuses to run machines */
	/*
	 * How long an instruction takes, in nanoseconds, a power of 2: time passes with the
	 * instructions that the Host executes and with nothing else, so that it is the same on
	 * every run.  At 1, rdtsc counts instructions; a machine where it does so anyway may take
	 * longer for each.  0: time passes by the clock on the wall.
	 */
	int nanoseconds;
	/*
	 * The machine's clock shows the same time at each start, and the Host's addresses are not
	 * random; of a foreign system it is the clock alone.  The Host has no other source of
	 * randomness: not where a word of it has to be a secret.  QEMU only; else start fails with
	 * ENOTSUP.  It hears nothing, and does not wait for us to read what it says.
	 */
	bool repeatable;
	bool terminal; /* the console is our own terminal instead of a descriptor */
	const char *plugin; /* QEMU's, a file with its arguments; NULL: none */
	int gdb_port; /* on 127.0.0.1; 0: none */
	bool gdb_wait; /* power on when the debugger says so */
};

struct machine {
	pid_t pid; /* of the one process to wait for; 0: it is not running */
	int console; /* read and write, non-blocking; -1 with setup.terminal */
	int verdict; /* the same; with setup.repeatable both are read only */
	int errors; /* what the machine itself complains about; not the Host */
	int control; /* the kind's own; -1: none */
};

enum cpu_state { CPU_UNKNOWN, CPU_IDLE, CPU_IN_KERNEL, CPU_IN_USER_MODE };

struct machine_kind {
	const char *name;
	const char *option; /* its name for --machine= */
	bool disks; /* setup.disk works; else start fails with ENOTSUP */
	int pace; /* how many times longer than on QEMU a test may take */
	double boot_cpu; /* seconds of the processor, no slow one, in which the Host boots */
	bool terminal; /* setup.terminal works; else start fails with ENOTSUP */
	bool debugger; /* setup.gdb_port and gdb_wait work; else start fails with ENOTSUP */
	/* What is missing to use it, as one line that says how to get it; NULL for nothing. */
	const char *(*missing)(void);
	/*
	 * 0, or -1 with errno and nothing left to undo.  Afterwards the caller owns pid and the
	 * descriptors; machine_stop gives them back.  The end of the machine is the end of pid.
	 */
	int (*start)(struct machine *machine, const struct machine_setup *setup);
	/*
	 * Both may be NULL.  look: what the CPU did a moment ago; never waits.  interrupt: a
	 * non-maskable interrupt.
	 */
	enum cpu_state (*look)(struct machine *machine);
	void (*interrupt)(struct machine *machine);
};

extern const struct machine_kind qemu, bochs;

/* All of them, the usual one first; NULL at the end. */
extern const struct machine_kind *const machines[];

/* NULL if there is none. */
const struct machine_kind *machine_named(const char *option);

/*
 * The words in front of a machine's own that put it into the jail, and io made fit for that: the
 * directory is the jail's business then.  Nothing without a jail.
 */
void machine_jail(struct args *args, const struct machine_setup *setup, const char *program,
	struct child_io *io);

/* End the machine if it still runs, and close its descriptors.  May be called twice. */
void machine_stop(struct machine *machine);

#endif
