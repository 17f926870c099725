// SPDX-License-Identifier: GPL-2.0-only
#include "tracee.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <typetwo/frame.h>
#include <unistd.h>

#define MONITOR_BYTES (TT_MONITOR_END - TT_MONITOR_BASE)
#define SELECTOR_MASK 0xffff
#define SELECTOR_RPL 3
#define SYSTEM_CALL_STOP (SIGTRAP | 0x80) /* PTRACE_O_TRACESYSGOOD */
#define INT80_BYTES 2

/* int $0x80; int3: the process makes one host system call and stops. */
static const unsigned char borrowed_call[] = {0xcd, 0x80, 0xcc};
/* pushl %eax; popf; int3. */
static const unsigned char load_flags[] = {0x50, 0x9d, 0xcc};
#define LOAD_FLAGS 16 /* where it lies in the Monitor's pages */
#define TRACER_CANNOT 0x204000 /* the flags that no tracer changes: ID and NT */
#define FLAG_TRAP 0x100

long
tracee_ptrace(const struct tracee *t, int request, void *address, void *data)
{
	long result = ptrace(request, t->pid, address, data);

	/* ESRCH: killed from outside between two stops; the next wait says by what. */
	if (result == -1 && errno != ESRCH)
		err(TT_STATUS_HOST, "ptrace request %d", request);
	return result;
}

/* The machine has ended: end the launcher with the status that machine.h promises. */
static _Noreturn void
ended(const struct tracee *t, int status)
{
	const char *reason = "guest kernel signal";

	/* Before power-on it is the launcher's own code that ends there, for want of something. */
	if (!t->powered_on) {
		if (WIFSIGNALED(status))
			warnx("the guest-machine process did not start: %s",
				strsignal(WTERMSIG(status)));
		else if (WEXITSTATUS(status) != TT_STATUS_HOST) /* else it has said why */
			warnx("the guest-machine process did not start: exit status %d",
				WEXITSTATUS(status));
		exit(TT_STATUS_HOST);
	}
	if (WIFEXITED(status)) {
		status = WEXITSTATUS(status);
		exit(status > TT_STATUS_GUEST_MAX ? TT_STATUS_GUEST_MAX : status);
	}
	if (t->trap != -1U)
		reason = "guest kernel exception without a handler, signal";
	else if (WTERMSIG(status) == SIGKILL) /* for want of memory, or somebody there says so */
		reason = "the Host sent signal";
	fprintf(stderr, "vmm: machine killed: %s %d, %s (trap %d eip 0x%08lx cr2 0x%08x)\n", reason,
		WTERMSIG(status), strsignal(WTERMSIG(status)), (int)t->trap, t->regs.eip, t->cr2);
	exit(TT_STATUS_KILLED);
}

/* Wait for the process to stop; returns the signal it stopped for, with bit 7 for a system call. */
static int
wait_stop(const struct tracee *t)
{
	int status;

	while (waitpid(t->pid, &status, __WALL) < 0)
		if (errno != EINTR)
			err(TT_STATUS_HOST, "waiting for the guest-machine process");
	if (!WIFSTOPPED(status))
		ended(t, status);
	return WSTOPSIG(status);
}

/* The Host refuses selectors that are not of level 3, though an application may hold them. */
static long
selector(long s)
{
	s &= SELECTOR_MASK;
	return s & ~SELECTOR_RPL || s == SELECTOR_RPL ? s | SELECTOR_RPL : 0;
}

static void
write_regs(struct tracee *t)
{
	/*
	 * With a system call number still in orig_eax the Host would take eax for that call's
	 * result and might "restart" it, winding eip back over two bytes of somebody else's code.
	 */
	t->regs.orig_eax = -1;
	t->regs.xds = selector(t->regs.xds);
	t->regs.xes = selector(t->regs.xes);
	t->regs.xfs = selector(t->regs.xfs);
	t->regs.xgs = selector(t->regs.xgs);
	if (ptrace(PTRACE_SETREGS, t->pid, NULL, &t->regs) && errno != ESRCH)
		err(TT_STATUS_HOST,
			"the Host refuses these registers: cs 0x%lx ss 0x%lx ds 0x%lx es 0x%lx "
			"fs 0x%lx gs 0x%lx eip 0x%lx",
			t->regs.xcs, t->regs.xss, t->regs.xds, t->regs.xes, t->regs.xfs,
			t->regs.xgs, t->regs.eip);
	t->regs_changed = false;
}

/* Signals deferred by a borrowed call become pending again. */
static void
requeue_signals(struct tracee *t)
{
	while (t->deferred) {
		int bit = __builtin_ctzll(t->deferred);

		t->deferred &= t->deferred - 1;
		syscall(SYS_tgkill, t->pid, t->pid, bit + 1);
	}
}

static int
run_on(const struct tracee *t, int how, int signal)
{
	tracee_ptrace(t, how, NULL, (void *)(long)signal);
	return wait_stop(t);
}

/*
 * PTRACE_SYSEMU has stopped in front of a host system call, and that one cannot happen any more.
 * So the process makes it again.  Returns the stop before the call happens: SYSTEM_CALL_STOP, or a
 * signal, which comes first.
 */
static int
make_call_again(struct tracee *t)
{
	int stopped;

	t->call_allowed = false;
	t->regs.eip -= INT80_BYTES;
	t->regs.eax = t->regs.orig_eax;
	write_regs(t);
	stopped = run_on(t, PTRACE_SYSCALL, 0); /* the end of the call that does not happen */
	if (stopped == SYSTEM_CALL_STOP)
		stopped = run_on(t, PTRACE_SYSCALL, 0);
	return stopped;
}

/* Run code in the Monitor's pages up to its int3; t->regs are the registers to do it with. */
static void
run_own_code(struct tracee *t, unsigned int offset)
{
	int stopped;

	t->regs.eip = TT_MONITOR_BASE + offset;
	t->regs.eflags &=
		~(long)FLAG_TRAP; /* an application's trap flag would stop it at every step */
	write_regs(t);
	/* PTRACE_CONT: no stop at a system call itself, so one wait is enough. */
	for (;;) {
		tracee_ptrace(t, PTRACE_CONT, NULL, NULL);
		stopped = wait_stop(t);
		if (stopped == SIGTRAP)
			break;
		if (stopped == SIGSEGV || stopped == SIGBUS || stopped == SIGILL)
			errx(TT_STATUS_HOST, "the Monitor's page cannot be run: %s",
				strsignal(stopped));
		t->deferred |= 1ULL << (stopped - 1);
	}
}

int
tracee_call(struct tracee *t, long number, unsigned int a, unsigned int b, unsigned int c,
	unsigned int d, unsigned int e, unsigned int f)
{
	struct user_regs_struct saved = t->regs;
	int result;

	t->regs.eax = number;
	t->regs.ebx = a;
	t->regs.ecx = b;
	t->regs.edx = c;
	t->regs.esi = d;
	t->regs.edi = e;
	t->regs.ebp = f;
	run_own_code(t, 0);
	result = tracee_ptrace(t, PTRACE_PEEKUSER, (void *)offsetof(struct user, regs.eax), NULL);
	t->regs = saved;
	t->regs_changed = true;
	return result;
}

/* Those flags that PTRACE_SETREGS leaves alone, by the process itself. */
static void
set_flags(struct tracee *t)
{
	struct user_regs_struct saved = t->regs;

	t->regs.xss = TT_USER_DS;
	t->regs.esp = TT_MONITOR_END;
	t->regs.eax = t->regs.eflags & ~(long)FLAG_TRAP;
	run_own_code(t, LOAD_FLAGS);
	t->regs = saved;
}

int
tracee_run(struct tracee *t, int how, int signal)
{
	int stopped = SYSTEM_CALL_STOP;

	if (t->call_allowed) {
		stopped = make_call_again(t);
	} else if (t->regs_changed) {
		if ((t->regs.eflags ^ t->flags) & TRACER_CANNOT)
			set_flags(t);
		write_regs(t);
	}
	if (stopped == SYSTEM_CALL_STOP) {
		requeue_signals(t);
		stopped = run_on(t, how, signal);
	}
	tracee_ptrace(t, PTRACE_GETREGS, NULL, &t->regs);
	t->flags = t->regs.eflags;
	return stopped == SYSTEM_CALL_STOP ? 0 : stopped;
}

/* As tracee_call, for calls that only a broken Host refuses. */
static void
must_call(struct tracee *t, long number, unsigned int a, unsigned int b, unsigned int c,
	unsigned int d, unsigned int e, unsigned int f)
{
	int result = tracee_call(t, number, a, b, c, d, e, f);

	if (result < 0 && result > -4096)
		errx(TT_STATUS_HOST, "building the guest's address space: %s", strerror(-result));
}

/* The Monitor's pages: first the borrowed call, then stack; the process gets the same ones. */
static int
make_monitor_pages(struct tracee *t)
{
	int fd = memfd_create("monitor", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, MONITOR_BYTES))
		err(TT_STATUS_HOST, "the Monitor's pages");
	t->monitor_pages = mmap(NULL, MONITOR_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (t->monitor_pages == MAP_FAILED)
		err(TT_STATUS_HOST, "the Monitor's pages");
	memcpy(t->monitor_pages, borrowed_call, sizeof(borrowed_call));
	memcpy(t->monitor_pages + LOAD_FLAGS, load_flags, sizeof(load_flags));
	return fd;
}

/*
 * What the new process does for itself, while it still is a copy of the launcher.  The handlers'
 * address is never run: exception.c wants the signal frame, not the handler.
 */
static _Noreturn void
become_machine(const struct machine *m, int monitor_fd, pid_t launcher)
{
	static const int exceptions[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;
	void *pages;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		err(TT_STATUS_HOST, "guest-machine process");
	if (getppid() != launcher)
		errx(TT_STATUS_HOST, "the guest-machine process is not the launcher's child");
	pages = mmap((void *)TT_MONITOR_BASE, MONITOR_BYTES, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_FIXED, monitor_fd, 0);
	/*
	 * Applications see these pages too.  One that could write the code would write the next
	 * borrowed call, and that is a host system call nobody checks.
	 */
	if (pages == MAP_FAILED || mprotect(pages, TT_PAGE_SIZE, PROT_READ | PROT_EXEC))
		err(TT_STATUS_HOST, "the Monitor's pages at 0x%08x", TT_MONITOR_BASE);
	prctl(PR_SET_NAME, "guest-machine"); /* for ps and gdb, where it would be a second vmm */
	for (int s = 1; s <= SIGSYS; s++)
		sigaction(s, &action, NULL);
	machine_route_signals(m, getpid());
	machine_limit_files(m);
	action.sa_handler = (void (*)(int))TT_MONITOR_BASE;
	action.sa_flags = SA_SIGINFO | SA_NODEFER;
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(*exceptions); i++)
		sigaction(exceptions[i], &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		err(TT_STATUS_HOST, "ptrace is not allowed here");
	raise(SIGSTOP);
	errx(TT_STATUS_HOST, "the guest-machine process runs on and nobody holds it");
}

/* Throw the launcher's copy out and map RAM instead: machine.h's picture. */
static void
build_address_space(struct tracee *t, const struct machine *m)
{
	must_call(t, SYS_munmap, 0, TT_MONITOR_BASE, 0, 0, 0, 0);
	must_call(t, SYS_munmap, TT_MONITOR_END, TT_HOST_KERNEL_BASE - TT_MONITOR_END, 0, 0, 0, 0);
	/* From here on it is by PTRACE_O_EXITKILL that it does not outlive the launcher. */
	must_call(t, SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0, 0);
	/*
	 * One mapping up to the Monitor's pages, though the file ends sooner: a touch beyond its
	 * end is SIGBUS, and protection can change in one call, whatever the guest maps there.
	 */
	must_call(t, SYS_mmap2, TT_GUEST_KERNEL_BASE, TT_MONITOR_BASE - TT_GUEST_KERNEL_BASE,
		PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_FIXED, m->ram_fd, 0);
}

static void
power_on(struct tracee *t, unsigned int entry)
{
	const struct user_regs_struct host = t->regs;

	t->regs = (struct user_regs_struct){
		.eip = entry,
		.eflags = 0x202,
		.xcs = host.xcs,
		.xds = host.xds,
		.xes = host.xes,
		.xss = host.xss,
	};
	t->regs_changed = true;
	t->powered_on = true;
}

/* The address behind the int $0x80 of the Host's vDSO, where the Host lets sysenter return. */
static unsigned int
find_sysenter_return(void)
{
	const unsigned char *code = (const unsigned char *)getauxval(AT_SYSINFO);

	for (int i = 0; code && i < 32; i++)
		if (code[i] == 0xcd && code[i + 1] == 0x80)
			return (unsigned int)(code + i + 2);
	return 0;
}

void
tracee_start(struct tracee *t, const struct machine *m, unsigned int entry)
{
	int monitor_fd = make_monitor_pages(t);

	t->trap = -1U;
	t->sysenter_return = find_sysenter_return();
	/* BEGIN lab1.1 */
	pid_t launcher = getpid();

	t->pid = fork();
	if (t->pid < 0)
		err(TT_STATUS_HOST, "guest-machine process");
	if (t->pid == 0)
		become_machine(m, monitor_fd, launcher);
	wait_stop(t);
	/* EXITKILL: a guest without its Monitor would be an ordinary process of the Host. */
	tracee_ptrace(
		t, PTRACE_SETOPTIONS, NULL, (void *)(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD));
	tracee_ptrace(t, PTRACE_GETREGS, NULL, &t->regs);
	build_address_space(t, m);
	power_on(t, entry);
	/* END lab1.1 */
	close(monitor_fd);
}
