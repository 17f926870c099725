/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attack-kernel WHAT - a hostile Guest kernel.  Without WHAT, all that it should survive: the
 * Monitor refuses, with an error or an exception.  WHAT names one thing that ends the machine; a
 * guest that is still there then says so.  "attack-kernel list" tells those.
 *
 * map-bad has the bad arguments of hypercalls, forbidden the host system calls that are not on the
 * list: they are not repeated here.
 */
#include <asm/errno.h>
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/ucontext.h>
#include <asm/unistd.h>

#include "guest.h"

#define EDGE TT_GUEST_KERNEL_BASE
#define HOST (TT_HOST_KERNEL_BASE + 0x1000000)
#define TABLE_BYTES 0x400000 /* what one page table maps */

/* Flags: those of the frame that count, and those that an application must never have. */
#define FLAGS_TAKEN 0x00244cd5 /* CF PF AF ZF SF DF OF NT AC ID */
#define FLAGS_FORBIDDEN 0x001a3000 /* IOPL VM VIF VIP */
#define FLAG_TF 0x100
#define FLAG_IF 0x200

APPLICATION(look, "	pushf\n"
		  "	pop	%eax\n"
		  "	mov	%cs, %ecx\n"
		  "	mov	%ss, %edx\n"
		  "	int	$0x80\n");
APPLICATION(read, "	mov	(%ebx), %eax\n	int	$0x80\n");
APPLICATION(push, "	push	%eax\n	int	$0x80\n");
LABEL(waiting);
APPLICATION(wait, "	.balign	2\n	nop\n	nop\nwaiting: jmp	waiting\n");
APPLICATION(scribble, "	mov	$-1, %eax\n	cld\n	rep stosb\n	int	$0x80\n");

static struct space space;
static struct app app;
static struct tt_regs *const r = &app.frame.regs;

static void
exception_came(const char *what, unsigned int value)
{
	const struct tt_frame *f = &app.frame;

	holds(f->reason == TT_EXIT_EXCEPTION && f->trap >= 11 && f->trap <= 14,
		"%s 0x%x: %s (trap %u)", what, value, exit_name(f), f->trap);
}

/* What was tried has left nothing behind: an application runs as ever. */
static void
still_well(void)
{
	app_restart(&app, look);
	if (run_to_syscall(&app)) {
		same("flags", r->eax & (FLAGS_FORBIDDEN | FLAG_IF | FLAG_TF), FLAG_IF);
		same("cs", r->ecx & 0xffff, TT_USER_CS);
		same("ss", r->edx & 0xffff, TT_USER_DS);
	}
	same("boot page", boot->magic, TT_BOOT_MAGIC);
}

/* ---- frames ---- */

static void
frame_flags(void)
{
	check("frame-flags");
	for (unsigned int i = 0; i <= 32; i++) {
		unsigned int flags = i < 32 ? 1u << i : ~(unsigned int)FLAG_TF;

		if (flags == FLAG_TF)
			continue;
		app_restart(&app, look);
		r->eflags = flags;
		run_to_syscall(&app);
		holds((r->eax & FLAGS_TAKEN) == (flags & FLAGS_TAKEN) &&
				(r->eax & (FLAGS_FORBIDDEN | FLAG_IF)) == FLAG_IF,
			"flags 0x%x became 0x%x", flags, r->eax);
		same("flags of the frame", r->eflags & (FLAGS_FORBIDDEN | FLAG_IF), FLAG_IF);
	}
}

static void
frame_registers(void)
{
	static const unsigned int selectors[] = {0, 3, 0x33, 0x60, 0x63, 0x68, 0x70, 0x7b, 0x80,
		0xf8, 0x07, 0xffff, 0xffff0060, 0x00010073, 0xffffffff};
	static const unsigned int places[] = {0, EDGE, EDGE + 0x1000, EDGE + 0x2004,
		TT_MONITOR_BASE + 0x1000, TT_MONITOR_END, TT_HOST_KERNEL_BASE, HOST, 0xfffff000,
		0xffffffff};

	check("frame-cs-and-ss");
	for (unsigned int i = 0; i < ARRAY_SIZE(selectors); i++) {
		app_restart(&app, look);
		r->cs = selectors[i];
		r->ss = selectors[ARRAY_SIZE(selectors) - 1 - i];
		if (run_to_syscall(&app)) {
			same("cs", r->ecx & 0xffff, TT_USER_CS);
			same("ss", r->edx & 0xffff, TT_USER_DS);
		}
	}
	check("frame-eip");
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		if (places[i] >= EDGE && places[i] < TT_MONITOR_BASE)
			continue; /* "attack" has those, for machines that can stop them */
		app_restart(&app, look);
		r->eip = places[i];
		run(&app);
		exception_came("eip", places[i]);
		same("eip", r->eip, places[i]);
	}
	check("frame-esp");
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		if (places[i] - EDGE <= TT_MONITOR_END - EDGE)
			continue;
		app_restart(&app, push);
		r->esp = places[i];
		run(&app);
		exception_came("esp", places[i]);
		same("esp", r->esp, places[i]);
	}
	still_well();
}

/* A Host that takes the registers for a system call of its own would start it again. */
static void
frame_restart(void)
{
	static const int errors[] = {-512, -513, -514, -516};

	check("frame-looks-like-an-interrupted-call");
	for (unsigned int i = 0; i < ARRAY_SIZE(errors); i++) {
		app_restart(&app, waiting);
		r->eax = (unsigned int)errors[i];
		r->orig_eax = __NR_exit_group;
		ticks = 0;
		set_timer(5000, 0);
		run_until_tick(&app, 0);
		same("reason", app.frame.reason, TT_EXIT_INTERRUPT);
		same("eip", r->eip, ADDRESS(waiting));
		same("eax", r->eax, (unsigned int)errors[i]);
		same("orig_eax", r->orig_eax, -1u);
	}
	still_well();
}

/* The frame's page is the application's, too, and it writes there while it runs. */
static void
frame_under_way(void)
{
	static struct app own __attribute__((aligned(TT_PAGE_SIZE)));

	check("frame-changes-under-way");
	own = app;
	process_space_map(&space, APP_FREE, ram_offset(&own) & -TT_PAGE_SIZE, TT_MAP_WRITE);
	app_restart(&own, scribble);
	own.frame.regs.edi = APP_FREE;
	own.frame.regs.ecx = sizeof(own.frame);
	for (unsigned int i = 0; i < 8; i++) {
		if (hc_enter(&own.frame))
			break;
		if (own.frame.reason != TT_EXIT_EXCEPTION)
			break;
		process_space_load(&space, own.frame.cr2 & -TT_PAGE_SIZE, 1);
	}
	same("reason", own.frame.reason, TT_EXIT_SYSCALL);
	same("eax", own.frame.regs.eax, -1u);
	same("space", own.frame.space, -1u);
	same("enter with what it left", (unsigned int)hc_enter(&own.frame), 0); /* immediate_exit */
	own.frame.immediate_exit = 0;
	same("and without that", (unsigned int)hc_enter(&own.frame), (unsigned int)-EINVAL);
	process_space_unmap(&space, APP_FREE);
	still_well();
}

/* ---- spaces ---- */

static void
destroyed_space(void)
{
	struct space other;
	struct app lost;
	const unsigned int entry = ram_offset(app.data) | TT_MAP_PRESENT;

	check("destroyed-space");
	app_create(&lost, &other, look);
	run_to_syscall(&lost);
	process_space_destroy(&other);
	app_restart(&lost, look);
	same("enter", (unsigned int)hc_enter(&lost.frame), (unsigned int)-EINVAL);
	same("map", (unsigned int)hc_map(other.id, APP_FREE, &entry, 1), (unsigned int)-EINVAL);
	same("unmap", (unsigned int)hc_unmap(other.id, APP_FREE, TT_PAGE_SIZE),
		(unsigned int)-EINVAL);
	same("destroy", (unsigned int)hc_space_destroy(other.id), (unsigned int)-EINVAL);

	lost.frame.space = TT_SPACE_KERNEL;
	same("enter in none", (unsigned int)hc_enter(&lost.frame), (unsigned int)-EINVAL);

	check("destroyed-space-comes-back-empty");
	unsigned int old = other.id;

	process_space_create(&other);
	same("its number", other.id, old);
	lost.frame.space = other.id;
	enter_patiently(&lost);
	same("trap", lost.frame.trap, 14);
	same("cr2", lost.frame.cr2, ADDRESS(look));
	process_space_destroy(&other);
	still_well();
}

/*
 * A page table for each page that is mapped: far more than there is RAM.  What the Monitor cannot
 * keep it drops; the Host must not run out.
 */
static void
page_table_bomb(void)
{
	const unsigned int entry = ram_offset(app.data) | TT_MAP_PRESENT | TT_MAP_WRITE;
	static unsigned int spaces[200];
	unsigned int n;
	int error = 0;

	check("page-tables-without-end");
	for (n = 0; n < ARRAY_SIZE(spaces) && !error; n++) {
		int id = hc_space_create();

		if (!holds(id > 0, "process_space_create: %d", id))
			break;
		spaces[n] = (unsigned int)id;
		for (unsigned int at = TT_PAGE_SIZE; at < EDGE && !error; at += TABLE_BYTES)
			error = hc_map(spaces[n], at, &entry, 1);
	}
	same("map", (unsigned int)error, 0);
	still_well();
	while (n--)
		hc_space_destroy(spaces[n]);
	still_well();
}

/*
 * What the Monitor drops for want of room is gone for the CPU, too: then nothing is left of a page
 * that was used just before and is taken away just after.
 */
static void
dropped_mapping(void)
{
	const unsigned int page = ram_offset(app.data) & -TT_PAGE_SIZE;
	const unsigned int entry = page | TT_MAP_PRESENT | TT_MAP_WRITE;
	static struct space others[10];
	unsigned int n = 0;
	bool gone = true;

	check("dropped-mapping-is-taken-away");
	for (; n < ARRAY_SIZE(others) && gone; n++) {
		process_space_create(&others[n]);
		for (unsigned int at = TT_PAGE_SIZE; at < EDGE && gone; at += TABLE_BYTES) {
			process_space_map(&space, APP_FREE, page, 0);
			app_restart(&app, read);
			r->ebx = APP_FREE;
			run_to_syscall(&app);
			same("map", (unsigned int)hc_map(others[n].id, at, &entry, 1), 0);
			process_space_unmap(&space, APP_FREE);
			app_restart(&app, read);
			r->ebx = APP_FREE;
			run(&app);
			gone = same("reason", app.frame.reason, TT_EXIT_EXCEPTION) &&
			       same("cr2", app.frame.cr2, APP_FREE);
		}
	}
	while (n--)
		process_space_destroy(&others[n]);
	still_well();
}

static void
kernel_mappings(void)
{
	const unsigned int entry = ram_offset(app.data) | TT_MAP_PRESENT | TT_MAP_WRITE;
	unsigned int first = (EDGE + boot->ram_bytes + TABLE_BYTES) & -TABLE_BYTES, value;

	/* Page tables come while one space is loaded, and are used while another is. */
	check("kernel-mappings-in-every-space");
	*app.data = 0x900d;
	for (unsigned int at = first; at < TT_MONITOR_BASE; at += 4 * TABLE_BYTES) {
		struct space other;
		struct app passer;

		if ((at / TABLE_BYTES) % 32 == 0) {
			app_create(&passer, &other, look);
			run_to_syscall(&passer);
		}
		if (!same("map", (unsigned int)hc_map(TT_SPACE_KERNEL, at, &entry, 1), 0))
			break;
		app_restart(&app, look);
		run_to_syscall(&app);
		holds(!try_read(at, &value) && value == 0x900d, "0x%x: signal %u, 0x%x", at,
			last_fault.signal, value);
		app_restart(&app, read);
		r->ebx = APP_DATA;
		if (run_to_syscall(&app))
			same("what the application reads", r->eax, 0x900d);
		same("unmap", (unsigned int)hc_unmap(TT_SPACE_KERNEL, at, TT_PAGE_SIZE), 0);
		holds(try_read(at, &value), "0x%x is still there", at);
		if ((at / TABLE_BYTES) % 32 == 0)
			process_space_destroy(&other);
	}
	still_well();
}

/* ---- host system calls that are allowed, with pointers that are not ---- */

static void
faults(const char *call, unsigned int pointer, int result)
{
	holds(result == -EFAULT, "%s at 0x%x: %d", call, pointer, result);
}

static void
wild_pointers(void)
{
	static const unsigned int off[4];
	const unsigned int console = (unsigned int)find_device(TT_DEV_CONSOLE_OUT)->fd;
	const unsigned int timer = (unsigned int)off, end = EDGE + boot->ram_bytes;
	/* The application's code is mapped read-only. */
	const unsigned int pointers[] = {4, APP_CODE, EDGE - 4, end, end - 2, TT_MONITOR_END,
		TT_HOST_KERNEL_BASE - 2, TT_HOST_KERNEL_BASE, HOST, 0xfffff000, 0xfffffffc};

	check("host-calls-with-wild-pointers");
	app_restart(&app, look);
	run_to_syscall(&app);
	for (unsigned int i = 0; i < ARRAY_SIZE(pointers); i++) {
		const unsigned int p = pointers[i];

		faults("clock_gettime64", p, host_call(__NR_clock_gettime64, 0, p, 0, 0));
		faults("rt_sigprocmask", p, host_call(__NR_rt_sigprocmask, 0, 0, p, 8));
		faults("rt_sigaction", p, host_call(__NR_rt_sigaction, SIGUSR1, 0, p, 8));
		faults("setitimer", p, host_call(__NR_setitimer, 0, timer, p, 0));
		if (p == APP_CODE)
			continue; /* what can be read is no fault */
		faults("rt_sigprocmask from", p, host_call(__NR_rt_sigprocmask, 1, p, 0, 8));
		faults("setitimer from", p, host_call(__NR_setitimer, 0, p, 0, 0));
		if (p != end - 2 && p != EDGE - 4)
			faults("write from", p, host_call(__NR_write, console, p, 8, 0));
	}
	still_well();
}

/* ---- what the Guest kernel does with its own registers ---- */

#define FAULTS(name, code)                                                                       \
	static void name(void)                                                                   \
	{                                                                                        \
		__asm__ volatile("1: " code "\n2:" MAY_FAULT ::: "eax", "ecx", "edx", "memory"); \
	}
FAULTS(do_cli, "cli")
FAULTS(do_hlt, "hlt")
FAULTS(do_in, "in $0x64, %%al")
FAULTS(do_cr3, "mov %%eax, %%cr3")
FAULTS(do_lgdt, "lgdt (%%esp)")
FAULTS(do_wrmsr, "wrmsr")
FAULTS(do_invlpg, "invlpg (%%esp)")
FAULTS(do_int, "int $0x81")
FAULTS(do_far_jump, "ljmp $0x60, $0xc1000000")
FAULTS(do_far_call, "lcall $0x83, $0")
FAULTS(do_host_read, "mov 0xc1000000, %%eax")
FAULTS(do_host_write, "mov %%eax, 0xc1000000")
FAULTS(do_top_read, "mov 0xfffffffc, %%eax")
FAULTS(do_host_push, "mov %%eax, 0xbffffffe")

static void
guest_kernel_instructions(void)
{
	static void (*const tries[])(void) = {do_cli, do_hlt, do_in, do_cr3, do_lgdt, do_wrmsr,
		do_invlpg, do_int, do_far_jump, do_far_call, do_host_read, do_host_write,
		do_top_read, do_host_push};

	check("guest-kernel-mode-is-a-user-mode");
	for (unsigned int i = 0; i < ARRAY_SIZE(tries); i++) {
		last_fault = (struct fault){0};
		tries[i]();
		holds(last_fault.signal == SIGSEGV || last_fault.signal == SIGBUS,
			"try %u: signal %u", i, last_fault.signal);
	}
	still_well();
}

/*
 * A signal handler may change what the Host loads when it returns.  What cannot be loaded is an
 * exception of the Guest kernel's, and its handler repairs it.
 */
static struct context_attack {
	const char *what;
	unsigned int cs, ss, ds, es, fs, gs, eflags, fpstate;
} contexts[] = {
	{"cs of the Host", 0x60, 0, 0, 0, 0, 0, 0, 0},
	{"cs of a TLS slot", 0x33, 0, 0, 0, 0, 0, 0, 0},
	{"cs of a task", 0x80, 0, 0, 0, 0, 0, 0, 0},
	{"ss of the Host", 0, 0x68, 0, 0, 0, 0, 0, 0},
	{"ss of the local table", 0, 0x07, 0, 0, 0, 0, 0, 0},
	{"ss null", 0, 3, 0, 0, 0, 0, 0, 0},
	{"data segments of the Host", 0, 0, 0x68, 0x68, 0xd8, 0xd8, 0, 0},
	{"data segments of the local table", 0, 0, 0x0f, 0x0f, 0x0f, 0x0f, 0, 0},
	{"flat segments", 0, 0, 0x7b, 0x7b, 0x7b, 0x7b, 0, 0},
	{"all flags", 0, 0, 0, 0, 0, 0, 0xfffffeff, 0},
	{"FPU state of the Host", 0, 0, 0, 0, 0, 0, 0, HOST},
	{"FPU state nowhere", 0, 0, 0, 0, 0, 0, 0, 8},
	{"FPU state that is none", 0, 0, 0, 0, 0, 0, 0, EDGE + 0x1004},
};
static const struct context_attack *trying;
static unsigned int repairs;

static void
on_trap(int signal, struct siginfo *info, struct ucontext *context)
{
	struct sigcontext *c = &context->uc_mcontext;

	(void)signal, (void)info;
	if (trying->cs)
		c->cs = (unsigned short)trying->cs;
	if (trying->ss)
		c->ss = (unsigned short)trying->ss;
	if (trying->ds)
		c->ds = (unsigned short)trying->ds;
	if (trying->es)
		c->es = (unsigned short)trying->es;
	c->fs = (unsigned short)trying->fs;
	c->gs = (unsigned short)trying->gs;
	if (trying->eflags)
		c->eflags = trying->eflags;
	if (trying->fpstate)
		c->fpstate = (void *)trying->fpstate;
}

static void
repair(int signal, struct siginfo *info, struct ucontext *context)
{
	struct sigcontext *c = &context->uc_mcontext;

	(void)signal, (void)info;
	repairs++;
	c->cs = TT_USER_CS;
	c->ss = c->ds = c->es = TT_USER_DS;
	c->fs = c->gs = 0;
}

static void
hostile_contexts(void)
{
	check("signal-frames-with-hostile-contexts");
	handle_signal(SIGTRAP, on_trap);
	handle_signal(SIGSEGV, repair);
	handle_signal(SIGILL, repair); /* what the Host makes of an IRET that fails */
	for (unsigned int i = 0; i < ARRAY_SIZE(contexts); i++) {
		unsigned int flags;

		trying = &contexts[i];
		repairs = 0;
		/* A null ds or es is good for nothing but being replaced. */
		__asm__ volatile("int3\n"
				 "	mov	%1, %%ds\n"
				 "	mov	%1, %%es\n"
				 "	pushf\n"
				 "	pop	%0\n"
				 "	cld\n"
				 "	push	$0x202\n"
				 "	popf\n"
				 : "=r"(flags)
				 : "r"(TT_USER_DS)
				 : "memory", "cc");
		holds(repairs < 3, "%s: %u repairs", trying->what, repairs);
		holds((flags & FLAGS_FORBIDDEN) == 0 && flags & FLAG_IF, "%s: flags 0x%x",
			trying->what, flags);
	}
	fault_start();
	still_well();
}

/* ---- the end of the machine ---- */

static void
alarm_on_a_wild_stack(unsigned int stack)
{
	take_ticks(&app.frame);
	set_timer(1000, 0);
	__asm__ volatile("mov %0, %%esp\n1: jmp 1b" : : "r"(stack));
}

static void
wild_stack_in_host(void)
{
	alarm_on_a_wild_stack(HOST);
}

static void
wild_stack_nowhere(void)
{
	alarm_on_a_wild_stack(8);
}

static void
wild_stack_in_monitor(void)
{
	alarm_on_a_wild_stack(TT_MONITOR_BASE + 64);
}

static void
return_from_nowhere(void)
{
	__asm__ volatile("mov %0, %%esp\n	mov	$173, %%eax\n	int	$0x80"
			 :
			 : "r"(TT_HOST_KERNEL_BASE - 64));
}

static void
set_handler(unsigned int at, unsigned int flags)
{
	const unsigned int action[5] = {at, flags, EDGE + 0x1000, 0, 0};

	host_call(__NR_rt_sigaction, SIGSEGV, (unsigned int)action, 0, 8);
	__asm__ volatile("movl $0, 4" ::: "memory");
}

static void
handler_in_host(void)
{
	set_handler(HOST, SA_SIGINFO | SA_RESTORER);
}

/* Each delivery faults again, until the stack has eaten the Guest kernel. */
static void
handler_of_itself(void)
{
	set_handler(8, SA_SIGINFO | SA_RESTORER | SA_NODEFER);
}

static void
blocked(void)
{
	block_signal(SIGSEGV);
	__asm__ volatile("jmp *%0" : : "r"(HOST));
}

/* In guest user mode, where the machine's mode changes once more before it dies. */
static void
unhandled_in_application(void)
{
	app_restart(&app, waiting);
	set_timer(3000, 0);
	run(&app);
}

static const struct {
	const char *what;
	void (*act)(void);
} ends[] = {
	{"wild-stack-in-host", wild_stack_in_host},
	{"wild-stack-nowhere", wild_stack_nowhere},
	{"wild-stack-in-monitor", wild_stack_in_monitor},
	{"return-from-nowhere", return_from_nowhere},
	{"handler-in-host", handler_in_host},
	{"handler-of-itself", handler_of_itself},
	{"jump-to-host", blocked},
	{"unhandled-in-application", unhandled_in_application},
};

int
main(int argc, char **argv)
{
	const char *what = argc ? argv[0] : "";

	app_create(&app, &space, look);
	for (unsigned int i = 0; i < ARRAY_SIZE(ends); i++) {
		if (strings_equal(what, "list"))
			print("%s\n", ends[i].what);
		if (!strings_equal(what, ends[i].what))
			continue;
		check("attack-kernel-%s", what);
		ends[i].act();
		fatal("the machine goes on");
	}
	if (argc)
		return strings_equal(what, "list") ? 0 : 2;
	take_ticks(&app.frame);
	frame_flags();
	frame_registers();
	frame_restart();
	frame_under_way();
	destroyed_space();
	page_table_bomb();
	dropped_mapping();
	kernel_mappings();
	wild_pointers();
	guest_kernel_instructions();
	hostile_contexts();
	return 0;
}
