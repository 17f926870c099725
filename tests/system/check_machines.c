/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_machines.c - tests of the machines that the Host boots on.
 *
 * Most need no machine: a shell script stands in for Bochs and says what it was given.  The last
 * ones boot the Host, so its images have to be there.  Runs from the project's root.
 */
#define _GNU_SOURCE
#include "grader/judge/judge.h"
#include "grader/judge/probe.h"
#include "grader/machine/machine.h"
#include "grader/machine/ram_image.h"

#include <check.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MB 0x100000

static char root[PATH_MAX];
static char place[64];

static void
set_up(void)
{
	ck_assert_ptr_nonnull(getcwd(root, sizeof(root)));
	strcpy(place, "/tmp/check-machines-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place));
	ck_assert_int_eq(chdir(place), 0);
}

static void
tear_down(void)
{
	char command[128];

	ck_assert_int_eq(chdir(root), 0);
	snprintf(command, sizeof(command), "rm -rf %s", place);
	ck_assert_int_eq(system(command), 0);
}

static int
descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(directory);
	while (readdir(directory))
		n++;
	closedir(directory);
	return n;
}

static void
write_file(const char *name, const void *bytes, size_t n, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, mode);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, n), n);
	close(fd);
}

static size_t
read_file(const char *name, char *bytes, size_t size)
{
	int fd = open(name, O_RDONLY);
	ssize_t n;

	ck_assert_msg(fd >= 0, "cannot open %s", name);
	n = read(fd, bytes, size - 1);
	close(fd);
	ck_assert_int_ge(n, 0);
	bytes[n] = '\0';
	return n;
}

/* ---- a kernel that never runs ---- */

#define SECTORS 3
#define PREFERRED (16 * MB)
#define INIT_SIZE (1 * MB)
#define CODE "the kernel's code"

struct fake_elf {
	Elf32_Ehdr header;
	Elf32_Phdr segment[2];
	char code[sizeof(CODE)];
};

static struct fake_elf
good_elf(void)
{
	struct fake_elf elf = {.header = {.e_ident = ELFMAG,
				       .e_machine = EM_386,
				       .e_entry = PREFERRED,
				       .e_phoff = offsetof(struct fake_elf, segment),
				       .e_phnum = 2},
		.segment = {{.p_type = PT_NOTE},
			{.p_type = PT_LOAD,
				.p_paddr = PREFERRED,
				.p_offset = offsetof(struct fake_elf, code),
				.p_filesz = sizeof(CODE)}},
		.code = CODE};

	elf.header.e_ident[EI_CLASS] = ELFCLASS32;
	return elf;
}

static void
put(unsigned char *page, size_t at, uint32_t value)
{
	memcpy(page + at, &value, sizeof(value));
}

static uint32_t
get(const char *page, size_t at)
{
	uint32_t value;

	memcpy(&value, page + at, sizeof(value));
	return value;
}

/* A bzImage, as the files kernel and initramfs. */
static void
make_kernel(const struct fake_elf *elf)
{
	unsigned char setup[(SECTORS + 1) * 512] = {0};

	setup[0x1f1] = SECTORS;
	setup[0x201] = 0x6a;
	memcpy(setup + 0x202, "HdrS", 4);
	put(setup, 0x248, 5); /* where the payload is, from here on */
	put(setup, 0x258, PREFERRED);
	put(setup, 0x260, INIT_SIZE);
	write_file("setup", setup, sizeof(setup), 0600);
	write_file("elf", elf, sizeof(*elf), 0600);
	ck_assert_int_eq(system("(cat setup; printf xxxxx; gzip -c elf; echo behind) >kernel"), 0);
	write_file("initramfs", "cpio", 4, 0600);
	write_file("rom", "rom", 3, 0600);
}

static struct machine_setup
a_setup(void)
{
	return (struct machine_setup){.kernel = "kernel",
		.rom = "rom",
		.initramfs = "initramfs",
		.scratch = ".",
		.memory_mb = 64,
		.nanoseconds = 8};
}

START_TEST(image_is_as_the_boot_protocol_says)
{
	static char image[PREFERRED + 4 * MB];
	struct machine_setup setup = a_setup();
	struct fake_elf elf = good_elf();
	uint32_t ramdisk;

	make_kernel(&elf);
	ck_assert_int_eq(ram_image("image", &setup, "console=here"), 0);
	ck_assert_int_gt(read_file("image", image, sizeof(image)), PREFERRED - MB);
	ck_assert_int_eq(memcmp(image + 0x202, "HdrS", 4), 0);
	ck_assert_int_eq((unsigned char)image[0x210], 0xff); /* loader: none of the known */
	ck_assert_uint_eq(get(image, 0x214), PREFERRED); /* entry */
	ck_assert_str_eq(image + get(image, 0x228) - RAM_IMAGE_BASE, "console=here");
	ramdisk = get(image, 0x218);
	ck_assert_uint_ge(ramdisk, PREFERRED + INIT_SIZE);
	ck_assert_uint_eq(get(image, 0x21c), 4);
	ck_assert_int_eq(memcmp(image + ramdisk - RAM_IMAGE_BASE, "cpioTORM", 8), 0);
	ck_assert_str_eq(image + PREFERRED - RAM_IMAGE_BASE, CODE);
	/* Memory: the first 636 KB, and from 1 MB to the end. */
	ck_assert_int_eq(image[0x1e8], 2);
	ck_assert_uint_eq(get(image, 0x2d0 + 8), 0x9f000);
	ck_assert_uint_eq(get(image, 0x2d0 + 20), MB);
	ck_assert_uint_eq(get(image, 0x2d0 + 28), 63 * MB);
}
END_TEST

static void
refuses(const struct machine_setup *setup, int why)
{
	int before = descriptors();

	errno = 0;
	ck_assert_int_eq(ram_image("image", setup, "console=here"), -1);
	ck_assert_msg(errno == why, "expected %s, got %s", strerror(why), strerror(errno));
	ck_assert_int_eq(descriptors(), before);
}

START_TEST(image_refuses_what_is_no_kernel)
{
	struct machine_setup setup = a_setup();
	struct fake_elf elf;

	refuses(&setup, ENOENT);
	write_file("kernel", "", 0, 0600);
	write_file("initramfs", "cpio", 4, 0600);
	refuses(&setup, ENOEXEC);
	ck_assert_int_eq(system("head -c 20000 /dev/urandom >kernel"), 0);
	refuses(&setup, ENOEXEC);
	elf = good_elf();
	make_kernel(&elf);
	ck_assert_int_eq(truncate("kernel", (SECTORS + 1) * 512 + 20), 0); /* in the gzip */
	refuses(&setup, ENOEXEC);
	elf.segment[1].p_filesz = 1000; /* more than there is */
	make_kernel(&elf);
	refuses(&setup, ENOEXEC);
	elf.segment[1].p_filesz = 2 * INIT_SIZE; /* into the initramfs */
	make_kernel(&elf);
	refuses(&setup, ENOEXEC);
	elf = good_elf();
	elf.segment[1].p_paddr = 0x1000; /* below the image */
	make_kernel(&elf);
	refuses(&setup, ENOEXEC);
	elf = good_elf();
	elf.header.e_phnum = 50;
	make_kernel(&elf);
	refuses(&setup, ENOEXEC);
	elf = good_elf();
	elf.header.e_machine = EM_ARM;
	make_kernel(&elf);
	refuses(&setup, ENOEXEC);
	elf = good_elf();
	make_kernel(&elf);
	setup.memory_mb = 17;
	refuses(&setup, ENOMEM);
	setup = a_setup();
	setup.initramfs = "nowhere";
	refuses(&setup, ENOENT);
}
END_TEST

/* ---- Bochs, played by a script ---- */

/* Stand in for Bochs: the script is run in the scratch directory with Bochs' arguments. */
static void
play(const char *script)
{
	char path[PATH_MAX], text[1000];

	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
	write_file("fake-bochs", text, strlen(text), 0700);
	ck_assert_ptr_nonnull(realpath("fake-bochs", path));
	setenv("BOCHS", path, 1);
}

/* Wait for a text on a line, 10 seconds. */
static void
expect(int fd, const char *text)
{
	char seen[2000];
	size_t used = 0;

	for (int i = 0; i < 100; i++) {
		struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
		ssize_t n;

		poll(&poll_fd, 1, 100);
		n = read(fd, seen + used, sizeof(seen) - 1 - used);
		if (n > 0)
			used += n;
		seen[used] = '\0';
		if (strstr(seen, text))
			return;
	}
	ck_abort_msg("no \"%s\" in: %s", text, seen);
}

/* A line's device, by its name in the configuration. */
#define DEVICE(com) "dev=$(sed -n 's/^" com ":.*dev=//p' bochsrc); "

START_TEST(lines_go_both_ways)
{
	struct machine_setup setup = a_setup();
	struct fake_elf elf = good_elf();
	int before = descriptors(), status;
	struct machine machine;

	make_kernel(&elf);
	play(DEVICE("com2") "exec 5<>$dev; echo nonce? >&5; read -r answer <&5; echo \"got "
			    "$answer\" >&5; " DEVICE(
				    "com1") "echo on the console >$dev; echo complaint >$(sed -n "
					    "'s/^log: //p' bochsrc); exit 3");
	ck_assert_int_eq(bochs.start(&machine, &setup), 0);
	expect(machine.verdict, "nonce?\n");
	ck_assert_int_eq(write(machine.verdict, "abc\n", 4), 4);
	expect(machine.verdict, "got abc\n"); /* and no echo of what we wrote, nor a CR */
	expect(machine.console, "on the console\n");
	expect(machine.errors, "complaint\n");
	ck_assert_int_eq(waitpid(machine.pid, &status, 0), machine.pid);
	ck_assert_int_eq(WEXITSTATUS(status), 3);
	machine.pid = 0;
	machine_stop(&machine);
	machine_stop(&machine);
	ck_assert_int_eq(descriptors(), before);
}
END_TEST

START_TEST(configuration_is_right)
{
	static const char *const wanted[] = {"memory: guest=64, host=64\n",
		"romimage: file=boot.rom, address=0xffff0000\n",
		"optramimage1: file=ram.img, address=0x100000\n", "ips=125000000,", "sync=none",
		"display_library: term", "panic: action=fatal\n"};
	char directory[] = "a b,c\"d$HOME#e'f\\g", text[4000];
	struct machine_setup setup = a_setup();
	struct fake_elf elf = good_elf();
	struct machine machine;
	int status;

	make_kernel(&elf);
	ck_assert_int_eq(mkdir(directory, 0700), 0);
	setup.scratch = directory;
	play("echo \"$@\" >arguments; cat commands boot.rom >both");
	ck_assert_int_eq(bochs.start(&machine, &setup), 0);
	ck_assert_int_eq(waitpid(machine.pid, &status, 0), machine.pid);
	ck_assert_int_eq(status, 0);
	machine.pid = 0;
	machine_stop(&machine);
	ck_assert_int_eq(chdir(directory), 0);
	read_file("arguments", text, sizeof(text));
	ck_assert_str_eq(text, "-q -f bochsrc -rc commands\n");
	read_file("both", text, sizeof(text));
	ck_assert_str_eq(text, "continue\nquit\nrom");
	read_file("bochsrc", text, sizeof(text));
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		ck_assert_msg(
			strstr(text, wanted[i]) != NULL, "no \"%s\" in:\n%s", wanted[i], text);
	ck_assert_ptr_null(strstr(text, "a b"));
	ck_assert_int_eq(access("ram.img", R_OK), 0);
}
END_TEST

static const struct {
	int nanoseconds;
	const char *ips, *sync;
} paces[] = {{1, "ips=125000000,", "sync=none"}, {8, "ips=125000000,", "sync=none"},
	{32, "ips=31250000,", "sync=none"}, {0, "ips=125000000,", "sync=slowdown"}};

START_TEST(time_passes_with_instructions)
{
	struct machine_setup setup = a_setup();
	struct fake_elf elf = good_elf();
	struct machine machine;
	char text[4000];

	make_kernel(&elf);
	play("sleep 100");
	setup.nanoseconds = paces[_i].nanoseconds;
	ck_assert_int_eq(bochs.start(&machine, &setup), 0);
	machine_stop(&machine); /* while it runs */
	ck_assert_int_eq(machine.pid, 0);
	read_file("bochsrc", text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, paces[_i].ips));
	ck_assert_ptr_nonnull(strstr(text, paces[_i].sync));
}
END_TEST

static void
start_fails(const struct machine_setup *setup, int why)
{
	int before = descriptors();
	struct machine machine;

	errno = 0;
	ck_assert_int_eq(bochs.start(&machine, setup), -1);
	ck_assert_msg(errno == why, "expected %s, got %s", strerror(why), strerror(errno));
	ck_assert_int_eq(machine.pid, 0);
	ck_assert_int_eq(descriptors(), before);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no child */
	machine_stop(&machine);
	remove("boot.rom");
}

START_TEST(failed_start_leaves_nothing)
{
	char path[PATH_MAX + 10];
	struct machine_setup setup = a_setup();
	struct fake_elf elf = good_elf();

	make_kernel(&elf);
	setenv("BOCHS", "/nowhere/bochs", 1);
	start_fails(&setup, ENOENT);
	play("exit 0");
	setup.disk = "initramfs";
	start_fails(&setup, ENOTSUP);
	setup = a_setup();
	setup.gdb_port = 1234;
	start_fails(&setup, ENOTSUP);
	setup = a_setup();
	setup.rom = "nowhere";
	start_fails(&setup, ENOENT);
	setup = a_setup();
	setup.kernel = "rom";
	start_fails(&setup, ENOEXEC);
	setup = a_setup();
	setup.scratch = "nowhere";
	start_fails(&setup, ENOENT);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	setup.scratch = path;
	start_fails(&setup, ENAMETOOLONG);
}
END_TEST

START_TEST(missing_is_one_line)
{
	setenv("BOCHS", "/nowhere/bochs", 1);
	ck_assert_str_eq(bochs.missing(),
		"/nowhere/bochs is missing: install the Debian package bochs (make deps does)");
	play("exit 0");
	ck_assert_ptr_null(bochs.missing());
}
END_TEST

START_TEST(machines_have_names)
{
	ck_assert_ptr_eq(machine_named("qemu"), &qemu);
	ck_assert_ptr_eq(machine_named("bochs"), &bochs);
	ck_assert_ptr_null(machine_named("Bochs"));
	ck_assert_ptr_null(machine_named(""));
	ck_assert_ptr_eq(machine_named("qemu"), &qemu);
	ck_assert_ptr_eq(machine_named("bochs"), &bochs);
	ck_assert_ptr_null(machine_named("other"));
}
END_TEST

/* ---- what a machine enforces ---- */

START_TEST(probe_is_read)
{
	struct probe probe = {0};
	char words[200], few[12];

	ck_assert(probe_line(&probe, "segment-limits not-enforced"));
	ck_assert(probe_line(&probe, "page-privilege enforced"));
	ck_assert(probe_line(&probe, "null-selectors enforced"));
	ck_assert(!probe_line(&probe, "segment-limits perhaps"));
	ck_assert(!probe_line(&probe, "segment-limitsx enforced"));
	ck_assert(!probe_line(&probe, "segment-limits"));
	ck_assert(!probe_line(&probe, ""));
	ck_assert_uint_eq(probe.enforced, PAGE_PRIVILEGE | NULL_SELECTORS);
	ck_assert_uint_eq(probe.not_enforced, SEGMENT_LIMITS);
	probe_words(probe.enforced, words, sizeof(words));
	ck_assert_str_eq(words, "null selectors and page privilege");
	probe_words(~0u, words, sizeof(words));
	ck_assert_str_eq(
		words, "segment limits, null selectors, descriptor privilege and page privilege");
	probe_words(0, words, sizeof(words));
	ck_assert_str_eq(words, "");
	probe_words(~0u, few, sizeof(few));
	ck_assert_str_eq(few, "segment lim");
}
END_TEST

START_TEST(machine_is_minded)
{
	static const struct test test = {.id = "sample", .title = "", .needs = SEGMENT_LIMITS};
	struct outcome outcome = {
		.begun = true, .ended = true, .machine = "QEMU", .console.fd = -1};
	struct result result;

	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_PASS);
	ck_assert_str_eq(result.note, "");
	outcome.unenforced = SEGMENT_LIMITS;
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_PASS);
	ck_assert_str_eq(result.note, "not enforced by QEMU: segment limits");
	outcome.status = 1;
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_SKIP);
	ck_assert_int_eq(result.points, 0);
	ck_assert_str_eq(result.came, "it stands on segment limits, which QEMU does not enforce");
	outcome.unenforced = 0;
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_FAIL);
	/* What the grader breaks down with stays its own. */
	outcome.unenforced = SEGMENT_LIMITS;
	strcpy(outcome.broken, "oops");
	judge(&test, NULL, &outcome, &result);
	ck_assert_int_eq(result.status, STATUS_ERROR);
}
END_TEST

/* ---- Bochs itself, with a kernel of a few bytes ---- */

/* How Bochs ended, and what it complained of. */
static int
run_bochs(const struct fake_elf *elf, const char *rom, char *complaint, size_t size)
{
	struct machine_setup setup = a_setup();
	struct machine machine;
	int status;
	ssize_t n;

	unsetenv("BOCHS");
	make_kernel(elf);
	setup.rom = rom;
	ck_assert_int_eq(bochs.start(&machine, &setup), 0);
	ck_assert_int_eq(waitpid(machine.pid, &status, 0), machine.pid);
	machine.pid = 0;
	n = read(machine.errors, complaint, size - 1);
	complaint[n > 0 ? n : 0] = '\0';
	machine_stop(&machine);
	return status;
}

START_TEST(triple_fault_ends_the_machine)
{
	/* An interrupt table without entries, and an interrupt. */
	static const char code[] = "\x0f\x01\x1d\x08\x00\x00\x01" /* lidt 0x1000008 */
				   "\xcc" /* int3 */
				   "\0\0\0\0\0\0";
	char rom[PATH_MAX + 30], complaint[2000];
	struct fake_elf elf = good_elf();

	memcpy(elf.code, code, sizeof(code));
	snprintf(rom, sizeof(rom), "%s/build/host/boot.rom", root);
	ck_assert_int_eq(run_bochs(&elf, rom, complaint, sizeof(complaint)), 0);
	ck_assert_str_eq(complaint, "");
}
END_TEST

START_TEST(bochs_says_what_is_wrong)
{
	struct fake_elf elf = good_elf();
	char complaint[2000];
	int status = run_bochs(&elf, "rom", complaint, sizeof(complaint));

	ck_assert_int_ne(status, 0); /* it crashes on its way out */
	ck_assert_msg(strstr(complaint, "ROM: System BIOS must end at 0xfffff"), "%s", complaint);
	ck_assert_msg(strchr(complaint, '\n') > strstr(complaint, "ROM:"), "%s", complaint);
}
END_TEST

/* ---- the Host, for real ---- */

/*
 * Boot with a script of our own as the first process; what the console said, and the status.
 * Nobody reads what a repeatable machine says before it is off.
 */
static int
boot(const struct machine_kind *kind, bool repeatable, const char *init, char *said, size_t size)
{
	char kernel[PATH_MAX + 30], rom[PATH_MAX + 30], command[PATH_MAX + 200];
	struct machine_setup setup = {.kernel = kernel,
		.rom = rom,
		.initramfs = "all",
		.scratch = "scratch",
		.memory_mb = 128,
		.nanoseconds = 8,
		.repeatable = repeatable};
	struct machine machine;
	time_t start = time(NULL);
	size_t used = 0;
	int status = 0;

	unsetenv("BOCHS");
	snprintf(kernel, sizeof(kernel), "%s/build/host/bzImage", root);
	snprintf(rom, sizeof(rom), "%s/build/host/boot.rom", root);
	write_file("init", init, strlen(init), 0700);
	snprintf(command, sizeof(command),
		"rm -rf scratch && mkdir scratch && cp %s/build/host/initramfs.cpio.gz all &&"
		" truncate -s %%4 all && echo init | cpio -o -H newc --quiet >>all",
		root);
	ck_assert_int_eq(system(command), 0);
	ck_assert_int_eq(kind->start(&machine, &setup), 0);
	for (bool over = false;;) {
		struct pollfd fd = {.fd = machine.console, .events = POLLIN};
		ssize_t n = 0;

		poll(&fd, over || !repeatable, 100);
		if (over || !repeatable)
			n = read(machine.console, said + used, size - 1 - used);
		if (n > 0)
			used += n;
		else if (over)
			break;
		if (!over && waitpid(machine.pid, &status, WNOHANG) == machine.pid) {
			machine.pid = 0;
			over = true;
		}
		said[used] = '\0';
		ck_assert_msg(time(NULL) < start + 60, "%s: no end: %s", kind->name, said);
	}
	machine_stop(&machine);
	return status;
}

/* A kernel that dies has to end the machine, as one that switches off does, and be heard. */
START_TEST(panic_ends_the_machine)
{
	char said[65536];

	ck_assert_int_eq(boot(machines[_i], false, "#!/bin/sh\nexit 7\n", said, sizeof(said)), 0);
	ck_assert_msg(
		strstr(said, "Kernel panic - not syncing: Attempted to kill init!"), "%s", said);
}
END_TEST

static void
count(const struct machine_kind *kind, bool repeatable)
{
	char said[65536];
	const char *at;

	ck_assert_int_eq(boot(kind, repeatable,
				 "#!/bin/sh\nmount -t devtmpfs dev /dev\n"
				 "seq -w 1 2000 >/dev/ttyS0\nstty -F /dev/ttyS0 -echo\nreboot -f\n",
				 said, sizeof(said)),
		0);
	at = strstr(said, "0001\r\n");
	ck_assert_ptr_nonnull(at);
	for (int i = 1; i <= 2000; i++, at += 6) {
		char want[8];

		snprintf(want, sizeof(want), "%04d\r\n", i);
		ck_assert_msg(strncmp(at, want, 6) == 0, "%d is followed by: %.20s", i - 1, at);
	}
}

/* More than any buffer on the way holds. */
START_TEST(console_loses_nothing)
{
	count(machines[_i], false);
}
END_TEST

START_TEST(a_repeatable_machine_waits_for_nobody)
{
	count(&qemu, true);
}
END_TEST

/* Run a command line in the project's root; its status, and what it said. */
static int
type(const char *command, char *said, size_t size)
{
	char line[PATH_MAX + 500];
	int status;

	unsetenv("BOCHS");
	snprintf(line, sizeof(line), "cd %s && build/bin/%s >%s/said 2>&1 </dev/null", root,
		command, place);
	status = system(line);
	read_file("said", said, size);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const struct {
	const char *command;
	int status;
	const char *says;
} commands[] = {
	{"grade --machine=abacus", 2, "no machine \"abacus\"; there are qemu and bochs\n"},
	{"run --machine=abacus", 2, "no machine \"abacus\"; there are qemu and bochs\n"},
	{"profile --cell='linux module segments fast'", 2,
		"no cell \"linux module segments fast\"; "},
	{"profile --op=net-send", 2, "has an end on the Host"},
	{"profile --op='getppid; reboot'", 2, "no operation \"getppid; reboot\"; "},
	{"run --machine=bochs --gdb", 2, "gdb cannot attach to Bochs\n"},
	{"grade --tree=reference --out=build/test/machines --machine=bochs --tests=linux-disk", 1,
		"linux-disk: SKIP (it needs a disk, and Bochs has none that the Host could drive)"},
	{"grade --tree=reference --out=build/test/machines --machine=qemu --tests='hello escape'",
		0, "; does not enforce segment limits and null selectors\n"},
	{"grade --tree=reference --out=build/test/machines --machine=bochs --tests='hello escape'",
		0, "Bochs, 2 boots: enforces segment limits, null selectors, "},
	{"run --tree=reference --machine=bochs --guest=hello", 0,
		"- pass application-says-goodbye"},
};

/* What a person types, and the probe's word on each machine. */
START_TEST(machines_are_chosen)
{
	char said[32768];
	int status = type(commands[_i].command, said, sizeof(said));

	ck_assert_msg(status == commands[_i].status, "%s: status %d: %s", commands[_i].command,
		status, said);
	ck_assert_msg(
		strstr(said, commands[_i].says) != NULL, "%s: %s", commands[_i].command, said);
}
END_TEST

static double
profiled(const char *said, const char *row)
{
	const char *at = strstr(said, row);
	double instructions;

	ck_assert_msg(at && sscanf(at + strlen(row), "%lf", &instructions) == 1, "no %s in: %s",
		row, said);
	return instructions;
}

/* All four characters have a part in it, and a second run finds the same. */
START_TEST(a_profile_is_the_same_again)
{
	static const char *const rows[] = {"\n  Guest application ", "\n  all ", " system_call ",
		" sys_getppid ", " entry_INT80_32 ", " do_int80_syscall_32 "};
	const char *command =
		"profile --op=getppid --lines=99 --cell='linux module segments tables'";
	double first[sizeof(rows) / sizeof(*rows)];
	char said[32768];

	for (int run = 0; run < 2; run++) {
		ck_assert_msg(type(command, said, sizeof(said)) == 0, "%s", said);
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
			double now = profiled(said, rows[i]);

			if (run)
				ck_assert_double_eq_tol(now, first[i], first[i] / 1000);
			first[i] = now;
		}
	}
}
END_TEST

/* A null call of a unit guest is two calls of the Host, and neither switches it. */
START_TEST(a_bench_counts_events)
{
	const char *command =
		"bench --brief --again --out=build/test/bench --only='unit module none tables'";
	static const char *const tables[] = {"In the Host, ", "How often the Host was entered"};
	static const double wanted[][8] = {{0, 0, 0, 0, 0, 0, 0, 0}, {2, 0, 0, 0, 2, 1, 0, 0}};
	double came[8];
	char said[32768];

	ck_assert_msg(type(command, said, sizeof(said)) == 0, "%s", said);
	for (int t = 0; t < 2; t++) {
		const char *at = strstr(said, tables[t]);

		at = at ? strstr(at, "  module  none       tables ") : NULL;
		ck_assert_msg(
			at && sscanf(at, " module none tables %lf %lf %lf %lf %lf %lf %lf %lf",
				      &came[0], &came[1], &came[2], &came[3], &came[4], &came[5],
				      &came[6], &came[7]) == 8,
			"no \"%s\" in: %s", tables[t], said);
		for (int i = 0; i < 8; i++)
			ck_assert_double_eq_tol(came[i], wanted[t][i], 0.1);
	}
}
END_TEST

/*
 * Nothing comes into these machines from outside: they are the same to the instruction, but for the
 * clock of a QEMU that is idle (disk/measure.c), which showed in 0.01 % of a figure.
 */
START_TEST(a_bench_is_the_same_again)
{
	static const char figure[] = "\"instructions\":";
	static char said[2][32768];
	char command[300], file[PATH_MAX + 60];
	const char *first = said[0], *again = said[1];
	int figures = 0;

	for (int run = 0; run < 2; run++) {
		snprintf(command, sizeof(command),
			"bench --brief --no-events --again --out=build/test/bench-%d "
			"--only='@(native|uml|unit module segments remap|linux module segments "
			"tables fast)'",
			run);
		ck_assert_msg(type(command, said[run], sizeof(said[run])) == 0, "%s", said[run]);
		snprintf(file, sizeof(file), "%s/build/test/bench-%d/bench.json", root, run);
		read_file(file, said[run], sizeof(said[run]));
	}
	for (; (first = strstr(first, figure)) && (again = strstr(again, figure)); figures++) {
		double was = atof(first += strlen(figure)), is = atof(again += strlen(figure));

		ck_assert_msg(is > was * 0.999 && is < was * 1.001,
			"figure %d of build/test/bench-0/bench.json is %.0f, then %.0f", figures,
			was, is);
	}
	ck_assert_int_eq(figures, 26);
	ck_assert_ptr_null(strstr(again, figure));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("machines");
	TCase *parts = tcase_create("parts"), *boots = tcase_create("boots");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(parts, set_up, tear_down);
	tcase_add_checked_fixture(boots, set_up, tear_down);
	tcase_set_timeout(parts, 30);
	tcase_set_timeout(boots, 120);
	tcase_add_test(parts, image_is_as_the_boot_protocol_says);
	tcase_add_test(parts, image_refuses_what_is_no_kernel);
	tcase_add_test(parts, lines_go_both_ways);
	tcase_add_test(parts, configuration_is_right);
	tcase_add_loop_test(parts, time_passes_with_instructions, 0, 4);
	tcase_add_test(parts, failed_start_leaves_nothing);
	tcase_add_test(parts, missing_is_one_line);
	tcase_add_test(parts, machines_have_names);
	tcase_add_test(parts, probe_is_read);
	tcase_add_test(parts, machine_is_minded);
	tcase_add_test(boots, triple_fault_ends_the_machine);
	tcase_add_test(boots, bochs_says_what_is_wrong);
	tcase_add_loop_test(boots, panic_ends_the_machine, 0, 2);
	tcase_add_loop_test(boots, console_loses_nothing, 0, 2);
	tcase_add_test(boots, a_repeatable_machine_waits_for_nobody);
	tcase_add_loop_test(boots, machines_are_chosen, 0, sizeof(commands) / sizeof(*commands));
	tcase_add_test(boots, a_profile_is_the_same_again);
	tcase_add_test(boots, a_bench_counts_events);
	tcase_add_test(boots, a_bench_is_the_same_again);
	suite_add_tcase(suite, parts);
	suite_add_tcase(suite, boots);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
