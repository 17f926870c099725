/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * handin.c - the archive that a student hands in: makes it, and takes it apart again, trusting
 * nobody.
 *
 *   handin pack LAB BASE KIT DIRECTORY >ARCHIVE    what may be handed in of DIRECTORY
 *   handin check <ARCHIVE 3>CLEAN 4>NOTE           the same, made by us; and what HANDIN says, as
 *                                                  a line of three words: LAB BASE KIT
 *   handin unpack DIRECTORY <ARCHIVE               into DIRECTORY, which is made
 *
 * An archive is a plain tar of regular files: vmm/NAME.c and .h, from lab 2 on monitor/NAME.c, .h
 * and .S, and HANDIN, which says what was meant.  Anything else in one is refused, so that whoever
 * grades it writes nothing outside of DIRECTORY, follows no link, and fills no disk.  HANDIN is
 * three lines and not a byte more: what they say is all that anybody ever reads of it.
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
#define TOTAL_MAX (4 << 20)
#define PADDING_MAX (40 * BLOCK) /* what tar appends to fill a record */
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
static FILE *archive; /* that is written */

/* What HANDIN says. */
struct meant {
	char lab, base[4], kit[41];
};

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
	if (module && strncmp(name, "monitor.", 8) == 0 && name[8] != 'h')
		return "the module has that name already: give it another";
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
	if (fwrite(bytes, 1, size, archive) != size)
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

static void
put_end(void)
{
	memset(content, 0, 2 * BLOCK);
	put(content, 2 * BLOCK);
	if (fflush(archive) != 0)
		err(2, "cannot write the archive");
}

static int
pack(const char *lab, const char *base, const char *kit, const char *directory)
{
	int top = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), files = 1;
	bool refused = false;

	archive = stdout;
	if (top < 0)
		err(2, "cannot open %s", directory);
	put_file(note, snprintf(content, BLOCK, "lab %s\nbase %s\nkit %.40s\n", lab, base, kit));
	pack_part(top, "vmm", &files, &refused);
	if (*lab > '1')
		pack_part(top, "monitor", &files, &refused);
	put_end();
	close(top);
	return refused;
}

/* ---- check and unpack ---- */

/* Of the archive that is read. */
static struct {
	int files, names;
	long total;
	char name[FILES_MAX][NAME_LENGTH_MAX + 1];
} seen;

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

/* -1 if the field is no octal number: digits up to its end, a blank or a zero. */
static long
octal(const char *field, size_t size)
{
	long n = 0;
	size_t i = 0;

	while (i < size && field[i] >= '0' && field[i] <= '7')
		n = 8 * n + (field[i++] - '0');
	if (i == 0 || (i < size && field[i] != ' ' && field[i] != '\0'))
		return -1;
	return n;
}

/* Take HANDIN, which is in content, apart: it has to be what we would have written. */
static void
read_note(size_t size, struct meant *meant)
{
	char same[BLOCK];

	content[size] = '\0';
	if (strlen(content) != size ||
		sscanf(content, "lab %c base %3[a-z] kit %40[-a-z0-9.]", &meant->lab, meant->base,
			meant->kit) != 3 ||
		meant->lab < '1' || meant->lab > '4' ||
		(strcmp(meant->base, "own") != 0 && strcmp(meant->base, "ref") != 0))
		refuse(note, "it does not say which lab this is");
	if (meant->lab == '1' && strcmp(meant->base, "ref") == 0)
		refuse(note, "there is no lab before lab 1");
	snprintf(same, sizeof(same), "lab %c\nbase %s\nkit %s\n", meant->lab, meant->base,
		meant->kit);
	if (strcmp(content, same) != 0)
		refuse(note, "it says more than lab, base and kit");
}

/*
 * The next file of the archive, whose content[] is there then.  false: there is none any more, and
 * nothing else either.
 */
static bool
next_file(char path[NAME_LENGTH_MAX + 1], size_t *size)
{
	union header header;
	const char *bad = NULL;
	char name[sizeof(header.name) + 1] = "";
	bool is_note;

	if (!get(&header, BLOCK))
		refuse("", seen.files ? "it ends too early" : "it is no archive");
	if (header.bytes[0] == 0) {
		int c = 0;

		for (int i = 0; i < BLOCK && c == 0; i++)
			c = header.bytes[i];
		for (int i = 0; i < PADDING_MAX && c == 0; i++)
			c = getchar();
		if (c != EOF)
			refuse("", "there is something behind its end");
		return false;
	}
	memcpy(name, header.name, sizeof(header.name));
	is_note = strcmp(name, note) == 0;
	if (octal(header.sum, sizeof(header.sum)) != checksum(&header))
		refuse("", "it is no archive, or damaged");
	*size = octal(header.size, sizeof(header.size));
	if (header.type != '0')
		bad = "only regular files are handed in";
	else if (header.prefix[0])
		bad = "its name is too long";
	else if (!is_note)
		bad = bad_name(name);
	if (!bad && *size > (is_note ? BLOCK - 1 : FILE_MAX))
		bad = "it is too large";
	if (!bad && (++seen.files > FILES_MAX || (seen.total += *size) > TOTAL_MAX))
		bad = "there are too many files";
	if (bad)
		refuse(name, bad);
	if (!get(content, (*size + BLOCK - 1) / BLOCK * BLOCK))
		refuse(name, "it ends too early");
	snprintf(path, NAME_LENGTH_MAX + 1, "%s", name);
	return true;
}

/* Once for an archive. */
static void
note_once(size_t size, struct meant *meant)
{
	if (meant->lab)
		refuse(note, "it is there twice");
	read_note(size, meant);
}

static void
need_note(const struct meant *meant)
{
	if (!meant->lab)
		refuse(note, "it is missing");
}

/* Another one than all so far. */
static void
new_name(const char *path)
{
	for (int i = 0; i < seen.names; i++)
		if (strcmp(seen.name[i], path) == 0)
			refuse(path, "it is there twice");
	strcpy(seen.name[seen.names++], path);
}

static int
check(void)
{
	char path[NAME_LENGTH_MAX + 1];
	struct meant meant = {0};
	FILE *said = fdopen(4, "w");
	size_t size;

	archive = fdopen(3, "w");
	if (!archive || !said)
		err(2, "cannot write the archive");
	while (next_file(path, &size)) {
		if (strcmp(path, note) == 0)
			note_once(size, &meant);
		new_name(path);
		put_file(path, size);
	}
	need_note(&meant);
	put_end();
	fprintf(said, "%c %s %s\n", meant.lab, meant.base, meant.kit);
	if (fflush(said) != 0)
		err(2, "cannot write what it says");
	return 0;
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
	char path[NAME_LENGTH_MAX + 1], part[NAME_LENGTH_MAX + 1];
	struct meant meant = {0};
	size_t size;
	int top;

	if (mkdir(directory, 0777) < 0)
		err(2, "cannot make %s", directory);
	top = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0)
		err(2, "cannot open %s", directory);
	while (next_file(path, &size)) {
		if (strcmp(path, note) == 0) {
			note_once(size, &meant);
		} else {
			snprintf(part, sizeof(part), "%.*s", (int)strcspn(path, "/"), path);
			if (mkdirat(top, part, 0777) < 0 && errno != EEXIST)
				err(2, "cannot make %s/%s", directory, part);
		}
		unpack_file(top, path, size);
	}
	need_note(&meant);
	close(top);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "pack") == 0)
		return pack(argv[2], argv[3], argv[4], argv[5]);
	if (argc == 2 && strcmp(argv[1], "check") == 0)
		return check();
	if (argc == 3 && strcmp(argv[1], "unpack") == 0)
		return unpack(argv[2]);
	fprintf(stderr, "usage: handin pack LAB BASE KIT DIRECTORY >ARCHIVE\n"
			"       handin check <ARCHIVE 3>CLEAN 4>NOTE\n"
			"       handin unpack DIRECTORY <ARCHIVE\n");
	return 2;
}
