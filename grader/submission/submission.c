/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * submission.c - grades what was handed in: from an archive, or a folder, that nobody trusts, to a
 * result that says whose it is.  Every way in, by hand or from a course's system, ends here.
 *
 * Nothing of it is opened, unpacked, compiled or linked but in the jail (jail.c), twice: once to
 * read the archive (kit/handin.c), which makes a clean one and a line that says what was meant;
 * once to build that (kit/build-handed-in).  Out of the second come two files, the launcher and the
 * module. They run in no other place than the machine that grade boots.
 *
 * Each grading has a folder of its own for this, build/graded/work-*, and the result is in one that
 * is named by what was handed in, build/graded/SHA-256.  Both are locked while it runs.  A folder
 * that is there without a lock was left by somebody who was killed, and goes.  Results stay until
 * `make clean-graded`.
 *
 * Whose fault it is that something cannot be built is not told by what a tool says: the skeleton is
 * built in the same way then, and if that works and a second try of the submission fails again, it
 * is the submission's.
 *
 * Exit status: as grade's: 0 full marks, 1 not, 2 used wrongly, 3 the grader itself broke down.
 */
#define _GNU_SOURCE
#include "grader/boot/archive.h"
#include "grader/boot/images.h"
#include "grader/lib/child.h"
#include "grader/lib/files.h"
#include "grader/submission/jail.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
	"usage: submission [OPTION...] -- ARCHIVE\n"
	"Grades what was handed in: an archive of `make handin`, or a folder with one in it, or\n"
	"with vmm/ and monitor/.\n"
	"  --lab=N, --base=own|ref    instead of those that it was handed in for\n"
	"  --base-for='N ...'         labs that may be handed in on the reference's objects\n"
	"  --tests=..., --machine=..., --jobs=N    as grade's\n"
	"  --reports='FORMAT:FILE ...'  grade's --report; a % in one becomes the lab\n"
	"  --build=build              where everything is built\n"
	"  --pristine=DIRECTORY       the skeleton\n"
	"  --kit=VERSION              what the result says which kit this is\n"
	"  --cross=PREFIX, --vmm-flags=..., --module-flags=...   how it is compiled\n"
	"JAIL=none in the environment grades without a jail, and each result says so.\n";

#define ARCHIVE_MAX (8L << 20)
#define WHY_MAX (64 << 10)
#define ARGS_MAX 64
#define SUMMARY_MAX 40 /* lines */
#define LOGS_KEPT 100 /* gradings whose logs stay */

/* How much a submission may use.  The reference's largest lab takes a tenth of the CPU time. */
#define READ_LIMITS \
	"--cpu=10", "--seconds=120", "--memory=256", "--file=8", "--tmp=32", "--output=4"
#define BUILD_LIMITS \
	"--cpu=60", "--seconds=900", "--memory=1024", "--file=32", "--tmp=256", "--output=64"
#define PART_MAX (16L << 20) /* the launcher's, or the module's */

static struct {
	const char *build, *pristine, *kit, *cross, *vmm_flags, *module_flags;
	const char *tests, *machine, *jobs, *path;
	char *reports;
	int lab; /* 0: the archive's */
	const char *base; /* NULL: the archive's */
	const char *base_for;
} options = {.build = "build",
	.pristine = "build/skeleton-new",
	.kit = "none",
	.cross = "i686-linux-gnu-",
	.base_for = "",
	.vmm_flags = "",
	.module_flags = ""};

/* What is being graded. */
static struct {
	char name[256]; /* to show it: made printable */
	char sum[65]; /* its SHA-256 */
	char kit[44]; /* that it was made with */
	int lab;
	char base[4];
	int archive; /* the clean one */
	const char *key; /* what its result is named by */
	const char *work, *result;
	int lock; /* of the result */
} handed;

/* ---- children ---- */

static volatile pid_t child;
static volatile sig_atomic_t stopped; /* by which signal */

static void
stop(int signal)
{
	stopped = signal;
	if (child > 0)
		kill(child, SIGTERM);
}

__attribute__((noreturn)) static void
leave(int status)
{
	if (handed.work)
		remove_directory(handed.work);
	exit(stopped ? 128 + stopped : status);
}

/*
 * Run to the end, or until somebody stops us.  Its status.  lock: a lock that ends only when this
 * has, if we are killed; the terminal's signals reach it as well as us then.  -1: none.
 */
static int
run(const char *const argv[], int in, int out, int lock)
{
	struct child_io io = {.in = in,
		.out = out,
		.err = out,
		.foreground = lock >= 0,
		.keep = &lock,
		.keeps = lock >= 0};
	int status;

	fflush(stdout);
	if (in >= 0)
		lseek(in, 0, SEEK_SET);
	child = child_start((char *const *)argv, &io);
	if (child < 0) {
		warn("cannot start %s", argv[0]);
		leave(3);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			leave(3);
	child = 0;
	if (stopped)
		leave(3);
	return child_status(status);
}

/* A file without a name. */
static int
nameless(void)
{
	int fd = memfd_create("submission", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0) {
		warn("cannot make a file");
		leave(3);
	}
	return fd;
}

/* What is in it, from its beginning, as text. */
static size_t
text_of(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? n : 0;
}

/* Which limit was used up: the jail's own line, the last one, however much came before it. */
static const char *
limit_of(int fd)
{
	static char end[200];
	off_t size = lseek(fd, 0, SEEK_END), from = size < 199 ? 0 : size - 199;
	ssize_t n = pread(fd, end, sizeof(end) - 1, from);
	char *line;

	end[n > 0 ? n : 0] = '\0';
	end[n > 0 && end[n - 1] == '\n' ? n - 1 : 0] = '\0';
	line = strrchr(end, '\n');
	return line ? line + 1 : end;
}

/* The first line that a program of this machine says. */
static void
first_line(const char *const argv[], int in, char *line, size_t size)
{
	int out = nameless();

	if (!child_exists(argv[0]) || run(argv, in, out, -1) != 0)
		snprintf(line, size, "unknown");
	else
		text_of(out, line, size);
	line[strcspn(line, "\n")] = '\0';
	close(out);
}

static void
sha256(int fd, char sum[65])
{
	first_line((const char *const[]){"sha256sum", NULL}, fd, sum, 65);
	if (strlen(sum) != 64) {
		warnx("sha256sum does not work");
		leave(3);
	}
}

/* Text that lives as long as we do. */
__attribute__((format(printf, 1, 2))) static char *
format(const char *what, ...)
{
	va_list list;
	char *text;

	va_start(list, what);
	if (vasprintf(&text, what, list) < 0) {
		warnx("no memory");
		leave(3);
	}
	va_end(list);
	return text;
}

/* ---- folders ---- */

/* A folder's lock, which is free if nobody grades in it.  -1 if it is not. */
static int
lock_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* A result that is one has a file for its lab. */
static bool
is_finished(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	bool finished = false;

	while (folder && (entry = readdir(folder))) {
		size_t n = strlen(entry->d_name);

		finished |= n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0 &&
			    !strstr(entry->d_name, "unfinished");
	}
	if (folder)
		closedir(folder);
	return finished;
}

static const char *graded; /* where all results are */

/* What gradings have left that were killed. */
static void
sweep(void)
{
	DIR *folder = opendir(graded);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char path[PATH_MAX];
		int fd;

		if (entry->d_name[0] == '.' || snprintf(path, sizeof(path), "%s/%s", graded,
						       entry->d_name) >= (int)sizeof(path))
			continue;
		fd = lock_folder(path);
		if (fd < 0)
			continue;
		if (strncmp(entry->d_name, "work-", 5) == 0 || !is_finished(path))
			remove_directory(path);
		close(fd);
	}
	if (folder)
		closedir(folder);
}

static int
is_result(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strncmp(entry->d_name, "work-", 5) != 0;
}

static int
oldest_first(const struct dirent **a, const struct dirent **b)
{
	struct stat one = {0}, other = {0};

	stat(format("%s/%s", graded, (*a)->d_name), &one);
	stat(format("%s/%s", graded, (*b)->d_name), &other);
	return (one.st_mtime > other.st_mtime) - (one.st_mtime < other.st_mtime);
}

/*
 * Whoever hands in often would fill the disk with logs: a test may write a megabyte.  Those of the
 * last gradings are kept, and every result.
 */
static void
forget_logs(void)
{
	struct dirent **entry;
	int n = scandir(graded, &entry, is_result, oldest_first), forgotten = 0, lock;
	struct stat before;

	for (int i = 0; i < n; i++) {
		const char *path = format("%s/%s", graded, entry[i]->d_name);
		bool had = false;

		free(entry[i]);
		if (n - i <= LOGS_KEPT || (lock = lock_folder(path)) < 0)
			continue;
		if (fstat(lock, &before) < 0)
			before.st_mtim.tv_nsec = UTIME_OMIT;
		for (int lab = 1; lab <= 4; lab++) {
			const char *logs = format("%s/lab%d", path, lab);

			had |= access(logs, F_OK) == 0;
			remove_directory(logs);
		}
		/* It is as old as it was: else it would push out one that is younger. */
		futimens(lock, (struct timespec[]){{.tv_nsec = UTIME_OMIT}, before.st_mtim});
		forgotten += had;
		close(lock);
	}
	if (n >= 0)
		free(entry);
	if (forgotten)
		printf("the logs of %d older gradings are gone: %s keeps those of the last %d, and "
		       "all results\n",
			forgotten, graded, LOGS_KEPT);
}

/* Nobody sweeps away a folder that has no lock yet. */
static int
lock_all(void)
{
	const char *path = format("%s/graded/.lock", options.build);
	int all;

	if (make_directory(format("%s/graded", options.build)) < 0)
		err(2, "cannot make %s/graded", options.build);
	all = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (all < 0 || flock(all, LOCK_EX) < 0)
		err(2, "cannot lock %s", path);
	return all;
}

/* Ours alone, with a lock that ends with this process. */
static void
make_work(void)
{
	char *path = format("%s/graded/work-XXXXXX", options.build);
	int all = lock_all();

	graded = format("%s/graded", options.build);
	sweep();
	forget_logs();
	if (!mkdtemp(path) || lock_folder(path) < 0)
		err(2, "cannot make %s", path);
	handed.work = path;
	close(all);
}

/* A result of another kind: a look at some tests does not take the score away. */
static bool
is_anothers(const char *name)
{
	const char *mine = format("lab%d%s%s.json", handed.lab,
		strcmp(handed.base, "ref") == 0 ? "-on-ref" : "", options.tests ? "-some" : "");
	size_t n = strlen(name);

	return n > 5 && strcmp(name + n - 5, ".json") == 0 && !strstr(name, "unfinished") &&
	       strcmp(name, mine) != 0;
}

/* Where the result goes: named by what was handed in; an older one is gone. */
static void
make_result(void)
{
	const char *path = format("%s/graded/%.16s", options.build, handed.key);
	struct dirent *entry;
	DIR *folder;
	int all;

	/*
	 * Two students may hand in the same, or one twice: the second waits, and gets his own
	 * result.  Who was killed may take a moment to put his machines away.
	 */
	for (int again = 0;; again++) {
		all = lock_all();
		if (make_directory(path) < 0) {
			warn("cannot make %s", path);
			leave(2);
		}
		handed.lock = lock_folder(path);
		if (handed.lock >= 0)
			break;
		close(all);
		if (stopped)
			leave(2);
		if (again == 50)
			warnx("another grading of the same submission is under way: waiting for "
			      "its end");
		usleep(100000);
	}
	/* The lock is the folder's: what is in it goes, and it stays. */
	folder = opendir(path);
	while (folder && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
			!is_anothers(entry->d_name))
			remove_directory(format("%s/%s", path, entry->d_name));
	if (folder)
		closedir(folder);
	handed.result = path;
	close(all);
}

static const char *
in_work(const char *name)
{
	return format("%s/%s", handed.work, name);
}

/* ---- reading what was handed in ---- */

static void
set_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *from = slash && slash[1] ? slash + 1 : path;
	size_t n = 0;

	for (; *from && n < sizeof(handed.name) - 1; from++)
		handed.name[n++] = *from > ' ' && *from < 127 ? *from : *from == ' ' ? ' ' : '?';
	handed.name[n] = '\0';
}

/*
 * What makes a folder one archive: exactly one file of that kind in it.  Its name; NULL if there is
 * none.  Which of several is meant only the student knows.
 */
static char *
archive_in(int folder, bool *several)
{
	DIR *all = fdopendir(dup(folder));
	struct dirent *entry;
	char *found = NULL;

	while (all && (entry = readdir(all))) {
		size_t n = strlen(entry->d_name);

		if (n < 7 || strcmp(entry->d_name + n - 7, ".tar.gz") != 0)
			continue;
		*several |= found != NULL;
		free(found);
		found = strdup(entry->d_name);
	}
	if (all)
		closedir(all);
	return found;
}

/*
 * A copy that nobody can write to any more, the jail's programs neither; -1 with why if it cannot
 * be one that was handed in.
 */
static int
sealed_copy(int from, const char **why)
{
	static char block[1 << 16];
	struct stat status;
	off_t size = 0;
	ssize_t n;
	int to;

	if (fstat(from, &status) < 0 || !S_ISREG(status.st_mode)) {
		*why = "it is no regular file";
		return -1;
	}
	to = nameless();
	while (size <= ARCHIVE_MAX && (n = read(from, block, sizeof(block))) > 0) {
		if (write(to, block, n) != n) {
			warn("cannot copy the archive");
			leave(3);
		}
		size += n;
	}
	if (size > ARCHIVE_MAX) {
		*why = "it is larger than anything that `make handin` makes";
		return -1;
	}
	fcntl(to, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
	return to;
}

/* The clean archive and the note, as files of ours. */
static int
read_handed(int in, const char *folder, int said)
{
	static const char from_archive[] = "gzip -dc | ./handin check";
	/* An archive often has one more directory around it all. */
	static const char from_folder[] =
		"for top in handed handed/skeleton handed/* handed/*/skeleton; do"
		" [ ! -d \"$top/vmm\" ] || break; done;"
		" [ -d \"$top/vmm\" ] || { echo 'there is no archive of `make handin` in it, and no"
		" folder vmm' >&2; exit 1; };"
		" mkdir t && cp -RP \"$top/vmm\" t || exit 1;"
		" if [ -d \"$top/monitor\" ]; then cp -RP \"$top/monitor\" t; else mkdir "
		"t/monitor; fi || exit 1;"
		" ./handin pack \"$0\" own none t >t.tar && ./handin check <t.tar";
	const char *argv[ARGS_MAX] = {format("%s/bin/jail", options.build), READ_LIMITS};
	int n = 0;

	while (argv[n])
		n++;
	argv[n++] = format("--out=%s", in_work("clean.tar"));
	argv[n++] = format("--out=%s", in_work("note"));
	argv[n++] = format("--read-as=handin=%s/kit/handin", options.build);
	if (folder)
		argv[n++] = format("--read-as=handed=%s", folder);
	argv[n++] = "--";
	argv[n++] = "sh";
	argv[n++] = "-c";
	argv[n++] = folder ? from_folder : from_archive;
	argv[n++] = format("%d", options.lab);
	return run(argv, in, said, -1);
}

/* What the jail says was meant, which is not to be trusted either. */
static bool
read_note(void)
{
	char text[80] = "", lab;
	int fd = open(in_work("note"), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	text_of(fd, text, sizeof(text));
	close(fd);
	if (sscanf(text, "%c %3[a-z] %40[-a-z0-9.]", &lab, handed.base, handed.kit) != 3)
		return false;
	handed.lab = lab - '0';
	return strcmp(text, format("%c %s %s\n", lab, handed.base, handed.kit)) == 0 &&
	       handed.lab >= 1 && handed.lab <= 4 &&
	       (strcmp(handed.base, "own") == 0 || strcmp(handed.base, "ref") == 0);
}

/* ---- building it ---- */

/* In work/, as a folder of its own: "built" or "control". */
static int
build(int archive, const char *place, int said)
{
	static const char *const shown[] = {"labs=labs", "kit=kit",
		"vm-images/include=vm-images/include",
		"vm-images/host/include=vm-images/host/include"};
	static const char *const outs[] = {"vmm", "monitor.ko", "summary"};
	const char *argv[ARGS_MAX] = {format("%s/bin/jail", options.build), BUILD_LIMITS};
	int n = 0;

	while (argv[n])
		n++;
	mkdir(in_work(place), 0777);
	for (size_t i = 0; i < 3; i++)
		argv[n++] = format("--out=%s/%s", in_work(place), outs[i]);
	for (size_t i = 0; i < 4; i++)
		argv[n++] = format("--read-as=%s", shown[i]);
	argv[n++] = format("--read-as=handin=%s/kit/handin", options.build);
	argv[n++] = format("--read-as=kernel=%s/host/kbuild", options.build);
	argv[n++] = format("--read-as=pristine=%s", options.pristine);
	/* Of the reference, no more than this lab stands on. */
	if (strcmp(handed.base, "ref") == 0 && handed.lab > 1)
		argv[n++] = format("--read-as=base=%s/base/on-%d", options.build, handed.lab);
	argv[n++] = format("--env=CROSS=%s", options.cross);
	argv[n++] = format("--env=VMM_CFLAGS=%s", options.vmm_flags);
	argv[n++] = format("--env=MODULE_CFLAGS=%s", options.module_flags);
	argv[n++] = "--";
	argv[n++] = "kit/build-handed-in";
	argv[n++] = format("%d", handed.lab);
	argv[n++] = handed.base;
	return run(argv, archive, said, -1);
}

/* The same with the skeleton, which everybody can build. */
static void
control(void)
{
	int archive = nameless(), said = nameless(), names = nameless(), status;
	static char text[WHY_MAX];
	char *argv[] = {format("%s/kit/handin", options.build), "pack", format("%d", handed.lab),
		handed.base, "none", (char *)options.pristine, NULL};

	status = child_run(argv, &(struct child_io){.in = -1, .out = archive, .err = names});
	if (status == 0)
		status = build(archive, "control", said);
	text_of(said, text, sizeof(text));
	close(archive);
	close(said);
	close(names);
	if (status == 0)
		return;
	fprintf(stderr,
		"%sGRADER ERROR: the skeleton cannot be built here either, so nothing is graded\n",
		text);
	leave(status == JAIL_BROKEN ? 2 : 3);
}

/* A file of the jail's that is what it should be.  false: it is not there, or too large. */
static bool
came_out(const char *name)
{
	struct stat status;

	return lstat(in_work(name), &status) == 0 && S_ISREG(status.st_mode) &&
	       status.st_size > 0 && status.st_size <= PART_MAX;
}

/* ---- the result ---- */

static json_t *
versions(void)
{
	char line[300];
	json_t *all = json_object();
	static const char *const programs[] = {"qemu-system-i386", "bwrap"};

	first_line((const char *const[]){format("%sgcc", options.cross), "--version", NULL}, -1,
		line, sizeof(line));
	json_object_set_new(all, "compiler", json_string(line));
	for (size_t i = 0; i < 2; i++) {
		first_line((const char *const[]){programs[i], "--version", NULL}, -1, line,
			sizeof(line));
		json_object_set_new(all, programs[i], json_string(line));
	}
	return all;
}

/* The first lines of a text, without what no report can carry. */
static json_t *
lines_of(const char *path)
{
	json_t *all = json_array();
	FILE *file = fopen(path, "re");
	char line[500];

	while (file && json_array_size(all) < SUMMARY_MAX && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		for (char *c = line; *c; c++)
			if (*c < ' ' || *c >= 127)
				*c = '?';
		json_array_append_new(all, json_string(line));
	}
	if (file)
		fclose(file);
	return all;
}

static bool
jailed(void)
{
	const char *choice = getenv("JAIL");

	return !choice || strcmp(choice, "none") != 0;
}

/* Whose it is, and by what it was graded: about.json, for grade. */
static void
write_about(const char *path, json_t **summary)
{
	char when[32], images[200] = "";
	time_t now = time(NULL);
	FILE *sums = fopen(format("%s/images.sum", options.build), "re");
	json_t *about;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	if (sums && fgets(images, sizeof(images), sums))
		images[strcspn(images, " \n")] = '\0';
	if (sums)
		fclose(sums);
	*summary = lines_of(in_work("built/summary"));
	about = json_pack("{s:s, s:s*, s:s, s:s, s:s, s:s, s:s, s:o, s:O}", "archive", handed.name,
		"sha256", handed.sum[0] ? handed.sum : NULL, "kit", options.kit, "made-with",
		handed.kit, "images", images, "jail", jailed() ? "bubblewrap" : "none", "when",
		when, "versions", versions(), "summary", *summary);
	if (!about || json_dump_file(about, path, JSON_INDENT(1)) < 0) {
		warnx("cannot write %s", path);
		leave(3);
	}
	json_decref(about);
}

/* An older result, or somebody else's, is none of this one's. */
static void
remove_reports(char **report, int reports)
{
	for (int i = 0; i < reports; i++) {
		const char *path = strchr(report[i], ':');
		struct stat status;

		if (path && strcmp(path, ":-") != 0 && lstat(path + 1, &status) == 0 &&
			S_ISREG(status.st_mode))
			unlink(path + 1);
	}
}

/* The words of --reports as options of grade; each % is the lab. */
static int
report_options(char **report)
{
	int reports = 0;
	char *rest = options.reports, *word, *at;

	while (rest && (word = strsep(&rest, " \t\n"))) {
		if (!*word)
			continue;
		if (reports == 16)
			errx(2, "no more than 16 reports");
		at = strchr(word, '%');
		report[reports] =
			at ? format("--report=%.*s%d%s", (int)(at - word), word, handed.lab, at + 1)
			   : format("--report=%s", word);
		reports++;
	}
	return reports;
}

static void
print_head(const json_t *summary)
{
	printf("%s: lab %d, base %s, made with kit %s\n", handed.name, handed.lab, handed.base,
		handed.kit);
	for (size_t i = 0; i < json_array_size(summary); i++)
		printf("  %s\n", json_string_value(json_array_get(summary, i)));
	if (strcmp(handed.kit, options.kit) != 0 && strcmp(handed.kit, "none") != 0 &&
		strcmp(handed.kit, "unknown") != 0)
		printf("note: it is graded with kit %s\n", options.kit);
}

/* Let grade say what it is worth.  why: it cannot be built. */
static int
grade(const char *why)
{
	const char *about = in_work("about.json"), *unbuilt = in_work("why");
	const char *argv[ARGS_MAX] = {format("%s/bin/grade", options.build), "--tree=submission",
		format("--lab=%d", handed.lab), format("--build=%s", options.build),
		format("--out=%s", handed.result), format("--about=%s", about),
		format("--jail=%s/bin/jail", options.build)};
	char *report[16];
	int n = 7, reports = report_options(report);
	json_t *summary;
	FILE *file;

	remove_reports(report, reports);
	write_about(about, &summary);
	print_head(summary);
	json_decref(summary);
	if (strcmp(handed.base, "ref") == 0)
		argv[n++] = "--base=ref";
	if (why) {
		file = fopen(unbuilt, "we");
		if (!file || fputs(why, file) < 0 || fclose(file) != 0) {
			warn("cannot write %s", unbuilt);
			leave(3);
		}
		argv[n++] = format("--unbuilt=%s", unbuilt);
	} else {
		argv[n++] = format("--vmm=%s", in_work("built/vmm"));
		if (handed.lab > 1)
			argv[n++] = format("--module=%s", in_work("built/monitor.ko"));
	}
	for (int i = 0; i < reports; i++)
		argv[n++] = report[i];
	if (options.tests)
		argv[n++] = options.tests;
	if (options.machine)
		argv[n++] = options.machine;
	if (options.jobs) {
		argv[n++] = "-j";
		argv[n++] = options.jobs;
	}
	return run(argv, -1, -1, handed.lock);
}

/* It is refused: a result of its own where it is known for which lab it is, and the caller's
 * mistake else. */
__attribute__((noreturn)) static void
refuse(const char *why)
{
	fprintf(stderr, "%s%s", why, why[0] && why[strlen(why) - 1] == '\n' ? "" : "\n");
	if (!options.lab) {
		fprintf(stderr, "%s is not graded; with LAB= it gets 0 points for that lab\n",
			handed.name);
		leave(2);
	}
	handed.lab = options.lab;
	snprintf(handed.base, sizeof(handed.base), "%s", options.base ? options.base : "own");
	strcpy(handed.kit, "unknown");
	make_result();
	leave(grade(why));
}

/* It cannot even be opened as an archive, so its path is all that its result can be named by. */
__attribute__((noreturn)) static void
refuse_unread(const char *why)
{
	static char sum[65];
	int path = nameless();

	if (write(path, options.path, strlen(options.path)) < 0)
		leave(3);
	sha256(path, sum);
	handed.key = format("unread-%.9s", sum);
	refuse(why);
}

/*
 * What was handed in as a sealed copy of an archive, or as the path of a folder, which the jail may
 * read.
 */
static int
open_handed(const char **folder)
{
	const char *why = NULL;
	struct stat status;
	bool several = false;
	int copy, fd;
	char *name;

	/* A pipe that nobody writes to would keep us here. */
	fd = open(options.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &status) < 0) {
		warn("%s is not graded", handed.name);
		leave(2);
	}
	if (S_ISDIR(status.st_mode)) {
		name = archive_in(fd, &several);
		if (several)
			refuse_unread("there is more than one archive: hand in one, of `make "
				      "handin`");
		if (!name) {
			if (!options.lab) {
				warnx("a folder does not say for which lab it is: name it, as in "
				      "LAB=2");
				leave(2);
			}
			*folder = options.path;
			return -1;
		}
		set_name(name);
		fd = openat(fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		free(name);
		if (fd < 0)
			refuse_unread("its archive cannot be opened, or is a link");
	}
	copy = sealed_copy(fd, &why);
	if (copy < 0)
		refuse_unread(why);
	close(fd);
	sha256(copy, handed.sum);
	return copy;
}

/* Take what was handed in to a clean archive, and what it says. */
static void
take(void)
{
	static char said[WHY_MAX];
	const char *folder = NULL, *clean, *why;
	int archive = open_handed(&folder), out = nameless(), status;

	status = read_handed(archive, folder, out);
	text_of(out, said, sizeof(said));
	close(out);
	if (status == JAIL_BROKEN) {
		fprintf(stderr, "%s", said);
		leave(2);
	}
	handed.key = handed.sum;
	if (status != 0 || !read_note()) {
		why = format("what was handed in cannot be read:\n%s", said);
		if (folder)
			refuse_unread(why);
		refuse(why);
	}
	clean = in_work("clean.tar");
	handed.archive = open(clean, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (handed.archive >= 0)
		handed.archive = sealed_copy(handed.archive, &why);
	if (handed.archive < 0) {
		warnx("cannot read %s", clean);
		leave(3);
	}
	if (folder)
		sha256(handed.archive, handed.sum);
}

/*
 * It is to stand on the reference's objects.  Anybody can write that into an archive, so it holds
 * for those labs only whose students have them: else it would be a way to get them, or to hand in
 * what nobody can grade.  Where they have been promised, or you name them, they are to be there.
 */
static void
need_base(void)
{
	if (!options.base && !strchr(options.base_for, '0' + handed.lab)) {
		make_result();
		leave(grade(format(
			"it stands on the reference's labs before lab %d (BASE=ref), and that is "
			"not meant for lab %d: make it on labs of your own, without BASE=ref, and "
			"hand that in.\n"
			"For the instructor: if your students have these objects, grade with "
			"BASE_FOR=%d, or with their kit.\n",
			handed.lab, handed.lab, handed.lab)));
	}
	if (access(format("%s/base/on-%d/vmm.o", options.build, handed.lab), R_OK) < 0) {
		warnx("BASE=ref: there are no objects here of the labs before lab %d: grade with a "
		      "kit of `make dist BASE_FOR=%d`, or where the reference is",
			handed.lab, handed.lab);
		leave(2);
	}
}

/* NULL, or why it cannot be built. */
static const char *
build_it(void)
{
	static char text[WHY_MAX];
	const char *limit = "";
	int said, status;

	for (int again = 0; again < 2; again++) {
		said = nameless();
		status = build(handed.archive, "built", said);
		text_of(said, text, sizeof(text));
		if (status == JAIL_LIMIT)
			limit = format(" %s", limit_of(said));
		close(said);
		if (status == JAIL_BROKEN) {
			fprintf(stderr, "%s", text);
			leave(2);
		}
		if (status == 0 && came_out("built/vmm") &&
			(handed.lab == 1 || came_out("built/monitor.ko"))) {
			chmod(in_work("built/vmm"), 0755);
			fprintf(stderr, "%s", text); /* warnings */
			return NULL;
		}
		if (again)
			break;
		control();
		/* What was counted is the same next time. */
		if (status == JAIL_LIMIT)
			break;
	}
	return format("the code cannot be built:%s\n%s%s", limit, text,
		status == 0 ? "its launcher or its module is empty, or too large\n" : "");
}

static void
parse(int argc, char **argv)
{
	enum {
		LAB = 256,
		BASE,
		BASE_FOR,
		TESTS,
		MACHINE,
		JOBS,
		REPORTS,
		BUILD,
		PRISTINE,
		KIT,
		CROSS,
		VMM,
		MODULE,
		HELP
	};
	static const struct option known[] = {
		{"lab", required_argument, NULL, LAB},
		{"base", required_argument, NULL, BASE},
		{"base-for", required_argument, NULL, BASE_FOR},
		{"tests", required_argument, NULL, TESTS},
		{"machine", required_argument, NULL, MACHINE},
		{"jobs", required_argument, NULL, JOBS},
		{"reports", required_argument, NULL, REPORTS},
		{"build", required_argument, NULL, BUILD},
		{"pristine", required_argument, NULL, PRISTINE},
		{"kit", required_argument, NULL, KIT},
		{"cross", required_argument, NULL, CROSS},
		{"vmm-flags", required_argument, NULL, VMM},
		{"module-flags", required_argument, NULL, MODULE},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "+", known, NULL)) != -1) {
		switch (c) {
		case LAB:
			if (strlen(optarg) != 1 || *optarg < '1' || *optarg > '4')
				errx(2, "LAB=%s: a submission is for one lab, 1 to 4", optarg);
			options.lab = *optarg - '0';
			break;
		case BASE:
			if (strcmp(optarg, "own") != 0 && strcmp(optarg, "ref") != 0)
				errx(2, "--base is own or ref");
			options.base = optarg;
			break;
		case BASE_FOR:
			options.base_for = optarg;
			break;
		case TESTS:
			options.tests = argv[optind - 1];
			break;
		case MACHINE:
			options.machine = argv[optind - 1];
			break;
		case JOBS:
			options.jobs = optarg;
			break;
		case REPORTS:
			options.reports = optarg;
			break;
		case BUILD:
			options.build = optarg;
			break;
		case PRISTINE:
			options.pristine = optarg;
			break;
		case KIT:
			options.kit = optarg;
			break;
		case CROSS:
			options.cross = optarg;
			break;
		case VMM:
			options.vmm_flags = optarg;
			break;
		case MODULE:
			options.module_flags = optarg;
			break;
		case HELP:
			fputs(usage, stdout);
			exit(0);
		default:
			exit(2);
		}
	}
	if (optind + 1 != argc)
		errx(2, "one archive, or a folder; submission --help says more");
	options.path = argv[optind];
}

int
main(int argc, char **argv)
{
	const char *why;
	char lab;

	parse(argc, argv);
	for (size_t i = 0; i < 3; i++)
		sigaction((int[]){SIGINT, SIGTERM, SIGHUP}[i],
			&(struct sigaction){.sa_handler = stop}, NULL);
	set_name(options.path);
	make_work();
	take();
	lab = handed.lab;
	if (options.lab)
		handed.lab = options.lab;
	if (options.base)
		strcpy(handed.base, options.base);
	else if (handed.lab == 1) /* the archive may be another lab's, which has one */
		strcpy(handed.base, "own");
	if (handed.lab == 1 && strcmp(handed.base, "ref") == 0) {
		warnx("BASE=ref: there is no lab before lab 1");
		leave(2);
	}
	if (handed.lab != lab)
		printf("note: it was handed in for lab %d\n", lab);
	if (strcmp(handed.base, "ref") == 0)
		need_base();
	make_result();
	why = build_it();
	leave(grade(why));
}
