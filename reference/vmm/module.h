/* SPDX-License-Identifier: GPL-2.0-only */
/* module.h - the launcher's side of labs 2 to 4: the Monitor is a module of the Host kernel. */
#ifndef MODULE_H
#define MODULE_H

#include "machine.h"
#include "options.h"

/*
 * Have a child become the machine, and wait for its end; the launcher ends with the status that
 * machine.h promises.  Without the module: one line that says what to do, exit status 2.
 */
_Noreturn void module_run(
	const struct machine *m, const struct options *options, unsigned int entry);

#define XSAVE_REFUSED                                                         \
	"a machine cannot have the registers that this Host saves by XSAVE; " \
	"boot it with noxsave"

#endif
