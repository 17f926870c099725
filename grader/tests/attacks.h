/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attacks.h - the attacks, as rows for a lab's table.  The attacks themselves are rows of
 * vm-images/guests/attacks.h; a row here runs those whose names begin with one word.
 *
 * Segment limits are tested on Bochs, which checks them.  The guest finds out whether its machine
 * does, and says so: a row for segments fails on a machine that does not.
 */
#ifndef GRADER_TESTS_ATTACKS_H
#define GRADER_TESTS_ATTACKS_H

#include "grader/tests/rows.h"

#define ATTACK_ROW_(hole, word, sentence, ...)                                 \
	UNIT_ROW("attack-" word, hole, "attack", sentence, .machine = "bochs", \
		.needs = SEGMENT_LIMITS, .boot = "attack",                     \
		.text = {"attack: this machine checks segment limits"}, __VA_ARGS__)
#define ATTACK_ROW(hole, word, sentence) \
	ATTACK_ROW_(hole, word, sentence, .args = word " segments", .options = "--protect=segments")

/* What others do in between must not matter; nor what the machine does to the others. */
#define ATTACK_AFTER_ROW(hole)                                                        \
	ATTACK_ROW_(hole, "after",                                                    \
		"The bounds hold after each kind of exit and after other processes.", \
		.script = "while :; do :; done &\n"                                   \
			  "other=$!\n"                                                \
			  "vmm --protect=segments $verdict ./attack after segments\n" \
			  "status=$?\n"                                               \
			  "kill $other || echo 'grade: another process died'\n"       \
			  "wait $other\n"                                             \
			  "[ $? = 143 ] && [ $status = 0 ]")

/* All of them on the fast path, which sets the bounds by itself. */
#define ATTACK_FAST_ROW(hole)                                                   \
	ATTACK_ROW_(hole, "all-fast", "The fast path stops every attack, too.", \
		.args = "all segments", .options = "--protect=segments --spaces=tables --fast")

/* Where pages protect: any machine will do. */
#define ATTACK_PAGES_ROW(hole, protection, spaces, sentence)                                     \
	UNIT_ROW("attack-" protection "-" spaces, hole, "attack", sentence, .args = "all pages", \
		.boot = "attack-pages", .options = "--protect=" protection " --spaces=" spaces)

/* A hostile Guest kernel, and its ends: the machine is killed, and says so. */
#define ATTACK_KERNEL_ROW(hole, id_, ...)    \
	UNIT_ROW(id_, hole, "attack-kernel", \
		"The Monitor withstands its Guest kernel, and says no.", __VA_ARGS__)
#define ATTACK_END_ROW(hole, word, why)                                                       \
	ROW("attack-end-" word, hole, UNIT,                                                   \
		"A Guest kernel that cannot go on is killed, and the Host goes on.",          \
		.guest = "attack-kernel", .args = word, .boot = "attack-end", .begins = true, \
		.status = 121, .text = {"vmm: machine killed: ", why})
#define ATTACK_END_ROWS(hole)                                               \
	ATTACK_END_ROW(hole, "wild-stack-in-host", "signal 11"),            \
		ATTACK_END_ROW(hole, "wild-stack-nowhere", "signal 11"),    \
		ATTACK_END_ROW(hole, "wild-stack-in-monitor", "signal 11"), \
		ATTACK_END_ROW(hole, "return-from-nowhere", "signal 11"),   \
		ATTACK_END_ROW(hole, "handler-in-host", "eip 0xc1000000"),  \
		ATTACK_END_ROW(hole, "handler-of-itself", "signal 11"),     \
		ATTACK_END_ROW(hole, "jump-to-host", "eip 0xc1000000"),     \
		ATTACK_END_ROW(hole, "unhandled-in-application", "signal 14")

/* A program of the Host that misuses /dev/vmm; no hole decides that. */
#define HOSTILE_LAUNCHER_ROW                                                                \
	ROW("hostile-launcher", NULL, UNIT,                                                 \
		"A hostile launcher gets an errno, or a dead machine, and the Host lives.", \
		.files = {"hostile-launcher", "hello"},                                     \
		.script = "./hostile-launcher $lab && vmm $verdict ./hello",                \
		.text = {"pass good-at-the-end"}, .reports = 1)

/*
 * The holes that decide: bounds at a crossing, bounds at a context switch, TLS descriptors,
 * negative TLS offsets.
 */
#define ATTACK_ROWS(bounds, away, tls, down)                                                       \
	ATTACK_ROW(bounds, "read", "No instruction reads the Guest kernel."),                      \
		ATTACK_ROW(bounds, "write", "None writes it."),                                    \
		ATTACK_ROW(bounds, "run", "None runs it."),                                        \
		ATTACK_ROW(bounds, "edge", "What begins below the Guest kernel ends there, too."), \
		ATTACK_ROW(bounds, "host", "The Host kernel is as far away."),                     \
		ATTACK_ROW(bounds, "selector", "No selector opens more, at any level."),           \
		ATTACK_ROW(bounds, "privilege", "Privileged instructions stay privileged."),       \
		ATTACK_ROW(bounds, "flags", "No flag makes an application more than one."),        \
		ATTACK_ROW(bounds, "interrupt", "Only int 3, 4 and 0x80 are an application's."),   \
		ATTACK_AFTER_ROW(away),                                                            \
		ATTACK_ROW(                                                                        \
			tls, "tls-segment", "No thread-local segment reaches the Guest kernel."),  \
		ATTACK_ROW(                                                                        \
			down, "tls", "Negative offsets of a C library work, and open nothing."),   \
		ATTACK_ROW(bounds, "random", "Programs of chance get nowhere.")

#endif
