/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/boot/images.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *name, *path;
} known[] = {
	{"kernel", "host/bzImage"},
	{"kernel-symbols", "host/vmlinux"},
	{"initramfs", "host/initramfs.cpio.gz"},
	{"rom", "host/boot.rom"},
	{"probe", "host/probe"},
	{"hostile-launcher", "host/hostile-launcher"},
	{"null_blk.ko", "host/null_blk.ko"},
	{"refuse.ko", "host/refuse.ko"},
	{"configfs.ko", "host/configfs.ko"},
	{"disk", "disk/root.img"},
	{"cdrom", "disk/cdrom.iso"},
	{"work-disk", "disk/work.img"},
	{"work-sum", "disk/work.sum"},
	{"initrd", "disk/initrd.cpio.gz"},
	{"measure", "disk/measure"},
	{"same", "disk/same"},
	{"events", "bin/events.so"},
	{"uml", "uml/linux"},
	{"xen", "xen/xen"},
	{"xen-linux", "xen/vmlinuz"},
	{"xen-versions", "xen/versions"},
	{"measure-amd64", "xen/measure"},
	{"linux", "guest-linux/linux.stripped"}, /* a tenth of the size, at every boot */
	{"linux-symbols", "guest-linux/linux"},
};

static void
join(char path[PATH_MAX], const char *format, const char *a, const char *b, const char *c)
{
	if (snprintf(path, PATH_MAX, format, a, b, c) >= PATH_MAX)
		errx(2, "this path is too long: %s/%s", a, b);
}

void
image_path(const struct images *images, const char *name, char path[PATH_MAX])
{
	bool vmm = strcmp(name, "vmm") == 0;

	if (vmm || strcmp(name, "monitor.ko") == 0) {
		const char *instead = vmm ? images->vmm : images->module;

		if (instead)
			join(path, "%s%s%s", instead, "", "");
		else
			join(path, "%s/%s/%s", images->build, images->tree, name);
		return;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(name, known[i].name) == 0) {
			join(path, "%s/%s%s", images->build, known[i].path, "");
			return;
		}
	}
	join(path, "%s/%s/%s", images->build, "guests", name);
}

void
image_require(const struct images *images, const char *name)
{
	char path[PATH_MAX];

	image_path(images, name, path);
	if (access(path, R_OK) < 0)
		errx(2, "%s is missing: `make lab1 TREE=%s` makes it", path, images->tree);
}

/* The names in a directory, sorted, blank before each; ends when text is full. */
static void
list(const char *directory, int (*wanted)(const struct dirent *), char *text, size_t size)
{
	struct dirent **entry;
	int n = scandir(directory, &entry, wanted, alphasort);
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < n; i++) {
		size_t length = strlen(entry[i]->d_name) + 1;

		if (used + length < size)
			used += sprintf(text + used, " %s", entry[i]->d_name);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

static int
is_guest(const struct dirent *entry)
{
	const char *name = entry->d_name;

	return name[0] != '.' && !strchr(name, '.') && entry->d_type != DT_DIR;
}

void
guest_require(const struct images *images, const char *name)
{
	char path[PATH_MAX], directory[PATH_MAX], there[2048];
	struct stat status;

	if (strcmp(name, "linux") == 0) {
		image_require(images, name);
		return;
	}
	image_path(images, name, path);
	if (!strchr(name, '/') && stat(path, &status) == 0 && S_ISREG(status.st_mode))
		return;
	join(directory, "%s/%s%s", images->build, "guests", "");
	list(directory, is_guest, there, sizeof(there));
	if (!there[0])
		errx(2, "no guests in %s: `make lab1 TREE=%s` makes them", directory, images->tree);
	errx(2, "no guest \"%s\"; there are: linux%s", name, there);
}

static const char *tree_build;

static int
is_tree(const struct dirent *entry)
{
	char path[PATH_MAX];

	if (entry->d_name[0] == '.')
		return 0;
	join(path, "%s/%s/%s", tree_build, entry->d_name, "vmm");
	return access(path, R_OK) == 0;
}

void
tree_require(const struct images *images)
{
	char path[PATH_MAX], there[2048];

	if (strchr(images->tree, '/'))
		errx(2, "a tree is named by one word, not \"%s\"", images->tree);
	image_path(images, "vmm", path);
	if (access(path, R_OK) == 0)
		return;
	tree_build = images->build;
	list(images->build, is_tree, there, sizeof(there));
	if (images->vmm)
		errx(2, "%s is missing", path);
	if (access(images->tree, F_OK) < 0)
		errx(2, "no tree \"%s\"; built are:%s", images->tree, there[0] ? there : " none");
	errx(2, "%s is missing: `make lab1 TREE=%s` makes it", path, images->tree);
}
