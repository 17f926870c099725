/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * forbidden WHAT - the Guest kernel does one thing that is not on the machine's list.  The Monitor
 * has to kill the machine; a guest that is still there says so.  "forbidden list" tells the words.
 *
 * A call that is on the list with arguments that are not may fail instead, or do nothing that
 * anybody else would notice: a guest that is still there reports which.
 */
#include <asm/poll.h>
#include <asm/signal.h>
#include <asm/unistd.h>

#include "guest.h"

#define TEXT(s) ((unsigned int)(s))
#define NO_DEVICE 77 /* a descriptor that is on no boot page */

static unsigned int buffer[64];
static const unsigned int timer[4] = {0, 0, 1000, 0}; /* not before this guest has ended */
static struct {
	int fd;
	unsigned short events, came;
} wait = {NO_DEVICE, POLLIN, 0};
/* struct sigaction of the system call: handler, flags, restorer, mask. */
static const unsigned int by_default[5], ignored[5] = {1};
static const unsigned int no_restorer[5] = {TT_GUEST_KERNEL_BASE + 0x1000, SA_SIGINFO};
static const unsigned int on_stack[5] = {TT_GUEST_KERNEL_BASE + 0x1000,
	SA_SIGINFO | SA_RESTORER | SA_ONSTACK, TT_GUEST_KERNEL_BASE + 0x1000};

static const struct forbidden {
	const char *what;
	unsigned int number, a, b, c, d;
} calls[] = {
	{"open", __NR_open, TEXT("/dev/null"), 2, 0, 0},
	{"openat", __NR_openat, -100u, TEXT("/dev/null"), 2, 0},
	{"close", __NR_close, 1, 0, 0, 0},
	{"dup2", __NR_dup2, 1, NO_DEVICE, 0, 0},
	{"unlink", __NR_unlink, TEXT("/nothing"), 0, 0, 0},
	{"execve", __NR_execve, TEXT("/bin/sh"), 0, 0, 0},
	{"fork", __NR_fork, 0, 0, 0, 0},
	{"vfork", __NR_vfork, 0, 0, 0, 0},
	{"clone", __NR_clone, SIGCHLD, 0, 0, 0},
	{"clone3", __NR_clone3, TEXT(buffer), 64, 0, 0},
	{"exit", __NR_exit, 0, 0, 0, 0},
	{"kill", __NR_kill, 1, 0, 0, 0},
	{"tgkill", __NR_tgkill, 1, 1, 0, 0},
	{"getpid", __NR_getpid, 0, 0, 0, 0},
	{"mmap", __NR_mmap2, 0x10000000, 4096, 3, 0x32},
	{"munmap", __NR_munmap, TT_MONITOR_BASE, 4096, 0, 0},
	{"mprotect", __NR_mprotect, TT_MONITOR_BASE, 4096, 7, 0},
	{"mremap", __NR_mremap, TT_MONITOR_BASE, 4096, 8192, 1},
	{"brk", __NR_brk, 0, 0, 0, 0},
	{"ptrace", __NR_ptrace, 0, 0, 0, 0},
	{"socket", __NR_socket, 1, 1, 0, 0},
	{"socketcall", __NR_socketcall, 1, TEXT(buffer), 0, 0},
	{"ioctl", __NR_ioctl, 0, 0x5401, TEXT(buffer), 0},
	{"fcntl", __NR_fcntl64, 0, 1, 0, 0},
	{"prctl", __NR_prctl, 1, 0, 0, 0},
	{"seccomp", __NR_seccomp, 1, 0, 0, 0},
	{"modify-ldt", __NR_modify_ldt, 0, TEXT(buffer), 16, 0},
	{"set-thread-area", __NR_set_thread_area, TEXT(buffer), 0, 0, 0},
	{"sigaltstack", __NR_sigaltstack, 0, TEXT(buffer), 0, 0},
	{"sigreturn", __NR_sigreturn, 0, 0, 0, 0},
	{"signal", __NR_signal, SIGALRM, 0, 0, 0},
	{"reboot", __NR_reboot, 0xfee1dead, 672274793, 0, 0},
	{"process-vm-writev", __NR_process_vm_writev, 1, TEXT(buffer), 1, TEXT(buffer)},
	{"highest-number", 0x7fffffff, 0, 0, 0, 0},
	{"negative-number", 0xffffffff, 0, 0, 0, 0},
	{"wide-number", 0x10000 | __NR_exit_group, 0, 0, 0, 0}, /* in 16 bits it is on the list */
	/* Hypercalls that there are not. */
	{"hypercall-next", TT_HC_BASE + TT_HC_COUNT, 0, 0, 0, 0},
	{"hypercall-far", TT_HC_BASE + TT_HC_NUMBERS - 1, 0, 0, 0, 0},
};

/* On the list, but not with these arguments. */
static const struct forbidden arguments[] = {
	{"read-no-device", __NR_read, NO_DEVICE, TEXT(buffer), 4, 0},
	{"read-negative", __NR_read, -1u, TEXT(buffer), 4, 0},
	{"write-no-device", __NR_write, NO_DEVICE, TEXT(buffer), 4, 0},
	{"write-stderr", __NR_write, 2, TEXT("forbidden\n"), 10, 0},
	{"poll-no-device", __NR_poll, TEXT(&wait), 1, 0, 0},
	{"pread-console", __NR_pread64, 0, TEXT(buffer), 4, 0},
	{"pwrite-console", __NR_pwrite64, 1, TEXT(buffer), 4, 0},
	{"fdatasync-console", __NR_fdatasync, 1, 0, 0, 0},
	{"timer-virtual", __NR_setitimer, 1, TEXT(timer), 0, 0},
	{"timer-profile", __NR_setitimer, 2, TEXT(timer), 0, 0},
	{"handle-sigkill", __NR_rt_sigaction, SIGKILL, TEXT(buffer), 0, 8},
	{"handle-sigstop", __NR_rt_sigaction, SIGSTOP, TEXT(buffer), 0, 8},
	{"default-sigsegv", __NR_rt_sigaction, SIGSEGV, TEXT(by_default), 0, 8},
	{"ignore-sigtrap", __NR_rt_sigaction, SIGTRAP, TEXT(ignored), 0, 8},
	{"handler-without-restorer", __NR_rt_sigaction, SIGALRM, TEXT(no_restorer), 0, 8},
	{"handler-on-other-stack", __NR_rt_sigaction, SIGALRM, TEXT(on_stack), 0, 8},
	{"handler-outside-ram", __NR_rt_sigaction, SIGALRM, APP_DATA, 0, 8},
	{"poll-outside-ram", __NR_poll, TT_MONITOR_BASE, 1, 0, 0},
	{"poll-too-many", __NR_poll, TEXT(&wait), 0x20000001, 0, 0},
};

/* One of calls[]; it does not come back. */
static void
call(const struct forbidden *f)
{
	int result = host_call(f->number, f->a, f->b, f->c, f->d);

	fatal("the machine goes on, with result %d", result);
}

/* One of arguments[], on a machine that it did not end. */
static void
call_in_vain(const struct forbidden *f)
{
	int result = host_call(f->number, f->a, f->b, f->c, f->d);

	if (f->number == __NR_poll && result == 1)
		same("what poll says of the descriptor", wait.came, POLLNVAL);
	else
		holds((result < 0 && result > -4096) ||
				(result == 0 && (f->number == __NR_setitimer ||
							f->number == __NR_rt_sigaction)),
			"result %d", result);
	print("forbidden: %s: result %d\n", f->what, result);
}

/*
 * The other door of the Host, if it is one; it is a fault if it is none.  The number is not on the
 * list.
 */
static void
call_by_sysenter(void)
{
	last_fault = (struct fault){0};
	__asm__ volatile("	push	%%ebp\n"
			 "	mov	%%esp, %%ebp\n"
			 "1:	sysenter\n"
			 "2:	pop	%%ebp\n" MAY_FAULT
			 :
			 : "a"(__NR_getpid)
			 : "memory", "cc");
	same("signal", last_fault.signal, SIGSEGV);
	same("trap", last_fault.trap, 13);
}

static bool
is_device(int fd)
{
	for (unsigned int i = 0; i < boot->devices; i++)
		if (boot->device[i].fd == fd)
			return true;
	return false;
}

static int
pwrite_at(int fd, unsigned int bytes, unsigned long long place)
{
	int result;

	/* The fifth argument is the upper half of the place. */
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(__NR_pwrite64), "b"(fd), "c"(buffer), "d"(bytes),
			 "S"((unsigned int)place), "D"((unsigned int)(place >> 32))
			 : "memory", "cc");
	return result;
}

/* RAM is a file of the Host's, and a machine may have it open: it must not get more by that. */
static void
write_behind_ram(void)
{
	for (int fd = 0; fd < 64; fd++) {
		int result;

		if (is_device(fd))
			continue;
		result = pwrite_at(fd, sizeof(buffer), boot->ram_bytes);
		holds(result < 0 && result > -4096, "descriptor %d: result %d", fd, result);
	}
}

/* So may a disk be: it has as many bytes as the boot page says, wherever one writes. */
static void
write_behind_disk(void)
{
	const struct tt_device *disk = find_device(TT_DEV_DISK);
	unsigned long long written = 0;
	int result;

	if (!holds(disk != NULL, "no disk"))
		return;
	result = pwrite_at(disk->fd, sizeof(buffer), disk->bytes - 4);
	holds(result == 4 || result < 0, "across the end: result %d", result);
	result = pwrite_at(disk->fd, sizeof(buffer), disk->bytes);
	holds(result < 0, "at the end: result %d", result);
	result = pwrite_at(disk->fd, sizeof(buffer), disk->bytes + 1);
	holds(result < 0, "behind the end: result %d", result);
	result = pwrite_at(disk->fd, sizeof(buffer), 1ull << 40);
	holds(result < 0, "far behind the end: result %d", result);
	/* By the file's own position, too. */
	do {
		result = host_call(__NR_write, disk->fd, TT_GUEST_KERNEL_BASE, 0x10000, 0);
		written += result > 0 ? (unsigned int)result : 0;
	} while (result > 0 && written <= disk->bytes);
	holds(written <= disk->bytes, "it took 0x%x bytes", (unsigned int)written);
}

/* What ends the machine without a call: a fault whose handler may not run, */
static void
fault_with_handler_blocked(void)
{
	block_signal(SIGSEGV);
	__asm__ volatile("movl $0, 4" ::: "memory");
}

/* and an interrupt that has none. */
static void
timer_without_handler(void)
{
	set_timer(1000, 0);
	for (volatile int i = 0; i < 500000000; i++)
		;
}

int
main(int argc, char **argv)
{
	const char *what = argc ? argv[0] : "list";

	if (strings_equal(what, "list")) {
		for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
			print("%s\n", calls[i].what);
		for (unsigned int i = 0; i < ARRAY_SIZE(arguments); i++)
			print("%s\n", arguments[i].what);
		print("write-behind-ram\nwrite-behind-disk\nsysenter\nfault\n"
		      "unhandled-timer\n");
		return 0;
	}
	check("forbidden-%s", what);
	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		if (strings_equal(calls[i].what, what))
			call(&calls[i]);
	for (unsigned int i = 0; i < ARRAY_SIZE(arguments); i++) {
		if (strings_equal(arguments[i].what, what)) {
			call_in_vain(&arguments[i]);
			return 0;
		}
	}
	if (strings_equal(what, "write-behind-ram")) {
		write_behind_ram();
		return 0;
	}
	if (strings_equal(what, "write-behind-disk")) {
		write_behind_disk();
		return 0;
	}
	if (strings_equal(what, "sysenter")) {
		call_by_sysenter();
		return 0;
	}
	if (strings_equal(what, "fault"))
		fault_with_handler_blocked();
	else if (strings_equal(what, "unhandled-timer"))
		timer_without_handler();
	else
		fatal("no such word; \"forbidden list\" tells them");
	fatal("the machine goes on");
}
