/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * jail.h - what build/bin/jail, the one door to all that was handed in, says by its exit status.
 *
 * Everything below JAIL_ENDED is the command's own status, or 128 + signal made less: a command can
 * end with none of these, whatever runs in the jail.
 */
#ifndef GRADER_SUBMISSION_JAIL_H
#define GRADER_SUBMISSION_JAIL_H

enum {
	JAIL_SIGNALLED = 118, /* the command was killed by a signal that nobody here sent */
	JAIL_ENDED = 119, /* the command's status was this, or more */
	JAIL_LIMIT = 120, /* it used up a limit: one line on standard error says which */
	JAIL_BROKEN = 125, /* there is no jail, or it could not be set up: one line says why */
};

#endif
