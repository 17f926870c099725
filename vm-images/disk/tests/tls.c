// SPDX-License-Identifier: GPL-2.0-only
/*
 * tls.c - TLS segments are what was asked for, as far as a program can tell: both sides of the base
 * are there, and the kernel remembers a limit that it cannot give.
 */
#include <asm/ldt.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define ROUNDS 100
#define BEYOND 0x90000000 /* where no segment of a guest application reaches */

static sigjmp_buf back;

static void
handler(int signal)
{
	siglongjmp(back, signal);
}

static struct user_desc
segment(unsigned int slot, unsigned int base, unsigned int limit, unsigned int pages)
{
	return (struct user_desc){.entry_number = slot,
		.base_addr = base,
		.limit = limit,
		.seg_32bit = 1,
		.limit_in_pages = pages,
		.useable = 1};
}

static int
is_kept(const struct user_desc *asked)
{
	struct user_desc got = {.entry_number = asked->entry_number};

	return syscall(SYS_get_thread_area, &got) == 0 && !memcmp(&got, asked, sizeof(got));
}

static void
load_fs(unsigned int selector)
{
	__asm__ volatile("mov %0, %%fs" ::"r"(selector));
}

static int
read_fs(int offset)
{
	int value;

	__asm__ volatile("mov %%fs:(%1), %0" : "=r"(value) : "r"(offset) : "memory");
	return value;
}

/* Both sides of the base, alternately and each twice. */
static int
reads_both_sides(void)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		if (read_fs(0) != 0 || read_fs(4) != 1 || read_fs(-4) != -1 || read_fs(-8) != -2)
			return 0;
	return 1;
}

const char *
test_tls(void)
{
	static int numbers[] = {-2, -1, 0, 1};
	unsigned int middle = (unsigned int)&numbers[2], slot;
	struct user_desc desc = segment(-1, middle, 0xfffff, 1);
	const struct user_desc all = segment(0, middle, 0xfffff, 1);
	volatile int round = 0;
	int status;

	EXPECT(signal(SIGSEGV, handler) != SIG_ERR);
	EXPECT(syscall(SYS_set_thread_area, &desc) == 0);
	slot = desc.entry_number;
	EXPECT(is_kept(&desc));
	load_fs(slot * 8 + 3);
	EXPECT(reads_both_sides());

	/* A #GP that no segment is to blame for, again and again. */
	while (round < 10) {
		if (sigsetjmp(back, 1) == SIGSEGV) {
			round++;
			continue;
		}
		__asm__ volatile("hlt");
		return "hlt went on";
	}
	EXPECT(reads_both_sides());
	EXPECT(is_kept(&desc));
	if (fork() == 0)
		_exit(!is_kept(&desc) || !reads_both_sides());
	EXPECT(wait(&status) > 0 && status == 0);

	/* Limits that end below, in and beyond what there is, in bytes and in pages. */
	desc = segment(slot, middle, 7, 0);
	EXPECT(syscall(SYS_set_thread_area, &desc) == 0 && is_kept(&desc));
	load_fs(slot * 8 + 3);
	EXPECT(read_fs(0) == 0 && read_fs(4) == 1);
	desc = segment(slot, middle & 0xfff, 0xfffff, 0);
	EXPECT(syscall(SYS_set_thread_area, &desc) == 0 && is_kept(&desc));
	desc = segment(slot, middle & 0xfff, 0x7fffe, 1);
	EXPECT(syscall(SYS_set_thread_area, &desc) == 0 && is_kept(&desc));
	load_fs(slot * 8 + 3);
	EXPECT(read_fs((middle & ~0xfff) + 4) == 1);
	load_fs(0);
	desc = segment(slot, BEYOND, 0xfffff, 1);
	EXPECT(syscall(SYS_set_thread_area, &desc) == 0 && is_kept(&desc));
	if (fork() == 0)
		_exit(!is_kept(&desc));
	EXPECT(wait(&status) > 0 && status == 0);

	/* An empty slot can be had again. */
	desc = (struct user_desc){.entry_number = slot, .read_exec_only = 1, .seg_not_present = 1};
	EXPECT(syscall(SYS_set_thread_area, &desc) == 0 && is_kept(&desc));
	desc = all;
	desc.entry_number = -1;
	EXPECT(syscall(SYS_set_thread_area, &desc) == 0 && desc.entry_number == slot);
	return NULL;
}
