/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profiler.c - a plugin for QEMU that counts, address by address, what executes between the marks
 * of a program that measures.
 *
 *   -plugin file=profiler.so,out=FILE,launcher=FILE
 *
 * For each address a line goes to FILE, of the last marked batch that ended:
 *
 *   ADDRESS LAUNCHER TIMES
 *
 * LAUNCHER is 1 where the code is the launcher's: it lies at the same addresses as Guest
 * applications.  The plugin is told no address space, but sees the code, and a block of it has the
 * same bytes at the same addresses in one program only.
 */
#include "bench/plugins/qemu_plugin.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int qemu_plugin_version = 1;

/* All that a boot executes is a few hundred thousand addresses. */
#define PLACES (1 << 21)

static struct place {
	uint64_t times;
	uint32_t address;
	bool used, launcher;
} place[PLACES];
static int places;
static const char *out;
static const unsigned char *launcher;
static size_t launcher_size;

static struct place *
find(uint32_t address, bool of_launcher)
{
	struct place *p = &place[address * 2654435761u % PLACES];

	while (p->used && (p->address != address || p->launcher != of_launcher))
		if (++p == place + PLACES)
			p = place;
	if (!p->used && ++places == PLACES) {
		fprintf(stderr, "profiler: too much code\n");
		exit(1);
	}
	p->used = true;
	p->address = address;
	p->launcher = of_launcher;
	return p;
}

static void
mark_begin(unsigned int cpu, void *nothing)
{
	(void)cpu, (void)nothing;
	for (int i = 0; i < PLACES; i++)
		place[i].times = 0;
}

static void
mark_end(unsigned int cpu, void *nothing)
{
	FILE *file = fopen(out, "we");

	(void)cpu, (void)nothing;
	for (int i = 0; file && i < PLACES; i++)
		if (place[i].times)
			fprintf(file, "%x %d %llu\n", place[i].address, place[i].launcher,
				(unsigned long long)place[i].times);
	if (!file || fclose(file) != 0) {
		perror(out);
		exit(1);
	}
}

static bool
in_launcher(const struct qemu_plugin_insn *insn)
{
	const Elf32_Ehdr *head = (const void *)launcher;
	const Elf32_Phdr *part = (const void *)(launcher + head->e_phoff);
	size_t n = qemu_plugin_insn_size(insn);

	for (int i = 0; i < head->e_phnum; i++) {
		uint64_t offset = qemu_plugin_insn_vaddr(insn) - part[i].p_vaddr;

		if (part[i].p_type == PT_LOAD && offset < part[i].p_filesz &&
			part[i].p_offset + offset + n <= launcher_size)
			return memcmp(launcher + part[i].p_offset + offset,
				       qemu_plugin_insn_data(insn), n) == 0;
	}
	return false;
}

static void
translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	bool of_launcher = launcher != NULL;

	(void)id;
	for (size_t i = 0; of_launcher && i < n; i++)
		of_launcher = in_launcher(qemu_plugin_tb_get_insn(tb, i));
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		struct place *p = find(qemu_plugin_insn_vaddr(insn), of_launcher);

		qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, &p->times, 1);
		if (mark(insn) == 1)
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, mark_begin, NO_REGISTERS, NULL);
		else if (mark(insn) == 2)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_end, NO_REGISTERS, NULL);
	}
}

/* The launcher was looked at before: it is an ELF file. */
static bool
map_launcher(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *at;

	if (fd < 0 || fstat(fd, &status) < 0)
		return false;
	launcher_size = status.st_size;
	at = mmap(NULL, launcher_size, PROT_READ, MAP_PRIVATE, fd, 0);
	launcher = at;
	return at != MAP_FAILED && launcher_size > sizeof(Elf32_Ehdr);
}

int
qemu_plugin_install(qemu_plugin_id_t id, const void *machine, int argc, char **argv)
{
	(void)machine;
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "out=", 4) == 0)
			out = strdup(argv[i] + 4);
		else if (strncmp(argv[i], "launcher=", 9) == 0 && !map_launcher(argv[i] + 9))
			return -1;
	}
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
