// SPDX-License-Identifier: GPL-2.0-only
/*
 * From power-on to start_kernel(), and power-off.  All that the machine says about itself is in the
 * boot page: there is nothing to probe.
 */
#include <linux/cpu.h>
#include <linux/console.h>
#include <linux/initrd.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/panic_notifier.h>
#include <linux/random.h>
#include <linux/reboot.h>
#include <linux/sched/task_stack.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/start_kernel.h>
#include <linux/utsname.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/setup.h>
#include <asm/typetwo.h>
#include <kern_util.h>

struct tt_boot tt_boot;
bool tt_slow_monitor;
unsigned int tt_around;
unsigned long end_iomem; /* end of RAM; the name is UML's, VMALLOC_START uses it */

struct cpuinfo_um boot_cpu_data = {
	.cache_alignment = L1_CACHE_BYTES,
};
EXPORT_SYMBOL(boot_cpu_data);

const struct tt_device *tt_find_device(unsigned int kind, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < tt_boot.devices; i++)
		if (tt_boot.device[i].kind == kind && n-- == 0)
			return &tt_boot.device[i];
	return NULL;
}

void __noreturn tt_exit(int status)
{
	for (;;)
		host_call(__NR_exit_group, status, 0, 0, 0, 0);
}

void machine_restart(char *command)
{
	tt_exit(1);
}

void machine_halt(void)
{
	tt_exit(1);
}

void machine_power_off(void)
{
	tt_exit(0);
}

/* Without it, the generic code would halt when told to power off. */
void (*pm_power_off)(void) = machine_power_off;
EXPORT_SYMBOL(pm_power_off);

static int panic_exit(struct notifier_block *self, unsigned long code, void *text)
{
	bust_spinlocks(0); /* lets the last messages out */
	console_flush_on_panic(CONSOLE_FLUSH_PENDING);
	tt_exit(1);
}

static struct notifier_block panic_exit_notifier = {
	.notifier_call = panic_exit,
	.priority = INT_MIN, /* last: it does not return */
};

/* The first C code, on init_task's stack and with no signal handler. */
asmlinkage __visible void __init tt_start(void)
{
	static const char wrong[] = "linux: this is no machine of the kind I was built for\n";
	const struct tt_boot *boot = __va(0);

	if (boot->magic != TT_BOOT_MAGIC || boot->version != TT_BOOT_VERSION) {
		host_write(1, wrong, sizeof(wrong) - 1);
		tt_exit(2);
	}
	tt_boot = *boot;
	if (tt_boot.devices > TT_DEVICES_MAX)
		tt_boot.devices = TT_DEVICES_MAX;
	tt_signals_init();
	start_kernel();
}

static void __init find_cpu_features(void)
{
	u32 *capability = boot_cpu_data.x86_capability;
	u32 eax = 1, ebx, ecx, edx;

	asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	capability[X86_FEATURE_FPU / 32] = edx;
	capability[X86_FEATURE_XMM3 / 32] = ecx;
}

/*
 * The machine has no source of randomness.  What differs from boot to boot is the time; take it,
 * and let programs that ask for random bytes go on instead of waiting for ever.
 */
static void __init seed_random(void)
{
	struct __kernel_timespec now[2];
	u64 seed[4];

	host_call(__NR_clock_gettime64, CLOCK_REALTIME, (unsigned long)&now[0], 0, 0, 0);
	host_call(__NR_clock_gettime64, CLOCK_MONOTONIC, (unsigned long)&now[1], 0, 0, 0);
	seed[0] = now[0].tv_sec;
	seed[1] = now[0].tv_nsec;
	seed[2] = now[1].tv_nsec;
	seed[3] = rdtsc();
	add_bootloader_randomness(seed, sizeof(seed));
}

/*
 * What does a miss cost?  A process without any mapping faults at its first instruction: that is an
 * enter and its end, with all that the Monitor does to protect the Guest kernel.  Where this is the
 * work of ptrace or mprotect, it takes as long as mapping dozens of pages.  Then a miss brings along
 * all the pages around it that the page tables have, elsewhere only a few.  (The clock of the Host may
 * be too coarse to tell.)
 */
static void __init measure_miss(void)
{
	static struct tt_frame frame __aligned(128); /* so that it lies in one page */
	u64 start, best = U64_MAX;
	int i;

	frame.space = tt_trap(TT_HC_SPACE_CREATE, 0, 0, 0, 0);
	frame.regs.eip = TT_GUEST_USER_BASE;
	frame.regs.eflags = X86_EFLAGS_IF | X86_EFLAGS_FIXED;
	for (i = 0; i < 16; i++) {
		start = rdtsc();
		tt_trap(TT_HC_ENTER, (unsigned long)&frame, 0, 0, 0);
		best = min(best, rdtsc() - start);
	}
	tt_trap(TT_HC_SPACE_DESTROY, frame.space, 0, 0, 0);
	tt_slow_monitor = best > 10000;
	tt_around = tt_slow_monitor ? 512 : 8;
}

void __init setup_arch(char **cmdline_p)
{
	BUILD_BUG_ON(offsetof(struct tt_regs, ebx) != HOST_BX * sizeof(long));
	BUILD_BUG_ON(offsetof(struct tt_regs, eax) != HOST_AX * sizeof(long));
	BUILD_BUG_ON(offsetof(struct tt_regs, orig_eax) != HOST_ORIG_AX * sizeof(long));
	BUILD_BUG_ON(offsetof(struct tt_regs, eip) != HOST_IP * sizeof(long));
	BUILD_BUG_ON(offsetof(struct tt_regs, ss) != HOST_SS * sizeof(long));
	BUILD_BUG_ON(sizeof(struct tt_regs) != MAX_REG_OFFSET);
	BUILD_BUG_ON(offsetof(struct task_struct, thread.regs.regs.frame) % ARCH_MIN_TASKALIGN);
	BUILD_BUG_ON(sizeof(struct tt_frame) > ARCH_MIN_TASKALIGN);

	tt_console_early();
	find_cpu_features();
	strscpy(init_utsname()->machine, "i686", sizeof(init_utsname()->machine));

	end_iomem = PAGE_OFFSET + tt_boot.ram_bytes;
	high_memory = (void *)end_iomem;
	max_low_pfn = tt_boot.ram_bytes >> PAGE_SHIFT;
	max_pfn = max_low_pfn;
	min_low_pfn = tt_boot.image_end >> PAGE_SHIFT;
	set_max_mapnr(max_low_pfn);
	memblock_add(0, tt_boot.ram_bytes);
	memblock_reserve(0, tt_boot.image_end);
	if (tt_boot.initrd_bytes) {
		memblock_reserve(tt_boot.initrd_offset, PAGE_ALIGN(tt_boot.initrd_bytes));
		initrd_start = (unsigned long)__va(tt_boot.initrd_offset);
		initrd_end = initrd_start + tt_boot.initrd_bytes;
	}
	paging_init();

	tt_boot.cmdline[TT_CMDLINE_MAX - 1] = 0;
	strscpy(boot_command_line, tt_boot.cmdline, COMMAND_LINE_SIZE);
	*cmdline_p = boot_command_line;

	atomic_notifier_chain_register(&panic_notifier_list, &panic_exit_notifier);
	seed_random();
	measure_miss();
}

void __init arch_cpu_finalize_init(void)
{
}

/*
 * Waiting by counting would take some ticks at every boot to find out how fast to count, and
 * nothing here waits that way.
 */
unsigned long calibrate_delay_is_known(void)
{
	return 1000000;
}

static int show_cpuinfo(struct seq_file *m, void *v)
{
	seq_puts(m, "processor\t: 0\nvendor_id\t: TypeTwo\nmodel name\t: TypeTwo guest machine\n");
	seq_printf(m, "flags\t\t:%s%s%s\n", boot_cpu_has(X86_FEATURE_FPU) ? " fpu" : "",
		   boot_cpu_has(X86_FEATURE_XMM) ? " sse" : "",
		   boot_cpu_has(X86_FEATURE_XMM2) ? " sse2" : "");
	return 0;
}

static void *cpuinfo_start(struct seq_file *m, loff_t *pos)
{
	return *pos == 0 ? &boot_cpu_data : NULL;
}

static void *cpuinfo_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void cpuinfo_stop(struct seq_file *m, void *v)
{
}

const struct seq_operations cpuinfo_op = {
	.start = cpuinfo_start,
	.next = cpuinfo_next,
	.stop = cpuinfo_stop,
	.show = show_cpuinfo,
};
