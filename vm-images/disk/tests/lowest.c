// SPDX-License-Identifier: GPL-2.0-only
/*
 * lowest.c - page 0, which a machine does not have, though a kernel may let root map it: whoever
 * asks is refused, or gets a signal at its touch; nobody runs for ever.
 */
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define SECONDS 10 /* for a child; it takes less than one */

/* A program that ends with 7: mov $7, %ebx; mov $1, %eax; int $0x80. */
static struct {
	Elf32_Ehdr header;
	Elf32_Phdr segment;
	unsigned char code[12];
} program = {
	.header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB,
			   EV_CURRENT},
		.e_machine = EM_386,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(Elf32_Ehdr),
		.e_ehsize = sizeof(Elf32_Ehdr),
		.e_phentsize = sizeof(Elf32_Phdr),
		.e_phnum = 1,
		.e_entry = sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr)},
	.segment = {.p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_filesz = 0x1000,
		.p_memsz = 0x1000},
	.code = {0xbb, 7, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0xcd, 0x80},
};

/* An address that the compiler thinks nothing of. */
static volatile char *
at(unsigned int address)
{
	__asm__ volatile("" : "+r"(address));
	return (volatile char *)address;
}

static int
ended(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static pid_t
start(void)
{
	pid_t pid = fork();

	if (pid == 0)
		alarm(SECONDS);
	return pid;
}

static int
run_program(unsigned int type, unsigned int alignment)
{
	char *const argv[] = {(char *)"lowest", NULL};
	int fd = open("/tmp/lowest", O_WRONLY | O_CREAT | O_TRUNC, 0700);
	pid_t pid;

	program.header.e_type = type;
	program.segment.p_align = alignment;
	if (fd < 0 || ftruncate(fd, 0x1000) ||
		write(fd, &program, sizeof(program)) != sizeof(program) || close(fd))
		return -1;
	pid = start();
	if (pid == 0) {
		execv("/tmp/lowest", argv);
		_exit(7);
	}
	return ended(pid);
}

static const char *
touch(int unmap)
{
	pid_t pid = start();
	int status;

	if (pid == 0) {
		char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

		if (low == MAP_FAILED)
			_exit(0);
		if (unmap)
			munmap(low, 4096);
		at(16)[0] = 7;
		_exit(at(16)[0] != 7);
	}
	status = ended(pid);
	EXPECT(status == 0 || WTERMSIG(status) == SIGSEGV);
	return NULL;
}

const char *
test_lowest(void)
{
	char *const argv[] = {(char *)"tests", (char *)"--exec", (char *)"two words", NULL};
	const char *why = touch(0);
	int status;
	pid_t pid;

	if (!why)
		why = touch(1);
	if (why)
		return why;

	/* Its neighbour is a page like any other. */
	pid = start();
	if (pid == 0) {
		mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		mmap((void *)4096, 4096, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		at(4096)[0] = 7;
		_exit(at(4096)[0] != 7);
	}
	EXPECT(ended(pid) == 0);

	pid = start();
	if (pid == 0) {
		personality(MMAP_PAGE_ZERO);
		execv("/proc/self/exe", argv);
		_exit(1);
	}
	status = ended(pid);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 42);

	status = run_program(ET_EXEC, 0x1000);
	EXPECT(status == 7 << 8 || WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGKILL);
	status = run_program(ET_DYN, 0x80000000);
	EXPECT(status == 7 << 8 || WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGKILL);
	EXPECT(run_program(ET_DYN, 0x1000) == 7 << 8);
	return NULL;
}
