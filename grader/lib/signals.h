/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * signals.h - what asks a program to stop, as something to poll for.
 */
#ifndef GRADER_LIB_SIGNALS_H
#define GRADER_LIB_SIGNALS_H

/*
 * From now on SIGINT, SIGTERM, SIGHUP and SIGCHLD end no program: the descriptor becomes readable
 * instead.  SIGPIPE is ignored.  Exit status 3 if that cannot be had.
 */
int signals_catch(void);

/* Take what has come: the signal that asks us to stop, or 0.  A child's end only wakes up. */
int signals_stop(int fd);

#endif
