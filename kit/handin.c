/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * handin.c - the archive that a student hands in: makes it, and takes it apart again, trusting
 * nobody.
 *
 *   handin pack LAB BASE KIT DIRECTORY >ARCHIVE    what may be handed in of DIRECTORY
 *   handin unpack DIRECTORY <ARCHIVE               into DIRECTORY, which is made
 *
 * An archive is a plain tar of regular files: vmm/NAME.c and .h, from lab 2 on monitor/NAME.c, .h
 * and .S, and HANDIN, which says what was meant.  Anything else in one is refused, so that whoever
 * grades it writes nothing outside of DIRECTORY, follows no link, and fills no disk.
 *
 * Exit status: 0, 1 if there is something that may not be handed in, 2 if it cannot be done.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 512
#define FILE_MAX (256 << 10)
#define FILES_MAX 200
#define NAME_LENGTH_MAX 60

/* A tar header; what is not used here is zero. */
union header {
	struct {
		char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type;
		char link[100], magic[6], version[2], user[32], group[32], major[8], minor[8];
		char prefix[155];
	};
	unsigned char bytes[BLOCK];
};

static const char note[] = "HANDIN";
static char content[FILE_MAX + BLOCK]; /* of one file; zeros up to a whole block */

/* NULL, or what is wrong with a name below vmm/ or monitor/. */
static const char *
bad_name(const char *path)
{
	const char *name = strchr(path, '/'), *end;
	bool module = strncmp(path, "monitor/", 8) == 0;

	if (!name || (!module && strncmp(path, "vmm/", 4) != 0))
		return "only files of vmm/ and monitor/ are handed in";
	end = ++name;
	while (isalnum((unsigned char)*end) || *end == '_' || (*end == '-' && end > name))
		end++;
	if (end == name || strlen(path) > NAME_LENGTH_MAX ||
		(strcmp(end, ".c") != 0 && strcmp(end, ".h") != 0 &&
			(!module || strcmp(end, ".S") != 0)))
		return "a name is letters, digits, _ and -, then .c, .h or, in monitor/, .S";
	return NULL;
}

static unsigned int
checksum(const union header *header)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < BLOCK; i++) {
		bool own = i >= offsetof(union header, sum) && i < offsetof(union header, type);

		sum += own ? ' ' : header->bytes[i];
	}
	return sum;
}

/* ---- pack ---- */

static void
put(const void *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, stdout) != size)
		err(2, "cannot write the archive");
}

/* A file of the archive, whose content[] is there. */
static void
put_file(const char *path, size_t size)
{
	union header header = {.type = '0', .magic = "ustar", .version = {'0', '0'}};

	strcpy(header.name, path);
	strcpy(header.mode, "0000644");
	strcpy(header.uid, "0000000");
	strcpy(header.gid, "0000000");
	sprintf(header.size, "%011zo", size);
	strcpy(header.mtime, "00000000000");
	sprintf(header.sum, "%06o", checksum(&header));
	header.sum[7] = ' ';
	put(&header, BLOCK);
	memset(content + size, 0, BLOCK);
	put(content, (size + BLOCK - 1) / BLOCK * BLOCK);
}

static int
visible(const struct dirent *entry)
{
	/* What an editor leaves, and what hands on make, is nobody's solution. */
	return entry->d_name[0] != '.' && !strchr(entry->d_name, '~') &&
	       strcmp(entry->d_name, "Makefile") != 0 && strcmp(entry->d_name, "Kbuild") != 0;
}

/* Notes and the like do not keep anybody from handing in; they only stay behind. */
static bool
is_source(const char *path)
{
	const char *end = strrchr(path, '.');

	return end && (strcmp(end, ".c") == 0 || strcmp(end, ".h") == 0 || strcmp(end, ".S") == 0);
}

/* One part, vmm or monitor, in the order of the names. */
static void
pack_part(int top, const char *part, int *files, bool *refused)
{
	struct dirent **entry;
	int n = scandirat(top, part, &entry, visible, alphasort);

	if (n < 0)
		err(2, "cannot read %s/", part);
	for (int i = 0; i < n; i++) {
		char path[600];
		const char *bad;
		struct stat status;
		ssize_t size;
		int fd;

		snprintf(path, sizeof(path), "%s/%s", part, entry[i]->d_name);
		free(entry[i]);
		if (!is_source(path)) {
			fprintf(stderr, "%s stays behind\n", path);
			continue;
		}
		bad = bad_name(path);
		fd = openat(top, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0 && errno != ELOOP)
			err(2, "cannot open %s", path);
		if (!bad && (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)))
			bad = "it is a link or no regular file";
		size = bad ? 0 : read(fd, content, FILE_MAX + 1);
		if (size < 0)
			err(2, "cannot read %s", path);
		if (size > FILE_MAX)
			bad = "it is too large";
		if (++*files > FILES_MAX)
			bad = "there are too many files";
		if (fd >= 0)
			close(fd);
		if (bad) {
			fprintf(stderr, "%s cannot be handed in: %s\n", path, bad);
			*refused = true;
			continue;
		}
		put_file(path, size);
		fprintf(stderr, "  %s\n", path);
	}
	free(entry);
}

static int
pack(const char *lab, const char *base, const char *kit, const char *directory)
{
	int top = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), files = 1;
	bool refused = false;

	if (top < 0)
		err(2, "cannot open %s", directory);
	put_file(note, snprintf(content, BLOCK, "lab %s\nbase %s\nkit %.40s\n", lab, base, kit));
	pack_part(top, "vmm", &files, &refused);
	if (*lab > '1')
		pack_part(top, "monitor", &files, &refused);
	memset(content, 0, 2 * BLOCK);
	put(content, 2 * BLOCK);
	if (fflush(stdout) != 0)
		err(2, "cannot write the archive");
	close(top);
	return refused;
}

/* ---- unpack ---- */

__attribute__((noreturn)) static void
refuse(const char *path, const char *why)
{
	char shown[NAME_LENGTH_MAX + 1];
	size_t length = strnlen(path, NAME_LENGTH_MAX);

	for (size_t i = 0; i < length; i++)
		shown[i] = isprint((unsigned char)path[i]) ? path[i] : '?';
	shown[length] = '\0';
	errx(1, "this was not made by `make handin`: %s%s%s", shown, *shown ? ": " : "", why);
}

static bool
get(void *bytes, size_t size)
{
	return fread(bytes, 1, size, stdin) == size;
}

/* -1 if the field is no octal number. */
static long
octal(const char *field, size_t size)
{
	char text[16], *end;
	long n;

	memcpy(text, field, size);
	text[size] = '\0';
	n = strtol(text, &end, 8);
	return end > text && (*end == '\0' || *end == ' ') ? n : -1;
}

static void
check_note(size_t size)
{
	char base[8], kit[44], lab, end;

	content[size] = '\0';
	if (strlen(content) != size ||
		sscanf(content, "lab %c base %4[a-z] kit %40[-a-z0-9.]%c", &lab, base, kit, &end) !=
			4 ||
		lab < '1' || lab > '4' || (strcmp(base, "own") != 0 && strcmp(base, "ref") != 0))
		refuse(note, "it does not say which lab this is");
}

/* A file that is not there yet. */
static void
unpack_file(int top, const char *path, size_t size)
{
	int fd = openat(top, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (fd < 0 && errno == EEXIST)
		refuse(path, "it is there twice");
	if (fd < 0 || write(fd, content, size) != (ssize_t)size || close(fd) < 0)
		err(2, "cannot write %s", path);
}

static int
unpack(const char *directory)
{
	union header header;
	bool noted = false;
	int top, files = 0;

	if (mkdir(directory, 0777) < 0)
		err(2, "cannot make %s", directory);
	top = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0)
		err(2, "cannot open %s", directory);
	for (;;) {
		char path[sizeof(header.name) + 1] = "";
		const char *bad = NULL;
		long size;

		if (!get(&header, BLOCK))
			refuse("", files ? "it ends too early" : "it is no archive");
		if (header.bytes[0] == 0)
			break;
		memcpy(path, header.name, sizeof(header.name));
		if (octal(header.sum, sizeof(header.sum)) != checksum(&header))
			refuse("", "it is no archive, or damaged");
		size = octal(header.size, sizeof(header.size));
		if (header.type != '0')
			bad = "only regular files are handed in";
		else if (header.prefix[0])
			bad = "its name is too long";
		else if (strcmp(path, note) != 0)
			bad = bad_name(path);
		if (!bad && (size < 0 || size > (strcmp(path, note) == 0 ? BLOCK - 1 : FILE_MAX)))
			bad = "it is too large";
		if (!bad && ++files > FILES_MAX)
			bad = "there are too many files";
		if (bad)
			refuse(path, bad);
		if (!get(content, (size + BLOCK - 1) / BLOCK * BLOCK))
			refuse(path, "it ends too early");
		if (strcmp(path, note) == 0) {
			check_note(size);
			noted = true;
		} else {
			char part[8] = "";

			memcpy(part, path, strchr(path, '/') - path);
			if (mkdirat(top, part, 0777) < 0 && errno != EEXIST)
				err(2, "cannot make %s/%s", directory, part);
		}
		unpack_file(top, path, size);
	}
	if (!noted)
		refuse(note, "it is missing");
	close(top);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "pack") == 0)
		return pack(argv[2], argv[3], argv[4], argv[5]);
	if (argc == 3 && strcmp(argv[1], "unpack") == 0)
		return unpack(argv[2]);
	fprintf(stderr, "usage: handin pack LAB BASE KIT DIRECTORY >ARCHIVE\n"
			"       handin unpack DIRECTORY <ARCHIVE\n");
	return 2;
}
