// SPDX-License-Identifier: GPL-2.0-only
/* segv.c - exceptions come as signals with the right address, and the program goes on. */
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>

#include "test.h"

static sigjmp_buf back;
static void *volatile address;

static void
handler(int signal, siginfo_t *info, void *context)
{
	(void)context;
	address = info->si_addr;
	siglongjmp(back, signal);
}

static void
divide(void)
{
	__asm__ volatile("xor %%edx, %%edx; mov $1, %%eax; xor %%ecx, %%ecx; div %%ecx" ::
				 : "eax", "ecx", "edx");
}

const char *
test_segv(void)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile int round = 0;

	EXPECT(page != MAP_FAILED);
	EXPECT(sigaction(SIGSEGV, &action, NULL) == 0);
	EXPECT(sigaction(SIGFPE, &action, NULL) == 0);
	EXPECT(sigaction(SIGILL, &action, NULL) == 0);

	while (round < 10) {
		if (sigsetjmp(back, 1) == SIGSEGV) {
			EXPECT(address == page + 123);
			round++;
			continue;
		}
		*(volatile char *)(page + 123) = 1;
		return "a read-only page was written";
	}
	EXPECT(mprotect(page, 4096, PROT_READ | PROT_WRITE) == 0);
	*(volatile char *)(page + 123) = 1;

	if (sigsetjmp(back, 1) == 0) {
		*(volatile char *)NULL = 1;
		return "address 0 was written";
	}
	EXPECT(address == NULL);
	switch (sigsetjmp(back, 1)) {
	case 0:
		divide();
		return "a division by 0 went on";
	case SIGFPE:
		break;
	default:
		return "a division by 0 sent another signal";
	}
	switch (sigsetjmp(back, 1)) {
	case 0:
		__asm__ volatile("ud2");
		return "ud2 went on";
	case SIGILL:
		return NULL;
	default:
		return "ud2 sent another signal";
	}
}
