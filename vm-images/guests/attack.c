/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attack WHAT PROTECTION - hostile applications.  WHAT is "all", a name, or how names begin;
 * "attack list" tells those of the table.  PROTECTION says what the Guest kernel is protected by:
 * "segments" or "pages".
 *
 * Each attack has to end in the right exception, with nothing of the Guest kernel's read or
 * written.  Not every machine checks segment limits; what only a limit stops is left out on one
 * that does not, and the console says so.
 */
#include <asm/errno.h>

#include "guest.h"

#define EDGE TT_GUEST_KERNEL_BASE
#define EDGE_PAGE (EDGE - TT_PAGE_SIZE) /* the last page that an application can have */
#define SECRET 0x5ec4e75au
#define MINE 0x11111111u /* what the application's eax holds */
#define WRITE 0xbad0bad0u /* what it wants to write */
/* In a page full of secrets; aligned for the instructions that ask for it. */
#define CANARY_AT 0x40

#define FLAG_TF 0x100
/* IF, which an application has, and IOPL, VM, VIF and VIP, which it has not. */
#define FLAG_IF 0x200
#define FLAGS_FORBIDDEN 0x001a3000

enum target { NOWHERE, CANARY, SPLIT, HOST, TOP };

/* What an attack comes back as: a vector, an error code, and which eip and cr2. */
#define TRAP_OF(outcome) ((outcome)&0xff)
#define ERROR_OF(outcome) ((outcome) >> 8 & 0xffff)
#define THERE 0x01000000 /* eip is where it wanted to go, not at the instruction */
#define AT_TARGET 0x02000000 /* cr2 is the first forbidden byte, or one close behind */
#define OR_PAGE_FAULT 0x04000000
#define OR_LIMIT 0x20000000
#define NOTHING 0x08000000 /* no exception: it went on to its next system call */
/*
 * Not for QEMU's TCG.  It makes the stack accesses of far calls and returns with the rights of
 * level 0 whoever asks, so that a supervisor's page stops nobody; and it lets anybody return to
 * virtual 8086 mode, where the next instruction is another one.  Nor does it check alignment.
 */
#define HONEST 0x10000000

#define TS 10
#define UD 6
#define UD_HONEST (UD | HONEST)
#define AC_HONEST (17 | HONEST)
#define SS 12
#define GP 13
#define GP_(error) (13 | (error) << 8)
#define GP60 GP_(0x60)
#define GP68 GP_(0x68)
#define GP70 GP_(0x70)
#define GP_THERE (13 | THERE)
#define PF (14 | AT_TARGET)
#define PF_THERE (14 | AT_TARGET | THERE)
#define PF_AT 14 /* anywhere */
#define PF_FAR (PF | HONEST)
/* TCG lets an application use a null segment, and write to code. */
#define GP_OR_PF (13 | OR_PAGE_FAULT)

/* A far pointer in the data page, and its use. */
#define TO(selector) "movl %ebx, 0x500010; movl $" #selector ", 0x500014"
#define JUMP "ljmp *0x500010"
#define CALL "lcall *0x500010"
#define POPF_WITH(flags) "pushf; orl $" #flags ", (%esp); popf"
#define IRET_WITH(flags) "pushf; orl $" #flags ", (%esp); push $0x73; push $2f; iret; 2:"

#define ATTACK(name, target, before, instruction, segments, pages) \
	LABEL(at_##name);                                          \
	APPLICATION(attack_##name, before "\nat_" #name ": " instruction "\n	int	$0x80\n");
#include "attacks.h"
#undef ATTACK

static const struct attack {
	const char *name, *entry, *at;
	enum target target;
	unsigned int segments, pages;
} attacks[] = {
#define ATTACK(name, target, before, instruction, segments, pages) \
	{#name, attack_##name, at_##name, target, segments, pages},
#include "attacks.h"
#undef ATTACK
};

static struct space space;
static struct app app;
static struct tt_regs *const r = &app.frame.regs;
static const char *wanted;
static bool by_segments, limits_checked;
static unsigned int *canaries, *edge_words, stack_page;
static unsigned int left_out;

/* The names above are C's; reports have words with hyphens. */
static const char *
hyphens(const char *name)
{
	static char word[64];
	unsigned int i;

	for (i = 0; i < sizeof(word) - 1 && name[i]; i++)
		word[i] = name[i] == '_' ? '-' : name[i];
	word[i] = 0;
	return word;
}

static bool
begins(const char *text, const char *with)
{
	while (*with && *text == *with)
		text++, with++;
	return !*with;
}

static bool
begin(const char *name)
{
	const char *word = hyphens(name);

	if (!strings_equal(wanted, "all") && !begins(word, wanted))
		return false;
	check("%s", word);
	return true;
}

/* The Guest kernel can be read by its applications here, whatever the Monitor does. */
static bool
unprotected(void)
{
	return by_segments && !limits_checked;
}

/* An application's registers are still in the CPU when enter returns, those of the FPU. */
static bool
secret_in_fpu(void)
{
	static unsigned int image[128] __attribute__((aligned(16)));

	__asm__ volatile("fxsave %0; fninit" : "=m"(image));
	for (unsigned int i = 8; i < 72; i++)
		if (image[i] == SECRET)
			return true;
	return false;
}

/* Every page that an application can write, and all its registers. */
static void
nothing_taken(const char *what)
{
	const unsigned int *words = (const unsigned int *)r;
	unsigned int *stack = ram(stack_page);

	for (unsigned int i = 0; i < TT_FRAME_REGS; i++)
		holds(words[i] != SECRET, "%s: the secret is in register %u", what, i);
	for (unsigned int i = 0; i < TT_PAGE_SIZE / 4; i++) {
		holds(app.data[i] != SECRET && stack[i] != SECRET, "%s: the secret is in memory",
			what);
		holds(canaries[i] == SECRET, "%s: word %u of the Guest kernel's was written", what,
			i);
		if (app.data[i] == SECRET)
			app.data[i] = 0;
		if (stack[i] == SECRET)
			stack[i] = 0;
		canaries[i] = SECRET;
	}
	holds(!secret_in_fpu(), "%s: the secret is in the FPU", what);
	same("the Guest kernel's first word", boot->magic, TT_BOOT_MAGIC);
	holds((r->eflags & (FLAGS_FORBIDDEN | FLAG_IF)) == FLAG_IF, "%s: flags 0x%x", what,
		r->eflags);
}

static void
restart(const char *entry, unsigned int address)
{
	app_restart(&app, entry);
	edge_words[TT_PAGE_SIZE / 4 - 1] = 0x90909090;
	r->eax = MINE;
	r->ebx = r->esi = r->edi = r->ebp = address;
	r->ecx = WRITE;
}

static unsigned int
address_of(enum target target)
{
	switch (target) {
	case CANARY:
		return (unsigned int)canaries + CANARY_AT;
	case SPLIT:
		return EDGE - 2;
	case HOST:
		return TT_HOST_KERNEL_BASE + 0x1000000;
	case TOP:
		return 0xfffffffc;
	default:
		return 0;
	}
}

static void
try_attack(const struct attack *a)
{
	const struct tt_frame *f = &app.frame;
	unsigned int address = address_of(a->target);
	unsigned int first = address < EDGE ? EDGE : address;
	unsigned int outcome = by_segments ? a->segments : a->pages;
	bool hosts = a->target == HOST || a->target == TOP;

	if ((outcome & HONEST && !limits_checked) ||
		(unprotected() && a->segments != a->pages && !hosts)) {
		left_out++;
		return;
	}
	if (!begin(a->name))
		return;
	/* The Host's own pages need no limit; but a far jump finds one even on TCG. */
	if (unprotected() && hosts)
		outcome = a->pages | OR_LIMIT;
	restart(a->entry, address);
	run(&app);
	nothing_taken(a->name);
	if (outcome & NOTHING) {
		holds(f->reason == TT_EXIT_SYSCALL, "%s (trap %u) at eip 0x%x", exit_name(f),
			f->trap, r->eip);
		return;
	}
	if (outcome & OR_PAGE_FAULT && f->trap == 14)
		outcome = PF;
	if (outcome & OR_LIMIT && f->trap == TRAP_OF(a->segments))
		outcome = a->segments;
	holds(f->reason == TT_EXIT_EXCEPTION && f->trap == TRAP_OF(outcome) &&
			(f->trap == 14 || f->error_code == ERROR_OF(outcome)),
		"expected trap %u error 0x%x, got %s (trap %u error 0x%x cr2 0x%x)",
		TRAP_OF(outcome), ERROR_OF(outcome), exit_name(f), f->trap, f->error_code, f->cr2);
	same("eip", r->eip, outcome & THERE ? first : ADDRESS(a->at));
	same("eax", r->eax, MINE);
	if (outcome & AT_TARGET)
		holds(f->cr2 - first < 64, "cr2 0x%x, not 0x%x", f->cr2, first);
	if (f->trap == 14)
		same("user bit", f->error_code & TT_PF_USER, TT_PF_USER);
}

/* ---- the edge ---- */

APPLICATION(go, "	jmp	*%ebx\n");

/* A system call whose return address lies in the Guest kernel. */
static void
call_at_the_edge(void)
{
	const struct tt_frame *f = &app.frame;

	if (!begin("edge-call"))
		return;
	restart(go, EDGE - 4);
	edge_words[TT_PAGE_SIZE / 4 - 1] = 0x80cd9090;
	if (run_to_syscall(&app)) {
		same("eip", r->eip, EDGE);
		if (!unprotected()) {
			run(&app);
			holds(f->reason == TT_EXIT_EXCEPTION && f->trap == (by_segments ? 13 : 14),
				"behind it: %s (trap %u)", exit_name(f), f->trap);
			same("eip", r->eip, EDGE);
		}
	}
	nothing_taken("the call");
}

/* ---- selectors ---- */

APPLICATION(load_ds, "	mov	%edx, %ds\n	mov	(%ebx), %eax\n	int	$0x80\n");
APPLICATION(load_es, "	mov	%edx, %es\n	mov	%es:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(load_fs, "	mov	%edx, %fs\n	mov	%fs:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(load_gs, "	mov	%edx, %gs\n	mov	%gs:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(load_ss, "	mov	%edx, %ss\n	mov	%ss:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(load_cs, "	push	%edx\n	push	$1f\n	lret\n"
		     "1:	mov	%cs:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(write_ds, "	mov	%edx, %ds\n	mov	%ecx, (%ebx)\n	int	$0x80\n");
APPLICATION(write_es, "	mov	%edx, %es\n	mov	%ecx, %es:(%ebx)\n	int	$0x80\n");
APPLICATION(write_fs, "	mov	%edx, %fs\n	mov	%ecx, %fs:(%ebx)\n	int	$0x80\n");
APPLICATION(write_gs, "	mov	%edx, %gs\n	mov	%ecx, %gs:(%ebx)\n	int	$0x80\n");
APPLICATION(write_ss, "	mov	%edx, %ss\n	mov	%ecx, %ss:(%ebx)\n	int	$0x80\n");
APPLICATION(byte_ds, "	mov	%edx, %ds\n	mov	(%ebx), %al\n	int	$0x80\n");
APPLICATION(byte_es, "	mov	%edx, %es\n	mov	%es:(%ebx), %al\n	int	$0x80\n");
APPLICATION(byte_fs, "	mov	%edx, %fs\n	mov	%fs:(%ebx), %al\n	int	$0x80\n");
APPLICATION(byte_gs, "	mov	%edx, %gs\n	mov	%gs:(%ebx), %al\n	int	$0x80\n");
APPLICATION(byte_ss, "	mov	%edx, %ss\n	mov	%ss:(%ebx), %al\n	int	$0x80\n");
APPLICATION(has_ds, "	mov	(%ebx), %eax\n	int	$0x80\n");
APPLICATION(has_es, "	mov	%es:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(has_fs, "	mov	%fs:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(has_gs, "	mov	%gs:(%ebx), %eax\n	int	$0x80\n");

static const struct load {
	const char *reads, *writes, *has, *reads_byte;
	unsigned int *in_frame;
} loads[] = {
	{load_ds, write_ds, has_ds, byte_ds, &app.frame.regs.ds},
	{load_es, write_es, has_es, byte_es, &app.frame.regs.es},
	{load_fs, write_fs, has_fs, byte_fs, &app.frame.regs.fs},
	{load_gs, write_gs, has_gs, byte_gs, &app.frame.regs.gs},
	{load_ss, write_ss, NULL, byte_ss, NULL},
	{load_cs, NULL, NULL, NULL, NULL},
};

static void
has_failed(const char *what, unsigned int number)
{
	const struct tt_frame *f = &app.frame;

	/* Where limits are checked, nothing gets as far as to a page. */
	holds(f->reason == TT_EXIT_EXCEPTION && f->trap >= 10 &&
			f->trap <= (by_segments && limits_checked ? 13 : 14),
		"%s 0x%x: %s (trap %u)", what, number, exit_name(f), f->trap);
	holds(r->eax == MINE, "%s 0x%x: eax became 0x%x", what, number, r->eax);
	nothing_taken(what);
}

static void
must_fail(const char *what, unsigned int number)
{
	run(&app);
	has_failed(what, number);
}

/* Every entry of both tables, at every level, in every register; and from the frame. */
static void
every_selector(void)
{
	unsigned int address = address_of(unprotected() ? HOST : CANARY);

	for (unsigned int i = 0; i < ARRAY_SIZE(loads); i++) {
		static const char *const names[] = {"ds", "es", "fs", "gs", "ss", "cs"};
		char word[32] = "selector-every-in-xx";

		word[18] = names[i][0];
		word[19] = names[i][1];
		if (!begin(word))
			continue;
		for (unsigned int selector = 0; selector < 0x108; selector++) {
			restart(loads[i].reads, address);
			r->edx = selector;
			must_fail("selector", selector);
			if (loads[i].writes) {
				restart(loads[i].writes, address);
				r->edx = selector;
				must_fail("written by selector", selector);
			}
			if (loads[i].has) {
				restart(loads[i].has, address);
				*loads[i].in_frame = selector | 0xabcd0000;
				must_fail("frame's selector", selector);
			}
		}
	}
}

/* ---- thread-local segments ---- */

#define TLS_SELECTOR TT_TLS_SELECTOR(0)

#define IN_PAGES 0x800000 /* the limit counts pages, not bytes */
#define DOWN \
	0x400 /* expand-down: offsets beyond the limit, which wrap to what lies below the base */

/* limit as the CPU has it. */
static void
set_tls(unsigned int slot, unsigned int base, unsigned int limit, unsigned int kind)
{
	app.frame.tls[slot].low = base << 16 | (limit & 0xffff);
	app.frame.tls[slot].high =
		(base & 0xff000000) | 0x0040f200 | kind | (limit & 0xf0000) | (base >> 16 & 0xff);
}

/* As much as an application may have from its base on, or below it: what a Guest kernel asks for.
 */
static void
set_widest_tls(unsigned int slot, unsigned int base, bool down)
{
	unsigned int pages = (EDGE - base) / TT_PAGE_SIZE;

	if (down)
		set_tls(slot, base, 0xfffff - base / TT_PAGE_SIZE, IN_PAGES | DOWN);
	else if (pages)
		set_tls(slot, base, pages - 1, IN_PAGES);
	else
		set_tls(slot, base, EDGE - 1 - base, 0);
}

static void
through_segment(unsigned int target, unsigned int base, unsigned int limit, unsigned int kind)
{
	static unsigned int slot;

	for (unsigned int i = 0; i < 5; i++) {
		const struct load *l = &loads[i];
		const char *const entries[] = {l->reads, l->writes, l->has, l->reads_byte};

		for (unsigned int j = 0; j < ARRAY_SIZE(entries); j++) {
			/* One byte is still the application's, just before the edge. */
			if (!entries[j] || (entries[j] == l->reads_byte && target < EDGE))
				continue;
			slot = (slot + 1) % TT_TLS_SLOTS;
			restart(entries[j], target - base);
			r->edx = TT_TLS_SELECTOR(slot);
			if (entries[j] == l->has)
				*l->in_frame = TT_TLS_SELECTOR(slot);
			set_tls(slot, base, limit, kind);
			must_fail("target", target);
		}
	}
}

static bool
begin_letter(const char *name, unsigned int letter)
{
	char word[40];
	unsigned int i;

	for (i = 0; name[i]; i++)
		word[i] = name[i];
	word[i] = (char)('a' + letter);
	word[i + 1] = 0;
	return begin(word);
}

struct segment {
	unsigned int base, limit, kind;
};

/* What reaches the Guest kernel cannot be had; where pages protect, it may be, and does not help.
 */
static void
refused_tls(void)
{
	const unsigned int canary = address_of(CANARY);
	const struct segment segments[] = {
		{0, 0xfffff, IN_PAGES}, /* flat */
		{1, 0xfffff, IN_PAGES},
		{APP_DATA, 0xfffff, IN_PAGES}, /* what a C library asks for */
		{APP_DATA + 0x123, 0xfffff, IN_PAGES},
		{0, 0xbffff, IN_PAGES}, /* as far as the Host kernel */
		{0, 0x70000, IN_PAGES}, /* a page too far */
		{0x6fff0000, 0xfffff, 0}, /* limits in bytes reach over the edge, too */
		{0x6ffff800, 0xfff, 0},
		{EDGE - 1, 3, 0},
		{EDGE, 0xfffff, IN_PAGES}, /* based in the Guest kernel */
		{EDGE, 3, 0},
		{canary, 3, 0},
		{canary, 0xfffff, 0},
		{canary - 0x1000, 0x1003, 0},
		{canary + 16, 0xfffff, IN_PAGES | DOWN}, /* below its base */
		{canary + 0x1000, 0xffffe, IN_PAGES | DOWN},
		{0x80000000, 0xfffff, IN_PAGES},
		{TT_MONITOR_BASE, 0xfffff, IN_PAGES},
		{TT_HOST_KERNEL_BASE, 0xfffff, IN_PAGES},
		{0xfffff000, 0xfffff, IN_PAGES}, /* and round the end */
		{0xffffffff, 0xfffff, IN_PAGES},
		{0xffff0000, 0x7ffff, IN_PAGES},
		{APP_DATA, 0, IN_PAGES | DOWN}, /* below its base, and round the end */
		{APP_DATA, 0xffafe, IN_PAGES | DOWN},
		{APP_DATA, 0xfffff, DOWN},
		{EDGE - 1, 0x8ffff, IN_PAGES | DOWN},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(segments); i++) {
		if (!begin_letter("tls-segment-refused-", i))
			continue;
		for (unsigned int slot = 0; slot < TT_TLS_SLOTS; slot++) {
			restart(load_gs, canary - segments[i].base);
			r->gs = r->edx = TT_TLS_SELECTOR(slot);
			set_tls(slot, segments[i].base, segments[i].limit, segments[i].kind);
			int error = hc_enter(&app.frame);

			holds(error == -EINVAL || (!error && !by_segments &&
							  app.frame.reason != TT_EXIT_SYSCALL),
				"slot %u: %d", slot, error);
			same("eax", r->eax, MINE);
			nothing_taken("it");
		}
	}
}

/* What ends in time ends for every access. */
static void
through_tls(void)
{
	const unsigned int targets[] = {address_of(CANARY), EDGE, EDGE - 2, TT_MONITOR_BASE - 4,
		TT_HOST_KERNEL_BASE, 0xfffffffc};
	static const struct segment segments[] = {
		{0, 0x6ffff, IN_PAGES},
		{1, 0x6fffe, IN_PAGES},
		{APP_DATA, 0x6faff, IN_PAGES},
		{APP_DATA + 0x123, 0x6fafe, IN_PAGES},
		{0x6ff00000, 0xfffff, 0},
		{EDGE_PAGE, 0xfff, 0},
		{EDGE_PAGE, 0, IN_PAGES},
		{EDGE - 1, 0, 0},
		{0, 0xfffff, IN_PAGES | DOWN}, /* no byte at all */
		{TT_PAGE_SIZE, 0xffffe, IN_PAGES | DOWN},
		{APP_DATA, 0xffaff, IN_PAGES | DOWN},
		{APP_DATA + 0x9a1, 0xffaff, IN_PAGES | DOWN},
		{EDGE_PAGE, 0x90000, IN_PAGES | DOWN},
		{EDGE - 1, 0x90000, IN_PAGES | DOWN},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(segments); i++) {
		if (unprotected()) {
			left_out++;
			continue;
		}
		if (!begin_letter("tls-segment-bounded-", i))
			continue;
		for (unsigned int j = 0; j < ARRAY_SIZE(targets); j++)
			through_segment(
				targets[j], segments[i].base, segments[i].limit, segments[i].kind);
	}
}

LABEL(through_gs_at);
APPLICATION(through_gs, "	mov	$0x33, %edx\n"
			"	mov	%edx, %gs\n"
			"through_gs_at: mov	%gs:(%ebx), %eax\n"
			"	int	$0x80\n");

/* A segment has the bytes that its limit says, and where limits are checked no other. */
static void
exact_tls(void)
{
	static const struct {
		const char *name;
		struct segment segment;
		struct {
			unsigned int offset;
			bool good;
		} words[10];
	} tries[] = {
		{"tls-up-is-exact", {APP_DATA, 0xfff, 0},
			{{0, true}, {0x7fc, true}, {0xffc, true}, {0xffd, false}, {0xfff, false},
				{0x1000, false}, {0x7ffffffc, false}, {0x80000000, false},
				{-0x1000u, false}, {-4u, false}}},
		{"tls-down-is-exact", {APP_DATA + 0x1000, 0xffffe, IN_PAGES | DOWN},
			{{-4u, true}, {-0x800u, true}, {-0x1000u, true}, {-0x1001u, false},
				{-0x1004u, false}, {-0x2000u, false}, {0x80000000, false},
				{0, false}, {-3u, false}, {-1u, false}}},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(tries); i++) {
		const struct segment *s = &tries[i].segment;

		if (!begin(tries[i].name))
			continue;
		for (unsigned int j = 0; j < TT_PAGE_SIZE / 4; j++)
			app.data[j] = 0xda7a0000 + 4 * j;
		for (unsigned int j = 0; j < ARRAY_SIZE(tries[i].words); j++) {
			unsigned int offset = tries[i].words[j].offset;

			restart(through_gs, offset);
			set_tls(0, s->base, s->limit, s->kind);
			if (tries[i].words[j].good) {
				if (run_to_syscall(&app))
					same("what is there", r->eax,
						0xda7a0000 + s->base + offset - APP_DATA);
			} else if (limits_checked) {
				run_to_exception(&app, 13, 0, through_gs_at);
				same("eax", r->eax, MINE);
			}
		}
	}
}

LABEL(below_then_above_at);
APPLICATION(below_then_above, "	mov	$0x33, %edx\n"
			      "	mov	%edx, %gs\n"
			      "	mov	%gs:-4, %edx\n"
			      "	mov	%gs:0, %esi\n"
			      "	mov	%gs:-8, %edi\n"
			      "below_then_above_at: mov	%gs:(%ebx), %eax\n"
			      "	int	$0x80\n");
LABEL(both_at_once_at);
APPLICATION(both_at_once, "	mov	$0x33, %edx\n"
			  "	mov	%edx, %es\n"
			  "	mov	%edx, %gs\n"
			  "	cld\n"
			  "	mov	$-4, %esi\n"
			  "	mov	$0, %edi\n"
			  "both_at_once_at: gs movsl\n"
			  "	int	$0x80\n");
LABEL(privileged_at);
APPLICATION(privileged, "	mov	$0x33, %edx\n"
			"	mov	%edx, %gs\n"
			"	mov	%gs:-4, %edx\n"
			"privileged_at: hlt\n"
			"	int	$0x80\n");
APPLICATION(keeps_gs, "	mov	%gs:0, %edx\n	int	$0x80\n");

#define OTHER_STACK "	mov	$0x33, %edx\n	mov	%edx, %ss\n	push	%ebp\n"
APPLICATION(stack_call, OTHER_STACK "	int	$0x80\n");
APPLICATION(stack_fault, OTHER_STACK "	mov	%eax, (%ebx)\n");
APPLICATION(stack_sysenter, OTHER_STACK "	lea	0x10000(%esp), %ebp\n	sysenter\n	"
					"ud2\n");
APPLICATION(stack_trap, OTHER_STACK "	ud2\n");
APPLICATION(stack_wait, OTHER_STACK "1:	jmp	1b\n");
APPLICATION(which_stack, "	mov	%ss, %edx\n	int	$0x80\n");

static unsigned int
stack_segment(void)
{
	unsigned int ss;

	__asm__ volatile("mov %%ss, %0" : "=r"(ss));
	return ss & 0xffff;
}

/* The same the other way round; nothing touches the Guest kernel's stack meanwhile. */
static void
enter_on_stack_segment(unsigned int selector)
{
	unsigned int result = TT_HC_ENTER;

	__asm__ volatile("1:	mov	%1, %%ss\n"
			 "2:	int	$0x80\n"
			 "	mov	%2, %%ss\n" MAY_FAULT
			 : "+a"(result)
			 : "r"(selector), "r"(TT_USER_DS), "b"(&app.frame)
			 : "memory");
}

/*
 * A C library reaches below its segment's base, and above it.  No segment that may be had has both,
 * so a Guest kernel gives one and at its #GP the other.  Returns how often it did; a #GP that comes
 * again where it was is about something else.
 */
static unsigned int
run_turning_tls(unsigned int base, bool down)
{
	unsigned int turns = 0, at = 0;

	for (;; turns++, down = !down) {
		set_widest_tls(0, base, down);
		run(&app);
		if (app.frame.reason != TT_EXIT_EXCEPTION || app.frame.trap != 13 || r->eip == at)
			return turns;
		at = r->eip;
	}
}

static void
below_tls(void)
{
	static const unsigned int bases[] = {APP_DATA + 0x800, APP_DATA + 0x804, APP_DATA + 0x9a1};

	if (begin("tls-below-its-base")) {
		for (unsigned int i = 0; i < 2 * ARRAY_SIZE(bases); i++) {
			unsigned int base = bases[i / 2], offset = base - APP_DATA, turns;
			bool down = i % 2;

			restart(below_then_above, address_of(unprotected() ? HOST : CANARY));
			r->ebx -= base;
			memset(app.data, 0, TT_PAGE_SIZE);
			*(unsigned int *)((char *)app.data + offset - 4) = 0x04040404;
			*(unsigned int *)((char *)app.data + offset) = 0x40404040;
			*(unsigned int *)((char *)app.data + offset - 8) = 0x08080808;
			turns = run_turning_tls(base, down);
			has_failed("base", base);
			/* Each of the four accesses needs another kind than the one before. */
			if (limits_checked)
				same("#GPs", turns, down ? 3 : 4);
			same("eip", r->eip, ADDRESS(below_then_above_at));
			same("below", r->edx, 0x04040404);
			same("above", r->esi, 0x40404040);
			same("below again", r->edi, 0x08080808);
		}
	}
	/* Whichever way it stands, one half faults, and the Guest kernel is told. */
	if (begin("tls-below-and-above-at-once")) {
		for (unsigned int down = 0; down < 2; down++) {
			restart(both_at_once, 0);
			run_turning_tls(bases[0], down);
			if (limits_checked)
				holds(app.frame.reason == TT_EXIT_EXCEPTION &&
						app.frame.trap == 13 &&
						r->eip == ADDRESS(both_at_once_at),
					"%s at eip 0x%x", exit_name(&app.frame), r->eip);
			else
				same("reason", app.frame.reason, TT_EXIT_SYSCALL);
			nothing_taken("it");
		}
	}
	/* Not every general protection fault is about the segment. */
	if (begin("tls-and-a-privileged-instruction")) {
		restart(privileged, 0);
		set_widest_tls(0, bases[0], true);
		run_to_exception(&app, 13, 0, privileged_at);
	}
	/* An application's stack segment is its own affair, not the Guest kernel's. */
	if (begin("tls-as-stack-segment")) {
		static const char *const entries[] = {
			stack_call, stack_fault, stack_sysenter, stack_trap, stack_wait};

		for (unsigned int i = 0; i < 2 * ARRAY_SIZE(entries); i++) {
			const char *entry = entries[i / 2];
			/* The stack lies above one base, and below the other. */
			bool down = i % 2;
			unsigned int base = down ? 0x700000 : 0x10000;

			restart(entry, 0);
			set_widest_tls(0, base, down);
			r->esp -= base;
			ticks = 0;
			if (entry == stack_wait)
				set_timer(10000, 0);
			run_until_tick(&app, 0);
			same("the Guest kernel's ss", stack_segment(), TT_USER_DS);
			nothing_taken("it");
			restart(which_stack, 0);
			set_widest_tls(0, base, down);
			enter_on_stack_segment(TLS_SELECTOR);
			if (app.frame.reason == TT_EXIT_SYSCALL)
				same("the application's ss", r->edx & 0xffff, TT_USER_DS);
		}
	}
	/* The selector stays the same, and the segment does not. */
	if (begin("tls-changes-behind-the-selector")) {
		for (unsigned int i = 0; i < 4; i++) {
			app.data[0x100 + i] = 0x70000 + i;
			restart(keeps_gs, 0);
			r->gs = TLS_SELECTOR;
			set_widest_tls(0, APP_DATA + 0x400 + 4 * i, false);
			if (run_to_syscall(&app))
				same("what is there", r->edx, 0x70000 + i);
		}
	}
}

/* ---- what may be left over from guest kernel mode, or from an exit ---- */

APPLICATION(one_call, "	int	$0x80\n");
APPLICATION(one_sysenter, "	push	%ebp\n	mov	%esp, %ebp\n	sysenter\n	ud2\n");
APPLICATION(one_trap, "	ud2\n");
APPLICATION(one_fault, "	mov	$0, %ebx\n	mov	%eax, (%ebx)\n");
APPLICATION(one_violation, "	hlt\n");
APPLICATION(one_wait, "1:	jmp	1b\n");
APPLICATION(one_bad_segment, "	mov	$0x6b, %eax\n	mov	%eax, %gs\n");

static void
read_everyway(const char *what)
{
	unsigned int address = address_of(unprotected() ? HOST : CANARY);

	for (unsigned int i = 0; i < ARRAY_SIZE(loads); i++) {
		if (loads[i].has) {
			restart(loads[i].has, address);
			*loads[i].in_frame = TT_USER_DS;
			must_fail(what, i);
		}
	}
	restart(load_ss, address);
	r->edx = TT_USER_DS;
	must_fail(what, 4);
	restart(load_cs, address);
	r->edx = TT_USER_CS;
	must_fail(what, 5);
}

/* The Guest kernel runs on flat segments; what it leaves in registers stays loaded in the CPU. */
static void
flat_leftovers(void)
{
	unsigned int address = address_of(unprotected() ? HOST : CANARY);

	if (!begin("after-flat-segments-of-the-guest-kernel"))
		return;
	for (unsigned int i = 0; i < 4; i++) {
		restart(loads[i].has, address);
		*loads[i].in_frame = TT_USER_DS;
		__asm__ volatile("mov %0, %%fs; mov %0, %%gs" : : "r"(TT_USER_DS));
		must_fail("register", i);
		restart(loads[i].has, address);
		*loads[i].in_frame = TT_USER_CS;
		__asm__ volatile("mov %0, %%fs; mov %0, %%gs" : : "r"(TT_USER_CS));
		must_fail("register, by code", i);
	}
}

static void
after_each_exit(void)
{
	static const struct {
		const char *name, *entry;
		unsigned int reason;
	} exits[] = {
		{"after-a-system-call", one_call, TT_EXIT_SYSCALL},
		{"after-sysenter", one_sysenter, TT_EXIT_EXCEPTION},
		{"after-a-trap", one_trap, TT_EXIT_EXCEPTION},
		{"after-a-page-fault", one_fault, TT_EXIT_EXCEPTION},
		{"after-a-violation", one_violation, TT_EXIT_EXCEPTION},
		{"after-a-bad-segment", one_bad_segment, TT_EXIT_EXCEPTION},
		{"after-an-interrupt", one_wait, TT_EXIT_INTERRUPT},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(exits); i++) {
		if (!begin(exits[i].name))
			continue;
		restart(exits[i].entry, 0);
		if (exits[i].reason == TT_EXIT_INTERRUPT) {
			ticks = 0;
			set_timer(10000, 0);
			run_until_tick(&app, 0);
		} else {
			run(&app);
		}
		holds(app.frame.reason == exits[i].reason, "it ended with %s",
			exit_name(&app.frame));
		read_everyway("way");
	}
}

/* The Host runs others in between, if there are any; the script of the test sees to that. */
APPLICATION(
	spin_ds, "1:	dec	%ecx\n	jnz	1b\n	mov	(%ebx), %eax\n	int	$0x80\n");
APPLICATION(spin_es,
	"1:	dec	%ecx\n	jnz	1b\n	mov	%es:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(spin_fs,
	"1:	dec	%ecx\n	jnz	1b\n	mov	%fs:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(spin_gs,
	"1:	dec	%ecx\n	jnz	1b\n	mov	%gs:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(spin_ss,
	"1:	dec	%ecx\n	jnz	1b\n	mov	%ss:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(spin_cs,
	"1:	dec	%ecx\n	jnz	1b\n	mov	%cs:(%ebx), %eax\n	int	$0x80\n");
APPLICATION(spin_tls,
	"1:	dec	%ecx\n	jnz	1b\n	mov	%gs:(%ebx), %eax\n	int	$0x80\n");
#define SPINS 8000000 /* a few ticks of the Host's clock, also on a slow machine */

static void
after_others_ran(void)
{
	static const char *const entries[] = {
		spin_ds, spin_es, spin_fs, spin_gs, spin_ss, spin_cs, spin_tls};
	unsigned int address = address_of(unprotected() ? HOST : CANARY);

	if (!begin("after-other-processes-ran"))
		return;
	for (unsigned int i = 0; i < ARRAY_SIZE(entries); i++) {
		restart(entries[i], address);
		r->ecx = SPINS;
		r->fs = r->gs = TT_USER_DS;
		if (entries[i] == spin_tls) {
			set_widest_tls(0, APP_DATA, false);
			r->gs = TLS_SELECTOR;
			r->ebx -= APP_DATA;
		}
		must_fail("register", i);
		same("spins left", r->ecx, 0);
	}
}

#define TABLE_BYTES 0x400000 /* what one page table maps */

/* What the Guest kernel maps while one space is loaded is hidden in the others, too. */
static void
after_mappings(void)
{
	const unsigned int entry = ram_offset(canaries) | TT_MAP_PRESENT | TT_MAP_WRITE;
	const unsigned int first = EDGE + boot->ram_bytes + TABLE_BYTES;
	static struct space other;
	static struct app second;

	if (unprotected()) {
		left_out++;
		return;
	}
	if (!begin("after-the-guest-kernel-mapped"))
		return;
	app_create(&second, &other, one_call);
	for (unsigned int at = first; at < TT_MONITOR_BASE; at += 13 * TABLE_BYTES) {
		unsigned int value;

		same("map", (unsigned int)hc_map(TT_SPACE_KERNEL, at, &entry, 1), 0);
		holds(!try_read(at, &value) && value == SECRET, "the Guest kernel at 0x%x", at);
		restart(load_ds, at);
		r->edx = TT_USER_DS;
		must_fail("first space at", at);
		app_restart(&second, one_call);
		run_to_syscall(&second);
		holds(!try_read(at, &value) && value == SECRET, "the Guest kernel at 0x%x", at);
		app_restart(&second, loads[0].has);
		second.frame.regs.ebx = at;
		run(&second);
		holds(second.frame.reason == TT_EXIT_EXCEPTION && second.frame.regs.eax != SECRET,
			"second space at 0x%x: %s", at, exit_name(&second.frame));
		restart(load_ds, at);
		r->edx = TT_USER_DS;
		must_fail("first space again at", at);
		same("unmap", (unsigned int)hc_unmap(TT_SPACE_KERNEL, at, TT_PAGE_SIZE), 0);
	}
	process_space_destroy(&other);
}

/* ---- interrupts ---- */

static void
every_interrupt(void)
{
	const struct tt_frame *f = &app.frame;

	if (!begin("interrupt-every"))
		return;
	for (unsigned int n = 0; n < 256; n++) {
		unsigned int trap = n == 3 || n == 4 ? n : 13;
		unsigned int error = trap == 13 ? 8 * n + 2 : 0;

		app.data[0] = 0x0b0f00cd | n << 8; /* int n; ud2 */
		restart(go, APP_DATA);
		run(&app);
		if (n == 0x80)
			holds(f->reason == TT_EXIT_SYSCALL, "0x80: %s", exit_name(f));
		else
			holds(f->reason == TT_EXIT_EXCEPTION && f->trap == trap &&
					f->error_code == error,
				"0x%x: %s (trap %u error 0x%x)", n, exit_name(f), f->trap,
				f->error_code);
		nothing_taken("int");
	}
	app.data[0] = 0x0b0f90f1; /* icebp, the other way to a debug trap */
	restart(go, APP_DATA);
	run(&app);
	holds(f->trap == 1 || (f->trap == 6 && !limits_checked), "icebp: trap %u", f->trap);
}

/* An application that could turn interrupts off would have the machine. */
APPLICATION(loop_uninterrupted, "	pushf\n	andl	$~0x200, (%esp)\n	popf\n"
				"	pushf\n	andl	$~0x200, (%esp)\n	push	$0x73\n"
				"	push	$1f\n	iret\n1:	jmp	1b\n");
APPLICATION(step_sysenter,
	"	push	%ebp\n	mov	%esp, %ebp\n	pushf\n	orl	$0x100, (%esp)\n"
	"	popf\n	sysenter\n	ud2\n");
APPLICATION(nested_sysenter,
	"	push	%ebp\n	mov	%esp, %ebp\n	pushf\n	orl	$0x44000, (%esp)\n"
	"	popf\n	sysenter\n	ud2\n");
APPLICATION(step_stack_sysenter,
	"	push	%ebp\n	mov	%esp, %ebp\n	push	%ss\n	pushf\n"
	"	orl	$0x100, (%esp)\n	popf\n	pop	%ss\n	sysenter\n	ud2\n");

static void
flags(void)
{
	if (begin("flags-interrupts-off")) {
		restart(loop_uninterrupted, 0);
		ticks = 0;
		set_timer(20000, 0);
		run_until_tick(&app, 0);
		holds(app.frame.reason == TT_EXIT_INTERRUPT, "%s (trap %u) at eip 0x%x",
			exit_name(&app.frame), app.frame.trap, r->eip);
		nothing_taken("it");
	}
	if (begin("flags-at-sysenter")) {
		static const char *const entries[] = {
			step_sysenter, nested_sysenter, step_stack_sysenter};

		for (unsigned int i = 0; i < ARRAY_SIZE(entries); i++) {
			restart(entries[i], 0);
			do
				run(&app);
			while (app.frame.reason == TT_EXIT_EXCEPTION && app.frame.trap == 1);
			holds(app.frame.reason == TT_EXIT_EXCEPTION && app.frame.trap == 13,
				"way %u: %s (trap %u)", i, exit_name(&app.frame), app.frame.trap);
			nothing_taken("sysenter");
			/* and nothing of it hangs on to the next one */
			restart(one_call, 0);
			run_to_syscall(&app);
			same("TF", r->eflags & FLAG_TF, 0);
		}
	}
}

/* ---- anything ---- */

static unsigned int
next_random(void)
{
	static unsigned int x = 2463534242;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

#define PROGRAMS 400
#define WORDS 16

/* No far call or return: see HONEST. */
static void
spare_tcg(unsigned char *code, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		if (code[i] == 0x9a || code[i] == 0xca || code[i] == 0xcb || code[i] == 0xcf ||
			code[i] == 0xff)
			code[i] = 0x90;
}

/* Programs of chance, with pointers to what they are not to have in their registers. */
static void
random_code(void)
{
	if (unprotected()) {
		left_out++;
		return;
	}
	if (!begin("random-code"))
		return;
	for (unsigned int i = 0; i < PROGRAMS; i++) {
		for (unsigned int j = 0; j < WORDS; j++)
			app.data[j] = next_random();
		if (!limits_checked)
			spare_tcg((unsigned char *)app.data, 4 * WORDS);
		app.data[WORDS] = 0x80cd80cd;
		restart(go, APP_DATA);
		r->eax = r->edx = r->ecx = address_of(CANARY);
		if (next_random() & 1)
			r->esp = EDGE + 64;
		r->fs = r->gs = next_random() & 1 ? TT_USER_DS : TLS_SELECTOR;
		set_widest_tls(0, next_random() % EDGE, next_random() & 1);
		ticks = 0;
		set_timer(20000, 0);
		run_until_tick(&app, 0);
		set_timer(0, 0);
		nothing_taken("it");
	}
}

/*
 * A segment of 16 bytes at the data page: beyond them there is a fault, or no limit counts here.
 * The Monitor has no part in that.
 */
APPLICATION(probe, "	mov	$0x33, %edx\n	mov	%edx, %fs\n"
		   "	mov	%fs:16, %eax\n	int	$0x80\n");

static void
probe_limits(void)
{
	restart(probe, 0);
	set_tls(0, APP_DATA, 15, 0);
	run(&app);
	limits_checked = app.frame.reason == TT_EXIT_EXCEPTION;
	print("attack: this machine %s segment limits\n", limits_checked ? "checks" : "ignores");
}

static void
prepare(void)
{
	unsigned int page = page_alloc();

	app_create(&app, &space, go);
	take_ticks(&app.frame);
	canaries = ram(page_alloc());
	for (unsigned int i = 0; i < TT_PAGE_SIZE / 4; i++)
		canaries[i] = SECRET;
	edge_words = ram(page);
	process_space_map(&space, EDGE_PAGE, page, TT_MAP_WRITE);
	stack_page = page_alloc();
	process_space_map(&space, APP_STACK - TT_PAGE_SIZE, stack_page, TT_MAP_WRITE);
}

int
main(int argc, char **argv)
{
	wanted = argc > 0 ? argv[0] : "list";
	if (argc < 2 || strings_equal(wanted, "list")) {
		for (unsigned int i = 0; i < ARRAY_SIZE(attacks); i++)
			print("%s\n", hyphens(attacks[i].name));
		return 0;
	}
	by_segments = strings_equal(argv[1], "segments");
	prepare();
	probe_limits();
	for (unsigned int i = 0; i < ARRAY_SIZE(attacks); i++)
		try_attack(&attacks[i]);
	call_at_the_edge();
	every_selector();
	refused_tls();
	through_tls();
	exact_tls();
	below_tls();
	flat_leftovers();
	after_each_exit();
	after_others_ran();
	after_mappings();
	every_interrupt();
	flags();
	random_code();
	if (left_out)
		print("attack: %u attacks left out, for only a limit stops them\n", left_out);
	return 0;
}
