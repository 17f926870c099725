/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests_attacks.h - the attacks, as rows for a lab's table.  The attacks themselves are rows of
 * vm-images/guests/attacks.h; a row here runs those whose names begin with one word.
 *
 * Segment limits are tested on Bochs, which checks them.  The guest finds out whether its machine
 * does, and says so: a row for segments fails on a machine that does not.
 */
#ifndef GRADER_TESTS_ATTACKS_H
#define GRADER_TESTS_ATTACKS_H

#include "rows.h"

#define ATTACK_ROW_(hole, points, word, sentence, ...)                                  \
	UNIT_ROW("attack-" word, hole, points, "attack", sentence, .machine = ON_BOCHS, \
		.needs = SEGMENT_LIMITS, .boot = "attack",                              \
		.text = {"attack: this machine checks segment limits"}, __VA_ARGS__)
#define ATTACK_ROW(hole, points, word, sentence)                            \
	ATTACK_ROW_(hole, points, word, sentence, .args = word " segments", \
		.options = "--protect=segments")

/* What others do in between must not matter; nor what the machine does to the others. */
#define ATTACK_AFTER_ROW(hole, points)                                                \
	ATTACK_ROW_(hole, points, "after",                                            \
		"The bounds hold after each kind of exit and after other processes.", \
		.script = "while :; do :; done &\n"                                   \
			  "other=$!\n"                                                \
			  "vmm --protect=segments $verdict ./attack after segments\n" \
			  "status=$?\n"                                               \
			  "kill $other || echo 'grade: another process died'\n"       \
			  "wait $other\n"                                             \
			  "[ $? = 143 ] && [ $status = 0 ]")

/* Where pages protect: any machine will do. */
#define ATTACK_PAGES_ROW(hole, points, protection, spaces, sentence)                \
	UNIT_ROW("attack-" protection "-" spaces, hole, points, "attack", sentence, \
		.args = "all pages", .boot = "attack-pages",                        \
		.options = "--protect=" protection " --spaces=" spaces)

/*
 * The holes that decide: bounds at a crossing, bounds at a context switch, TLS descriptors,
 * negative TLS offsets.
 */
#define ATTACK_ROWS(bounds, away, tls, down)                                                       \
	ATTACK_ROW(bounds, 3, "read", "No instruction reads the Guest kernel."),                   \
		ATTACK_ROW(bounds, 3, "write", "None writes it."),                                 \
		ATTACK_ROW(bounds, 2, "run", "None runs it."),                                     \
		ATTACK_ROW(                                                                        \
			bounds, 2, "edge", "What begins below the Guest kernel ends there, too."), \
		ATTACK_ROW(bounds, 1, "host", "The Host kernel is as far away."),                  \
		ATTACK_ROW(bounds, 2, "selector", "No selector opens more, at any level."),        \
		ATTACK_ROW(bounds, 1, "privilege", "Privileged instructions stay privileged."),    \
		ATTACK_ROW(bounds, 1, "flags", "No flag makes an application more than one."),     \
		ATTACK_ROW(                                                                        \
			bounds, 1, "interrupt", "Only int 3, 4 and 0x80 are an application's."),   \
		ATTACK_AFTER_ROW(away, 3),                                                         \
		ATTACK_ROW(tls, 3, "tls-segment",                                                  \
			"No thread-local segment reaches the Guest kernel."),                      \
		ATTACK_ROW(down, 3, "tls",                                                         \
			"Negative offsets of a C library work, and open nothing."),                \
		ATTACK_ROW(bounds, 1, "random", "Programs of chance get nowhere.")

#endif
