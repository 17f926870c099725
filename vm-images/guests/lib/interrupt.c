/* SPDX-License-Identifier: GPL-2.0-only */
/* interrupt.c - host signals and the host timer, as interrupts. */
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/ucontext.h>
#include <asm/unistd.h>

#include "guest.h"

/* What rt_sigaction takes; the one of <asm/signal.h> is that of an older system call. */
struct host_sigaction {
	handler *handler;
	unsigned int flags;
	const char *restorer;
	unsigned int mask[2];
};

struct host_mask {
	unsigned int bits[2];
};

struct host_itimer {
	int period_s, period_us, first_s, first_us;
};

extern const char signal_return[];

/* With SA_SIGINFO the frame is the one that rt_sigreturn takes off. */
void
handle_signal(int signal, handler *h)
{
	struct host_sigaction action = {
		.handler = h,
		.flags = SA_SIGINFO | SA_RESTORER,
		.restorer = signal_return,
	};
	int error = host_call(__NR_rt_sigaction, (unsigned int)signal, (unsigned int)&action, 0,
		sizeof(action.mask));

	if (error)
		fatal("rt_sigaction %d: %d", signal, error);
}

static void
change_mask(unsigned int how, int signal)
{
	struct host_mask mask = {{0, 0}};
	int error;

	mask.bits[(signal - 1) / 32] = 1u << ((signal - 1) % 32);
	error = host_call(__NR_rt_sigprocmask, how, (unsigned int)&mask, 0, sizeof(mask));
	if (error)
		fatal("rt_sigprocmask: %d", error);
}

void
block_signal(int signal)
{
	change_mask(SIG_BLOCK, signal);
}

void
unblock_signal(int signal)
{
	change_mask(SIG_UNBLOCK, signal);
}

void
wait_for_signal(void)
{
	struct host_mask none = {{0, 0}};

	host_call(__NR_rt_sigsuspend, (unsigned int)&none, sizeof(none), 0, 0);
}

void
set_timer(unsigned int first_us, unsigned int period_us)
{
	struct host_itimer timer = {
		(int)(period_us / 1000000),
		(int)(period_us % 1000000),
		(int)(first_us / 1000000),
		(int)(first_us % 1000000),
	};
	int error = host_call(__NR_setitimer, 0, (unsigned int)&timer, 0, 0);

	if (error)
		fatal("setitimer: %d", error);
}

unsigned int
interrupted_eip(const struct ucontext *context)
{
	return context->uc_mcontext.eip;
}

volatile unsigned int ticks, tick_eip;
static struct tt_frame *tick_frame;

static void
on_tick(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info;
	ticks++;
	tick_eip = interrupted_eip(context);
	tick_frame->immediate_exit = 1;
}

void
take_ticks(struct tt_frame *f)
{
	tick_frame = f;
	handle_signal(SIGALRM, on_tick);
}
