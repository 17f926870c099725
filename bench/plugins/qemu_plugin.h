/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_plugin.h - from QEMU's <qemu-plugin.h>, version 1 of the interface, as much of it as our
 * plugins use: Debian's packages have the functions, but not the header.  And the marks.
 */
#ifndef BENCH_PLUGINS_QEMU_PLUGIN_H
#define BENCH_PLUGINS_QEMU_PLUGIN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t qemu_plugin_id_t;
enum { NO_REGISTERS, ADD_U64 = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(
	qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
void qemu_plugin_register_vcpu_insn_exec_cb(
	struct qemu_plugin_insn *, void (*)(unsigned int, void *), int flags, void *);
void qemu_plugin_register_vcpu_tb_exec_inline(
	struct qemu_plugin_tb *, int operation, void *to, uint64_t value);
void qemu_plugin_register_vcpu_insn_exec_inline(
	struct qemu_plugin_insn *, int operation, void *to, uint64_t value);

/*
 * nopl 0x54540000+which(%eax): a program that measures executes 1 before and 2 behind one batch
 * (measure.c, the unit guests' report.c).  0: it is none.
 */
static inline int
mark(const struct qemu_plugin_insn *insn)
{
	static const unsigned char nop[] = {0x0f, 0x1f, 0x80}, base[] = {0x00, 0x54, 0x54};
	const unsigned char *code = qemu_plugin_insn_data(insn);

	if (qemu_plugin_insn_size(insn) != 7 || memcmp(code, nop, sizeof(nop)) != 0 ||
		memcmp(code + 4, base, sizeof(base)) != 0)
		return 0;
	return code[3];
}

#endif
