/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * registers - every register and flag of an application survives enter and all three ways out, seen
 * from both sides; and enter leaves the Guest kernel's own registers alone.
 */
#include "guest.h"

#define SEEN 0x00500000 /* in the data page: what the application found at enter */
#define LOADED 0x00500100 /* what it has to load before it leaves */
#define ESP 52 /* offset of esp in struct saved */

#define SAVE "pushf\n pusha\n push %ds\n push %es\n push %fs\n push %gs\n"
#define LOAD "pop %gs\n pop %fs\n pop %es\n pop %ds\n popa\n popf\n pop %esp\n"

struct saved {
	unsigned int gs, fs, es, ds, edi, esi, ebp, unused, ebx, edx, ecx, eax, eflags, esp;
};
_Static_assert(offsetof(struct saved, esp) == ESP, "the assembly below knows this offset");
_Static_assert(SEEN == APP_DATA, "and where the data page is");

/* ss is the one segment that is always good: ds may be null. */
#define LOOK                                                 \
	"	mov	%esp, %ss:" STRING(SEEN) "+" STRING( \
		ESP) "\n"                                    \
		     "	mov	$" STRING(SEEN) "+" STRING(  \
			     ESP) ", %esp\n" SAVE "	mov	$" STRING(LOADED) ", %esp\n" LOAD

LABEL(behind_syscall);
APPLICATION(by_syscall, LOOK "	int	$0x80\nbehind_syscall:\n");
LABEL(at_exception);
APPLICATION(by_exception, LOOK "at_exception: ud2\n");
LABEL(at_interrupt);
APPLICATION(by_interrupt, LOOK "at_interrupt: jmp at_interrupt\n");

static const struct way {
	const char *name, *entry, *eip;
	unsigned int reason;
} ways[] = {
	{"system-call", by_syscall, behind_syscall, TT_EXIT_SYSCALL},
	{"exception", by_exception, at_exception, TT_EXIT_EXCEPTION},
	{"interrupt", by_interrupt, at_interrupt, TT_EXIT_INTERRUPT},
};

/* Each flag alone, so that none can stand for another. */
static const unsigned int flags[] = {
	0x00001 /* CF */,
	0x00004 /* PF */,
	0x00010 /* AF */,
	0x00040 /* ZF */,
	0x00080 /* SF */,
	0x00400 /* DF */,
	0x00800 /* OF */,
	0x04000 /* NT */,
	0x40000 /* AC */,
	0x200000 /* ID */,
	0,
	0x244cd5 /* all of them */,
};
#define RF 0x10000 /* the CPU may set it in what a fault saves */

/* Data segments that an application may load: none, the flat one, and its TLS slots. */
static const unsigned int segments[][4] = {
	{TT_USER_DS, TT_USER_DS, 0, TT_TLS_SELECTOR(0)},
	{TT_TLS_SELECTOR(0), TT_TLS_SELECTOR(1), TT_TLS_SELECTOR(2), TT_USER_DS},
	{0, 0, TT_TLS_SELECTOR(1), TT_TLS_SELECTOR(2)},
	{TT_USER_DS, TT_TLS_SELECTOR(2), TT_USER_DS, 0},
};

static struct space space;
static struct app app;

static void
make_pattern(struct saved *s, unsigned int n)
{
	const unsigned int *segment = segments[n % ARRAY_SIZE(segments)];
	unsigned int *general[] = {
		&s->eax, &s->ebx, &s->ecx, &s->edx, &s->esi, &s->edi, &s->ebp, &s->esp};

	for (unsigned int i = 0; i < ARRAY_SIZE(general); i++)
		*general[i] = (8 * n + i + 1) * 0x9e3779b9;
	s->ds = segment[0];
	s->es = segment[1];
	s->fs = segment[2];
	s->gs = segment[3];
	s->eflags = 0x202 | flags[n % ARRAY_SIZE(flags)];
}

static void
to_frame(struct tt_regs *r, const struct saved *s)
{
	r->eax = s->eax, r->ebx = s->ebx, r->ecx = s->ecx, r->edx = s->edx;
	r->esi = s->esi, r->edi = s->edi, r->ebp = s->ebp, r->esp = s->esp;
	r->ds = s->ds, r->es = s->es, r->fs = s->fs, r->gs = s->gs;
	r->eflags = s->eflags;
}

static void
from_frame(struct saved *s, const struct tt_regs *r)
{
	s->eax = r->eax, s->ebx = r->ebx, s->ecx = r->ecx, s->edx = r->edx;
	s->esi = r->esi, s->edi = r->edi, s->ebp = r->ebp, s->esp = r->esp;
	s->ds = r->ds, s->es = r->es, s->fs = r->fs, s->gs = r->gs;
	s->eflags = r->eflags;
}

/* A push of a segment register may leave the upper half of the word as it was. */
static void
same_registers(const struct saved *got, const struct saved *expected)
{
	same("eax", got->eax, expected->eax);
	same("ebx", got->ebx, expected->ebx);
	same("ecx", got->ecx, expected->ecx);
	same("edx", got->edx, expected->edx);
	same("esi", got->esi, expected->esi);
	same("edi", got->edi, expected->edi);
	same("ebp", got->ebp, expected->ebp);
	same("esp", got->esp, expected->esp);
	same("ds", got->ds & 0xffff, expected->ds);
	same("es", got->es & 0xffff, expected->es);
	same("fs", got->fs & 0xffff, expected->fs);
	same("gs", got->gs & 0xffff, expected->gs);
	same("eflags", got->eflags & ~RF, expected->eflags);
}

/* A data segment as an application has it for thread-local data: base, limit in bytes, DPL 3. */
static struct tt_tls
tls(unsigned int base, unsigned int limit)
{
	return (struct tt_tls){
		base << 16 | (limit & 0xffff),
		(base & 0xff000000) | 0x0040f200 | (limit & 0xf0000) | (base >> 16 & 0xff),
	};
}

static void
cross(const struct way *w)
{
	for (int tries = 0; tries < 100; tries++) {
		if (w->reason == TT_EXIT_INTERRUPT) {
			unsigned int old = ticks;

			set_timer(2000, 0);
			run_until_tick(&app, old);
			/* The tick may have come before the application was where it waits. */
			if (app.frame.regs.eip != ADDRESS(w->eip))
				continue;
		} else {
			run(&app);
		}
		break;
	}
	holds(app.frame.reason == w->reason, "expected %s, got %s (trap %u error 0x%x cr2 0x%x)",
		w->name, exit_name(&app.frame), app.frame.trap, app.frame.error_code,
		app.frame.cr2);
}

static void
check_way(const struct way *w)
{
	struct saved now, next, *seen = (struct saved *)app.data;
	/* A tick is worth thousands of system calls. */
	unsigned int rounds = (w->reason == TT_EXIT_INTERRUPT ? 1 : 2) * ARRAY_SIZE(flags);

	check("registers-through-%s", w->name);
	app_restart(&app, w->entry);
	for (unsigned int slot = 0; slot < TT_TLS_SLOTS; slot++)
		app.frame.tls[slot] = tls(APP_DATA, 0xfff);
	make_pattern(&now, 0);
	to_frame(&app.frame.regs, &now);
	for (unsigned int n = 0; n < rounds; n++) {
		make_pattern(&next, n + 1);
		memset(seen, 0, sizeof(*seen));
		memcpy((char *)app.data + (LOADED - SEEN), &next, sizeof(next));
		app.frame.regs.eip = ADDRESS(w->entry);
		cross(w);
		same_registers(seen, &now);
		from_frame(&now, &app.frame.regs);
		same_registers(&now, &next);
		same("eip", app.frame.regs.eip, ADDRESS(w->eip));
		same("cs", app.frame.regs.cs, TT_USER_CS);
		same("ss", app.frame.regs.ss, TT_USER_DS);
		if (w->reason == TT_EXIT_SYSCALL)
			same("orig_eax", app.frame.regs.orig_eax, next.eax);
		else
			same("orig_eax", app.frame.regs.orig_eax, -1u);
		now = next;
	}
}

/*
 * enter with a pattern in every register that it has no use for; what is in them afterwards goes
 * to kernel_saw().  fs and gs are null in guest kernel mode, whatever the application had.
 */
#define KERNEL_FLAGS 0x00000ad7 /* IF and every arithmetic flag; DF is clear */
void enter_watched(struct tt_frame *frame);
__asm__("enter_watched:\n"
	"	push	%ebx\n	push	%esi\n	push	%edi\n	push	%ebp\n"
	"	mov	20(%esp), %ebx\n"
	"	mov	%esp, watched_esp\n"
	"	mov	$0x11223344, %ecx\n"
	"	mov	$0x22334455, %edx\n"
	"	mov	$0x33445566, %esi\n"
	"	mov	$0x44556677, %edi\n"
	"	mov	$0x55667788, %ebp\n"
	"	push	$" STRING(
		KERNEL_FLAGS) "\n"
			      "	popf\n"
			      "	mov	$" STRING(
				      TT_HC_ENTER) ", %eax\n"
						   "	int	$0x80\n"
						   "	push	%esp\n" SAVE "	cld\n"
						   "	push	%esp\n"
						   "	call	kernel_saw\n"
						   "	add	$60, %esp\n"
						   "	pop	%ebp\n	pop	%edi\n	pop	"
						   "%esi\n	pop	%ebx\n"
						   "	ret\n");

unsigned int watched_esp;
void kernel_saw(const struct saved *s);

void
kernel_saw(const struct saved *s)
{
	same("eax", s->eax, 0);
	same("ebx", s->ebx, (unsigned int)&app.frame);
	same("ecx", s->ecx, 0x11223344);
	same("edx", s->edx, 0x22334455);
	same("esi", s->esi, 0x33445566);
	same("edi", s->edi, 0x44556677);
	same("ebp", s->ebp, 0x55667788);
	same("esp", s->esp, watched_esp);
	same("fs", s->fs & 0xffff, 0);
	same("gs", s->gs & 0xffff, 0);
	same("eflags", s->eflags & ~RF, KERNEL_FLAGS);
}

static unsigned int
kernel_segments(void)
{
	unsigned int ds, es;

	__asm__ volatile("mov %%ds, %0\n mov %%es, %1" : "=r"(ds), "=r"(es));
	return (es & 0xffff) << 16 | (ds & 0xffff);
}

/* The application's flags, DF among them, and its segments must not leak into the Guest kernel. */
static void
check_kernel_side(const struct way *w)
{
	unsigned int segments_before = kernel_segments();
	struct saved pattern;

	check("kernel-registers-through-%s", w->name);
	for (unsigned int n = 0; n < ARRAY_SIZE(flags); n++) {
		app_restart(&app, w->entry);
		for (unsigned int slot = 0; slot < TT_TLS_SLOTS; slot++)
			app.frame.tls[slot] = tls(APP_DATA, 0xfff);
		make_pattern(&pattern, n);
		memcpy((char *)app.data + (LOADED - SEEN), &pattern, sizeof(pattern));
		if (n == 0)
			cross(w);
		app.frame.regs.eip = ADDRESS(w->entry);
		if (w->reason == TT_EXIT_INTERRUPT)
			set_timer(2000, 0);
		enter_watched(&app.frame);
		same("ds and es", kernel_segments(), segments_before);
		app.frame.immediate_exit = 0;
	}
}

APPLICATION(read_tls, "	mov	%gs:0, %eax\n	mov	%fs:4, %ebx\n	mov	%es:0xffc, "
		      "%ecx\n	int	$0x80\n");
APPLICATION(read_below_tls, "	mov	%gs:-4, %eax\n	mov	%gs:-0x800, %ebx\n"
			    "	int	$0x80\n");

static void
check_tls(void)
{
	check("tls-bases");
	for (unsigned int i = 0; i < TT_PAGE_SIZE / 4; i++)
		app.data[i] = 0xda7a0000 + 4 * i;
	for (unsigned int shift = 0; shift < 3; shift++) {
		app_restart(&app, read_tls);
		app.frame.regs.gs = TT_TLS_SELECTOR(0);
		app.frame.regs.fs = TT_TLS_SELECTOR(1);
		app.frame.regs.es = TT_TLS_SELECTOR(2);
		app.frame.tls[0] = tls(APP_DATA + 0x100 * shift, 0xff);
		app.frame.tls[1] = tls(APP_DATA + 0x400 * shift, 0xff);
		app.frame.tls[2] = tls(APP_DATA - 0x10 * shift, 0xffff);
		run_to_syscall(&app);
		same("gs:0", app.frame.regs.eax, 0xda7a0000 + 0x100 * shift);
		same("fs:4", app.frame.regs.ebx, 0xda7a0004 + 0x400 * shift);
		same("es:0xffc", app.frame.regs.ecx, 0xda7a0ffc - 0x10 * shift);
	}

	/* Expand-down: what lies below the base has negative offsets. */
	check("tls-below-its-base");
	for (unsigned int shift = 0; shift < 3; shift++) {
		app_restart(&app, read_below_tls);
		app.frame.regs.gs = TT_TLS_SELECTOR(shift);
		app.frame.tls[shift] = tls(APP_DATA + 0x800 + 0x10 * shift, 0xffaff);
		app.frame.tls[shift].high |= 0x00800400;
		run_to_syscall(&app);
		same("gs:-4", app.frame.regs.eax, 0xda7a07fc + 0x10 * shift);
		same("gs:-0x800", app.frame.regs.ebx, 0xda7a0000 + 0x10 * shift);
	}
}

APPLICATION(just_call, "	int	$0x80\n	int	$0x80\n");
APPLICATION(load_odd_selectors, "	mov	$1, %eax\n	mov	%eax, %fs\n	mov	"
				"$3, %eax\n	mov	%eax, %gs\n"
				"	mov	$0x78, %eax\n	mov	%eax, %es\n"
				"	int	$0x80\n	int	$0x80\n");

/* What the Guest kernel may not ask for is taken away, not refused (frame.h). */
static void
check_hostile(void)
{
	static const unsigned int bad_flags[] = {0x1000, 0x2000, 0x3000 /* IOPL */,
		0x20000 /* VM */, 0x80000 /* VIF */, 0x100000 /* VIP */, 0x8000, 0xffc00000,
		0xffdbb02a};
	static const unsigned int bad_selectors[] = {0x60, 0x63, 0x68, 0x6b, 0x80, 0x83, 0x88, 0x8b,
		0xd8, 0xdb, 0x04, 0x07, 0x0f, 0x7f, TT_TLS_SELECTOR(0), TT_TLS_SELECTOR(1),
		TT_TLS_SELECTOR(2), 0x103, 0xfff8, 0xffff};

	for (unsigned int i = 0; i < ARRAY_SIZE(bad_flags); i++) {
		check("flag-0x%x-is-not-set", bad_flags[i]);
		app_restart(&app, just_call);
		app.frame.regs.eflags |= bad_flags[i];
		if (run_to_syscall(&app))
			same("eflags", app.frame.regs.eflags & ~RF, 0x202);
	}
	check("interrupt-flag-is-set");
	app_restart(&app, just_call);
	app.frame.regs.eflags = 0;
	if (run_to_syscall(&app))
		same("eflags", app.frame.regs.eflags, 0x202);

	for (unsigned int i = 0; i < ARRAY_SIZE(bad_selectors); i++) {
		check("selector-0x%x-becomes-0", bad_selectors[i]);
		app_restart(&app, just_call);
		app.frame.regs.ds = app.frame.regs.es = bad_selectors[i];
		app.frame.regs.fs = app.frame.regs.gs = bad_selectors[i];
		if (!run_to_syscall(&app))
			continue;
		same("ds", app.frame.regs.ds & 0xffff, 0);
		same("es", app.frame.regs.es & 0xffff, 0);
		same("fs", app.frame.regs.fs & 0xffff, 0);
		same("gs", app.frame.regs.gs & 0xffff, 0);
	}

	check("code-and-stack-selectors-are-fixed");
	app_restart(&app, just_call);
	app.frame.regs.cs = 0x60;
	app.frame.regs.ss = 0x68;
	if (run_to_syscall(&app)) {
		same("cs", app.frame.regs.cs, TT_USER_CS);
		same("ss", app.frame.regs.ss, TT_USER_DS);
	}

	/* The CPU lets an application load these; the Host need not take them back as they were. */
	check("odd-selectors-do-no-harm");
	app_restart(&app, load_odd_selectors);
	run_to_syscall(&app);
	if (run_to_syscall(&app)) {
		holds((app.frame.regs.fs & 0xfffc) == 0, "fs 0x%x", app.frame.regs.fs);
		holds((app.frame.regs.gs & 0xfffc) == 0, "gs 0x%x", app.frame.regs.gs);
	}
}

int
main(void)
{
	app_create(&app, &space, by_syscall);
	take_ticks(&app.frame);
	for (unsigned int i = 0; i < ARRAY_SIZE(ways); i++)
		check_way(&ways[i]);
	for (unsigned int i = 0; i < ARRAY_SIZE(ways); i++)
		check_kernel_side(&ways[i]);
	check_tls();
	check_hostile();
	return 0;
}
