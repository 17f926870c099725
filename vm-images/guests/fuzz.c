/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz - a Guest kernel that does what its initrd says (fuzz.h), and so does its application.
 * Whatever that is, the Monitor refuses it, or ends the machine; it goes on with the next if the
 * Monitor lets it.
 */
#include <asm/errno.h>
#include <asm/poll.h>
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/ucontext.h>
#include <asm/unistd.h>

#include "fuzz.h"
#include "guest.h"

#define SECRET 0x5ec0e7a1 /* no flags with VM, either */
#define LAST_TAG 0x001a57ed
/*
 * IF is always set; IOPL and VM never are.  VIF and VIP are not looked at: on QEMU an IRET that is
 * there by chance may set them with VM, and no later one clears them.
 */
#define FLAGS_FIXED 0x00023200
#define FLAGS_RIGHT 0x00000200
#define FLAG_VM 0x00020000
#define FLAG_IF 0x00000200
#define FLAGS_STAY 0x00180000 /* VIF, VIP */
#define FLAGS_OUT 0x00044700 /* NT, AC, DF, TF: not for the Guest kernel's own code */

extern const char signal_return[];

static struct fuzz_case given;
static struct app apps[FUZZ_FRAMES];
static unsigned int entries[FUZZ_PAGES] __attribute__((aligned(4096)));
static unsigned int spaces[3];
static unsigned int state;
static void *safe[5];
static unsigned int resume_stack[256];
static struct tt_request draft;
static unsigned int secret_end;
/* What the boot page says, which may not be there any more when it is needed. */
static struct tt_device devices[TT_DEVICES_MAX];

static unsigned int
next(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Give up what was being done, and take the next. */
static void
resume(void)
{
	__builtin_longjmp(safe, 1);
}

static void
on_fault(int signal, struct siginfo *info, struct ucontext *context)
{
	struct sigcontext *c = &context->uc_mcontext;

	(void)signal, (void)info;
	c->eip = ADDRESS(resume);
	c->esp = (unsigned int)(resume_stack + 250);
	c->ds = c->es = c->ss = TT_USER_DS;
	c->fs = c->gs = 0;
	c->eflags &= ~(unsigned int)FLAGS_OUT;
}

static void
on_signal(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info, (void)context;
	for (int i = 0; i < FUZZ_FRAMES; i++)
		apps[i].frame.immediate_exit = 1;
}

static int
call(unsigned int number, unsigned int b, unsigned int c, unsigned int d, unsigned int si,
	unsigned int di)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(number), "b"(b), "c"(c), "d"(d), "S"(si), "D"(di)
			 : "memory", "cc");
	return result;
}

static bool
is_exception(unsigned int signal)
{
	return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE ||
	       signal == SIGTRAP;
}

static void
handle(unsigned int signal, unsigned int flags, unsigned int how)
{
	struct {
		unsigned int handler, flags, restorer, mask[2];
	} action = {how, flags, ADDRESS(signal_return), {0, 0}};

	if (is_exception(signal))
		action.handler = (unsigned int)on_fault;
	else if (how > 1)
		action.handler = (unsigned int)on_signal;
	call(__NR_rt_sigaction, signal, (unsigned int)&action, 0, 8, 0);
}

/* ---- what the application must neither see nor change ---- */

static bool
overlap(unsigned int address, unsigned int bytes, unsigned int from, unsigned int to)
{
	return bytes && address < to && (address >= from || bytes > from - address);
}

/* A Guest kernel that hands its secret out itself, or changes it, would prove nothing. */
static bool
touches_secret(unsigned int address, unsigned int bytes)
{
	return overlap(address, bytes, FUZZ_SECRET_AT, secret_end);
}

/* Nor would one whose own code and data a device has written over. */
static bool
is_mine(unsigned int address, unsigned int bytes)
{
	return touches_secret(address, bytes) ||
	       overlap(address, bytes, TT_GUEST_KERNEL_BASE, FUZZ_SCRATCH);
}

/* The entries that a map call would take, as far as they are where entries usually are. */
static bool
maps_secret(unsigned int entries, unsigned int count)
{
	const unsigned int *entry = (const unsigned int *)entries;
	unsigned int room = (FUZZ_SECRET_AT - entries) / sizeof(*entry);

	if (entries % 4 || entries < FUZZ_SCRATCH || entries >= FUZZ_SECRET_AT)
		return false;
	for (unsigned int i = 0; i < count && i < room; i++)
		if (entry[i] & TT_MAP_PRESENT &&
			touches_secret(TT_GUEST_KERNEL_BASE + (entry[i] & -TT_PAGE_SIZE), 1))
			return true;
	return false;
}

/* The machine's RAM is an open file in some cells: by that, too, nobody but the guest is harmed. */
static bool
is_device(unsigned int fd)
{
	for (unsigned int i = 0; i < TT_DEVICES_MAX; i++)
		if ((unsigned int)devices[i].fd == fd)
			return true;
	return fd > 10;
}

/* A call whose memory is what has to stay as it is. */
static bool
call_is_mine(const unsigned int *a)
{
	switch (a[0]) {
	case TT_HC_ENTER:
		return is_mine(a[1], sizeof(struct tt_frame));
	case TT_HC_MAP:
		return maps_secret(a[3], a[4]);
	case __NR_read:
	case __NR_pread64:
		if (given.hidden && !is_device(a[1]))
			return true;
		break;
	case __NR_write:
	case __NR_pwrite64:
		if (!is_device(a[1]))
			return true;
	}
	return a[0] < TT_HC_BASE && (is_mine(a[1], 64) || is_mine(a[2], a[3]) ||
					    is_mine(a[2], 160) || is_mine(a[3], 160));
}

/* words: so many at the start of each page. */
static void
check_secret(unsigned int words)
{
	if (!given.hidden)
		return;
	for (unsigned int page = FUZZ_SECRET_AT; page < secret_end; page += TT_PAGE_SIZE)
		for (unsigned int i = 0; i < words; i++)
			if (((const unsigned int *)page)[i] != SECRET)
				power_off(FUZZ_WRITTEN);
}

/* What came back has to be what an application can have. */
static void
inspect(const struct tt_frame *f)
{
	const unsigned int *word = (const unsigned int *)&f->regs;

	if (f->reason < TT_EXIT_SYSCALL || f->reason > TT_EXIT_INTERRUPT)
		power_off(FUZZ_BROKEN_REASON);
	for (unsigned int i = 0; given.hidden && i < TT_FRAME_REGS; i++)
		if (word[i] == SECRET)
			power_off(FUZZ_SEEN);
	if (f->reason == TT_EXIT_INTERRUPT)
		return; /* nobody may have run */
	if (f->regs.cs != TT_USER_CS || f->regs.ss != TT_USER_DS)
		power_off(FUZZ_BROKEN_SEGMENTS);
	if ((f->regs.eflags & FLAGS_FIXED) != FLAGS_RIGHT)
		power_off(FUZZ_BROKEN_FLAGS);
	if (f->reason == TT_EXIT_EXCEPTION && f->trap > 31)
		power_off(FUZZ_BROKEN_TRAP);
}

/* The page behind an application's address: always the same one. */
static bool
map_page(struct tt_frame *f)
{
	static unsigned int entry;
	unsigned int page = f->cr2 / TT_PAGE_SIZE;

	entry = (FUZZ_SCRATCH - TT_GUEST_KERNEL_BASE + page % FUZZ_PAGES * TT_PAGE_SIZE) |
		TT_MAP_PRESENT | (page & 0x80 ? 0 : TT_MAP_WRITE);
	return hc_map(f->space, f->cr2 & -TT_PAGE_SIZE, &entry, 1) == 0;
}

/* False: there is no going on.  What cannot be repaired goes on somewhere else. */
static bool
serve(struct tt_frame *f)
{
	if (f->reason == TT_EXIT_INTERRUPT)
		f->immediate_exit = 0;
	if (f->reason != TT_EXIT_EXCEPTION)
		return true;
	if (f->trap == 14 && f->cr2 < TT_GUEST_KERNEL_BASE && !(f->error_code & TT_PF_PRESENT))
		return map_page(f);
	f->regs.eip = FUZZ_CODE_AT + next() % 1024;
	f->regs.esp = FUZZ_CODE_AT + 2 * TT_PAGE_SIZE;
	f->regs.ds = f->regs.es = TT_USER_DS;
	return true;
}

static void
run_application(unsigned int which, unsigned int times)
{
	struct tt_frame *f = &apps[which % FUZZ_FRAMES].frame;
	int error;

	for (times %= 64; times; times--) {
		error = hc_enter(f);
		if (error == -EFAULT)
			power_off(FUZZ_BROKEN_FRAME); /* the frame is where it has to be */
		if (error)
			break;
		inspect(f);
		if (!serve(f))
			break;
	}
	check_secret(FUZZ_SECRET_WORDS);
}

static void
load_segment(unsigned int which, unsigned int selector)
{
	switch (which % 4) {
	case 0:
		__asm__ volatile("mov %0, %%ds; mov %1, %%ds" : : "r"(selector), "r"(TT_USER_DS));
		break;
	case 1:
		__asm__ volatile("mov %0, %%es; mov %1, %%es" : : "r"(selector), "r"(TT_USER_DS));
		break;
	case 2:
		__asm__ volatile("mov %0, %%fs" : : "r"(selector));
		break;
	default:
		__asm__ volatile("mov %0, %%gs" : : "r"(selector));
	}
}

/* A far pointer for lcall, and code that is made up: int $N; ret. */
static struct {
	unsigned int offset;
	unsigned short selector;
} __attribute__((packed)) far;
static unsigned char gate[4] = {0xcd, 0x80, 0xc3};

static void
go_through_door(const unsigned int *a)
{
	switch (a[0] % 4) {
	case 0:
		__asm__ volatile("push %%ebp; mov %%esp, %%ebp; sysenter; pop %%ebp"
				 :
				 : "a"(a[1]), "b"(a[2]), "c"(a[3]), "d"(a[4])
				 : "memory", "cc");
		break;
	case 1:
		far.offset = a[1];
		far.selector = (unsigned short)a[2];
		__asm__ volatile("lcall *%0" : : "m"(far) : "memory", "eax", "ecx", "edx", "cc");
		break;
	case 2:
		__asm__ volatile(
			"pushl %0; pushl %1; pushl %2; pushl %3; pushl %4; iret"
			:
			: "m"(a[1]), "r"(resume_stack + 250), "m"(a[2]), "m"(a[3]), "r"(resume)
			: "memory", "cc");
		break;
	default:
		gate[1] = (unsigned char)a[1];
		__asm__ volatile("call *%0"
				 :
				 : "r"(gate), "a"(a[2] == __NR_exit_group ? 0 : a[2])
				 : "memory", "cc", "ecx", "edx");
	}
}

/* ---- devices ---- */

static const struct tt_device *
device_of(unsigned int kind)
{
	for (unsigned int i = 0; i < TT_DEVICES_MAX; i++)
		if (devices[i].kind == kind)
			return &devices[i];
	return NULL;
}

static bool
request_is_mine(const struct tt_request *r)
{
	for (unsigned int i = 0; i < TT_SEGMENTS_MAX; i++)
		if (is_mine(TT_GUEST_KERNEL_BASE + r->segment[i].ram, r->segment[i].bytes))
			return true;
	return false;
}

static void
submit(const struct tt_request *r, unsigned int bytes, unsigned int times, unsigned int completions)
{
	const struct tt_device *queue = device_of(TT_DEV_QUEUE);
	struct tt_completion c;

	if (!queue || request_is_mine(r))
		return;
	while (times--)
		if (call(__NR_write, (unsigned int)queue->fd, (unsigned int)r, bytes, 0, 0) < 0)
			break;
	while (completions--)
		call(__NR_read, (unsigned int)queue->fd, (unsigned int)&c, sizeof(c), 0, 0);
}

static void
request(const unsigned int *a)
{
	draft = (struct tt_request){.op = a[0], .device = a[1], .offset = a[2], .segments = a[5]};
	for (unsigned int i = 0; i < TT_SEGMENTS_MAX; i++) {
		draft.segment[i].ram = a[3] + i * 512;
		draft.segment[i].bytes = a[4];
	}
	submit(&draft, a[5] > TT_SEGMENTS_MAX ? a[5] : offsetof(struct tt_request, segment[a[5]]),
		1, 1);
}

static void
edit_request(const unsigned int *a)
{
	unsigned int *word = (unsigned int *)&draft;

	for (unsigned int i = 0; i < FUZZ_ARGUMENTS - 1; i++)
		word[(a[0] + i) % (sizeof(draft) / sizeof(*word))] = a[1 + i];
}

#define FRAME_HEAD 28

/* A header that says first, and a frame to several; the rest is what happens to be there. */
static void
frame_out(unsigned char *at, unsigned int first)
{
	static const unsigned char several[] = {1, 0, 0, 0, 0, 0};

	memcpy(at, &first, sizeof(first));
	memcpy(at + 10, several, sizeof(several));
	at[22] = first & 1 ? 0x08 : 0x86;
	at[23] = first & 1 ? 0x00 : 0xdd;
	at[24] = first & 1 ? 0x45 : 0x60;
}

static void
access_device(const unsigned int *a)
{
	static const unsigned int numbers[FUZZ_ACCESSES] = {
		__NR_read, __NR_write, __NR_pread64, __NR_pwrite64, __NR_fdatasync, 0, __NR_write};
	unsigned int how = a[0] % FUZZ_ACCESSES, memory = a[2], bytes = a[3];
	unsigned int fd = (unsigned int)devices[a[1] % TT_DEVICES_MAX].fd;
	struct pollfd *p = (struct pollfd *)memory;

	if (is_mine(memory, bytes) || is_mine(memory, TT_DEVICES_MAX * sizeof(*p)))
		return;
	if (how == FUZZ_POLL) {
		for (unsigned int i = 0; i < bytes && i < TT_DEVICES_MAX; i++)
			p[i].fd = devices[(a[1] + i) % TT_DEVICES_MAX].fd;
		call(__NR_poll, memory, bytes, a[4] % 3, 0, 0);
		return;
	}
	if (how == FUZZ_FRAME_OUT)
		frame_out((unsigned char *)memory, a[5]);
	call(numbers[how], fd, memory, bytes, a[4], a[5]);
	if (how == FUZZ_FRAME_OUT)
		memset((unsigned char *)memory, 0, FRAME_HEAD); /* or IRET may find VM in it */
}

static bool
take_completion(int fd, struct tt_completion *c)
{
	return call(__NR_read, (unsigned int)fd, (unsigned int)c, sizeof(*c), 0, 0) == sizeof(*c);
}

/* Whatever was asked of the queue before: it takes one more request, and says that it is done. */
static void
check_queue(void)
{
	const struct tt_device *queue = device_of(TT_DEV_QUEUE), *disk = device_of(TT_DEV_DISK);
	static const unsigned int off[4];
	struct pollfd p;
	struct tt_completion c;
	int n = -EAGAIN;

	if (!queue || !disk)
		return;
	call(__NR_setitimer, 0, (unsigned int)off, 0, 0, 0);
	draft = (struct tt_request){.op = TT_IO_READ,
		.device = (unsigned int)(disk - devices),
		.tag = LAST_TAG,
		.segments = 1,
		.segment = {{FUZZ_SCRATCH - TT_GUEST_KERNEL_BASE, 512}}};
	for (unsigned int tries = 0; n < 0 && tries < 1000; tries++) {
		n = call(__NR_write, (unsigned int)queue->fd, (unsigned int)&draft,
			offsetof(struct tt_request, segment[1]), 0, 0);
		if (n != -EAGAIN)
			continue;
		/* It may have stopped for want of somebody who reads. */
		while (take_completion(queue->fd, &c))
			;
		p = (struct pollfd){.fd = queue->fd, .events = POLLIN | POLLOUT};
		call(__NR_poll, (unsigned int)&p, 1, 100, 0, 0);
	}
	for (unsigned int tries = 0; n > 0 && tries < 1000; tries++) {
		p = (struct pollfd){.fd = queue->fd, .events = POLLIN};
		call(__NR_poll, (unsigned int)&p, 1, 100, 0, 0);
		if (take_completion(queue->fd, &c) && c.tag == LAST_TAG && c.result == 0)
			return;
	}
	power_off(FUZZ_UNSERVED);
}

static void
fill(unsigned int space, unsigned int step)
{
	step = (step % 1024 + 1) * TT_PAGE_SIZE;
	if (step < 0x40000)
		step = 0x400000;
	for (unsigned int at = FUZZ_CODE_AT; at < TT_GUEST_KERNEL_BASE; at += step)
		if (hc_map(space, at, &entries[at / step % FUZZ_PAGES], 1))
			return;
}

static void
perform(const struct fuzz_op *op)
{
	const unsigned int *a = op->argument;
	struct tt_frame *f = &apps[a[0] % FUZZ_FRAMES].frame;
	unsigned int timer[4] = {a[1] / 1000000, a[1] % 1000000, a[0] / 1000000, a[0] % 1000000};
	unsigned int code;

	switch (op->what) {
	case FUZZ_CALL:
		if (a[0] == __NR_exit_group)
			break; /* the status is ours */
		if (call_is_mine(a))
			break;
		call(a[0], a[1], a[2], a[3], a[4], a[5]);
		if (a[0] == TT_HC_ENTER)
			f->immediate_exit = 0;
		break;
	case FUZZ_POKE:
		if (touches_secret(a[0], 4))
			break;
		*(volatile unsigned int *)a[0] = a[1];
		break;
	case FUZZ_PEEK:
		(void)*(volatile unsigned int *)a[0];
		break;
	case FUZZ_FRAME:
		((unsigned int *)f)[a[1] % FUZZ_FRAME_WORDS] = a[2];
		break;
	case FUZZ_CODE:
		code = FUZZ_CODE_AT / TT_PAGE_SIZE % FUZZ_PAGES * TT_PAGE_SIZE;
		memcpy((char *)FUZZ_SCRATCH + code + a[0] % (TT_PAGE_SIZE - 20), &a[1], 20);
		break;
	case FUZZ_RUN:
		run_application(a[0], a[1]);
		break;
	case FUZZ_SEGMENT:
		load_segment(a[0], a[1]);
		break;
	case FUZZ_FLAGS:
		__asm__ volatile("push %0; popf; push $0x202; popf" : : "r"(a[0]) : "cc");
		break;
	case FUZZ_HANDLE:
		handle(a[0], a[1], a[2]);
		break;
	case FUZZ_MASK:
		/* Exceptions stay: without them there is no going on. */
		call(__NR_rt_sigprocmask, a[0], (unsigned int)&a[1], 0, 8, 0);
		break;
	case FUZZ_TIMER:
		call(__NR_setitimer, 0, (unsigned int)timer, 0, 0, 0);
		break;
	case FUZZ_QUEUE:
		request(a);
		break;
	case FUZZ_DOOR:
		go_through_door(a);
		break;
	case FUZZ_FILL:
		fill(a[0], a[1]);
		break;
	case FUZZ_REQUEST:
		edit_request(a);
		break;
	case FUZZ_SUBMIT:
		submit(&draft, a[0], a[1] % 1024, a[2] % 1024);
		break;
	case FUZZ_DEVICE:
		access_device(a);
		break;
	}
}

static void
prepare(void)
{
	unsigned int *word = (unsigned int *)FUZZ_SCRATCH;

	secret_end =
		TT_GUEST_KERNEL_BASE + (boot->initrd_bytes ? boot->initrd_offset : boot->ram_bytes);
	memcpy(devices, boot->device, sizeof(devices));
	for (unsigned int i = boot->devices; i < TT_DEVICES_MAX; i++)
		devices[i].fd = -(int)i; /* there are none */
	state = given.seed ? given.seed : 1;
	for (unsigned int i = 0; i < FUZZ_PAGES * 1024; i++)
		word[i] = next();
	for (unsigned int i = 0; i < FUZZ_PAGES * 1024; i++)
		if (word[i] & FLAG_VM)
			/* on QEMU the CPU would be lost, or these flags stay */
			word[i] = (word[i] | FLAG_IF) & ~FLAGS_STAY;
	for (unsigned int i = 0; i < 1024; i++)
		word[i] = 0x80cd9090; /* the first is code: nop; nop; int $0x80 */
	for (word = (unsigned int *)FUZZ_SECRET_AT; word < (unsigned int *)secret_end; word++)
		*word = SECRET;
	for (unsigned int i = 0; i < 3; i++)
		spaces[i] = (unsigned int)hc_space_create();
	for (unsigned int i = 0; i < FUZZ_PAGES; i++)
		entries[i] = (FUZZ_SCRATCH - TT_GUEST_KERNEL_BASE + i * TT_PAGE_SIZE) |
			     TT_MAP_PRESENT | TT_MAP_WRITE;
	for (unsigned int i = 0; i < FUZZ_FRAMES; i++) {
		struct tt_frame *f = &apps[i].frame;

		f->space = spaces[i % 3];
		f->regs.eip = FUZZ_CODE_AT + i * 256;
		f->regs.esp = FUZZ_CODE_AT + 2 * TT_PAGE_SIZE;
		f->regs.ds = f->regs.es = TT_USER_DS;
		f->regs.eflags = 0x202;
		hc_map(f->space, FUZZ_CODE_AT, &entries[FUZZ_CODE_AT / TT_PAGE_SIZE % FUZZ_PAGES],
			1);
	}
	for (unsigned int signal = 1; signal <= 31; signal++)
		if (is_exception(signal))
			handle(signal, SA_SIGINFO | SA_RESTORER | SA_NODEFER, 2);
		else if (signal != SIGKILL && signal != SIGSTOP && signal < SIGCHLD)
			handle(signal, SA_SIGINFO | SA_RESTORER, 2);
	handle(SIGIO, SA_SIGINFO | SA_RESTORER, 2);
}

int
main(void)
{
	static volatile unsigned int i;
	unsigned int bytes = boot->initrd_bytes;

	if (bytes > sizeof(given))
		bytes = sizeof(given);
	memcpy(&given, ram(boot->initrd_offset), bytes);
	if (given.ops > FUZZ_OPS_MAX)
		given.ops = FUZZ_OPS_MAX;
	prepare();
	__builtin_setjmp(safe);
	while (i < given.ops) {
		unsigned int now = i;

		i = now + 1;
		perform(&given.op[now]);
	}
	check_secret(TT_PAGE_SIZE / 4);
	check_queue();
	return 0;
}
