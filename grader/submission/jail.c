/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * jail.c - runs a command where it can do no harm: the one door to all that was handed in.
 * Whatever a compiler, a linker, a debugger or an emulator can be made to do is done in here.
 *
 * The command sees the machine's programs (/usr), what --read shows it, and a folder of its own.
 * All is read-only but the folder, which has a limit.  The command has no network, no home, no
 * other process in sight, no privilege and no way to get one, an empty environment, and limits for
 * all that it could use up.  bubblewrap makes the namespaces.  This program is in there, too, and
 * sets the limits and a filter of system calls a moment before it becomes the command: inside().
 *
 * JAIL=none in the environment runs the command with nothing of this but the limits.  Whoever sets
 * that has to say so in each result.
 */
#define _GNU_SOURCE
#include "grader/submission/jail.h"

#include "grader/lib/child.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
	"usage: jail [OPTION...] -- COMMAND [ARG...]\n"
	"       jail --check          can this machine have one? status 2 and a line if not\n"
	"Runs COMMAND in a folder of its own, /job, which is empty and is gone afterwards.\n"
	"  --read=PATH         show this file or folder where it is, read-only\n"
	"  --read-as=NAME=PATH show it as /job/NAME\n"
	"  --write=DIRECTORY   show it where it is, writable: what comes out is hostile\n"
	"  --directory=PATH    where COMMAND starts (/job)\n"
	"  --env=NAME=VALUE    set this variable; there are PATH, HOME, TMPDIR and LC_ALL\n"
	"  --out=PATH          make this file of what COMMAND writes to descriptor 3; a\n"
	"                      second --out is descriptor 4, and so on; only on status 0\n"
	"  --keep=FD           leave this descriptor open; all but 0, 1 and 2 are closed else\n"
	"  --tmp=MIB           how much fits into /job (64)\n"
	"  --cpu=SECONDS       of all processors, for all of its processes; and it ends when it\n"
	"                      has used nothing of one for a minute\n"
	"  --seconds=N         by the clock, generously\n"
	"  --memory=MIB        for each process, and for all of them three times that\n"
	"  --file=MIB          no file gets larger, nor does an --out (64)\n"
	"  --processes=N       at a time (256)\n"
	"  --output=KIB        of standard output and error, made printable, and no more\n"
	"  --exec              become the command instead of watching it: --cpu is for each\n"
	"                      process then, and there is no --out, --seconds or --output\n"
	"Exit status: COMMAND's, if it is below 118; 118: a signal killed it; 119: it ended with\n"
	"that or more; 120: it used up a limit; 125: it could not be put into a jail.\n";

#define OUTS_MAX 6
#define LIST_MAX 64
#define FIRST_OUT 3
#define MIB (1L << 20)
#define SELF "/.jail" /* this program, inside */
#define OURS 8 /* processes that are not the command's own, at most */
#define STUCK_SECONDS 60 /* without a moment of a processor: whoever has work gets one, by then */

/* A file or folder that the command may see. */
struct shown {
	const char *name; /* below /job; NULL: where it is */
	char path[PATH_MAX];
	bool writable;
};

static struct {
	struct shown shown[LIST_MAX];
	const char *env[LIST_MAX], *out[OUTS_MAX], *directory;
	int keep[LIST_MAX];
	int showns, envs, outs, keeps;
	long tmp, cpu, seconds, memory, file, processes, output;
	bool exec, inside;
	char **command;
} want = {.tmp = 64, .file = 64, .processes = 256};

__attribute__((noreturn, format(printf, 1, 2))) static void
broken(const char *format, ...)
{
	va_list list;

	fprintf(stderr, "no jail: ");
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fprintf(stderr, "\n");
	exit(JAIL_BROKEN);
}

/* ---- inside: what a process gives up a moment before it is the command ---- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE
/*
 * Ways into the kernel that no compiler and no emulator needs, and by which others have left a
 * jail: keys, which belong to a user and not to a namespace; namespaces and mounts; what watches
 * other processes; memory that is no process's, so that no limit counts it, as what waits in a
 * socket; and large new interfaces.
 */
static const int forbidden[] = {__NR_add_key, __NR_request_key, __NR_keyctl, __NR_unshare,
	__NR_setns, __NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot, __NR_open_tree,
	__NR_move_mount, __NR_fsopen, __NR_fsconfig, __NR_fsmount, __NR_fspick, __NR_mount_setattr,
	__NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev, __NR_kcmp, __NR_pidfd_getfd,
	__NR_bpf, __NR_perf_event_open, __NR_userfaultfd, __NR_open_by_handle_at, __NR_init_module,
	__NR_finit_module, __NR_delete_module, __NR_kexec_load, __NR_reboot, __NR_swapon,
	__NR_swapoff, __NR_acct, __NR_quotactl, __NR_syslog, __NR_memfd_create, __NR_shmget,
	__NR_mq_open, __NR_socket, __NR_socketpair, __NR_io_uring_setup, __NR_io_uring_enter,
	__NR_io_uring_register};

#define NAMESPACES                                                                                 \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | \
		CLONE_NEWCGROUP)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define SKIP_UNLESS(test, value, n) BPF_JUMP(BPF_JMP | (test) | BPF_K, value, 0, n)
#define END(what) BPF_STMT(BPF_RET | BPF_K, what)
#define FAIL(number) END(SECCOMP_RET_ERRNO | (number))

static void
filter_system_calls(void)
{
	struct sock_filter code[2 * sizeof(forbidden) / sizeof(int) + 16];
	unsigned short n = 0;

	code[n++] = (struct sock_filter)LOAD(arch);
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	code[n++] = (struct sock_filter)FAIL(ENOSYS);
	code[n++] = (struct sock_filter)LOAD(nr);
#ifdef __X32_SYSCALL_BIT
	code[n++] = (struct sock_filter)SKIP_UNLESS(BPF_JGE, __X32_SYSCALL_BIT, 1);
	code[n++] = (struct sock_filter)FAIL(ENOSYS);
#endif
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		code[n++] = (struct sock_filter)SKIP_UNLESS(BPF_JEQ, forbidden[i], 1);
		code[n++] = (struct sock_filter)FAIL(EPERM);
	}
	/* Its flags are in memory, which a filter cannot read; the C library then takes clone. */
	code[n++] = (struct sock_filter)SKIP_UNLESS(BPF_JEQ, __NR_clone3, 1);
	code[n++] = (struct sock_filter)FAIL(ENOSYS);
	code[n++] = (struct sock_filter)SKIP_UNLESS(BPF_JEQ, __NR_clone, 3);
	code[n++] = (struct sock_filter)LOAD(args[0]);
	code[n++] = (struct sock_filter)SKIP_UNLESS(BPF_JSET, NAMESPACES, 1);
	code[n++] = (struct sock_filter)FAIL(EPERM);
	code[n++] = (struct sock_filter)END(SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER,
			&(struct sock_fprog){.len = n, .filter = code}) < 0)
		broken("cannot filter system calls: %s", strerror(errno));
}
#else
static void
filter_system_calls(void)
{
	/* The namespaces alone, where nobody has tried the numbers. */
}
#endif

static void
limit(int what, long most)
{
	struct rlimit both;

	/* Who has less already keeps it. */
	if (getrlimit(what, &both) == 0 && both.rlim_max != RLIM_INFINITY &&
		(long)both.rlim_max < most)
		most = both.rlim_max;
	both = (struct rlimit){most, most};
	if (setrlimit(what, &both) < 0)
		broken("cannot set a limit: %s", strerror(errno));
}

__attribute__((noreturn)) static void
become(char **command)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, 1024);
	limit(RLIMIT_FSIZE, want.file * MIB);
	if (want.memory)
		limit(RLIMIT_AS, want.memory * MIB);
	if (want.cpu)
		limit(RLIMIT_CPU, want.cpu + 2);
	execvp(command[0], command);
	/* Nobody's fault who is in the jail: nothing of his has run yet. */
	broken("cannot start %s: %s", command[0], strerror(errno));
}

/* In the namespaces, as one of their own. */
__attribute__((noreturn)) static void
inside(void)
{
	/* In front, where it would count all of the user's processes. */
	limit(RLIMIT_NPROC, want.processes);
	filter_system_calls();
	become(want.command);
}

/* ---- bubblewrap's command line ---- */

struct words {
	char *word[512];
	int count;
};

__attribute__((format(printf, 2, 3))) static void
add(struct words *words, const char *format, ...)
{
	va_list list;

	if (words->count == 510)
		broken("too many options");
	va_start(list, format);
	if (vasprintf(&words->word[words->count++], format, list) < 0)
		broken("no memory");
	va_end(list);
	words->word[words->count] = NULL;
}

static void
add_all(struct words *words, const char *const *some)
{
	for (; *some; some++)
		add(words, "%s", *some);
}

static bool
is_below(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	return strncmp(path, directory, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* The machine's programs, and nothing that people have put beside them. */
static void
add_system(struct words *words)
{
	static const char *const roots[] = {
		"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", NULL};
	static const char *const settings[] = {"/etc/alternatives", "/etc/ld.so.cache",
		"/etc/ld.so.conf", "/etc/ld.so.conf.d", NULL};
	const char *home = getenv("HOME"), *hidden[3] = {"/usr/src", NULL, home};
	char link[PATH_MAX], here[PATH_MAX];

	add_all(words, (const char *const[]){"--ro-bind", "/usr", "/usr", NULL});
	hidden[1] = getcwd(here, sizeof(here));
	for (int i = 0; i < 3; i++)
		if (hidden[i] && is_below(hidden[i], "/usr") && strcmp(hidden[i], "/usr") != 0 &&
			access(hidden[i], F_OK) == 0) {
			add_all(words, (const char *const[]){"--tmpfs", hidden[i], "--remount-ro",
					       hidden[i], NULL});
		}
	for (int i = 0; roots[i]; i++) {
		ssize_t n = readlink(roots[i], link, sizeof(link) - 1);

		if (n > 0) {
			link[n] = '\0';
			add_all(words, (const char *const[]){"--symlink", link, roots[i], NULL});
		} else if (access(roots[i], F_OK) == 0) {
			add_all(words,
				(const char *const[]){"--ro-bind", roots[i], roots[i], NULL});
		}
	}
	for (int i = 0; settings[i]; i++)
		add_all(words,
			(const char *const[]){"--ro-bind-try", settings[i], settings[i], NULL});
}

static void
add_environment(struct words *words)
{
	static const char *const variables[][2] = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"},
		{"HOME", "/job"}, {"TMPDIR", "/job/tmp"}, {"LC_ALL", "C"}};

	add(words, "--clearenv");
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		add_all(words,
			(const char *const[]){"--setenv", variables[i][0], variables[i][1], NULL});
	for (int i = 0; i < want.envs; i++) {
		int n = strcspn(want.env[i], "=");

		add(words, "--setenv");
		add(words, "%.*s", n, want.env[i]);
		add(words, "%s", want.env[i] + n + 1);
	}
}

/*
 * All of it: json is where bubblewrap says how the command has ended, which it does only if the
 * command was started.
 */
static void
add_jail(struct words *words, int json)
{
	static const char *const begin[] = {"bwrap", "--unshare-all", "--unshare-user",
		"--disable-userns", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
		"--hostname", "jail", "--uid", "1000", "--gid", "1000", NULL};
	/* /proc/sys belongs to root's number, whatever namespace that is in. */
	static const char *const places[] = {"--proc", "/proc", "--remount-ro", "/proc", "--dev",
		"/dev", "--remount-ro", "/dev", NULL};
	char self[PATH_MAX];

	if (!realpath("/proc/self/exe", self))
		broken("cannot find myself: %s", strerror(errno));
	add_all(words, begin);
	add_environment(words);
	add_system(words);
	add_all(words, places);
	add_all(words, (const char *const[]){"--perms", "0755", "--size", NULL});
	add(words, "%ld", want.tmp * MIB);
	add_all(words, (const char *const[]){"--tmpfs", "/job", "--dir", "/job/tmp", "--symlink",
			       "job/tmp", "/tmp", "--ro-bind", self, SELF, NULL});
	for (int i = 0; i < want.showns; i++) {
		const struct shown *shown = &want.shown[i];

		add(words, shown->writable ? "--bind" : "--ro-bind");
		add(words, "%s", shown->path);
		add(words, "%s%s", shown->name ? "/job/" : "",
			shown->name ? shown->name : shown->path);
	}
	add_all(words, (const char *const[]){"--remount-ro", "/", "--chdir", NULL});
	add(words, "%s", want.directory ? want.directory : "/job");
	if (json >= 0) {
		add(words, "--json-status-fd");
		add(words, "%d", json);
	}
	add(words, "--");
	add(words, SELF);
	add(words, "--inside");
	add(words, "--cpu=%ld", want.cpu);
	add(words, "--memory=%ld", want.memory);
	add(words, "--file=%ld", want.file);
	add(words, "--processes=%ld", want.processes);
	add(words, "--");
	for (char **word = want.command; *word; word++)
		add(words, "%s", *word);
}

/* ---- no jail, because somebody wants none ---- */

static char bare[] = "/tmp/typetwo-job-XXXXXX"; /* what /job would be; removed by watch() alone */

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status, (void)type, (void)where;
	return remove(path);
}

static void
make_bare(void)
{
	char at[PATH_MAX + 32], *slash;

	if (want.exec) {
		strcpy(bare, "/");
		return;
	}
	if (!mkdtemp(bare))
		broken("cannot make %s: %s", bare, strerror(errno));
	snprintf(at, sizeof(at), "%s/tmp", bare);
	if (mkdir(at, 0700) < 0)
		broken("cannot make %s: %s", at, strerror(errno));
	for (int i = 0; i < want.showns; i++) {
		if (!want.shown[i].name)
			continue;
		snprintf(at, sizeof(at), "%s/%s", bare, want.shown[i].name);
		for (slash = at + strlen(bare) + 1; (slash = strchr(slash, '/')); slash++) {
			*slash = '\0';
			if (mkdir(at, 0700) < 0 && errno != EEXIST)
				broken("cannot make %s: %s", at, strerror(errno));
			*slash = '/';
		}
		if (symlink(want.shown[i].path, at) < 0)
			broken("cannot make %s: %s", at, strerror(errno));
	}
}

__attribute__((noreturn)) static void
become_bare(void)
{
	char temporary[64], name[64];

	snprintf(temporary, sizeof(temporary), "%s/tmp", want.exec ? "" : bare);
	if (clearenv() < 0 || setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) < 0 ||
		setenv("HOME", bare, 1) < 0 || setenv("TMPDIR", temporary, 1) < 0 ||
		setenv("LC_ALL", "C", 1) < 0)
		broken("no memory");
	for (int i = 0; i < want.envs; i++) {
		int n = strcspn(want.env[i], "=");

		snprintf(name, sizeof(name), "%.*s", n, want.env[i]);
		setenv(name, want.env[i] + n + 1, 1);
	}
	if (chdir(want.directory ? want.directory : bare) < 0)
		broken("cannot enter %s: %s", want.directory ? want.directory : bare,
			strerror(errno));
	become(want.command);
}

/* ---- watching: what all of the processes use together ---- */

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

/* True, with a line about it, if a limit is used up. */
static bool
used_up(pid_t pid, double started)
{
	static double worked, worked_at; /* when it was last seen to have used a processor */
	struct used used;

	if (want.seconds && now() - started > want.seconds) {
		fprintf(stderr, "it had no end within %ld s\n", want.seconds);
		return true;
	}
	used = child_used(pid, want.processes + OURS);
	if (!worked_at || used.cpu != worked) {
		worked = used.cpu;
		worked_at = now();
	}
	/* A compiler that reads a terminal, or a pipe of its own, does so for ever. */
	if (want.cpu && now() - worked_at > STUCK_SECONDS)
		fprintf(stderr, "it waited %d s for what never came\n", STUCK_SECONDS);
	else if (want.cpu && used.cpu > want.cpu)
		fprintf(stderr, "it took more than %ld s of the processors\n", want.cpu);
	else if (want.memory && used.memory_mb > 3 * want.memory)
		fprintf(stderr, "it took more than %ld MiB of memory\n", 3 * want.memory);
	else if (used.processes > want.processes + OURS)
		fprintf(stderr, "it had more than %ld processes\n", want.processes);
	else
		return false;
	return true;
}

/* ---- control groups: the same limits by the kernel, where we may make one ---- */

/*
 * Root has no limit of processes, in whatever namespace, and files in memory are nobody's.  Both
 * versions of the kernel's interface; where there is none, used_up() is what there is.
 */
static const struct {
	const char *place, *limit;
} groups[] = {
	{"/sys/fs/cgroup", "pids.max"},
	{"/sys/fs/cgroup", "memory.max"},
	{"/sys/fs/cgroup/pids", "pids.max"},
	{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
};

#define GROUPS (sizeof(groups) / sizeof(groups[0]))
#define GROUP "typetwo-jail-"

static bool
write_group(const char *place, pid_t watcher, const char *name, long value)
{
	char path[PATH_MAX];
	FILE *file;
	bool bad;

	snprintf(path, sizeof(path), "%s/" GROUP "%d/%s", place, watcher, name);
	file = fopen(path, "r+e");
	if (!file)
		return false;
	bad = fprintf(file, "%ld", value) < 0;
	return fclose(file) == 0 && !bad;
}

/* Those of somebody who was killed go as well: nothing is in them any more, or they stay. */
static void
remove_groups(void)
{
	for (size_t i = 0; i < GROUPS; i++) {
		DIR *place = opendir(groups[i].place);
		struct dirent *entry;

		while (place && (entry = readdir(place))) {
			pid_t watcher;

			if (strncmp(entry->d_name, GROUP, strlen(GROUP)) != 0)
				continue;
			watcher = atoi(entry->d_name + strlen(GROUP));
			if (watcher == getpid() || (kill(watcher, 0) < 0 && errno == ESRCH))
				unlinkat(dirfd(place), entry->d_name, AT_REMOVEDIR);
		}
		if (place)
			closedir(place);
	}
}

static void
make_groups(void)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < GROUPS; i++) {
		bool processes = strncmp(groups[i].limit, "pids", 4) == 0;

		snprintf(path, sizeof(path), "%s/cgroup.procs", groups[i].place);
		if (access(path, W_OK) < 0)
			continue;
		snprintf(path, sizeof(path), "%s/" GROUP "%d", groups[i].place, getpid());
		mkdir(path, 0755);
		if (processes || want.memory)
			write_group(groups[i].place, getpid(), groups[i].limit,
				processes ? want.processes + OURS
					  : (3 * want.memory + want.tmp) * MIB);
	}
}

static void
join_groups(pid_t watcher)
{
	for (size_t i = 0; i < GROUPS; i++)
		write_group(groups[i].place, watcher, "cgroup.procs", 0);
}

/* Hand on what it says, as far as it may say something; what is not for a terminal becomes '?'. */
static void
hand_on(const char *text, ssize_t size, long *left)
{
	char line[4096];
	ssize_t n = size < *left ? size : *left;

	for (ssize_t i = 0; i < n; i++) {
		unsigned char c = text[i];

		line[i] = c == '\n' || c == '\t' || (c >= ' ' && c < 127) ? c : '?';
	}
	if (n > 0 && write(STDOUT_FILENO, line, n) != n)
		warn("cannot write");
	if (*left > 0 && size >= *left)
		fprintf(stderr, "... there is more of this\n");
	*left -= size;
}

/* ---- what comes out ---- */

/* A file of our own, in place of what is there: no link is followed, no right taken over. */
static void
bring_out(int from, const char *path)
{
	char temporary[PATH_MAX], block[65536];
	struct stat status;
	ssize_t n;
	int to;

	if (fstat(from, &status) < 0 || lseek(from, 0, SEEK_SET) < 0)
		broken("cannot read what came out: %s", strerror(errno));
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	unlink(temporary);
	to = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (to < 0)
		broken("cannot make %s: %s", temporary, strerror(errno));
	while ((n = read(from, block, sizeof(block))) > 0)
		if (write(to, block, n) != n)
			broken("cannot write %s: %s", temporary, strerror(errno));
	if (n < 0 || close(to) < 0 || rename(temporary, path) < 0)
		broken("cannot write %s: %s", path, strerror(errno));
}

/* ---- starting and watching it ---- */

/* All descriptors but the first three, those in want.keep and one more; these stay over exec. */
static void
close_others(int one_more)
{
	DIR *all = opendir("/proc/self/fd");
	struct dirent *entry;

	while (all && (entry = readdir(all))) {
		int fd = atoi(entry->d_name);
		bool stays = fd <= STDERR_FILENO || fd == one_more;

		for (int i = 0; i < want.keeps; i++)
			stays |= fd == want.keep[i];
		if (entry->d_name[0] != '.' && fd != dirfd(all))
			fcntl(fd, F_SETFD, stays ? 0 : FD_CLOEXEC);
	}
	if (all)
		closedir(all);
}

__attribute__((noreturn)) static void
start(bool jailed, int json)
{
	static struct words words;

	/*
	 * Who watches comes first, and says which limit it was.  The kernel's own counts ticks, and
	 * was seen to be seconds ahead after a minute.
	 */
	if (!want.exec)
		want.cpu *= 2;
	if (!jailed) {
		close_others(-1);
		become_bare();
	}
	add_jail(&words, json);
	close_others(json);
	/* Whoever is inside sees bubblewrap as process 1, and may read what it was started with. */
	execvpe("bwrap", words.word, (char *[]){NULL});
	broken("bwrap cannot be started: install the Debian package bubblewrap (%s)",
		strerror(errno));
}

/* The last status that bubblewrap has written, -1 if the command was not started. */
static int
command_status(int json)
{
	char text[4096], *at;
	ssize_t n = read(json, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	at = strstr(text, "\"exit-code\": ");
	return at ? atoi(at + strlen("\"exit-code\": ")) : -1;
}

static int
watch(bool jailed)
{
	int json[2], said[2], status = 0, out[OUTS_MAX], code, ends;
	long left = want.output << 10;
	double started = now();
	bool over = false, hears = want.output > 0;
	pid_t pid, watcher = getpid();

	for (int i = 0; i < want.outs; i++) {
		/* The numbers are the command's: nothing else may be there. */
		int made = memfd_create("out", 0);

		out[i] = FIRST_OUT + i;
		if (made < 0 || (made != out[i] && (dup2(made, out[i]) < 0 || close(made) < 0)))
			broken("cannot make a file: %s", strerror(errno));
		want.keep[want.keeps++] = out[i];
	}
	if (pipe2(json, O_CLOEXEC) < 0 || pipe2(said, O_CLOEXEC | O_NONBLOCK) < 0)
		broken("no pipe: %s", strerror(errno));
	fflush(NULL);
	remove_groups();
	make_groups();
	pid = fork();
	if (pid < 0)
		broken("no process: %s", strerror(errno));
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != watcher) /* it died before prctl */
			_exit(JAIL_BROKEN);
		join_groups(watcher);
		if (!jailed)
			setsid();
		if (want.output) {
			fcntl(said[1], F_SETFL, 0);
			dup2(said[1], STDOUT_FILENO);
			dup2(said[1], STDERR_FILENO);
		}
		start(jailed, json[1]);
	}
	close(json[1]);
	close(said[1]);
	ends = pidfd_open(pid, 0);
	while (!over) {
		/* Without the second, an end is seen a moment later. */
		struct pollfd news[] = {{.fd = hears ? said[0] : -1, .events = POLLIN},
			{.fd = ends, .events = POLLIN}};
		char text[4096];
		ssize_t n;

		poll(news, 2, 50);
		over = waitpid(pid, &status, WNOHANG) == pid;
		while ((n = read(said[0], text, sizeof(text))) > 0)
			hand_on(text, n, &left);
		hears = n != 0; /* it may have closed it, and go on */
		if (!over && used_up(pid, started)) {
			kill(jailed ? pid : -pid, SIGKILL);
			while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
				;
			remove_groups();
			return JAIL_LIMIT;
		}
	}
	remove_groups();
	if (!jailed) {
		kill(-pid, SIGKILL); /* what it has left behind */
		code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	} else {
		code = command_status(json[0]);
		/* The kernel ends bubblewrap, too, when the memory of all of them is used up. */
		if (code < 0 && WIFSIGNALED(status)) {
			fprintf(stderr,
				"it was killed, from without or for all the memory that it took\n");
			return JAIL_SIGNALLED;
		}
		if (code < 0)
			return JAIL_BROKEN; /* and bubblewrap has said why */
	}
	for (int i = 0; i < want.outs && code == 0; i++)
		bring_out(out[i], want.out[i]);
	return code > 128 ? JAIL_SIGNALLED : code >= JAIL_SIGNALLED ? JAIL_ENDED : code;
}

/* ---- options ---- */

/* A number behind the option's name; false if this is another option. */
static bool
number(const char *option, const char *name, long *value)
{
	size_t n = strlen(name);
	char *end;

	if (strncmp(option, name, n) != 0 || option[n] != '=')
		return false;
	*value = strtol(option + n + 1, &end, 10);
	if (*end || end == option + n + 1 || *value < 0 || *value > 1 << 20)
		broken("%s is a number, not \"%s\"", name, option + n + 1);
	return true;
}

static const char *
value_of(const char *option, const char *name)
{
	size_t n = strlen(name);

	return strncmp(option, name, n) == 0 && option[n] == '=' ? option + n + 1 : NULL;
}

static void
show(const char *path, const char *name, bool writable)
{
	struct shown *shown = &want.shown[want.showns];

	if (++want.showns == LIST_MAX)
		broken("too many files to show");
	if (!realpath(path, shown->path))
		broken("cannot show %s: %s", path, strerror(errno));
	shown->writable = writable;
	shown->name = name;
}

static bool
list_option(const char *option)
{
	const char *value;
	char *name;
	long fd;

	if ((value = value_of(option, "--read"))) {
		show(value, NULL, false);
	} else if ((value = value_of(option, "--write"))) {
		show(value, NULL, true);
	} else if ((value = value_of(option, "--read-as"))) {
		name = strndup(value, strcspn(value, "="));
		if (!name || !*name || *name == '/' || !value[strlen(name)])
			broken("--read-as=NAME=PATH, not \"%s\"", value);
		show(value + strlen(name) + 1, name, false);
	} else if ((value = value_of(option, "--directory"))) {
		want.directory = value;
	} else if ((value = value_of(option, "--env"))) {
		if (!strchr(value, '=') || want.envs == LIST_MAX)
			broken("--env=NAME=VALUE, not \"%s\"", value);
		want.env[want.envs++] = value;
	} else if ((value = value_of(option, "--out"))) {
		if (want.outs == OUTS_MAX)
			broken("too many files to bring out");
		want.out[want.outs++] = value;
	} else if (number(option, "--keep", &fd)) {
		if (want.keeps == LIST_MAX - OUTS_MAX)
			broken("too many descriptors to keep");
		want.keep[want.keeps++] = fd;
	} else {
		return false;
	}
	return true;
}

static void
options(char **argv)
{
	while (*++argv && strcmp(*argv, "--") != 0) {
		const char *option = *argv;

		if (strcmp(option, "--exec") == 0)
			want.exec = true;
		else if (strcmp(option, "--inside") == 0)
			want.inside = true;
		else if (!list_option(option) && !number(option, "--tmp", &want.tmp) &&
			 !number(option, "--cpu", &want.cpu) &&
			 !number(option, "--seconds", &want.seconds) &&
			 !number(option, "--memory", &want.memory) &&
			 !number(option, "--file", &want.file) &&
			 !number(option, "--processes", &want.processes) &&
			 !number(option, "--output", &want.output))
			broken("there is no option \"%s\"; jail --help lists them", option);
	}
	want.command = *argv ? argv + 1 : argv;
	if (!*want.command)
		broken("no command; jail --help says how");
	if (want.exec && (want.outs || want.seconds || want.output))
		broken("--exec has nobody who could do --out, --seconds or --output");
	for (int i = 0; want.exec && i < want.showns; i++)
		if (want.shown[i].name)
			broken("--exec has nobody who could clear away what --read-as makes");
}

/* Whether there can be one at all: status 2, and all in one line, if not. */
static int
check(bool jailed)
{
	static char *nothing[] = {"true", NULL};
	int terminal = dup(STDERR_FILENO), said = memfd_create("said", MFD_CLOEXEC);
	char why[300] = "it says nothing";

	want.command = nothing;
	want.output = 4;
	if (!jailed)
		return 0;
	if (terminal < 0 || said < 0 || dup2(said, STDOUT_FILENO) < 0 ||
		dup2(said, STDERR_FILENO) < 0)
		broken("no file: %s", strerror(errno));
	if (watch(true) == 0)
		return 0;
	dup2(terminal, STDERR_FILENO);
	if (pread(said, why, sizeof(why) - 1, 0) > 0)
		why[strcspn(why, "\n")] = '\0';
	errx(2,
		"this machine cannot put a submission into a jail (%s); JAIL=none grades without "
		"one, on your own risk, and each result says so",
		why);
}

int
main(int argc, char **argv)
{
	const char *choice = getenv("JAIL");
	bool jailed = !choice || strcmp(choice, "none") != 0;
	bool checks = argc == 2 && strcmp(argv[1], "--check") == 0;
	int status;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return 0;
	}
	if (!checks)
		options(argv);
	if (want.inside)
		inside();
	if (choice && *choice && jailed)
		broken("JAIL=%s: there is JAIL=none, or nothing", choice);
	if (checks)
		return check(jailed);
	if (!jailed)
		make_bare();
	if (want.exec)
		start(jailed, -1);
	status = watch(jailed);
	if (!jailed)
		nftw(bare, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return status;
}
