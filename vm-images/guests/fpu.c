/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fpu - x87 and SSE registers are the process's own.  The Monitor leaves them alone at every
 * crossing; the Guest kernel keeps those of its applications apart.
 */
#include <asm/signal.h>

#include "guest.h"

/* Offsets in the data page; fxsave wants 16-byte alignment. */
#define LOADED 0x500000
#define SAVED 0x500200

LABEL(undefined_at);
LABEL(looping);
APPLICATION(load, "	fxrstor	" STRING(LOADED) "\n"
						 "	int	$0x80\n"
						 "undefined_at: ud2\n"
						 "looping: jmp	looping\n");
APPLICATION(save, "	fxsave	" STRING(SAVED) "\n"
						"	int	$0x80\n");
APPLICATION(miss, "	mov	%eax, (%ebx)\n"
		  "	int	$0x80\n");

/* What fxsave writes (Intel SDM volume 1, section 10.5.1); the rest of it need not come back. */
struct fxsave {
	unsigned short control, status;
	unsigned char tags, reserved;
	unsigned short opcode;
	unsigned int ip, cs, dp, ds, mxcsr, mxcsr_mask;
	struct {
		unsigned char bytes[16];
	} st[8];
	struct {
		unsigned int words[4];
	} xmm[8];
	unsigned char unused[224];
} __attribute__((aligned(16)));
_Static_assert(sizeof(struct fxsave) == 512, "the CPU's own size");

#define PROCESSES 2
static struct space spaces[PROCESSES];
static struct app apps[PROCESSES];
static struct fxsave kept[PROCESSES];

static void
make_state(struct fxsave *f, unsigned int seed)
{
	memset(f, 0, sizeof(*f));
	/* Different rounding, exceptions masked, and every register in use. */
	f->control = (unsigned short)(0x37f | (seed & 3) << 10);
	f->status = (unsigned short)((seed & 7) << 11);
	f->tags = 0xff;
	f->mxcsr = 0x1f80 | (~seed & 3) << 13;
	for (unsigned int i = 0; i < 8; i++) {
		for (unsigned int j = 0; j < 10; j++)
			f->st[i].bytes[j] = (unsigned char)(seed * 41 + i * 16 + j + 1);
		/* A normal number: the integer bit set, the exponent neither end. */
		f->st[i].bytes[7] |= 0x80;
		f->st[i].bytes[9] = 0x40;
		for (unsigned int j = 0; j < 4; j++)
			f->xmm[i].words[j] = (seed * 64 + i * 4 + j + 1) * 0x9e3779b9;
	}
}

static void
same_state(const struct fxsave *got, const struct fxsave *expected)
{
	same("control word", got->control, expected->control);
	same("status word", got->status, expected->status);
	same("tags", got->tags, expected->tags);
	same("mxcsr", got->mxcsr, expected->mxcsr);
	for (unsigned int i = 0; i < 8; i++) {
		for (unsigned int j = 0; j < 10; j++)
			holds(got->st[i].bytes[j] == expected->st[i].bytes[j],
				"st%u byte %u: expected 0x%02x, got 0x%02x", i, j,
				expected->st[i].bytes[j], got->st[i].bytes[j]);
		for (unsigned int j = 0; j < 4; j++)
			holds(got->xmm[i].words[j] == expected->xmm[i].words[j],
				"xmm%u word %u: expected 0x%x, got 0x%x", i, j,
				expected->xmm[i].words[j], got->xmm[i].words[j]);
	}
}

static struct fxsave *
loaded(struct app *a)
{
	return (struct fxsave *)((char *)a->data + (LOADED - APP_DATA));
}

static struct fxsave *
saved(struct app *a)
{
	return (struct fxsave *)((char *)a->data + (SAVED - APP_DATA));
}

static void
fxsave(struct fxsave *f)
{
	__asm__ volatile("fxsave %0" : "=m"(*f));
}

static void
fxrstor(const struct fxsave *f)
{
	__asm__ volatile("fxrstor %0" : : "m"(*f));
}

/* Goes through every kind of exit, and does nothing for the registers. */
static void
cross(struct app *a, unsigned int i)
{
	unsigned int old = ticks;

	take_ticks(&a->frame);
	switch (i % 4) {
	case 0:
		app_restart(a, undefined_at);
		run_to_exception(a, 6, 0, undefined_at);
		break;
	case 1:
		app_restart(a, looping);
		set_timer(1500, 0);
		run_until_tick(a, old);
		same("reason", a->frame.reason, TT_EXIT_INTERRUPT);
		break;
	case 2:
		app_restart(a, miss);
		a->frame.regs.ebx = APP_FREE;
		run(a);
		same("trap", a->frame.trap, 14);
		break;
	case 3:
		/* A handler in guest kernel mode: the Host keeps the registers in its frame. */
		block_signal(SIGALRM);
		set_timer(300, 0);
		while (ticks == old)
			wait_for_signal();
		unblock_signal(SIGALRM);
		a->frame.immediate_exit = 0;
		break;
	}
}

static void
check_crossings(void)
{
	struct app *a = &apps[0];
	struct fxsave mine;

	check("crossings-leave-the-registers-alone");
	make_state(loaded(a), 1);
	app_restart(a, load);
	run_to_syscall(a);
	for (unsigned int i = 0; i < 12; i++)
		cross(a, i);
	app_restart(a, save);
	run_to_syscall(a);
	same_state(saved(a), loaded(a));

	check("guest-kernel-sees-the-application's");
	fxsave(&mine);
	same_state(&mine, loaded(a));

	check("application-sees-the-guest-kernel's");
	make_state(&mine, 6);
	fxrstor(&mine);
	app_restart(a, save);
	run_to_syscall(a);
	same_state(saved(a), &mine);
}

static void
check_apart(void)
{
	check("two-processes-kept-apart");
	for (unsigned int p = 0; p < PROCESSES; p++) {
		make_state(loaded(&apps[p]), 2 + p);
		app_restart(&apps[p], load);
		run_to_syscall(&apps[p]);
		fxsave(&kept[p]);
	}
	for (unsigned int i = 0; i < 12; i++) {
		unsigned int p = i % PROCESSES;

		fxrstor(&kept[p]);
		cross(&apps[p], i / PROCESSES);
		app_restart(&apps[p], save);
		run_to_syscall(&apps[p]);
		same_state(saved(&apps[p]), loaded(&apps[p]));
		fxsave(&kept[p]);
	}
}

int
main(void)
{
	for (unsigned int p = 0; p < PROCESSES; p++)
		app_create(&apps[p], &spaces[p], load);
	check_crossings();
	check_apart();
	return 0;
}
