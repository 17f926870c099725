/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_figures.h - what the reference is held to, as hard as the labs promise it.  A student has a
 * tenth more than that, and bands below: the labs' points.
 */
#ifndef TESTS_SYSTEM_CHECK_FIGURES_H
#define TESTS_SYSTEM_CHECK_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

/* Does the reference, with this result of a lab as JSON, keep its figures?  If not, why has the
 * first. */
bool figures_are_kept(int lab, const char *result, char *why, size_t size);

/* Does it leave a tenth to every limit that full points have in the lab's points? */
bool figures_leave_room(int lab, const char *result, char *why, size_t size);

#endif
