/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel.c - the debug kernel: its module, what it says of memory, and its complaints. */
#define _GNU_SOURCE
#include "tests/stress/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TAINT_OUT_OF_TREE 12 /* bits of /proc/sys/kernel/tainted */

int
unload(void)
{
	return syscall(SYS_delete_module, MODULE, O_NONBLOCK) ? errno : 0;
}

int
load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;

	close(fd);
	return error;
}

long
meminfo(const char *word)
{
	char text[4096], *at;

	get("/proc/meminfo", text, sizeof(text));
	at = strstr(text, word);
	return at ? strtol(at + strlen(word) + 1, NULL, 10) : 0;
}

long
free_memory(void)
{
	put("/proc/sys/vm/drop_caches", "3");
	rest(0.3);
	put("/proc/sys/vm/drop_caches", "3");
	rest(0.2);
	return meminfo("MemFree:");
}

/*
 * Pages that the module's code has allocated and nobody has given back.  What has no name was code
 * of a module, too: of one that has been taken away since.  A page table of the kernel's own, which
 * vmalloc() makes where it was never before, is the kernel's for ever.
 */
static int
pages_left(void)
{
	static char text[1 << 16];
	int fd = open("/sys/kernel/debug/page_owner", O_RDONLY | O_CLOEXEC), found = 0;
	ssize_t n;

	if (fd < 0)
		return -1;
	/* Each read is one page's story. */
	while ((n = read(fd, text, sizeof(text) - 1)) > 0) {
		text[n] = '\0';
		if ((!strstr(text, "[" MODULE "]") && !strstr(text, "\n 0x")) ||
			strstr(text, "load_module") || strstr(text, "slab") ||
			strstr(text, "__pte_alloc_kernel"))
			continue;
		if (!found++)
			printf("%s\n", text);
	}
	close(fd);
	fflush(stdout);
	return found;
}

/* Nothing of the module's may be reachable, and forgotten. */
void
look_for_leaks(void)
{
	static char text[1 << 15];
	int pages, fd;
	ssize_t n = 0;

	if (module) {
		pages = pages_left();
		if (pages < 0)
			fail("pages: this kernel does not say who owns them");
		else if (pages)
			fail("pages: %d that the module allocated were never given back", pages);
		else
			pass("pages: the module gave back all that it allocated");
	}
	/* It believes in a leak only after some seconds, and only when it has seen it twice. */
	rest(6);
	put("/sys/kernel/debug/kmemleak", "scan");
	rest(0.5);
	put("/sys/kernel/debug/kmemleak", "scan");
	fd = open("/sys/kernel/debug/kmemleak", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, text, sizeof(text) - 1);
	if (fd < 0 || n < 0) {
		fail("kmemleak: this kernel has none");
	} else if (n > 0) {
		text[n] = '\0';
		printf("%s\n", text);
		fflush(stdout);
		fail("kmemleak: there are leaks; the console log has them");
	} else {
		pass("kmemleak: no leak");
	}
	close(fd);
}

/* Each complaint of the kernel's leaves a mark, even where its text got lost. */
void
look_at_the_kernel(bool debug)
{
	char text[4096], *at;
	unsigned long taint;

	get("/proc/sys/kernel/tainted", text, sizeof(text));
	taint = strtoul(text, NULL, 10) & ~(1ul << TAINT_OUT_OF_TREE);
	get("/proc/lockdep_stats", text, sizeof(text));
	at = strstr(text, "debug_locks:");
	if (taint)
		fail("kernel: it is tainted: 0x%lx", taint);
	else if (debug && (!at || strtol(at + strlen("debug_locks:"), NULL, 10) != 1))
		fail("kernel: lockdep has given up");
	else if (!debug)
		pass("kernel: not tainted");
	else
		pass("kernel: not tainted, and lockdep still works");
}

/* Only machines are to die for want of memory. */
static void
spare_everybody(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char path[300];

	while (proc && (entry = readdir(proc))) {
		snprintf(path, sizeof(path), "/proc/%s/oom_score_adj", entry->d_name);
		if (atoi(entry->d_name) > 0)
			put(path, "-1000");
	}
	closedir(proc);
}

#define FAIL_TIMES 1000000 /* without end; the kernel counts down from here */
unsigned int injected;

/* Allocations below the module's code fail, some of them. */
bool
fail_allocations(bool on)
{
	static const char *const kinds[] = {"failslab", "fail_page_alloc"};
	char path[96], text[64], list[4096], *at;
	unsigned long start = 0, size = 0;
	static bool failing;
	bool done = true;

	if (on) {
		if (!get("/sys/module/" MODULE "/sections/.text", text, sizeof(text)))
			return false;
		start = strtoul(text, NULL, 16);
		get("/proc/modules", list, sizeof(list));
		at = strstr(list, MODULE " ");
		size = at ? strtoul(at + sizeof(MODULE), NULL, 10) : 0;
	}
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/times", kinds[i]);
		if (failing && get(path, text, sizeof(text)))
			injected += FAIL_TIMES - strtoul(text, NULL, 10);
	}
	failing = on;
	for (int i = 0; i < 2; i++) {
		const struct {
			const char *name, *format;
			unsigned long value;
		} values[] = {{"probability", "%lu", 0}, /* first: half of a range is everything */
			{"require-start", "0x%lx", start}, {"require-end", "0x%lx", start + size},
			{"verbose", "%lu", 0}, {"interval", "%lu", 1}, {"times", "%lu", FAIL_TIMES},
			{"ignore-gfp-wait", "N", 0}, {"probability", "%lu", 1 + chance(20)}};

		for (size_t v = 0; v < (on ? sizeof(values) / sizeof(values[0]) : 1); v++) {
			snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kinds[i],
				values[v].name);
			done &= put(path, values[v].format, values[v].value);
		}
	}
	return put("/sys/kernel/debug/fail_page_alloc/min-order", "0") && done;
}

void
kernel_setup(void)
{
	sigset_t set;

	results_open();
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* Everything that the kernel has to say, but its chatter. */
	put("/proc/sys/kernel/printk", "6");
	spare_everybody();
	/* A machine whose launcher is killed is our child then. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	mkdir("/sys/kernel/debug", 0755);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
}
