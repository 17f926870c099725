// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time: the host's clock, the CPU's counter as soon as we know how fast it goes, as to ask the host
 * is a host call; and the host's interval timer as the clock tick.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/time.h>
#include <linux/workqueue.h>
#include <asm/msr.h>
#include <asm/typetwo.h>

#define ITIMER_REAL 0

static u64 host_clock(clockid_t clock)
{
	struct __kernel_timespec now;

	host_call(__NR_clock_gettime64, clock, (unsigned long)&now, 0, 0, 0);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

static void set_timer(unsigned long value_us, unsigned long interval_us)
{
	struct __kernel_old_itimerval timer = {
		.it_interval = { interval_us / USEC_PER_SEC, interval_us % USEC_PER_SEC },
		.it_value = { value_us / USEC_PER_SEC, value_us % USEC_PER_SEC },
	};

	host_call(__NR_setitimer, ITIMER_REAL, (unsigned long)&timer, 0, 0, 0);
}

static u64 clock_read(struct clocksource *source)
{
	return host_clock(CLOCK_MONOTONIC);
}

static struct clocksource host_clocksource = {
	.name = "host",
	.rating = 300,
	.read = clock_read,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS,
};

static u64 counter_read(struct clocksource *source)
{
	return rdtsc();
}

static struct clocksource counter = {
	.name = "tsc",
	.rating = 350,
	.read = counter_read,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS,
};

static u64 first_count, first_ns;
static unsigned int khz;
static void count(struct work_struct *work);
static DECLARE_DELAYED_WORK(count_work, count);

/*
 * Count twice, and trust what comes out the same: the host's clock may be a coarse one.  A reading
 * that took a microsecond too long is one part in 200,000.
 */
static void count(struct work_struct *work)
{
	u64 ns = host_clock(CLOCK_MONOTONIC) - first_ns, counts = rdtsc() - first_count;
	unsigned int found = div64_u64(counts * NSEC_PER_MSEC, ns);

	if (!khz) {
		khz = found;
		schedule_delayed_work(&count_work, HZ / 10);
	} else if (abs((int)(found - khz)) < khz >> 10) {
		clocksource_register_khz(&counter, found);
	}
}

static int __init start_counting(void)
{
	first_ns = host_clock(CLOCK_MONOTONIC);
	first_count = rdtsc();
	schedule_delayed_work(&count_work, HZ / 10);
	return 0;
}
late_initcall(start_counting);

static int tick_shutdown(struct clock_event_device *device)
{
	set_timer(0, 0);
	return 0;
}

static int tick_periodic(struct clock_event_device *device)
{
	set_timer(USEC_PER_SEC / HZ, USEC_PER_SEC / HZ);
	return 0;
}

static int tick_next(unsigned long delta_us, struct clock_event_device *device)
{
	set_timer(delta_us, 0);
	return 0;
}

static struct clock_event_device host_timer = {
	.name = "host",
	.rating = 250,
	.features = CLOCK_EVT_FEAT_PERIODIC | CLOCK_EVT_FEAT_ONESHOT,
	.cpumask = cpu_possible_mask,
	.set_state_shutdown = tick_shutdown,
	.set_state_periodic = tick_periodic,
	.set_next_event = tick_next,
};

static irqreturn_t tick_interrupt(int irq, void *data)
{
	host_timer.event_handler(&host_timer);
	return IRQ_HANDLED;
}

void read_persistent_clock64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(host_clock(CLOCK_REALTIME));
}

/* Not in time_init() itself: request_irq() allocates memory with interrupts on. */
static void __init tick_setup(void)
{
	if (request_irq(SIGALRM, tick_interrupt, IRQF_TIMER, "timer", NULL))
		panic("no timer interrupt");
	clocksource_register_hz(&host_clocksource, NSEC_PER_SEC);
	clockevents_config_and_register(&host_timer, USEC_PER_SEC, 1, USEC_PER_SEC * 1000);
}

void __init time_init(void)
{
	late_time_init = tick_setup;
}
