/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * events.c - a plugin for QEMU that counts what costs time on a real CPU and shows in no count of
 * instructions: context switches of the Host, address spaces loaded, TLB flushes, and each way into
 * the Host.
 *
 *   -plugin file=events.so,out=FILE,switch=ADDRESS,mm=FROM-TO,call=ADDRESS,...,fault=ADDRESS,
 *	exception=ADDRESS,...,interrupt=ADDRESS
 *
 * It looks at instructions as they are translated, and lets the few that matter count themselves;
 * so neither the machine nor its clock notices anything.  A program that measures executes a marked
 * no-op before and behind one batch (measure.c, the unit guests' report.c): for each such pair a
 * line goes to FILE,
 *
 *   SWITCHES MM CR3 PAGES EXECUTED CALLS FAULTS EXCEPTIONS INTERRUPTS
 *
 * how often the Host switched tasks (executed ADDRESS), loaded another mm (CR3 from code in
 * [FROM, TO), switch_mm_irqs_off), loaded CR3 at all, threw single pages out of the TLB; how many
 * instructions it executed: the clock goes on while the machine is idle; and how often it was
 *entered by system calls, page faults, other exceptions and interrupts.
 */
#include "bench/plugins/qemu_plugin.h"

#include <stdio.h>
#include <stdlib.h>

int qemu_plugin_version = 1;

enum { SWITCHES, MM, CR3, PAGES, EXECUTED, CALLS, FAULTS, EXCEPTIONS, INTERRUPTS, EVENTS };

#define PLACES_MAX 40

/* Who executes an address counts an event. */
static struct {
	uint64_t address;
	int event;
} place[PLACES_MAX];
static int places;

static uint64_t count[EVENTS], before[EVENTS];
static uint64_t mm_from, mm_to;
static FILE *out;

static void
mark_begin(unsigned int cpu, void *nothing)
{
	(void)cpu, (void)nothing;
	memcpy(before, count, sizeof(before));
}

static void
mark_end(unsigned int cpu, void *nothing)
{
	(void)cpu, (void)nothing;
	for (int i = 0; i < EVENTS; i++)
		fprintf(out, "%llu%c", (unsigned long long)(count[i] - before[i]),
			i == EVENTS - 1 ? '\n' : ' ');
	fflush(out);
}

static void
look(struct qemu_plugin_insn *insn)
{
	const unsigned char *code = qemu_plugin_insn_data(insn);
	size_t n = qemu_plugin_insn_size(insn);
	uint64_t address = qemu_plugin_insn_vaddr(insn);

#define COUNT(event) qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, &count[event], 1)

	for (int i = 0; i < places; i++)
		if (address == place[i].address)
			COUNT(place[i].event);
	if (n < 3 || code[0] != 0x0f)
		return;
	if (code[1] == 0x22 && (code[2] & 0x38) == 3 << 3) { /* mov %reg, %cr3 */
		COUNT(CR3);
		if (address >= mm_from && address < mm_to)
			COUNT(MM);
	} else if (code[1] == 0x01 && (code[2] & 0x38) == 7 << 3 && code[2] < 0xc0) { /* invlpg */
		COUNT(PAGES);
	} else if (mark(insn) == 1) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_begin, NO_REGISTERS, NULL);
	} else if (mark(insn) == 2) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_end, NO_REGISTERS, NULL);
	}
}

static void
translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(
		tb, ADD_U64, &count[EXECUTED], qemu_plugin_tb_n_insns(tb));
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++)
		look(qemu_plugin_tb_get_insn(tb, i));
}

int
qemu_plugin_install(qemu_plugin_id_t id, const void *machine, int argc, char **argv)
{
	static const struct {
		const char *name;
		int event;
	} names[] = {{"switch=", SWITCHES}, {"call=", CALLS}, {"fault=", FAULTS},
		{"exception=", EXCEPTIONS}, {"interrupt=", INTERRUPTS}};
	unsigned long long a, b;

	(void)machine;
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "out=", 4) == 0)
			out = fopen(argv[i] + 4, "we");
		else if (sscanf(argv[i], "mm=%llx-%llx", &a, &b) == 2)
			mm_from = a, mm_to = b;
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
			size_t length = strlen(names[n].name);

			if (strncmp(argv[i], names[n].name, length) != 0)
				continue;
			if (places == PLACES_MAX)
				return -1;
			place[places].address = strtoull(argv[i] + length, NULL, 16);
			place[places++].event = names[n].event;
		}
	}
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
