// SPDX-License-Identifier: GPL-2.0-only
/*
 * The console: one terminal on the console devices, /dev/ttyT0, and the kernel's messages.
 */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/poll.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_flip.h>
#include <asm/typetwo.h>

static const struct tt_device *input;
static struct tty_driver *driver;
static struct tty_port port;
static bool input_ended;

static void write_all(const char *text, unsigned int count)
{
	const struct tt_device *output = tt_find_device(TT_DEV_CONSOLE_OUT, 0);
	long n;

	while (output && count) {
		n = host_write(output->fd, text, count);
		if (n == -EINTR || n == -EAGAIN)
			continue;
		if (n <= 0)
			return; /* nobody listens any more */
		text += n;
		count -= n;
	}
}

/* The kernel's own messages.  In one piece if possible: each host call is a crossing. */
void tt_console_write(const char *text, unsigned int count)
{
	char line[256];
	unsigned int n = 0;

	for (; count; count--, text++) {
		if (*text == '\n')
			line[n++] = '\r';
		line[n++] = *text;
		if (n >= sizeof(line) - 1) {
			write_all(line, n);
			n = 0;
		}
	}
	write_all(line, n);
}

static void write_messages(struct console *console, const char *text, unsigned int count)
{
	tt_console_write(text, count);
}

static struct tty_driver *find_driver(struct console *console, int *index)
{
	*index = 0;
	return driver;
}

static struct console console = {
	.name = "ttyT",
	.write = write_messages,
	.device = find_driver,
	.flags = CON_PRINTBUFFER | CON_ENABLED,
	.index = 0,
};

/* From the first message on; there is nothing to set up. */
void __init tt_console_early(void)
{
	add_preferred_console("ttyT", 0, NULL);
	register_console(&console);
}

/* The signal may be spurious, and read would wait: ask first. */
static void read_input(void)
{
	struct pollfd ready = { .events = POLLIN };
	bool came = false;
	char buffer[256];
	long n;

	while (input && !input_ended) {
		ready.fd = input->fd;
		if (host_call(__NR_poll, (unsigned long)&ready, 1, 0, 0, 0) <= 0)
			break;
		n = host_read(input->fd, buffer, sizeof(buffer));
		if (n == -EINTR)
			continue;
		if (n <= 0) {
			input_ended = true; /* it stays readable: asking again would never end */
			break;
		}
		tty_insert_flip_string(&port, buffer, n);
		came = true;
	}
	/* That wakes a kernel thread, and most signals are other devices'. */
	if (came)
		tty_flip_buffer_push(&port);
}

static irqreturn_t input_interrupt(int irq, void *data)
{
	read_input();
	return IRQ_HANDLED;
}

/* What came before anyone listened, and what was taken then and had nobody to go to. */
static int console_activate(struct tty_port *port, struct tty_struct *tty)
{
	unsigned long flags;

	local_irq_save(flags);
	read_input();
	tty_flip_buffer_push(port);
	local_irq_restore(flags);
	return 0;
}

static const struct tty_port_operations port_ops = {
	.activate = console_activate,
};

static int console_open(struct tty_struct *tty, struct file *file)
{
	return tty_port_open(&port, tty, file);
}

static void console_close(struct tty_struct *tty, struct file *file)
{
	tty_port_close(&port, tty, file);
}

static void console_hangup(struct tty_struct *tty)
{
	tty_port_hangup(&port);
}

static int console_tty_write(struct tty_struct *tty, const unsigned char *text, int count)
{
	write_all(text, count);
	return count;
}

static unsigned int console_write_room(struct tty_struct *tty)
{
	return 65536;
}

static const struct tty_operations tty_ops = {
	.open = console_open,
	.close = console_close,
	.hangup = console_hangup,
	.write = console_tty_write,
	.write_room = console_write_room,
};

static int __init console_init_tty(void)
{
	driver = tty_alloc_driver(1, TTY_DRIVER_REAL_RAW | TTY_DRIVER_RESET_TERMIOS);
	if (IS_ERR(driver))
		return PTR_ERR(driver);
	driver->driver_name = "typetwo";
	driver->name = "ttyT";
	driver->type = TTY_DRIVER_TYPE_CONSOLE;
	driver->init_termios = tty_std_termios;
	tty_set_operations(driver, &tty_ops);
	tty_port_init(&port);
	port.ops = &port_ops;
	tty_port_link_device(&port, driver, 0);
	if (tty_register_driver(driver))
		panic("no console terminal");

	input = tt_find_device(TT_DEV_CONSOLE_IN, 0);
	if (input && input->signal &&
	    request_irq(input->signal, input_interrupt, IRQF_SHARED, "console", &port))
		pr_err("console: no interrupt\n");
	return 0;
}
device_initcall(console_init_tty);
