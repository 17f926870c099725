/* SPDX-License-Identifier: GPL-2.0-only */
/* options.h - the launcher's command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <typetwo/vmm.h>

struct options {
	bool module; /* the Monitor is the Host's module; else ptrace */
	unsigned int protect; /* TT_PROTECT_* */
	unsigned int spaces; /* TT_SPACES_* */
	bool fast;
	bool async; /* the machine has a queue */
	unsigned int ram_bytes;
	/* Paths as given, NULL for none. */
	const char *disk, *cdrom, *initrd, *verdict, *guest;
	const char *net; /* name of a TAP interface, or NULL */
	char *cmdline; /* --append and the guest's arguments, joined by blanks; never NULL */
};

/* Fill in o from argv.  On a bad option: one line on stderr that says what to do, exit status 2. */
void options_parse(struct options *o, int argc, char **argv);

#endif
