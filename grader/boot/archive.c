/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/boot/archive.h"

#include "grader/lib/child.h"
#include "grader/lib/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
fail(struct job *job, const char *what, const char *path)
{
	snprintf(job->why, sizeof(job->why), "cannot %s %s: %s", what, path, strerror(errno));
	return false;
}

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status, (void)type, (void)where;
	return remove(path);
}

void
remove_directory(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void
job_remove(struct job *job)
{
	if (job->directory[0])
		remove_directory(job->directory);
	job->directory[0] = '\0';
}

/* A path inside the job's directory. */
static bool
inside(struct job *job, char path[PATH_MAX], const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", job->directory, name) < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return fail(job, "use", job->directory);
}

bool
job_start(struct job *job, const char *directory)
{
	char path[PATH_MAX];

	memset(job, 0, sizeof(*job));
	snprintf(job->directory, sizeof(job->directory), "%s", directory);
	remove_directory(directory);
	if (!inside(job, path, "files/job") || !inside(job, job->initramfs, "initramfs"))
		return false;
	return make_directory(path) == 0 || fail(job, "make", path);
}

bool
job_file(struct job *job, const char *name, const char *path)
{
	char link[PATH_MAX], in[PATH_MAX + 16], real[PATH_MAX];

	snprintf(in, sizeof(in), "files/job/%s", name);
	if (!inside(job, link, in))
		return false;
	if (!realpath(path, real))
		return fail(job, "read", path);
	return symlink(real, link) == 0 || errno == EEXIST || fail(job, "make", link);
}

/* What is made for this boot: the Host reads dates, and should not boot otherwise on another day.
 */
static bool
without_date(const char *path)
{
	const struct timespec never[2] = {{0}};

	return utimensat(AT_FDCWD, path, never, 0) == 0;
}

bool
job_text(struct job *job, const char *name, const char *text)
{
	char path[PATH_MAX], in[PATH_MAX + 16];
	FILE *file;
	bool bad;

	snprintf(in, sizeof(in), "files/job/%s", name);
	if (!inside(job, path, in))
		return false;
	file = fopen(path, "we");
	if (!file)
		return fail(job, "make", path);
	bad = fputs(text, file) < 0 || fchmod(fileno(file), 0755) < 0;
	if (fclose(file) != 0 || bad || !without_date(path))
		return fail(job, "write", path);
	return true;
}

/* Append the file at path to the descriptor, and zeros up to a multiple of 4. */
static bool
append(struct job *job, int to, const char *path)
{
	static const char zeros[4];
	int from = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	off_t end;

	if (from < 0)
		return fail(job, "read", path);
	while ((n = sendfile(to, from, NULL, 1 << 20)) > 0)
		;
	if (n < 0) {
		fail(job, "copy", path);
		close(from);
		return false;
	}
	close(from);
	end = lseek(to, 0, SEEK_END);
	if (end < 0 || (end % 4 && write(to, zeros, 4 - end % 4) != 4 - end % 4))
		return fail(job, "write", job->initramfs);
	return true;
}

static int
only_names(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The list of names on which cpio works. */
static bool
write_names(struct job *job, const char *to)
{
	char directory[PATH_MAX];
	struct dirent **entry;
	FILE *file;
	int n;

	if (!inside(job, directory, "files/job"))
		return false;
	n = scandir(directory, &entry, only_names, alphasort);
	if (n < 0)
		return fail(job, "read", directory);
	file = fopen(to, "we");
	if (file)
		fprintf(file, "job\n");
	for (int i = 0; i < n; i++) {
		if (file)
			fprintf(file, "job/%s\n", entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	if (!file || fclose(file) != 0)
		return fail(job, "write", to);
	return without_date(directory) || fail(job, "write", directory);
}

bool
job_pack(struct job *job, const struct images *images)
{
	char base[PATH_MAX], names[PATH_MAX], files[PATH_MAX], errors[PATH_MAX];
	char from[PATH_MAX + 16];
	char *argv[] = {"cpio", "--quiet", "-o", "-H", "newc", "--reproducible", "-L", "-R",
		"+0:+0", "-D", files, NULL};
	struct child_io io = {.in = -1, .out = -1, .err = -1};
	int status;
	bool done = false;

	image_path(images, "initramfs", base);
	if (!inside(job, names, "names") || !inside(job, files, "files") ||
		!inside(job, errors, "errors") || !write_names(job, names))
		return false;
	io.in = open(names, O_RDONLY | O_CLOEXEC);
	io.out = open(job->initramfs, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	io.err = open(errors, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (io.in < 0 || io.out < 0 || io.err < 0) {
		fail(job, "make", job->initramfs);
		goto out;
	}
	if (!append(job, io.out, base))
		goto out;
	status = child_run(argv, &io);
	if (status < 0) {
		fail(job, "start", "cpio");
		goto out;
	}
	if (status != 0) {
		FILE *file = fopen(errors, "re");

		snprintf(from, sizeof(from), "cpio ended with status %d", status);
		if (file && fgets(from, sizeof(from), file))
			from[strcspn(from, "\n")] = '\0';
		if (file)
			fclose(file);
		snprintf(job->why, sizeof(job->why), "cannot pack the job: %.1024s", from);
		goto out;
	}
	done = true;
out:
	for (int i = 0; i < 3; i++) {
		int fd = (int[]){io.in, io.out, io.err}[i];

		if (fd >= 0)
			close(fd);
	}
	return done;
}
