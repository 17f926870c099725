/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest.h - what a unit guest can use.
 *
 * A unit guest is a Guest kernel of one screen, with its Guest applications in assembly beside the
 * C code that runs them.  It knows the machine ABI (typetwo/ headers) and nothing of the Monitor
 * below.  start.c calls main() and powers the machine off when it returns.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <typetwo/machine.h>
#include <typetwo/frame.h>
#include <typetwo/hypercall.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define STRING_(x) #x
#define STRING(x) STRING_(x)

/* start.c: the machine as it was at power-on. */
struct power_on {
	unsigned int gs, fs, edi, esi, ebp, unused, ebx, edx, ecx, eax, eflags, esp;
};
extern const struct power_on *power_on;
#define boot ((const struct tt_boot *)TT_GUEST_KERNEL_BASE)
const struct tt_device *find_device(unsigned int kind); /* NULL if the machine has none */
unsigned int number(const char *text);
__attribute__((noreturn)) void power_off(int status);

/* print.c */
__attribute__((format(printf, 1, 2))) void print(const char *format, ...);
int format_line(char *out, size_t size, const char *format, va_list arguments);
void write_all(int fd, const char *text, size_t bytes);

/*
 * report.c: a check is a claim with a name of stable words, and one or more comparisons.  check()
 * opens it and closes the one before; the first comparison that fails is the one reported.  A
 * check that compared nothing fails, for it could not have failed otherwise.
 */
__attribute__((format(printf, 1, 2))) void check(const char *format, ...);
bool same(const char *what, unsigned int got, unsigned int expected);
__attribute__((format(printf, 2, 3))) bool holds(bool ok, const char *format, ...);
void count(const char *metric, unsigned int n, unsigned int instructions);
#define BATCHES 5
/* What the application itself executes in an operation, when that is much: it is not counted. */
extern unsigned int own_instructions;
/* Runs batches of n like operations; the cheapest batch says the cost of one. */
__attribute__((format(printf, 3, 4))) void measure(
	unsigned int n, void (*batch)(unsigned int n), const char *metric, ...);
/* The run cannot go on: the open check fails with this text. */
__attribute__((format(printf, 1, 2), noreturn)) void fatal(const char *format, ...);
/* With nonce, the last word "nonce=NONCE" of a command line, nobody is asked for one. */
void report_start(const char *nonce);
int report_done(void);

/* memory.c: pages of RAM, never given back.  memcpy and memset are for the compiler. */
unsigned int page_alloc(void); /* RAM offset */
void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);
bool strings_equal(const char *a, const char *b);

static inline void *
ram(unsigned int offset)
{
	return (void *)(TT_GUEST_KERNEL_BASE + offset);
}

static inline unsigned int
ram_offset(const void *address)
{
	return (unsigned int)address - TT_GUEST_KERNEL_BASE;
}

/*
 * space.c: the Guest kernel's own page tables.  The Monitor caches mappings as a TLB does and may
 * drop any of them, so the Guest kernel has to remember what it mapped; run() serves such misses
 * from here.  An entry has the form that TT_HC_MAP takes.
 */
struct space {
	unsigned int id;
	unsigned int *table[TT_GUEST_KERNEL_BASE >> 22];
};

void process_space_create(struct space *s);
void process_space_destroy(struct space *s);
/* flags: TT_MAP_WRITE or 0.  Told to the Monitor at once. */
void process_space_map(
	struct space *s, unsigned int address, unsigned int offset, unsigned int flags);
void process_space_unmap(struct space *s, unsigned int address);
/* Only remembers the page: the first access misses. */
void process_space_note(
	struct space *s, unsigned int address, unsigned int offset, unsigned int flags);
/* Hands count pages that were noted to the Monitor; they lie in one table. */
void process_space_load(struct space *s, unsigned int address, unsigned int count);
/* True if the miss that f reports was of a page in the tables, which is mapped again. */
bool process_space_refill(struct space *s, const struct tt_frame *f);

/*
 * application.c: a Guest application has the code of every application of this guest, read-only,
 * a page of data and a page of stack.  Below and above lies nothing.
 */
#define APP_CODE 0x00400000
#define APP_DATA 0x00500000
#define APP_STACK 0x00600000 /* end of the stack page */
#define APP_FREE 0x01000000 /* nothing is here until a guest maps it */

/* Aligned, so that its frame lies in one page wherever it is. */
struct app {
	struct tt_frame frame;
	struct space *space;
	unsigned int *data; /* its data page, as the Guest kernel sees it */
} __attribute__((aligned(128)));
_Static_assert(sizeof(struct tt_frame) <= 128, "a frame is smaller than an app's alignment");

/*
 * APPLICATION(name, code): assembly that is linked into guest user space.  It must not name
 * anything of the Guest kernel's; other labels of it that C needs go through LABEL().
 */
#define LABEL(name) extern const char name[]
#define APPLICATION(name, code) \
	LABEL(name);            \
	__asm__(".pushsection .application, \"ax\"\n" #name ":\n" code "\n.popsection\n")
#define ADDRESS(label) ((unsigned int)(label))

void app_create(struct app *a, struct space *s, const char *entry);
/* Registers as at the start of an application, in the same space, at another entry. */
void app_restart(struct app *a, const char *entry);
/* One enter; what the Monitor refuses ends the run. */
void enter(struct app *a);
/* The same, but an interrupt that nobody asked for does not count (frame.h: may be spurious). */
void enter_patiently(struct app *a);
/* Enters until something else happens than an interrupt or a miss of a page in the tables. */
void run(struct app *a);
/* The same, but returns at an interrupt too, if there was a tick since ticks was old. */
void run_until_tick(struct app *a, unsigned int old);
/* Runs up to a system call, and fails the open check if anything else comes. */
bool run_to_syscall(struct app *a);
/* The same for an exception. */
bool run_to_exception(struct app *a, unsigned int trap, unsigned int error, const char *eip);
/* What came, as words for a report. */
const char *exit_name(const struct tt_frame *f);

/* hypercalls.c: those above, without checks, for those who ask for what is not allowed. */
int hc_enter(void *frame);
/* entries lie in one page: aligned to as much as they are. */
int hc_map(unsigned int space, unsigned int address, const void *entries, unsigned int count);
int hc_unmap(unsigned int space, unsigned int address, unsigned int bytes);
int hc_forget(void);
int hc_space_create(void);
int hc_space_destroy(unsigned int space);
int hc_debug(const void *debug);

/*
 * fault.c: an expected fault of the Guest kernel is caught by label, in the manner of
 * kvm-unit-tests: the instruction at 1 goes on at 2 (before MAY_FAULT), and last_fault says what
 * came.  A fault nobody expects ends the run.
 */
#define MAY_FAULT                         \
	"\n.pushsection .fixups, \"a\"\n" \
	".long 1b, 2b\n"                  \
	".popsection\n"
struct fault {
	unsigned int signal, trap, error, address; /* signal 0: none came */
};
extern struct fault last_fault;
/* Each returns the host signal that came, 0 for none. */
unsigned int try_read(unsigned int address, unsigned int *value);
unsigned int try_write(unsigned int address, unsigned int value);
void fault_start(void);

/*
 * interrupt.c: host signals, which are this machine's interrupts.  A handler runs in guest kernel
 * mode on the stack of the moment.
 */
struct ucontext;
struct siginfo;
typedef void handler(int signal, struct siginfo *info, struct ucontext *context);
void handle_signal(int signal, handler *h);
void block_signal(int signal);
void unblock_signal(int signal);
/* Sleeps with no signal blocked until a handler has run. */
void wait_for_signal(void);
void set_timer(unsigned int first_us, unsigned int period_us); /* 0, 0: off */
unsigned int interrupted_eip(const struct ucontext *context);

/*
 * SIGALRM by take_ticks(): counts, notes where it came, and keeps the next enter of f from waiting,
 * so that a tick just before it is not lost.
 */
extern volatile unsigned int ticks, tick_eip;
void take_ticks(struct tt_frame *f);

/* Instructions since power-on, when QEMU counts them (-icount); ticks of the CPU else. */
static inline unsigned long long
read_tsc(void)
{
	unsigned int low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
	return (unsigned long long)high << 32 | low;
}

/* Host system calls, by the numbers of <asm/unistd.h>. */
static inline int
host_call(unsigned int nr, unsigned int a, unsigned int b, unsigned int c, unsigned int d)
{
	return tt_trap(nr, a, b, c, d);
}

#endif
