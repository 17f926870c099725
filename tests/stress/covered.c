/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * covered.c - a plugin for QEMU that notes which instructions of the Host's modules are executed.
 *
 *	-plugin file=covered.so,out=FILE
 *
 * FILE gets, behind what it has already, each address above the Host's linear memory once, as soon
 *as QEMU translates what is there: that is when it is first to be executed.  What is behind an
 *instruction that faults is noted with it.
 */
#include "bench/plugins/qemu_plugin.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int qemu_plugin_version = 1;

#define MODULES 0xc8000000u /* above 128 MB of memory, and what the Host leaves free */

static unsigned char seen[(0x100000000 - MODULES) / 8];
static FILE *file;

static void
translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	bool any = false;

	(void)id;
	for (size_t i = 0; i < n; i++) {
		uint64_t at = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, i));
		unsigned int bit = at - MODULES;

		if (at < MODULES || seen[bit / 8] & 1 << bit % 8)
			continue;
		seen[bit / 8] |= 1 << bit % 8;
		fprintf(file, "%x\n", (unsigned int)at);
		any = true;
	}
	if (any)
		fflush(file); /* who ends QEMU does not ask it first */
}

int
qemu_plugin_install(qemu_plugin_id_t id, const void *machine, int argc, char **argv)
{
	(void)machine;
	if (argc != 1 || strncmp(argv[0], "out=", 4) != 0)
		return -1;
	file = fopen(argv[0] + 4, "ae");
	if (!file)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
