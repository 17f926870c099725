/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crash.h - what a Host that was crashed by a module says about it, as a person wants to read it.
 */
#ifndef GRADER_BOOT_CRASH_H
#define GRADER_BOOT_CRASH_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/boot/images.h"
#include "grader/judge/judge.h"

/*
 * Look for the Host's last words in its console, a panic, an oops or a warning: a few lines with
 * the functions, and file and line where the images have them; text stays as it is if there are
 * none. Returns the seconds of the processor that this took: a debugger reads what anybody has
 * made.
 */
double crash_read(const struct log *console, const struct images *images, char text[CRASH_CHARS]);

#endif
