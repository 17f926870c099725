/* SPDX-License-Identifier: GPL-2.0-only */
/* start.c - from power-on to main() and back. */
#include <asm/unistd.h>

#include "guest.h"

const struct power_on *power_on;

static char words[TT_CMDLINE_MAX];
static char *arguments[64];

/* Every unit guest has one; argv[0] is the first word of the command line, if there is one. */
int main(int argc, char **argv);
void start(const struct power_on *registers);

static const char *
behind(const char *text, const char *word)
{
	while (*word && *text == *word)
		text++, word++;
	return *word ? NULL : text;
}

void
start(const struct power_on *registers)
{
	int argc = 0;
	char *p = words;

	power_on = registers;
	fault_start();
	memcpy(words, boot->cmdline, sizeof(words) - 1);
	while (argc < (int)ARRAY_SIZE(arguments) - 1) {
		while (*p == ' ')
			*p++ = 0;
		if (!*p)
			break;
		arguments[argc++] = p;
		while (*p && *p != ' ')
			p++;
	}

	const char *nonce = argc ? behind(arguments[argc - 1], "nonce=") : NULL;

	if (nonce)
		arguments[--argc] = NULL;
	report_start(nonce);

	int status = main(argc, arguments);
	int failed = report_done();

	power_off(failed ? 1 : status);
}

const struct tt_device *
find_device(unsigned int kind)
{
	for (unsigned int i = 0; i < boot->devices && i < TT_DEVICES_MAX; i++)
		if (boot->device[i].kind == kind)
			return &boot->device[i];
	return NULL;
}

unsigned int
number(const char *text)
{
	unsigned int n = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		n = 10 * n + (unsigned int)(*text - '0');
	return n;
}

void
power_off(int status)
{
	for (;;)
		host_call(__NR_exit_group, (unsigned int)status, 0, 0, 0);
}
