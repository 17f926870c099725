// SPDX-License-Identifier: GPL-2.0-only
/* main.c - vmm, the launcher: builds a machine from its command line and runs the Monitor. */
#include <cpuid.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "module.h"
#include "monitor.h"
#include "options.h"

/*
 * The Host would put stack and vDSO somewhere else at each start, maybe where the guest-machine
 * process wants the Monitor's pages; and instruction counts would not be the same twice.
 */
static void
without_randomisation(char **argv)
{
	int now = personality(0xffffffff);

	if (now == -1 || now & ADDR_NO_RANDOMIZE)
		return;
	if (personality(now | ADDR_NO_RANDOMIZE) == -1)
		err(TT_STATUS_HOST, "cannot turn address randomisation off");
	execv("/proc/self/exe", argv);
	err(TT_STATUS_HOST, "/proc/self/exe");
}

/*
 * A Guest kernel keeps its processes' registers apart by fxsave.  Of those that the CPU saves by
 * XSAVE, as AVX's, it would leave one process's to the next.
 */
static void
without_xsave(void)
{
	unsigned int a, b, c = 0, d;

	__get_cpuid(1, &a, &b, &c, &d);
	if (c & bit_OSXSAVE)
		errx(TT_STATUS_HOST, XSAVE_REFUSED);
}

/* The guest goes with its traces; only the terminal has to be put right. */
static void
stop(int signal_number)
{
	machine_restore_terminal();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

int
main(int argc, char **argv)
{
	static struct machine machine;
	static struct monitor monitor;
	struct options options;
	unsigned int entry;

	without_randomisation(argv);
	prctl(PR_SET_NAME, "vmm"); /* started anew it is called exe */
	options_parse(&options, argc, argv);
	machine_create(&machine, &options, &entry);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	signal(SIGHUP, stop);
	if (options.module)
		module_run(&machine, &options, entry); /* the module looks by itself */
	without_xsave();
	monitor.machine = &machine;
	monitor.protect = options.protect;
	monitor_run(&monitor, entry);
}
