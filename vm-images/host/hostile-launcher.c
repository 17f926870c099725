/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hostile-launcher LAB [NAME] - a program of the Host that does with /dev/vmm what no launcher
 * should.  Whatever it is, the Monitor answers with an errno, or a machine dies; the Host stays
 * unharmed.  It wants no more of the Monitor than LAB's has: later labs' holes may be unwritten.
 * The exit status is how many of the attempts came out wrong.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <typetwo/frame.h>
#include <typetwo/hypercall.h>
#include <typetwo/vmm.h>

#define RAM_BYTES 0x400000
#define POWER_OFF_STATUS 7
#define KERNEL_RANGE (TT_MONITOR_BASE - TT_GUEST_KERNEL_BASE)

/* Guest kernels, at RAM + 0x1000. */
__asm__(".pushsection .rodata\n"
	".globl powers_off, powers_off_end, loops, loops_end, enters, enters_end\n"
	".globl calls, calls_end, hypercalls, hypercalls_end, faults, faults_end\n"
	".globl unmaps, unmaps_end\n"
	"powers_off: mov $252, %eax; mov $7, %ebx; int $0x80\n"
	"powers_off_end:\n"
	"loops: jmp loops\n"
	"loops_end:\n"
	"calls: mov $20, %eax; mov $1, %ebx; mov $2, %ecx; mov $3, %edx; int $0x80\n" /* getpid */
	"calls_end:\n"
	"hypercalls: mov $0x54540007, %eax; int $0x80\n"
	"hypercalls_end:\n"
	"faults: ud2\n"
	"faults_end:\n"
	/* Enters an application that loops, or faults, for ever: frame at RAM + 0x2000. */
	"enters: mov $0x54540003, %eax; int $0x80\n" /* space_create */
	"	mov	%eax, 0x70002044\n" /* frame.space */
	"	movl	$0x202, 0x70002038\n" /* frame.regs.eflags */
	"	movl	$0x400000, 0x70002030\n" /* frame.regs.eip */
	"	movl	$0x4003, 0x70003000\n" /* the entry of the application's page */
	"	movl	$0xfeeb, 0x70004000\n" /* its code: jmp . */
	"1:	mov	0x70002044, %ebx\n"
	"	mov	$0x54540001, %eax\n" /* map */
	"	mov	$0x400000, %ecx\n"
	"	mov	$0x70003000, %edx\n"
	"	mov	$1, %esi\n"
	"	int	$0x80\n"
	"	mov	$0x54540000, %eax\n" /* enter */
	"	mov	$0x70002000, %ebx\n"
	"	int	$0x80\n"
	"	jmp	1b\n"
	"enters_end:\n"
	/* Fills all page tables of a space with the list at RAM + 0x3000, and unmaps all, for ever.
	 */
	"unmaps: mov $0x54540003, %eax; int $0x80\n"
	"	mov	%eax, %ebx\n"
	"1:	mov	$0x400000, %ecx\n"
	"2:	mov	$0x54540001, %eax\n"
	"	mov	$0x70003000, %edx\n"
	"	mov	$1024, %esi\n"
	"	int	$0x80\n"
	"	add	$0x400000, %ecx\n"
	"	cmp	$0x70000000, %ecx\n"
	"	jb	2b\n"
	"	incl	0x70002000\n"
	"	mov	$0x54540002, %eax\n"
	"	mov	$0x400000, %ecx\n"
	"	mov	$0x6fc00000, %edx\n"
	"	int	$0x80\n"
	"	incl	0x70002000\n"
	"	jmp	1b\n"
	"unmaps_end:\n"
	".popsection\n");
extern const char powers_off[], powers_off_end[], loops[], loops_end[], enters[], enters_end[],
	calls[], calls_end[], hypercalls[], hypercalls_end[], faults[], faults_end[], unmaps[],
	unmaps_end[];
_Static_assert(offsetof(struct tt_frame, space) == 0x44, "the frame has moved");
_Static_assert(offsetof(struct tt_regs, eflags) == 0x38, "the frame has moved");
_Static_assert(TT_HC_BASE == 0x54540000 && TT_HC_COUNT == 7, "hypercalls have moved");

static const char *name;
static unsigned int failed;
static unsigned int most_protect, most_spaces; /* what the lab's Monitor has */

static void __attribute__((format(printf, 2, 3))) expect(bool ok, const char *format, ...)
{
	va_list arguments;

	if (ok)
		return;
	failed++;
	printf("grade: attempt %s: ", name); /* the grader shows what begins like that */
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}

static int
open_device(void)
{
	int fd = open(TT_VMM_DEVICE, O_RDWR);

	if (fd < 0)
		err(1, "%s", TT_VMM_DEVICE);
	return fd;
}

/* RAM with a Guest kernel in it. */
static int
make_ram(const char *code, const char *end)
{
	int fd = memfd_create("ram", 0);

	if (fd < 0 || ftruncate(fd, RAM_BYTES) ||
		pwrite(fd, code, end - code, 0x1000) != end - code)
		err(1, "RAM");
	return fd;
}

#define RAM(guest) make_ram(guest, guest##_end)

static struct tt_vmm_machine
description(int ram_fd)
{
	return (struct tt_vmm_machine){.entry = TT_GUEST_KERNEL_BASE + 0x1000,
		.ram_bytes = RAM_BYTES,
		.ram_fd = ram_fd,
		.protect = most_protect < TT_PROTECT_SEGMENTS ? most_protect : TT_PROTECT_SEGMENTS,
		.spaces = most_spaces};
}

/* A child becomes the machine; a start that fails is its exit status, 200 and the errno. */
static pid_t
start_child(int fd, const struct tt_vmm_machine *m)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		ioctl(fd, TT_VMM_START, m);
		_exit(200 + errno % 50);
	}
	return pid;
}

static int
status_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			err(1, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

#define REFUSED(number) (200 + (number) % 50)

static void
kill_child(pid_t pid)
{
	kill(pid, SIGKILL);
	expect(status_of(pid) == 1000 + SIGKILL, "the machine did not die of SIGKILL");
}

/* A file whose start has failed is not good for another. */
static void
used_up(int fd)
{
	int ram = RAM(powers_off), status;
	struct tt_vmm_machine m = description(ram);

	status = status_of(start_child(fd, &m));
	expect(status == REFUSED(EBUSY), "a good start after one that failed: %d", status);
	close(ram);
}

/* ---- attempts ---- */

static void
good(void)
{
	for (unsigned int protect = 0; protect <= most_protect; protect++) {
		for (unsigned int spaces = 0; spaces <= most_spaces; spaces++) {
			int fd = open_device(), ram = RAM(powers_off), status;
			struct tt_vmm_machine m = description(ram);

			m.protect = protect;
			m.spaces = spaces;
			m.fast = spaces == TT_SPACES_TABLES && protect % TT_PROTECT_SEGMENTS == 0;
			status = status_of(start_child(fd, &m));
			expect(status == POWER_OFF_STATUS, "protect %u spaces %u: %d", protect,
				spaces, status);
			close(fd);
			close(ram);
		}
	}
}

static void
ioctls(void)
{
	static const unsigned int numbers[] = {0, 3, 0x5401, TT_VMM_START - 1, TT_VMM_START + 1,
		TT_VMM_START | 0x80000000, 0x80000000, 0xffffffff};
	char *page = mmap(NULL, 0x2000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open_device();

	munmap(page + 0x1000, 0x1000);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		expect(ioctl(fd, numbers[i], page) == -1 && errno == ENOTTY, "ioctl 0x%x: %s",
			numbers[i], strerror(errno));
	char *const pointers[] = {NULL, (char *)1, page + 0xffc, page + 0x1000, (char *)0xbffffffc,
		(char *)0xc0000000, (char *)0xc1000000, (char *)0xfffffffc};

	close(fd);
	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		fd = open_device();
		expect(ioctl(fd, TT_VMM_START, pointers[i]) == -1 && errno == EFAULT,
			"pointer %p: %s", pointers[i], strerror(errno));
		used_up(fd);
		close(fd);
	}
	munmap(page, 0x1000);
}

static void
descriptions(void)
{
	int ram = RAM(powers_off), small = memfd_create("small", 0), ends[2];
	int null = open("/dev/null", O_RDWR), another = open_device(), path = open("/", O_PATH);
	char name_of_ram[32];

	if (pipe(ends) || ftruncate(small, RAM_BYTES - 0x1000))
		err(1, "descriptors");
	snprintf(name_of_ram, sizeof(name_of_ram), "/proc/self/fd/%d", ram);
	int read_only = open(name_of_ram, O_RDONLY), write_only = open(name_of_ram, O_WRONLY);
	const struct {
		size_t offset;
		unsigned int value;
		int error;
	} bad[] = {
#define FIELD(field, value, error) \
	{offsetof(struct tt_vmm_machine, field), (unsigned int)(value), error}
		FIELD(entry, 0, EINVAL),
		FIELD(entry, TT_GUEST_KERNEL_BASE - 1, EINVAL),
		FIELD(entry, TT_GUEST_KERNEL_BASE + RAM_BYTES, EINVAL),
		FIELD(entry, TT_HOST_KERNEL_BASE + 0x1000000, EINVAL),
		FIELD(entry, 0xffffffff, EINVAL),
		FIELD(ram_bytes, 0, EINVAL),
		FIELD(ram_bytes, TT_RAM_MIN - 0x1000, EINVAL),
		FIELD(ram_bytes, TT_RAM_MIN + 1, EINVAL),
		FIELD(ram_bytes, TT_RAM_MAX + 0x1000, EINVAL),
		FIELD(ram_bytes, 0x80000000, EINVAL),
		FIELD(ram_bytes, 0xfffff000, EINVAL),
		FIELD(ram_bytes, RAM_BYTES + 0x1000, EBADF),
		FIELD(ram_bytes, TT_RAM_MAX, EBADF),
		FIELD(ram_fd, -1, EBADF),
		FIELD(ram_fd, 0x7fffffff, EBADF),
		FIELD(ram_fd, 1000, EBADF),
		FIELD(ram_fd, ends[0], EBADF),
		FIELD(ram_fd, null, EBADF),
		FIELD(ram_fd, another, EBADF),
		FIELD(ram_fd, path, EBADF),
		FIELD(ram_fd, small, EBADF),
		FIELD(protect, TT_PROTECT_SUPERVISOR + 1, EINVAL),
		FIELD(protect, 0xffffffff, EINVAL),
		FIELD(spaces, TT_SPACES_TABLES + 1, EINVAL),
		FIELD(spaces, 0x80000000, EINVAL),
		FIELD(fast, 2, EINVAL),
		FIELD(fast, 0xffffffff, EINVAL),
#undef FIELD
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tt_vmm_machine m = description(ram);
		int fd = open_device(), status;

		memcpy((char *)&m + bad[i].offset, &bad[i].value, sizeof(bad[i].value));
		status = status_of(start_child(fd, &m));
		expect(status == REFUSED(bad[i].error), "0x%x at offset %zu: status %d, not %d",
			bad[i].value, bad[i].offset, status, REFUSED(bad[i].error));
		if (status == REFUSED(bad[i].error))
			used_up(fd);
		close(fd);
	}
	/* Whoever has a memfd by half may get the machine, or not. */
	for (int i = 0; i < 2; i++) {
		struct tt_vmm_machine m = description(i ? read_only : write_only);
		int fd = open_device(), status = status_of(start_child(fd, &m));

		expect(status == REFUSED(EBADF) || status == POWER_OFF_STATUS,
			"RAM that is open for %s only: %d", i ? "reading" : "writing", status);
		close(fd);
	}
	for (int fd = 3; fd < 20; fd++)
		close(fd);
}

/* How many open files, or others, keep the module from being taken away. */
static int
users_of_the_module(void)
{
	char text[16] = "";
	int fd = open("/sys/module/monitor/refcnt", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		err(1, "/sys/module/monitor/refcnt");
	close(fd);
	return atoi(text);
}

/* Files that are each other's RAM: once they are closed, nobody may have them. */
static void
names_itself(void)
{
	int before = users_of_the_module(), fd = open_device(), other = open_device();
	struct tt_vmm_machine m = description(fd);
	int status = status_of(start_child(fd, &m));

	expect(status == REFUSED(EBADF), "a file that is its own RAM: %d", status);
	close(fd);
	fd = open_device();
	m = description(other);
	status = status_of(start_child(fd, &m));
	expect(status == REFUSED(EBADF), "a file that is another's RAM: %d", status);
	m = description(fd);
	status = status_of(start_child(other, &m));
	expect(status == REFUSED(EBADF), "two that are each other's RAM: %d", status);
	close(fd);
	close(other);
	expect(users_of_the_module() == before, "%d files are still open, not %d",
		users_of_the_module(), before);
}

static void
reads_and_writes(void)
{
	struct tt_vmm_end end;
	int fd = open_device();

	memset(&end, 0xff, sizeof(end));
	expect(pread(fd, &end, sizeof(end), 0) == sizeof(end) && end.why == TT_END_NONE,
		"read before the start");
	expect(pread(fd, &end, 1, sizeof(end)) == 0, "read behind the end");
	expect(pread(fd, &end, 1, 0x7fffffff) == 0, "read far behind the end");
	expect(read(fd, (void *)0xc1000000, sizeof(end)) == -1 && errno == EFAULT,
		"read to the Host");
	expect(write(fd, &end, sizeof(end)) == -1, "write");
	expect(ftruncate(fd, 0) == -1, "truncate");
	close(fd);
}

/* What the device tells of a machine's end. */
static void
ends(void)
{
	static const struct {
		const char *code, *end;
		unsigned int why, what, trap, ends_with;
	} tries[] = {
		{powers_off, powers_off_end, TT_END_NONE, 0, 0, POWER_OFF_STATUS},
		{calls, calls_end, TT_END_HOST_CALL, SYS_getpid, 0, 1000 + SIGKILL},
		{hypercalls, hypercalls_end, TT_END_HYPERCALL, TT_HC_BASE + TT_HC_COUNT, 0,
			1000 + SIGKILL},
		{faults, faults_end, TT_END_EXCEPTION, SIGILL, 6, 1000 + SIGILL},
	};

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		int fd = open_device(), ram = make_ram(tries[i].code, tries[i].end);
		struct tt_vmm_machine m = description(ram);
		unsigned int status = status_of(start_child(fd, &m));
		struct tt_vmm_end end;

		expect(status == tries[i].ends_with, "guest %zu ends with %u", i, status);
		expect(pread(fd, &end, sizeof(end), 0) == sizeof(end), "read of end %zu", i);
		expect(end.why == tries[i].why, "end %zu: why %u", i, end.why);
		if (end.why != TT_END_NONE)
			expect(end.what == tries[i].what, "end %zu: what 0x%x", i, end.what);
		if (end.why == TT_END_HOST_CALL)
			expect(end.argument[0] == 1 && end.argument[1] == 2 && end.argument[2] == 3,
				"arguments %u %u %u", end.argument[0], end.argument[1],
				end.argument[2]);
		if (end.why == TT_END_EXCEPTION)
			expect(end.trap == tries[i].trap &&
					end.eip == TT_GUEST_KERNEL_BASE + 0x1000,
				"trap %u at 0x%x", end.trap, end.eip);
		close(fd);
		close(ram);
	}
}

/* By hand: the C library calls the Host through the vDSO, and that may be what is lost. */
static int
raw_call(int number, unsigned int argument)
{
	int result;

	__asm__ volatile("int $0x80" : "=a"(result) : "0"(number), "b"(argument) : "memory");
	return result;
}

/* The exit status is 0 if the file could not be mapped. */
static _Noreturn void
map_and_exit(int fd, unsigned int at, size_t bytes, int flags)
{
	unsigned int arguments[] = {
		at, bytes, PROT_READ | PROT_WRITE, (unsigned int)flags, (unsigned int)fd, 0};
	int result = raw_call(SYS_mmap, (unsigned int)arguments);

	if (result < 0 && result > -4096)
		raw_call(SYS_exit, 0);
	*(volatile char *)(result + 0x1000) = 1;
	*(volatile char *)(result + 0x500000) = 1;
	raw_call(SYS_exit, 1);
	__builtin_unreachable();
}

/* In a child, which loses what was at this place whether the file is mapped there or not. */
static bool
try_mmap(int fd, unsigned int at, size_t bytes, int flags)
{
	pid_t pid = fork();

	if (pid == 0)
		map_and_exit(fd, at, bytes, flags);
	return status_of(pid) != 0;
}

static void
mappings(void)
{
	int fd = open_device(), ram = RAM(enters);
	struct tt_vmm_machine m = description(ram);
	pid_t pid = 0;

	/* Before there is a machine, and beside it. */
	for (int running = 0; running < 2; running++) {
		if (running) {
			pid = start_child(fd, &m);
			usleep(20000);
		}
		expect(!try_mmap(fd, 0, 0x1000, MAP_SHARED), "a page anywhere");
		expect(!try_mmap(fd, 0, 0x1000, MAP_PRIVATE), "a private page");
		expect(!try_mmap(fd, TT_GUEST_KERNEL_BASE, KERNEL_RANGE, MAP_SHARED | MAP_FIXED),
			"all of the Guest kernel's range");
		expect(!try_mmap(fd, TT_GUEST_KERNEL_BASE, 0x1000, MAP_SHARED | MAP_FIXED),
			"its first page");
	}
	kill_child(pid);
	expect(!try_mmap(fd, TT_GUEST_KERNEL_BASE, KERNEL_RANGE, MAP_SHARED | MAP_FIXED),
		"after its end");
	close(fd);
	close(ram);
}

static void *
sleep_for_ever(void *unused)
{
	pause();
	return unused;
}

static void
threads(void)
{
	int fd = open_device(), ram = RAM(powers_off), status;
	struct tt_vmm_machine m = description(ram);
	pid_t pid = fork();

	if (pid == 0) {
		pthread_t thread;

		pthread_create(&thread, NULL, sleep_for_ever, NULL);
		ioctl(fd, TT_VMM_START, &m);
		_exit(REFUSED(errno));
	}
	status = status_of(pid);
	expect(status == REFUSED(EBUSY), "with a second thread: %d", status);
	/* A child of vfork runs in its parent's memory. */
	pid = vfork();
	if (pid == 0) {
		ioctl(fd, TT_VMM_START, &m);
		_exit(REFUSED(errno));
	}
	status = status_of(pid);
	expect(status == REFUSED(EBUSY), "after vfork: %d", status);
	/* That is the one failure that does not use the file up. */
	status = status_of(start_child(fd, &m));
	expect(status == POWER_OFF_STATUS, "without others in its memory: %d", status);
	close(fd);
	close(ram);
}

static void
twice(void)
{
	int fd = open_device(), ram = RAM(enters), status;
	struct tt_vmm_machine m = description(ram);
	pid_t pid = start_child(fd, &m), other;

	usleep(20000);
	status = status_of(start_child(fd, &m));
	expect(status == REFUSED(EBUSY), "beside the first: %d", status);
	kill_child(pid);
	status = status_of(start_child(fd, &m));
	expect(status == REFUSED(EBUSY), "after the first: %d", status);
	close(fd);
	/* Two at once: one of them is refused. */
	fd = open_device();
	pid = start_child(fd, &m);
	other = start_child(fd, &m);
	usleep(20000);
	int first = waitpid(pid, &status, WNOHANG), second = waitpid(other, &status, WNOHANG);

	expect((first == pid) != (second == other), "two at once: %d %d", first, second);
	kill_child(first == pid ? other : pid);
	/* One RAM, two machines: unwise, and their own affair. */
	int again = open_device();

	close(fd);
	fd = open_device();
	pid = start_child(fd, &m);
	other = start_child(again, &m);
	usleep(20000);
	kill_child(pid);
	kill_child(other);
	close(again);
	close(fd);
	close(ram);
}

static void
closed_under_way(void)
{
	int fd = open_device(), ram = RAM(enters);
	struct tt_vmm_machine m = description(ram);
	pid_t pid = start_child(fd, &m);

	close(fd);
	close(ram);
	usleep(20000);
	expect(syscall(SYS_delete_module, "monitor", O_NONBLOCK) == -1, "rmmod while in use");
	kill_child(pid);
}

static void
killed_at_random(void)
{
	for (unsigned int i = 0; i < 64; i++) {
		int fd = open_device(), ram = RAM(enters);
		struct tt_vmm_machine m = description(ram);
		pid_t pid;

		m.protect = i / 2 % (most_protect + 1);
		m.spaces = i % (most_spaces + 1);
		/* With tables, and no protection or segments. */
		m.fast = m.spaces == TT_SPACES_TABLES && m.protect % TT_PROTECT_SEGMENTS == 0;
		pid = start_child(fd, &m);
		usleep(i * i);
		kill(pid, SIGKILL);
		status_of(pid);
		close(fd);
		close(ram);
	}
}

static void
stopped(void)
{
	int fd = open_device(), ram = RAM(enters), status;
	struct tt_vmm_machine m = description(ram);
	pid_t pid = start_child(fd, &m);

	for (int i = 0; i < 10; i++) {
		usleep(3000);
		kill(pid, SIGSTOP);
		usleep(1000);
		kill(pid, SIGCONT);
	}
	expect(waitpid(pid, &status, WNOHANG) == 0, "a machine that was stopped has ended");
	kill_child(pid);
	close(fd);
	close(ram);
}

/* False if the machine has ended meanwhile. */
static bool
stop_to_trace(pid_t pid)
{
	int status;

	expect(!ptrace(PTRACE_ATTACH, pid, NULL, NULL), "attach: %s", strerror(errno));
	return waitpid(pid, &status, 0) == pid && WIFSTOPPED(status);
}

/* Who may trace a process may do what it likes with it, but not with the Host. */
static void
traced(void)
{
	int fd = open_device(), ram = RAM(enters), status;
	struct tt_vmm_machine m = description(ram);
	pid_t pid = start_child(fd, &m);
	struct user_regs_struct regs;

	usleep(20000);
	for (unsigned int i = 0; i < 60; i++) {
		if (!stop_to_trace(pid))
			return;
		ptrace(PTRACE_GETREGS, pid, NULL, &regs);
		ptrace(PTRACE_PEEKDATA, pid, (void *)TT_GUEST_KERNEL_BASE, NULL);
		ptrace(PTRACE_PEEKDATA, pid, (void *)0x400000, NULL);
		ptrace(PTRACE_POKEDATA, pid, (void *)0x400000, NULL);
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
		usleep(2000);
	}
	if (!stop_to_trace(pid))
		return;
	regs.eip = regs.esp = TT_HOST_KERNEL_BASE;
	regs.xgs = regs.xfs = regs.xds = TT_USER_DS;
	regs.orig_eax = 252;
	ptrace(PTRACE_SETREGS, pid, NULL, &regs);
	for (unsigned int i = 0; i < 8; i++) {
		ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL);
		if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			return;
	}
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	kill(pid, SIGKILL);
	status_of(pid);
	close(fd);
	close(ram);
}

static void
read_by_others(void)
{
	int fd = open_device(), ram = RAM(enters);
	struct tt_vmm_machine m = description(ram);
	pid_t pid = start_child(fd, &m);
	char path[40], bytes[64];

	usleep(20000);
	for (unsigned int i = 0; i < 100; i++) {
		struct iovec here = {bytes, sizeof(bytes)},
			     there = {(void *)(i % 2 ? 0x400000 : TT_GUEST_KERNEL_BASE),
				     sizeof(bytes)};
		static const char *const files[] = {
			"maps", "smaps", "pagemap", "mem", "stat", "wchan"};

		syscall(SYS_process_vm_readv, pid, &here, 1, &there, 1, 0);
		syscall(SYS_process_vm_writev, pid, &here, 1, &there, 1, 0);
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i % 6]);
		int file = open(path, O_RDONLY);

		while (file >= 0 && i % 6 != 3 && read(file, bytes, sizeof(bytes)) > 0 &&
			i % 6 != 2)
			;
		pread64(file, bytes, sizeof(bytes), TT_GUEST_KERNEL_BASE);
		close(file);
	}
	kill_child(pid);
	close(fd);
	close(ram);
}

/*
 * A start that fails when the process has lost its memory already.  The file must not take a later
 * process for its machine, because its memory is administered at the same place.
 */
static void
without_room(void)
{
	int fd = open_device(), ram = RAM(powers_off);
	struct tt_vmm_machine m = description(ram);
	pid_t pid = fork();

	if (pid == 0) {
		struct rlimit little = {0x10000000, 0x10000000};

		setrlimit(RLIMIT_AS, &little);
		ioctl(fd, TT_VMM_START, &m);
		_exit(REFUSED(errno));
	}
	int status = status_of(pid);

	expect(status == 1000 + SIGKILL || status == REFUSED(ENOMEM), "the start: %d", status);
	for (unsigned int i = 0; i < 40; i++) {
		pid = fork();
		if (pid == 0)
			map_and_exit(
				fd, TT_GUEST_KERNEL_BASE, KERNEL_RANGE, MAP_SHARED | MAP_FIXED);
		status = status_of(pid);
		expect(status == 0, "another process has the machine's memory: %d", status);
	}
	close(fd);
	close(ram);
}

static void
ram_cut_short(void)
{
	int fd = open_device(), ram = RAM(enters), status;
	struct tt_vmm_machine m = description(ram);
	pid_t pid = start_child(fd, &m);

	usleep(20000);
	if (ftruncate(ram, 0))
		err(1, "ftruncate");
	usleep(20000);
	kill(pid, SIGKILL);
	status_of(pid);
	close(fd);
	/* The same before it has touched anything, or just before it starts. */
	fd = open_device();
	if (ftruncate(ram, RAM_BYTES) || pwrite(ram, enters, enters_end - enters, 0x1000) < 0)
		err(1, "RAM");
	m.ram_bytes = RAM_BYTES;
	pid = fork();
	if (pid == 0) {
		ioctl(fd, TT_VMM_START, &m);
		_exit(1);
	}
	if (ftruncate(ram, 0x2000))
		err(1, "ftruncate");
	usleep(50000);
	kill(pid, SIGKILL);
	status = status_of(pid);
	expect(status == 1000 + SIGKILL || status == 1000 + SIGBUS || status == 1,
		"it ended with %d", status);
	close(fd);
	close(ram);
}

static void
locked(void)
{
	int fd = open_device(), ram = RAM(powers_off);
	struct tt_vmm_machine m = description(ram);
	pid_t pid = fork();

	if (pid == 0) {
		mlockall(MCL_CURRENT | MCL_FUTURE);
		ioctl(fd, TT_VMM_START, &m);
		_exit(REFUSED(errno));
	}
	int status = status_of(pid);

	expect(status == POWER_OFF_STATUS, "with all memory locked: %d", status);
	close(fd);
	close(ram);
}

static void
signals_pending(void)
{
	int fd = open_device(), ram = RAM(enters);
	struct tt_vmm_machine m = description(ram);
	pid_t pid = fork();

	if (pid == 0) {
		static char stack[8192];
		stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
		sigset_t all;

		sigfillset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		sigaltstack(&other, NULL);
		signal(SIGUSR1, SIG_IGN);
		raise(SIGSEGV);
		raise(SIGALRM);
		raise(SIGTRAP);
		ioctl(fd, TT_VMM_START, &m);
		_exit(REFUSED(errno));
	}
	usleep(20000);
	kill(pid, SIGKILL);
	status_of(pid);
	close(fd);
	close(ram);
}

static void
anything(void)
{
	int ram = RAM(enters);

	srandom(1);
	for (unsigned int i = 0; i < 200; i++) {
		int fd = open_device();
		struct tt_vmm_machine m = description(ram);
		unsigned int *words = (unsigned int *)&m;
		pid_t pid;

		for (unsigned int n = random() % 4 + 1; n; n--)
			words[random() % (sizeof(m) / 4)] =
				random() % 2 ? (unsigned int)random() : (unsigned int)random() % 8;
		pid = start_child(fd, &m);
		usleep(500);
		kill(pid, SIGKILL);
		status_of(pid);
		close(fd);
	}
	close(ram);
}

static void
many_files(void)
{
	int fds[256];
	unsigned int n;

	for (n = 0; n < 256; n++) {
		fds[n] = open(TT_VMM_DEVICE, O_RDWR);
		if (fds[n] < 0)
			break;
	}
	expect(n > 8, "only %u files", n);
	while (n--)
		close(fds[n]);
}

static long long
microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/*
 * Whoever is more urgent gets the CPU from a machine that unmaps half a million pages in one call.
 * Only where time passes with instructions: else it says how busy the machine below is.
 */
static void
long_unmaps(void)
{
	int fd = open_device(), ram = RAM(unmaps);
	struct tt_vmm_machine m = description(ram);
	struct sched_param urgent = {.sched_priority = 1}, usual = {0};
	unsigned int list[1024], rounds = 0;
	long long longest = 0, before, late;
	pid_t pid;

	if (most_spaces != TT_SPACES_TABLES)
		return;
	for (unsigned int i = 0; i < 1024; i++)
		list[i] = 0x5000 | TT_MAP_PRESENT | TT_MAP_WRITE;
	if (pwrite(ram, list, sizeof(list), 0x3000) != sizeof(list))
		err(1, "RAM");
	pid = start_child(fd, &m);
	sched_setscheduler(0, SCHED_FIFO, &urgent);
	while (rounds < 8) {
		before = microseconds();
		usleep(200);
		late = microseconds() - before;
		if (late > longest)
			longest = late;
		if (pread(ram, &rounds, sizeof(rounds), 0x2000) != sizeof(rounds))
			err(1, "RAM");
		if (kill(pid, 0) || waitpid(pid, NULL, WNOHANG) != 0)
			break;
	}
	sched_setscheduler(0, SCHED_OTHER, &usual);
	expect(rounds >= 8, "the machine has ended");
	/* A process wakes up at the next tick of the Host's clock, 10 ms; not at the one behind. */
	expect(longest < 15000, "the CPU was held for %lld microseconds", longest);
	kill(pid, SIGKILL);
	status_of(pid);
	close(fd);
	close(ram);
}

/* By name only: on a Host that saves registers by XSAVE. */
static void
with_xsave(void)
{
	int fd = open_device(), ram = RAM(powers_off);
	struct tt_vmm_machine m = description(ram);

	expect(ioctl(fd, TT_VMM_START, &m) == -1 && errno == EOPNOTSUPP, "errno %d", errno);
	close(fd);
	close(ram);
}

/* Whatever was tried: nothing keeps the module any more. */
static void
left_behind(void)
{
	expect(users_of_the_module() == 0, "%d files are still open", users_of_the_module());
}

static const struct {
	const char *name;
	void (*attempt)(void);
} attempts[] = {
	{"good", good},
	{"ioctls", ioctls},
	{"reads-and-writes", reads_and_writes},
	{"ends", ends},
	{"mappings", mappings},
	{"threads", threads},
	{"twice", twice},
	{"closed-under-way", closed_under_way},
	{"killed-at-random", killed_at_random},
	{"stopped", stopped},
	{"traced", traced},
	{"read-by-others", read_by_others},
	{"locked", locked},
	{"signals-pending", signals_pending},
	{"anything", anything},
	{"many-files", many_files},
	{"descriptions", descriptions},
	{"ram-cut-short", ram_cut_short},
	{"without-room", without_room},
	{"names-itself", names_itself},
	{"good-at-the-end", good},
	{"left-behind", left_behind},
	{"long-unmaps", long_unmaps},
	{"with-xsave", with_xsave},
};

/* The stack at the top of the address space, out of the way of what is mapped at fixed places. */
static void
without_randomisation(char **argv)
{
	int now = personality(0xffffffff);

	if (now & ADDR_NO_RANDOMIZE)
		return;
	personality((unsigned long)now | ADDR_NO_RANDOMIZE);
	execv("/proc/self/exe", argv);
	err(1, "/proc/self/exe");
}

int
main(int argc, char **argv)
{
	int lab = argc > 1 ? atoi(argv[1]) : 0;

	if (lab < 2 || lab > 4)
		errx(2, "usage: hostile-launcher LAB [NAME]; labs 2 to 4 have a device");
	most_protect = lab > 2 ? TT_PROTECT_SUPERVISOR : TT_PROTECT_MPROTECT;
	most_spaces = lab > 3 ? TT_SPACES_TABLES : TT_SPACES_REMAP;
	without_randomisation(argv);
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		unsigned int before = failed;

		name = attempts[i].name;
		/* Some only by name: see there. */
		if (argc > 2 ? strcmp(argv[2], name) != 0
			     : attempts[i].attempt == long_unmaps ||
					attempts[i].attempt == with_xsave)
			continue;
		attempts[i].attempt();
		if (failed == before)
			printf("pass %s\n", name);
		fflush(stdout);
	}
	return failed > 99 ? 99 : (int)failed;
}
