/* SPDX-License-Identifier: GPL-2.0-only */
/* options.h - the launcher's command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

enum protect { PROTECT_NONE, PROTECT_MPROTECT };

struct options {
	enum protect protect;
	unsigned int ram_bytes;
	/* Paths as given, NULL for none. */
	const char *disk, *cdrom, *initrd, *verdict, *guest;
	char *cmdline; /* --append and the guest's arguments, joined by blanks; never NULL */
};

/* Fill in o from argv.  On a bad option: one line on stderr that says what to do, exit status 2. */
void options_parse(struct options *o, int argc, char **argv);

#endif
