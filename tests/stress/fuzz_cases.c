/* SPDX-License-Identifier: GPL-2.0-only */
/* fuzz_cases.c - what hostile Guest kernels and applications may come up with. */
#define _GNU_SOURCE
#include "tests/stress/fuzz_cases.h"

#include "tests/stress/chance.h"

#include <asm/unistd_32.h> /* the Host's numbers, wherever this runs */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <typetwo/frame.h>
#include <typetwo/hypercall.h>
#include <typetwo/machine.h>

/*
 * QEMU's TCG lets IRET in user mode set VM, and with it IF as it likes.  Who then runs round in a
 * circle with interrupts off has the CPU for good, and there is nothing to be found: so whatever
 * sets VM sets IF, and no IRET is there by chance.  Nor does it set VIF and VIP, which no later
 * IRET clears there.
 */
#define FLAG_VM 0x20000u
#define FLAG_IF 0x200u
#define FLAGS_STAY 0x180000u
#define IRET 0xcf

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PICK(array) ((array)[chance(COUNT(array))])

static const unsigned int odd[] = {0, 1, 2, 3, 4095, 4096, 4097, 0x3ff000, 0x400000, 0x401ffc,
	0x6ffff000, 0x6fffffff, 0x70000000, 0x70000004, 0x70000fff, 0x70001000, 0x70100000,
	0x70140000, 0x701fffff, 0x70200000, 0x70400000, 0xbfeff000, 0xbfeffffc, 0xbff00000,
	0xbff01000, 0xbff03ffc, 0xbff04000, 0xbffff000, 0xc0000000, 0xc0000ffc, 0xc1000000,
	0xc8800000, 0xffc00000, 0xfffff000, 0xfffffffc, 0xffffffff, 0x7fffffff, 0x80000000, 1023,
	1024, 1025, 64, 1u << 20};

static const unsigned int selectors[] = {0, 3, 4, 7, 0x0b, 0x23, 0x2b, 0x33, 0x3b, 0x43, 0x4b, 0x53,
	0x5b, 0x60, 0x63, 0x68, 0x6b, 0x70, 0x73, 0x7b, 0x78, 0x80, 0x83, 0x88, 0x90, 0xc0, 0xd8,
	0xe0, 0xe8, 0xf8, 0xfb, 0xffff};

/* Limits and bases at the edge, expand-down and not; a word that is none is 0. */
static const struct tt_tls tls[] = {{0, 0}, {0x0000ffff, 0x00c6f200}, {0x0000ffff, 0x00cff200},
	{0x0000ffff, 0x70c0f200}, {0x00000fff, 0x6f40f2ff}, {0x00008fff, 0x0040f600},
	{0x00008fff, 0x70c8f600}, {0x0000ffff, 0x00cff600}, {0x0000ffff, 0x00c6fa00},
	{0x0000ffff, 0x00c69200}, {0x0000ffff, 0x00e6f200}, {0x10000fff, 0x00c0f700}};

static unsigned int
number(void)
{
	switch (chance(4)) {
	case 0:
		return PICK(odd);
	case 1:
		return PICK(odd) + chance(33) - 16;
	case 2:
		return chance(2048);
	default:
		return chance(0xffffffff);
	}
}

static unsigned int
with_interrupts(unsigned int flags)
{
	return flags & FLAG_VM ? (flags | FLAG_IF) & ~FLAGS_STAY : flags;
}

static unsigned int
address(void)
{
	switch (chance(6)) {
	case 0:
		return number();
	case 1:
		return 0x70200000 + (chance(0x4fd00) << 12); /* the Guest kernel's own space */
	case 2:
		return FUZZ_CODE_AT + (chance(16) << 12);
	default:
		return chance(0x70000) << 12;
	}
}

/* A place in RAM that is nobody's. */
static unsigned int
place(void)
{
	return chance(8) ? FUZZ_SCRATCH + (chance(FUZZ_PAGES * 1024) << 2) : number();
}

/* What an application must neither see nor change; most of it the Guest kernel looks at often. */
static unsigned int
secret(void)
{
	return FUZZ_SECRET_AT + chance(FUZZ_SECRET_PAGES) * TT_PAGE_SIZE +
	       (chance(4) ? chance(FUZZ_SECRET_WORDS) : chance(1024)) * 4;
}

/* The Guest kernel's first spaces have low numbers. */
static unsigned int
space(void)
{
	return chance(8) ? chance(5) : number();
}

static void
make_call(unsigned int *a)
{
	static const unsigned int allowed[] = {__NR_read, __NR_write, __NR_poll, __NR_pread64,
		__NR_pwrite64, __NR_fdatasync, __NR_rt_sigaction, __NR_rt_sigprocmask,
		__NR_rt_sigreturn, __NR_rt_sigsuspend, __NR_setitimer, __NR_clock_gettime64,
		__NR_restart_syscall};

	if (chance(12) == 0) {
		/* One in some is not on the list, and that is the end. */
		a[0] = chance(12) ? PICK(allowed) : number();
		a[1] = chance(4) ? chance(10) : number();
		a[2] = chance(3) ? place() : number();
		a[3] = chance(3) ? chance(8192) : number();
		a[4] = chance(2) ? 8 : number();
		a[5] = chance(2) ? 0 : number();
		if (a[0] == __NR_poll) {
			a[1] = place();
			a[2] = chance(9);
			a[3] = chance(3);
		}
		return;
	}
	a[0] = TT_HC_BASE + (chance(30) ? 1 + chance(TT_HC_COUNT - 1) : chance(TT_HC_COUNT + 1));
	a[1] = a[0] == TT_HC_ENTER ? place() : space();
	a[2] = address();
	if (a[0] == TT_HC_MAP) {
		a[3] = place();
		a[4] = chance(6) ? 1 + chance(64) : number();
		if (chance(4))
			a[3] &= ~4095u;
	} else {
		a[3] = chance(3) ? chance(1 << chance(19)) << 12 : number();
	}
}

/* The address that is missing in a template; places that matter, or any. */
struct template
{
	unsigned char bytes[14], length, at; /* at: where an address goes; 0: none */
};

#define T(length, at, ...)                \
	{                                 \
		{__VA_ARGS__}, length, at \
	}
#define REACHING 18 /* the first so many: they read and write, or are about to */
static const struct template templates[] = {
	T(5, 1, 0xa1, 0, 0, 0, 0), /* mov (), %eax */
	T(6, 2, 0x8b, 0x1d, 0, 0, 0, 0), /* mov (), %ebx */
	T(5, 1, 0xa3, 0, 0, 0, 0), /* mov %eax, () */
	T(6, 2, 0x8b, 0x25, 0, 0, 0, 0), /* mov (), %esp */
	T(5, 1, 0xbc, 0, 0, 0, 0), /* mov $, %esp */
	T(5, 1, 0xbd, 0, 0, 0, 0), /* mov $, %ebp */
	T(5, 1, 0xbe, 0, 0, 0, 0), /* mov $, %esi */
	T(5, 1, 0xbf, 0, 0, 0, 0), /* mov $, %edi */
	T(6, 1, 0xbc, 0, 0, 0, 0, 0x61), /* mov $, %esp; popa */
	T(6, 1, 0xbc, 0, 0, 0, 0, 0x60), /* ...; pusha */
	T(6, 1, 0xbe, 0, 0, 0, 0, 0xad), /* mov $, %esi; lodsl */
	T(6, 1, 0xbf, 0, 0, 0, 0, 0xab), /* mov $, %edi; stosl */
	T(6, 2, 0xff, 0x35, 0, 0, 0, 0), /* push () */
	T(6, 2, 0xff, 0x05, 0, 0, 0, 0), /* incl () */
	T(6, 2, 0x87, 0x0d, 0, 0, 0, 0), /* xchg %ecx, () */
	T(7, 3, 0x2e, 0x8b, 0x15, 0, 0, 0, 0), /* mov %cs:(), %edx */
	T(7, 3, 0x36, 0x89, 0x15, 0, 0, 0, 0), /* mov %edx, %ss:() */
	T(6, 2, 0x65, 0xa1, 0, 0, 0, 0), /* mov %gs:(), %eax */
	T(2, 0, 0xcd, 0x80), /* int $0x80 */
	T(7, 1, 0xb8, 0, 0, 0, 0, 0xcd, 0x80), /* mov, int $0x80 */
	T(5, 1, 0xb9, 0, 0, 0, 0), /* mov $, %ecx */
	T(2, 0, 0xf3, 0xa4), /* rep movsb */
	T(2, 0, 0xf3, 0xab), /* rep stosl */
	T(2, 0, 0xf3, 0xac), /* rep lodsb */
	T(6, 2, 0x64, 0xa3, 0, 0, 0, 0), /* mov %eax, %fs:() */
	T(7, 1, 0xb8, 0, 0, 0, 0, 0x8e, 0xd8), /* mov to %ds */
	T(7, 1, 0xb8, 0, 0, 0, 0, 0x8e, 0xc0), /* %es */
	T(7, 1, 0xb8, 0, 0, 0, 0, 0x8e, 0xe0), /* %fs */
	T(7, 1, 0xb8, 0, 0, 0, 0, 0x8e, 0xe8), /* %gs */
	T(7, 1, 0xb8, 0, 0, 0, 0, 0x8e, 0xd0), /* %ss */
	T(6, 1, 0x68, 0, 0, 0, 0, 0x9d), /* push, popf */
	T(1, 0, 0x9c),
	T(6, 1, 0x68, 0, 0, 0, 0, 0xc3), /* push, ret */
	T(13, 1, 0x68, 0, 0, 0, 0, 0x6a, 0x73, 0x68, 0, 0, 0x40, 0, 0xcb), /* lret */
	T(13, 1, 0x68, 0, 0, 0, 0, 0x6a, 0x73, 0x68, 0, 0, 0x40, 0, 0xcf), /* iret */
	T(7, 1, 0xea, 0, 0, 0, 0, 0x73, 0), /* ljmp */
	T(7, 1, 0x9a, 0, 0, 0, 0, 0x63, 0), /* lcall */
	T(7, 1, 0x9a, 0, 0, 0, 0, 0x88, 0), /* to the TSS */
	T(6, 2, 0xff, 0x2d, 0, 0, 0, 0), /* ljmp * */
	T(6, 2, 0xff, 0x15, 0, 0, 0, 0), /* call * */
	T(6, 2, 0xc5, 0x05, 0, 0, 0, 0), /* lds */
	T(7, 3, 0x0f, 0xb2, 0x25, 0, 0, 0, 0), /* lss */
	T(2, 0, 0x0f, 0x34), /* sysenter */
	T(2, 0, 0x0f, 0x35),
	T(2, 0, 0x0f, 0x05), /* syscall */
	T(1, 0, 0xf4), /* hlt */
	T(1, 0, 0xfa), /* cli */
	T(1, 0, 0xfb),
	T(1, 0, 0xcc), /* int3 */
	T(1, 0, 0xce), /* into */
	T(1, 0, 0xf1), /* icebp */
	T(2, 0, 0xcd, 0x0e), /* int $14 */
	T(2, 0, 0xcd, 0x04),
	T(2, 0, 0xcd, 0x20),
	T(2, 0, 0x0f, 0x0b), /* ud2 */
	T(4, 0, 0x31, 0xc9, 0xf7, 0xf1), /* div by 0 */
	T(6, 2, 0x62, 0x05, 0, 0, 0, 0), /* bound */
	T(3, 0, 0x0f, 0x00, 0xd8), /* ltr */
	T(3, 0, 0x0f, 0x00, 0xd0), /* lldt */
	T(7, 3, 0x0f, 0x01, 0x15, 0, 0, 0, 0), /* lgdt */
	T(7, 3, 0x0f, 0x01, 0x1d, 0, 0, 0, 0), /* lidt */
	T(7, 3, 0x0f, 0x01, 0x05, 0, 0, 0, 0), /* sgdt */
	T(7, 3, 0x0f, 0x01, 0x3d, 0, 0, 0, 0), /* invlpg */
	T(3, 0, 0x0f, 0x20, 0xd8), /* mov %cr3, %eax */
	T(3, 0, 0x0f, 0x22, 0xd8),
	T(3, 0, 0x0f, 0x22, 0xc0), /* mov %eax, %cr0 */
	T(3, 0, 0x0f, 0x23, 0xf8), /* mov %eax, %dr7 */
	T(2, 0, 0x0f, 0x06), /* clts */
	T(2, 0, 0x0f, 0x09), /* wbinvd */
	T(2, 0, 0x0f, 0x30), /* wrmsr */
	T(2, 0, 0x0f, 0x32), /* rdmsr */
	T(2, 0, 0xe4, 0x60), /* in */
	T(2, 0, 0xe6, 0x80), /* out */
	T(4, 0, 0xf0, 0x0f, 0xc7, 0xc8), /* lock cmpxchg8b %eax */
	T(7, 3, 0x0f, 0xae, 0x05, 0, 0, 0, 0), /* fxsave */
	T(7, 3, 0x0f, 0xae, 0x0d, 0, 0, 0, 0), /* fxrstor */
	T(7, 3, 0x0f, 0xae, 0x15, 0, 0, 0, 0), /* ldmxcsr */
	T(6, 2, 0xd9, 0x2d, 0, 0, 0, 0), /* fldcw */
	T(4, 0, 0xd9, 0xee, 0xd8, 0xf0), /* fldz, fdiv */
	T(1, 0, 0x9b), /* fwait */
	T(2, 0, 0x0f, 0x77), /* emms */
	T(3, 0, 0x0f, 0x57, 0xc0), /* xorps */
	T(2, 0, 0x0f, 0xa2), /* cpuid */
	T(4, 0, 0xc8, 0xff, 0xff, 0x1f), /* enter */
	T(1, 0, 0x60), /* pusha */
	T(1, 0, 0x61),
	T(2, 0, 0xe2, 0xfe), /* loop . */
	T(2, 0, 0xeb, 0x20), /* jmp on */
	T(1, 0, 0x90),
};

static void
make_code(unsigned int *a)
{
	unsigned char *code = (unsigned char *)&a[1];
	unsigned int used = 0, aim = chance(2) ? secret() : 0;

	/* Where applications start, most of the time. */
	a[0] = chance(3) ? chance(FUZZ_FRAMES) * 256 + chance(4) * 20 : chance(4096);
	for (;;) {
		const struct template *t =
			aim && !used ? &templates[chance(REACHING)] : &PICK(templates);
		unsigned int value = chance(3) ? address() + chance(3) * 2 : PICK(selectors);

		if (aim && (!used || chance(2)))
			value = aim;

		if (used + t->length > 20)
			break;
		if (t->bytes[t->length - 1] == IRET)
			value = with_interrupts(value);
		memcpy(code + used, t->bytes, t->length);
		if (t->at)
			memcpy(code + used + t->at, &value, 4);
		used += t->length;
	}
	while (used < 20) {
		code[used] = chance(4) ? 0x90 : chance(256);
		used += code[used] != IRET;
	}
}

static void
make_frame(unsigned int *a)
{
	static const unsigned int first_tls = offsetof(struct tt_frame, tls) / 4;
	static const unsigned int segments[] = {7, 8, 9, 10};

	a[0] = chance(FUZZ_FRAMES);
	a[1] = chance(FUZZ_FRAME_WORDS);
	a[2] = number();
	switch (chance(8)) {
	case 0:
	case 1:
		a[1] = PICK(segments);
		a[2] = PICK(selectors);
		break;
	case 2:
		a[1] = first_tls + chance(TT_TLS_SLOTS * 2);
		a[2] = (a[1] - first_tls) % 2 ? PICK(tls).high : PICK(tls).low;
		break;
	case 3:
		a[1] = offsetof(struct tt_frame, space) / 4;
		a[2] = space();
		break;
	case 4:
		a[1] = offsetof(struct tt_regs, eip) / 4;
		a[2] = FUZZ_CODE_AT + a[0] * 256;
		break;
	case 5:
		a[1] = offsetof(struct tt_regs, eflags) / 4;
		a[2] = chance(2) ? 0x302 : number();
		break;
	}
}

/* Most of the time it is the module that is under test. */
static const char *const cells[] = {"ptrace/none/remap", "ptrace/mprotect/remap",
	"module/none/remap", "module/none/tables", "module/none/tables/fast",
	"module/mprotect/remap", "module/mprotect/tables", "module/segments/remap",
	"module/segments/tables", "module/segments/tables", "module/segments/tables/fast",
	"module/segments/tables/fast", "module/supervisor/remap", "module/supervisor/tables"};

static const char *const attacked[] = {"module/segments/remap", "module/segments/tables",
	"module/segments/tables/fast", "module/segments/tables/fast", "module/mprotect/tables",
	"module/supervisor/tables"};

/* Mostly those that there are, and the disks. */
static unsigned int
io_operation(void)
{
	return chance(4) ? TT_IO_READ + chance(3) : chance(2) ? chance(6) : number();
}

static unsigned int
io_device(void)
{
	return chance(4) ? 2 + chance(2) : chance(2) ? chance(TT_DEVICES_MAX + 1) : number();
}

/* The request that is being made has the words of struct tt_request. */
static void
make_request_words(unsigned int *a)
{
	enum { HEAD = offsetof(struct tt_request, segment) / 4 };

	a[0] = chance(2) ? 0 : chance(HEAD + 2 * TT_SEGMENTS_MAX);
	for (unsigned int i = 1; i < FUZZ_ARGUMENTS; i++)
		switch ((a[0] + i - 1) % (HEAD + 2 * TT_SEGMENTS_MAX)) {
		case 0: /* offset, its two words */
			a[i] = chance(3) ? chance(0x8000) << 2 : number();
			break;
		case 1:
			a[i] = chance(4) ? 0 : number();
			break;
		case 2:
			a[i] = io_operation();
			break;
		case 3:
			a[i] = io_device();
			break;
		case 4:
			a[i] = number();
			break;
		case 5:
			a[i] = chance(8) ? chance(TT_SEGMENTS_MAX + 2) : number();
			break;
		default: /* where in RAM, and how much of it */
			a[i] = (a[0] + i - 1 - HEAD) % 2 ? (chance(4) ? chance(8192) : number())
			       : chance(4)               ? place() - TT_GUEST_KERNEL_BASE
							 : number();
		}
}

/* A packet that is as long as its segments are many; or not. */
static void
make_submission(unsigned int *a)
{
	unsigned int segments = chance(3) ? chance(4) : chance(TT_SEGMENTS_MAX + 2);

	a[0] = chance(6) ? offsetof(struct tt_request, segment[segments]) : number();
	a[1] = chance(20) ? 1 + chance(3) : chance(400);
	a[2] = chance(20) ? chance(4) : chance(400);
}

static void
make_access(unsigned int *a)
{
	a[0] = chance(FUZZ_ACCESSES);
	a[1] = chance(12) ? chance(6) : chance(TT_DEVICES_MAX); /* what there is comes first */
	a[2] = chance(4) ? place() : number();
	a[3] = chance(4) ? chance(8192) : number();
	if (a[0] == FUZZ_POLL)
		a[3] = chance(4) ? chance(TT_DEVICES_MAX + 1) : number();
	a[4] = chance(3) ? chance(0x8000) << 2 : number();
	a[5] = chance(4) ? 0 : number();
	if (a[0] == FUZZ_FRAME_OUT) {
		/* Its flags, how it is to be cut, and how long its headers are. */
		a[3] = chance(3) ? 24 + chance(2048) : chance(0x12000);
		a[5] = chance(3) | chance(6) << 8 | chance(200) << 16;
	}
}

static void
make_op(struct fuzz_op *op)
{
	/* How often each is chosen, in the order of enum fuzz_what. */
	static const unsigned char weight[FUZZ_WHATS] = {
		30, 4, 3, 14, 14, 18, 2, 2, 2, 2, 3, 4, 3, 2, 4, 6, 5};
	unsigned int *a = op->argument, at = 0, sum = 0;

	memset(op, 0, sizeof(*op));
	for (int i = 0; i < FUZZ_WHATS; i++)
		sum += weight[i];
	for (at = chance(sum); at >= weight[op->what]; op->what++)
		at -= weight[op->what];
	switch (op->what) {
	case FUZZ_CALL:
		make_call(a);
		break;
	case FUZZ_POKE:
	case FUZZ_PEEK:
		a[0] = chance(3) ? place() : address();
		a[1] = op->what == FUZZ_PEEK ? 0
		       : chance(2)           ? (chance(0x200) << 12) | chance(4)
					     : number();
		break;
	case FUZZ_FRAME:
		make_frame(a);
		break;
	case FUZZ_CODE:
		make_code(a);
		break;
	case FUZZ_RUN:
		a[0] = chance(FUZZ_FRAMES);
		a[1] = 1 + chance(40);
		break;
	case FUZZ_SEGMENT:
		a[0] = chance(4);
		a[1] = PICK(selectors);
		break;
	case FUZZ_FLAGS:
		a[0] = number();
		break;
	case FUZZ_HANDLE:
		a[0] = chance(66);
		a[1] = 4 | 0x04000000 | (chance(4) ? 0 : number());
		a[2] = chance(4);
		break;
	case FUZZ_MASK:
		a[0] = chance(3);
		a[1] = number();
		a[2] = number();
		break;
	case FUZZ_TIMER:
		a[0] = 1 << chance(15);
		a[1] = chance(2) ? 1 << (5 + chance(12)) : 0;
		break;
	case FUZZ_QUEUE:
		a[0] = io_operation();
		a[1] = io_device();
		a[2] = chance(2) ? chance(0x8000) << 2 : number();
		a[3] = chance(2) ? place() - TT_GUEST_KERNEL_BASE : number();
		a[4] = chance(2) ? chance(4096) : number();
		a[5] = chance(4) ? chance(4) : number();
		break;
	case FUZZ_DOOR:
		a[0] = chance(4);
		a[1] = number();
		a[2] = chance(2) ? PICK(selectors) : number();
		a[3] = address();
		a[4] = number();
		if (a[0] == 2) { /* IRET: ss, flags, cs */
			a[1] = PICK(selectors);
			a[2] = with_interrupts(number());
			a[3] = PICK(selectors);
		}
		break;
	case FUZZ_FILL:
		a[0] = space();
		a[1] = chance(3) ? 1023 : chance(1024);
		break;
	case FUZZ_REQUEST:
		make_request_words(a);
		break;
	case FUZZ_SUBMIT:
		make_submission(a);
		break;
	case FUZZ_DEVICE:
		make_access(a);
		break;
	}
}

void
fuzz_make(struct fuzz_plan *plan, unsigned int seed, unsigned int number, bool attacks)
{
	struct fuzz_case *c = &plan->machine;

	memset(plan, 0, sizeof(*plan));
	chance_start(seed ^ number * 0x9e3779b9);
	plan->seed = 1 + chance(0x7ffffffe);
	plan->launcher = !attacks && chance(12) == 0;
	if (plan->launcher)
		return;
	snprintf(plan->cell, sizeof(plan->cell), "%s", attacks ? PICK(attacked) : PICK(cells));
	plan->beside = attacks || chance(3) ? 0 : 1 + chance(0x7ffffffe);
	c->seed = plan->seed;
	c->ops = 10 + chance(FUZZ_OPS_MAX - 10);
	for (unsigned int i = 0; i < c->ops; i++)
		make_op(&c->op[i]);
}

/* ---- as text ---- */

static const char *const words[FUZZ_WHATS] = {"call", "poke", "peek", "frame", "code", "run",
	"segment", "flags", "handle", "mask", "timer", "queue", "door", "fill", "request", "submit",
	"device"};

__attribute__((format(printf, 3, 4))) static bool
add(char **at, size_t *room, const char *format, ...)
{
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(*at, *room, format, list);
	va_end(list);
	if (n < 0 || (size_t)n >= *room)
		return false;
	*at += n;
	*room -= n;
	return true;
}

bool
fuzz_print(const struct fuzz_plan *plan, char *line, size_t size)
{
	const struct fuzz_case *c = &plan->machine;
	bool good;

	if (plan->launcher)
		return add(&line, &size, "launcher %x", plan->seed);
	good = add(&line, &size, "machine %s %x %x", plan->cell, plan->beside, plan->seed);
	for (unsigned int i = 0; good && i < c->ops; i++) {
		const struct fuzz_op *op = &c->op[i];
		int n = FUZZ_ARGUMENTS;

		while (n > 1 && !op->argument[n - 1])
			n--;
		good = add(&line, &size, " %s:%x", words[op->what], op->argument[0]);
		for (int k = 1; good && k < n; k++)
			good = add(&line, &size, ",%x", op->argument[k]);
	}
	return good;
}

static bool
parse_op(struct fuzz_op *op, const char *text)
{
	const char *colon = strchr(text, ':');
	char *end;

	memset(op, 0, sizeof(*op));
	if (!colon)
		return false;
	while (op->what < FUZZ_WHATS && (strlen(words[op->what]) != (size_t)(colon - text) ||
						strncmp(words[op->what], text, colon - text) != 0))
		op->what++;
	if (op->what == FUZZ_WHATS)
		return false;
	for (int i = 0; i < FUZZ_ARGUMENTS; i++) {
		op->argument[i] = strtoul(colon + 1, &end, 16);
		if (end == colon + 1)
			return false;
		if (*end != ',')
			return !*end;
		colon = end;
	}
	return false;
}

bool
fuzz_parse(struct fuzz_plan *plan, const char *line)
{
	static char copy[FUZZ_LINE_MAX];
	char *rest = copy, *word, kind[16] = "";
	int used = 0;

	memset(plan, 0, sizeof(*plan));
	if (strlen(line) >= sizeof(copy))
		return false;
	strcpy(copy, line);
	if (sscanf(copy, "launcher %x %n", &plan->seed, &used) == 1 && !copy[used]) {
		plan->launcher = true;
		return true;
	}
	if (sscanf(copy, "%15s %63s %x %x %n", kind, plan->cell, &plan->beside, &plan->seed,
		    &used) != 4 ||
		strcmp(kind, "machine") != 0)
		return false;
	plan->machine.seed = plan->seed;
	rest = copy + used;
	while ((word = strsep(&rest, " \n"))) {
		if (!*word)
			continue;
		if (plan->machine.ops == FUZZ_OPS_MAX ||
			!parse_op(&plan->machine.op[plan->machine.ops++], word))
			return false;
	}
	return true;
}
