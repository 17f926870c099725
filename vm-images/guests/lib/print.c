/* SPDX-License-Identifier: GPL-2.0-only */
/* print.c - the console, and as much of printf as reports need: %s %c %d %u %x, %0Nx, %%. */
#include <asm/errno.h>
#include <asm/unistd.h>

#include "guest.h"

struct out {
	char *at, *end;
};

static void
put(struct out *o, char c)
{
	if (o->at < o->end)
		*o->at++ = c;
}

static void
put_number(struct out *o, unsigned int n, unsigned int base, int width)
{
	char digits[12];
	int used = 0;

	do {
		digits[used++] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	while (width-- > used)
		put(o, '0');
	while (used)
		put(o, digits[--used]);
}

/* What does not fit is cut off; the NUL always fits.  Returns the length. */
int
format_line(char *out, size_t size, const char *format, va_list arguments)
{
	struct out o = {out, out + size - 1};

	for (; *format; format++) {
		int width = 0;

		if (*format != '%') {
			put(&o, *format);
			continue;
		}
		while (*++format >= '0' && *format <= '9')
			width = 10 * width + (*format - '0');
		if (*format == 's') {
			for (const char *s = va_arg(arguments, const char *); *s; s++)
				put(&o, *s);
		} else if (*format == 'c') {
			put(&o, (char)va_arg(arguments, int));
		} else if (*format == 'x') {
			put_number(&o, va_arg(arguments, unsigned int), 16, width);
		} else if (*format == 'u') {
			put_number(&o, va_arg(arguments, unsigned int), 10, width);
		} else if (*format == 'd') {
			int n = va_arg(arguments, int);

			if (n < 0)
				put(&o, '-');
			put_number(&o, n < 0 ? -(unsigned int)n : (unsigned int)n, 10, width);
		} else {
			put(&o, *format);
		}
	}
	*o.at = 0;
	return o.at - out;
}

/* An interrupt may cut a write short: the rest is written again. */
void
write_all(int fd, const char *text, size_t bytes)
{
	while (bytes) {
		int done = host_call(__NR_write, (unsigned int)fd, (unsigned int)text, bytes, 0);

		if (done < 0 && done != -EINTR && done != -EAGAIN)
			return;
		if (done > 0) {
			text += done;
			bytes -= (unsigned int)done;
		}
	}
}

void
print(const char *format, ...)
{
	const struct tt_device *console = find_device(TT_DEV_CONSOLE_OUT);
	char line[256];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = format_line(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (console)
		write_all(console->fd, line, (size_t)length);
}
