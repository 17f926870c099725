// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time: the host's clock; as soon as we know how fast the CPU's counter goes, that, as to ask the
 * host is a host call; and the host's interval timer, armed once for each event.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/math64.h>
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

/*
 * The counter, in the host's nanoseconds: what passed since the anchor, times nanoseconds a count.
 * Once a second, or at the next event if nothing happens for longer, the host is asked again (follow()),
 * and what we are off is made up for in the second after that, by a clock that goes a bit faster or
 * slower: it never goes back.
 */
#define RATE_SHIFT 24
#define SLEW_MAX 16 /* no more than one part in so many */

static struct {
	u64 count, ns; /* of the anchor */
	u64 host_count, host_ns; /* what the host's clock said when it was asked last */
	u32 host_rate; /* nanoseconds a count, << RATE_SHIFT */
	u32 rate; /* the same with what is made up for, for so many counts */
	u64 counts;
	s64 made_up; /* by then, in nanoseconds */
	unsigned int version;
} anchor;

static u64 since_anchor(u64 count)
{
	count -= anchor.count;
	if (likely(count < anchor.counts))
		return mul_u64_u32_shr(count, anchor.rate, RATE_SHIFT);
	return mul_u64_u32_shr(count, anchor.host_rate, RATE_SHIFT) + anchor.made_up;
}

static u64 counter_read(struct clocksource *source)
{
	unsigned int version;
	u64 ns;

	do { /* an interrupt may move the anchor */
		version = READ_ONCE(anchor.version);
		barrier();
		ns = anchor.ns + since_anchor(rdtsc());
		barrier();
	} while (version != READ_ONCE(anchor.version));
	return ns;
}

static struct clocksource counter = {
	.name = "tsc",
	.rating = 350,
	.read = counter_read,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS,
};

static u32 rate_of(u64 ns, u64 counts)
{
	return div64_u64(ns << RATE_SHIFT, counts);
}

static void set_anchor(u64 count, u64 ns, u64 host_ns, u32 host_rate, s32 more)
{
	anchor.version++;
	barrier();
	anchor.count = count;
	anchor.ns = ns;
	anchor.host_count = count;
	anchor.host_ns = host_ns;
	anchor.host_rate = host_rate;
	anchor.rate = host_rate + more;
	anchor.counts = div64_u64((u64)NSEC_PER_SEC << RATE_SHIFT, host_rate); /* in a second */
	anchor.made_up = mul_u64_u32_shr(anchor.counts, anchor.rate, RATE_SHIFT) -
			 mul_u64_u32_shr(anchor.counts, host_rate, RATE_SHIFT);
}

/* In the timer's interrupt, which nothing interrupts. */
static void follow(void)
{
	static u64 least = U64_MAX; /* counts that the host's answer took */
	u64 count = rdtsc(), took, ns, host_ns, host_rate = anchor.host_rate;
	s64 most, more;

	if (since_anchor(count) < NSEC_PER_SEC)
		return;
	host_ns = host_clock(CLOCK_MONOTONIC);
	took = rdtsc() - count;
	least = min(least, took);
	if (took > 2 * least) { /* somebody else had the CPU meanwhile: ask again at the next event */
		least += least >> 3;
		return;
	}
	count += took / 2;
	ns = anchor.ns + since_anchor(count);
	/* Beyond some minutes of sleep the products would not fit, and the rate has not changed. */
	if (host_ns - anchor.host_ns < 200ULL * NSEC_PER_SEC)
		host_rate = rate_of(host_ns - anchor.host_ns, count - anchor.host_count);
	if ((s64)(host_ns - ns) > (s64)NSEC_PER_SEC / 10)
		ns = host_ns; /* too much to be made up for, and forward */
	most = host_rate / SLEW_MAX;
	more = div_s64((s64)(host_ns - ns) * (s64)(host_rate >> 10), NSEC_PER_SEC >> 10);
	set_anchor(count, ns, host_ns, host_rate, clamp(more, -most, most));
}

static void count(struct work_struct *work);
static DECLARE_DELAYED_WORK(count_work, count);

/*
 * Count twice, and trust what comes out the same: the host's clock may be a coarse one.  A reading
 * that took a microsecond too long is one part in 200,000.
 */
static void count(struct work_struct *work)
{
	static u32 before;
	unsigned long flags;
	u64 ns, counts;
	u32 found;

	local_irq_save(flags);
	ns = host_clock(CLOCK_MONOTONIC);
	counts = rdtsc();
	found = rate_of(ns - anchor.host_ns, counts - anchor.host_count);
	if (before && abs((s32)(found - before)) < before >> 10) {
		set_anchor(counts, ns, ns, found, 0);
		local_irq_restore(flags);
		clocksource_register_hz(&counter, NSEC_PER_SEC);
		return;
	}
	local_irq_restore(flags);
	before = found;
	schedule_delayed_work(&count_work, HZ / 10);
}

static int __init start_counting(void)
{
	anchor.host_ns = host_clock(CLOCK_MONOTONIC);
	anchor.host_count = rdtsc();
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
	set_timer(delta_us + 1, 0); /* one that is early would be set again */
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

/*
 * A Monitor that protects by the page pays for each page of RAM that was touched, at every crossing.
 * The Guest kernel touches most of its pages once, to fill them: so now and then it says that they may
 * be forgotten, and only those come back that it uses.
 */
static void forget_ram(void)
{
	static unsigned long last;

	if (last == jiffies)
		return;
	last = jiffies;
	tt_trap(TT_HC_FORGET, 0, 0, 0, 0);
}

static irqreturn_t tick_interrupt(int irq, void *data)
{
	if (tt_slow_monitor)
		forget_ram();
	if (anchor.rate)
		follow();
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
