// SPDX-License-Identifier: GPL-2.0-only
#include "loader.h"

#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* An image has a handful of segments; more is a broken file. */
#define SEGMENTS_MAX 32

/* True if bytes at offset lie within size; no sum that could wrap. */
static bool
within(unsigned int offset, unsigned int bytes, unsigned int size)
{
	return offset <= size && bytes <= size - offset;
}

static void
check_header(const Elf32_Ehdr *h, unsigned int size, const char *path)
{
	if (size < sizeof(*h) || memcmp(h->e_ident, ELFMAG, SELFMAG))
		errx(2, "%s: not an ELF file; a guest is made by `make`, under build/", path);
	if (h->e_ident[EI_CLASS] != ELFCLASS32 || h->e_machine != EM_386)
		errx(2, "%s: not for i386", path);
	if (h->e_type != ET_EXEC)
		errx(2, "%s: not a statically linked executable (ET_EXEC)", path);
	if (h->e_phentsize != sizeof(Elf32_Phdr) || h->e_phnum == 0 || h->e_phnum > SEGMENTS_MAX ||
		h->e_phoff % sizeof(Elf32_Word) ||
		!within(h->e_phoff, h->e_phnum * sizeof(Elf32_Phdr), size))
		errx(2, "%s: its program headers are damaged", path);
}

static void
check_segment(const Elf32_Phdr *p, unsigned int size, const struct machine *m, const char *path)
{
	if (p->p_filesz > p->p_memsz || !within(p->p_offset, p->p_filesz, size))
		errx(2, "%s: truncated: the segment at 0x%08x is not all in the file", path,
			p->p_paddr);
	/* Page 0 of RAM is the boot page. */
	if (p->p_paddr < TT_GUEST_KERNEL_BASE + TT_PAGE_SIZE ||
		!within(p->p_paddr - TT_GUEST_KERNEL_BASE, p->p_memsz, m->ram_bytes))
		errx(2,
			"%s: the segment at 0x%08x (%u bytes) lies outside RAM, 0x%08x to 0x%08x: "
			"a wrong image, or too small a --mem",
			path, p->p_paddr, p->p_memsz, TT_GUEST_KERNEL_BASE + TT_PAGE_SIZE,
			TT_GUEST_KERNEL_BASE + m->ram_bytes);
}

static bool
overlap(const Elf32_Phdr *a, const Elf32_Phdr *b)
{
	return a->p_paddr < b->p_paddr + b->p_memsz && b->p_paddr < a->p_paddr + a->p_memsz;
}

unsigned int
load_image(struct machine *m, const char *path, unsigned int *entry)
{
	const Elf32_Ehdr *header;
	const Elf32_Phdr *segment;
	const unsigned char *file;
	struct stat st;
	unsigned int image_end = TT_PAGE_SIZE, end;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		err(2, "%s: cannot open this guest", path);
	if (!S_ISREG(st.st_mode) || st.st_size == 0 || st.st_size > TT_RAM_MAX)
		errx(2, "%s: not an ELF file; a guest is made by `make`, under build/", path);
	file = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		err(2, "%s", path);
	close(fd);

	header = (const Elf32_Ehdr *)file;
	check_header(header, st.st_size, path);
	segment = (const Elf32_Phdr *)(file + header->e_phoff);
	for (int i = 0; i < header->e_phnum; i++) {
		const Elf32_Phdr *p = &segment[i];

		if (p->p_type != PT_LOAD || p->p_memsz == 0)
			continue;
		check_segment(p, st.st_size, m, path);
		for (int j = 0; j < i; j++)
			if (segment[j].p_type == PT_LOAD && overlap(p, &segment[j]))
				errx(2, "%s: its segments at 0x%08x and 0x%08x overlap", path,
					segment[j].p_paddr, p->p_paddr);
		/* RAM is new, so what the file does not fill is zero. */
		memcpy(m->ram + (p->p_paddr - TT_GUEST_KERNEL_BASE), file + p->p_offset,
			p->p_filesz);
		end = p->p_paddr - TT_GUEST_KERNEL_BASE + p->p_memsz;
		if (end > image_end)
			image_end = end;
	}
	if (!machine_ram(m, header->e_entry, 1, 1))
		errx(2, "%s: its entry point 0x%08x is not in RAM", path, header->e_entry);
	*entry = header->e_entry;
	munmap((void *)file, st.st_size);
	return (image_end + TT_PAGE_SIZE - 1) & -TT_PAGE_SIZE;
}
