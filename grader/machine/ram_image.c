/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/machine/ram_image.h"

#include "grader/lib/child.h"

#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The image, from RAM_IMAGE_BASE on: boot_params, a page; the command line, a page; the kernel's
 * segments, where it is linked to; the initramfs, behind all the memory that the kernel takes
 * before it looks at it; MAGIC.  The holes are holes of the file.
 */
#define COMMAND_LINE 0x1000
#define PAGE 0x1000
#define MAGIC 0x4d524f54 /* boot-rom.S asks for it */

/* bzImage and boot_params: Documentation/x86/boot.rst and zero-page.rst of Linux. */
#define E820_ENTRIES 0x1e8
#define SETUP_HEADER 0x1f1
#define SETUP_SECTORS 0x1f1
#define HEADER_END 0x201 /* a byte; the header ends so far behind the next one */
#define HEADER_MAGIC 0x202 /* "HdrS" */
#define TYPE_OF_LOADER 0x210
#define LOADER_OTHER 0xff
#define CODE32_START 0x214
#define RAMDISK_IMAGE 0x218
#define RAMDISK_SIZE 0x21c
#define COMMAND_LINE_POINTER 0x228
#define PAYLOAD_OFFSET 0x248
#define PREFERRED_ADDRESS 0x258
#define INIT_SIZE 0x260
#define E820_TABLE 0x2d0
#define E820_RAM 1
#define LOW_MEMORY_END 0x9f000

static uint32_t
get(const unsigned char *page, size_t at)
{
	uint32_t word;

	memcpy(&word, page + at, sizeof(word));
	return le32toh(word);
}

static void
put(unsigned char *page, size_t at, uint32_t value)
{
	value = htole32(value);
	memcpy(page + at, &value, sizeof(value));
}

static void
put_memory(unsigned char *page, uint32_t from, uint32_t to)
{
	size_t at = E820_TABLE + 20 * page[E820_ENTRIES]++;

	put(page, at, from);
	put(page, at + 8, to - from);
	put(page, at + 16, E820_RAM);
}

/* Write all of it at an address of RAM. */
static bool
put_at(int image, uint32_t address, const void *bytes, size_t n)
{
	ssize_t done = pwrite(image, bytes, n, address - RAM_IMAGE_BASE);

	if (done >= 0 && (size_t)done < n)
		errno = ENOSPC;
	return done >= 0 && (size_t)done == n;
}

/* The same with n bytes of another file. */
static bool
copy_to(int image, uint32_t address, int from, off_t offset, size_t n)
{
	if (lseek(image, address - RAM_IMAGE_BASE, SEEK_SET) < 0)
		return false;
	while (n > 0) {
		ssize_t done = sendfile(image, from, &offset, n);

		if (done == 0)
			errno = ENOEXEC; /* it is shorter than it says */
		if (done <= 0)
			return false;
		n -= done;
	}
	return true;
}

/* The kernel proper, an ELF file, out of a bzImage: an open file, or -1 with errno. */
static int
unpack(const char *to, int kernel, const unsigned char *header)
{
	char *argv[] = {"gzip", "-dcq", NULL};
	struct child_io io = {.in = kernel, .out = -1, .err = -1};
	int sectors = header[SETUP_SECTORS] ? header[SETUP_SECTORS] : 4, status, saved;

	io.out = open(to, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	io.err = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (io.out < 0 || io.err < 0 ||
		lseek(kernel, (sectors + 1) * 512 + get(header, PAYLOAD_OFFSET), SEEK_SET) < 0)
		goto failed;
	status = child_run(argv, &io);
	if (status < 0)
		goto failed;
	/* 2 is a warning: there are bytes behind the compressed ones. */
	if (status != 0 && status != 2) {
		errno = ENOEXEC;
		goto failed;
	}
	close(io.err);
	return io.out;

failed:
	saved = errno;
	if (io.out >= 0)
		close(io.out);
	if (io.err >= 0)
		close(io.err);
	errno = saved;
	return -1;
}

/* Put the segments where they are linked to, below end; tells the entry. */
static bool
load(int image, int elf, uint32_t end, uint32_t *entry)
{
	Elf32_Ehdr header;
	Elf32_Phdr segment;

	errno = ENOEXEC;
	if (pread(elf, &header, sizeof(header), 0) != sizeof(header) ||
		memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
		header.e_ident[EI_CLASS] != ELFCLASS32 || le16toh(header.e_machine) != EM_386)
		return false;
	for (int i = 0; i < le16toh(header.e_phnum); i++) {
		off_t at = le32toh(header.e_phoff) + (off_t)i * sizeof(segment);
		uint32_t address, bytes;

		errno = ENOEXEC;
		if (pread(elf, &segment, sizeof(segment), at) != sizeof(segment))
			return false;
		if (le32toh(segment.p_type) != PT_LOAD)
			continue;
		address = le32toh(segment.p_paddr);
		bytes = le32toh(segment.p_filesz);
		if (address < RAM_IMAGE_BASE + COMMAND_LINE + PAGE || address > end ||
			bytes > end - address)
			return false;
		if (!copy_to(image, address, elf, le32toh(segment.p_offset), bytes))
			return false;
	}
	*entry = le32toh(header.e_entry);
	return true;
}

static bool
build(int image, int kernel, int initramfs, const char *scratch_elf,
	const struct machine_setup *setup, const char *command_line)
{
	unsigned char file[PAGE] = {0}, params[PAGE] = {0};
	uint32_t memory = (uint32_t)setup->memory_mb << 20, end, ramdisk, entry,
		 magic = htole32(MAGIC);
	struct stat status;
	size_t header;
	bool loaded;
	int elf;

	if (fstat(initramfs, &status) < 0 || pread(kernel, file, sizeof(file), 0) < 0)
		return false;
	header = HEADER_MAGIC + file[HEADER_END];
	if (memcmp(file + HEADER_MAGIC, "HdrS", 4) != 0 || header < INIT_SIZE + 4) {
		errno = ENOEXEC;
		return false;
	}
	end = get(file, PREFERRED_ADDRESS) + get(file, INIT_SIZE);
	ramdisk = (end + PAGE - 1) & -PAGE;
	errno = ENOMEM;
	if (ramdisk < end || ramdisk > memory ||
		status.st_size + PAGE > (off_t)memory - (off_t)ramdisk ||
		strlen(command_line) >= PAGE)
		return false;

	elf = unpack(scratch_elf, kernel, file);
	if (elf < 0)
		return false;
	loaded = load(image, elf, end, &entry);
	close(elf);
	if (!loaded)
		return false;

	memcpy(params + SETUP_HEADER, file + SETUP_HEADER, header - SETUP_HEADER);
	params[TYPE_OF_LOADER] = LOADER_OTHER;
	put(params, CODE32_START, entry);
	put(params, RAMDISK_IMAGE, ramdisk);
	put(params, RAMDISK_SIZE, status.st_size);
	put(params, COMMAND_LINE_POINTER, RAM_IMAGE_BASE + COMMAND_LINE);
	put_memory(params, 0, LOW_MEMORY_END);
	put_memory(params, RAM_IMAGE_BASE, memory);
	return put_at(image, RAM_IMAGE_BASE, params, sizeof(params)) &&
	       put_at(image, RAM_IMAGE_BASE + COMMAND_LINE, command_line,
		       strlen(command_line) + 1) &&
	       copy_to(image, ramdisk, initramfs, 0, status.st_size) &&
	       put_at(image, ramdisk + status.st_size, &magic, sizeof(magic));
}

int
ram_image(const char *to, const struct machine_setup *setup, const char *command_line)
{
	int image = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int kernel = open(setup->kernel, O_RDONLY | O_CLOEXEC);
	int initramfs = open(setup->initramfs, O_RDONLY | O_CLOEXEC), saved;
	char elf[PATH_MAX];
	bool done = false;

	if (image >= 0 && kernel >= 0 && initramfs >= 0) {
		errno = ENAMETOOLONG;
		if (snprintf(elf, sizeof(elf), "%s.elf", to) < (int)sizeof(elf))
			done = build(image, kernel, initramfs, elf, setup, command_line);
	}
	saved = errno;
	if (image >= 0)
		close(image);
	if (kernel >= 0)
		close(kernel);
	if (initramfs >= 0)
		close(initramfs);
	errno = saved;
	return done ? 0 : -1;
}
