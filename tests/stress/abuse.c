/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * abuse.c - a launcher that obeys no rule of <typetwo/vmm.h>, with Guest kernels that are
 * noise.  Nothing that it does has a right result; the Host's kernel is to survive it.
 */
#define _GNU_SOURCE
#include "tests/stress/host.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <typetwo/frame.h>
#include <typetwo/hypercall.h>
#include <typetwo/vmm.h>

#define RAM_BYTES (1 << 20)
#define CODE 0x1000 /* offsets in RAM */
#define FRAME 0x8000
#define ENTRIES 0x9000
#define SECONDS 4
#define CALLS 200

static const unsigned int odd[] = {0, 1, 2, 3, 4095, 4096, 4097, 0x1000, 0x6ffff000, 0x70000000,
	0x70001000, 0x70000fff, 0x700fffff, 0x70100000, 0xbfeff000, 0xbff00000, 0xbff04000,
	0xbffff000, 0xc0000000, 0xc1000000, 0xfffff000, 0xfffffffc, 0xffffffff, 0x7fffffff,
	0x80000000, 1023, 1024, 1025};

static unsigned int
odd_number(void)
{
	return chance(3) ? odd[chance(sizeof(odd) / sizeof(odd[0]))] : chance(0xffffffff);
}

/* ---- a Guest kernel: hypercalls in a row, some of them sensible ---- */

static unsigned char *at;

static void
load_register(unsigned char opcode, unsigned int value)
{
	*at++ = opcode;
	memcpy(at, &value, 4);
	at += 4;
}

static void
emit_call(void)
{
	/* One in some is a host system call, and that will mostly be the end. */
	unsigned int number = chance(40) ? TT_HC_BASE + chance(TT_HC_COUNT) : chance(400);
	unsigned int address = chance(4) ? chance(0x70000) << 12 : odd_number();
	unsigned int frame = TT_GUEST_KERNEL_BASE + FRAME, list = TT_GUEST_KERNEL_BASE + ENTRIES;

	/* Low numbers of spaces are likely to be there; 0 is the Guest kernel's own. */
	load_register(0xb8, number);
	load_register(0xbb, number == TT_HC_ENTER ? (chance(10) ? frame : odd_number())
						  : (chance(8) ? chance(5) : odd_number()));
	load_register(0xb9, chance(3) ? address : 0xb0000000 + (chance(0xff00) << 12));
	load_register(0xba, number == TT_HC_MAP ? (chance(10) ? list : odd_number())
						: (chance(4) ? chance(1000) << 12 : odd_number()));
	load_register(0xbe, chance(6) ? 1 + chance(64) : odd_number());
	*at++ = 0xcd;
	*at++ = 0x80;
}

static void
noise(unsigned char *ram)
{
	struct tt_frame *frame = (struct tt_frame *)(ram + FRAME);
	unsigned int *entry = (unsigned int *)(ram + ENTRIES), *word = (unsigned int *)frame;

	at = ram + CODE;
	for (int i = 0; i < CALLS; i++)
		emit_call();
	*at++ = 0xeb; /* jmp to itself, or up to whatever the zeros behind do */
	*at++ = chance(3) ? 0xfe : 0;
	for (int i = 0; i < 1024; i++)
		entry[i] = chance(20) ? (chance(RAM_BYTES / 4096) << 12) | TT_MAP_PRESENT |
						TT_MAP_WRITE
				      : odd_number();
	for (size_t i = 0; i < sizeof(*frame) / 4; i++)
		word[i] = odd_number();
	frame->space = 1 + chance(3);
	frame->immediate_exit = chance(4) == 0;
	for (int i = 0; i < TT_TLS_SLOTS; i++) {
		/* All that there may be from 0 on, or nothing: the others keep enter from working.
		 */
		frame->tls[i].low = chance(2) ? 0 : 0x0000ffff;
		frame->tls[i].high = frame->tls[i].low ? 0x00c6f200 : 0;
		if (chance(8) == 0)
			frame->tls[i].high = odd_number();
	}
}

/* ---- a launcher ---- */

static struct tt_vmm_machine
describe(int ram_fd)
{
	struct tt_vmm_machine m = {.entry = TT_GUEST_KERNEL_BASE + CODE,
		.ram_bytes = RAM_BYTES,
		.ram_fd = ram_fd,
		.protect = chance(4),
		.spaces = chance(2)};
	unsigned int *word = (unsigned int *)&m;

	if (m.spaces == TT_SPACES_TABLES)
		m.fast = chance(2);
	if (chance(4) == 0)
		word[chance(sizeof(m) / 4)] = odd_number();
	if (chance(8) == 0)
		m.ram_fd = chance(8); /* a file that is no RAM: its own, or another's */
	return m;
}

static int
sleeper(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return 0;
}

/* Somebody else in the same memory: the device has to refuse it, as long as he is there. */
static void
share_memory(void)
{
	static char stack[8192] __attribute__((aligned(16)));
	int flags = chance(2) ? CLONE_VM | SIGCHLD
			      : CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_FILES;

	clone(sleeper, stack + sizeof(stack), flags, NULL);
}

static void
step(int device, int ram_fd)
{
	struct tt_vmm_machine m = describe(ram_fd);
	static char buffer[4096];
	unsigned int where = odd_number();

	switch (chance(12)) {
	case 0:
		ioctl(device, odd_number(), &m);
		break;
	case 1:
		ioctl(device, TT_VMM_START, where);
		break;
	case 2:
		if (mmap(NULL, 1 << chance(24), PROT_READ | PROT_WRITE, 1 + chance(2), device, 0) ==
			MAP_FAILED)
			break;
		break;
	case 3:
		if (pread(device, buffer, chance(sizeof(buffer)), chance(2) ? chance(200) : where) <
			0)
			break;
		break;
	case 4:
		if (syscall(SYS_read, device, where, chance(200)) < 0)
			break;
		break;
	case 5:
		if (write(device, buffer, chance(200)) < 0)
			break;
		break;
	case 6:
		share_memory();
		break;
	case 7:
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			ioctl(device, TT_VMM_START, &m);
			_exit(0);
		}
		break;
	case 8:
		if (ftruncate(ram_fd, chance(2) ? RAM_BYTES : chance(RAM_BYTES)) < 0)
			break;
		break;
	case 9:
		if (chance(4) == 0)
			execl("/bin/true", "true", (char *)NULL);
		break;
	case 10:
		close(chance(8));
		break;
	default:
		ioctl(device, TT_VMM_START, &m);
	}
}

void
one_launcher(const char *path)
{
	int device = open(path, O_RDWR), ram_fd = memfd_create("guest-ram", 0);
	unsigned char *ram;

	if (device < 0 || ftruncate(ram_fd, RAM_BYTES) < 0)
		return;
	ram = mmap(NULL, RAM_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, ram_fd, 0);
	if (ram == MAP_FAILED)
		return;
	noise(ram);
	if (chance(2))
		munmap(ram, RAM_BYTES);
	for (int i = 0; i < 20; i++) {
		if (i > 2 && chance(3) == 0) {
			struct tt_vmm_machine m = describe(ram_fd);

			ioctl(device, TT_VMM_START, &m);
		}
		step(device, ram_fd);
	}
}

void
abuse(const char *device)
{
	double end = now() + SECONDS;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	while (now() < end) {
		unsigned int seed = chance(0x7fffffff);
		struct timespec wait = {.tv_nsec = 100000u << chance(11)};
		pid_t pid = fork();

		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			prctl(PR_SET_NAME, "abuser");
			chance_start(seed);
			one_launcher(device);
			_exit(0);
		}
		nanosleep(&wait, NULL);
		if (pid > 0) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
		}
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}
