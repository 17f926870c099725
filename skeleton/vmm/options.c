// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <typetwo/machine.h>

static const char usage[] =
	"usage: vmm [OPTION...] GUEST [ARGUMENT...]\n"
	"Runs GUEST, an i386 ELF file, as a virtual machine.  The arguments join its command "
	"line.\n"
	"  --lab=N             the mechanisms of lab 1 to 4: the next three options in one\n"
	"  --intercept=HOW     how the guest's system calls and exceptions are caught:\n"
	"                      ptrace, or module: the Host kernel's, which has to be loaded\n"
	"  --protect=HOW       how the Guest kernel is kept from its applications:\n"
	"                      none, mprotect, segments or supervisor\n"
	"  --spaces=HOW        what an address space is: remap, or tables\n"
	"  --fast              crossings by the module's fast path; needs tables\n"
	"  --mem=64M           size of the guest's RAM\n"
	"  --disk=FILE         the guest's disk, read and written\n"
	"  --cdrom=FILE        the guest's CD-ROM, read only\n"
	"  --async             a queue beside them: the guest runs on while its disks work\n"
	"  --net=TAP           the guest's network: a TAP interface of the Host\n"
	"  --initrd=FILE       loaded at the end of RAM\n"
	"  --append=TEXT       the guest's command line\n"
	"  --verdict=FILE      where test guests report\n";

enum {
	OPT_LAB = 256,
	OPT_INTERCEPT,
	OPT_PROTECT,
	OPT_SPACES,
	OPT_FAST,
	OPT_MEM,
	OPT_DISK,
	OPT_CDROM,
	OPT_ASYNC,
	OPT_NET,
	OPT_INITRD,
	OPT_APPEND,
	OPT_VERDICT,
	OPT_VERSION,
	OPT_HELP
};

static const struct option options[] = {
	{"lab", required_argument, NULL, OPT_LAB},
	{"intercept", required_argument, NULL, OPT_INTERCEPT},
	{"protect", required_argument, NULL, OPT_PROTECT},
	{"spaces", required_argument, NULL, OPT_SPACES},
	{"fast", no_argument, NULL, OPT_FAST},
	{"mem", required_argument, NULL, OPT_MEM},
	{"disk", required_argument, NULL, OPT_DISK},
	{"cdrom", required_argument, NULL, OPT_CDROM},
	{"async", no_argument, NULL, OPT_ASYNC},
	{"net", required_argument, NULL, OPT_NET},
	{"initrd", required_argument, NULL, OPT_INITRD},
	{"append", required_argument, NULL, OPT_APPEND},
	{"verdict", required_argument, NULL, OPT_VERDICT},
	{"version", no_argument, NULL, OPT_VERSION},
	{"help", no_argument, NULL, OPT_HELP},
	{NULL, 0, NULL, 0},
};

/* A size with an optional K, M or G, as whole pages between the limits of machine.h. */
static unsigned int
parse_ram(const char *text)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	switch (*end) {
	case 'G':
		n <<= 10;
		/* fall through */
	case 'M':
		n <<= 10;
		/* fall through */
	case 'K':
		n <<= 10;
		end++;
	}
	if (errno || *end || end == text || n < TT_RAM_MIN || n > TT_RAM_MAX || n % TT_PAGE_SIZE)
		errx(2, "--mem=%s: give whole pages between %dM and %dM, such as --mem=64M", text,
			TT_RAM_MIN >> 20, TT_RAM_MAX >> 20);
	return n;
}

/* The option's value has to be one of the words; returns which. */
static int
one_of(const char *option, const char *value, const char *const *words)
{
	char list[100] = "";

	for (int i = 0; words[i]; i++) {
		if (!strcmp(value, words[i]))
			return i;
		snprintf(list + strlen(list), sizeof(list) - strlen(list), " %s", words[i]);
	}
	errx(2, "--%s=%s: this vmm has:%s", option, value, list);
}

static void
append(char **line, const char *text)
{
	char *longer;

	if (asprintf(&longer, "%s%s%s", *line, **line && *text ? " " : "", text) < 0)
		err(TT_STATUS_HOST, "command line");
	free(*line);
	*line = longer;
}

void
options_parse(struct options *o, int argc, char **argv)
{
	int c, lab;

	*o = (struct options){.protect = TT_PROTECT_MPROTECT, .ram_bytes = 64 << 20};
	o->cmdline = strdup("");
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		switch (c) {
		case OPT_LAB:
			lab = one_of("lab", optarg, (const char *[]){"1", "2", "3", "4", NULL});
			o->module = lab > 0;
			o->protect = lab < 2 ? TT_PROTECT_MPROTECT : TT_PROTECT_SEGMENTS;
			o->spaces = lab < 3 ? TT_SPACES_REMAP : TT_SPACES_TABLES;
			break;
		case OPT_INTERCEPT:
			o->module = one_of(
				"intercept", optarg, (const char *[]){"ptrace", "module", NULL});
			break;
		case OPT_PROTECT:
			o->protect = one_of("protect", optarg,
				(const char *[]){[TT_PROTECT_NONE] = "none",
					[TT_PROTECT_MPROTECT] = "mprotect",
					[TT_PROTECT_SEGMENTS] = "segments",
					[TT_PROTECT_SUPERVISOR] = "supervisor",
					NULL});
			break;
		case OPT_SPACES:
			o->spaces = one_of("spaces", optarg,
				(const char *[]){[TT_SPACES_REMAP] = "remap",
					[TT_SPACES_TABLES] = "tables",
					NULL});
			break;
		case OPT_FAST:
			o->fast = true;
			break;
		case OPT_MEM:
			o->ram_bytes = parse_ram(optarg);
			break;
		case OPT_DISK:
			o->disk = optarg;
			break;
		case OPT_CDROM:
			o->cdrom = optarg;
			break;
		case OPT_ASYNC:
			o->async = true;
			break;
		case OPT_NET:
			o->net = optarg;
			break;
		case OPT_INITRD:
			o->initrd = optarg;
			break;
		case OPT_APPEND:
			append(&o->cmdline, optarg);
			break;
		case OPT_VERDICT:
			o->verdict = optarg;
			break;
		case OPT_VERSION:
			puts("vmm (TypeTwo) " TT_VERSION);
			exit(0);
		case OPT_HELP:
			fputs(usage, stdout);
			exit(0);
		default:
			errx(2, "%s: no such option, or no value; `vmm --help` lists them",
				argv[optind - 1]);
		}
	}
	if (!o->module && (o->protect > TT_PROTECT_MPROTECT || o->spaces != TT_SPACES_REMAP))
		errx(2, "--intercept=ptrace has --protect=none or mprotect, and --spaces=remap");
	if (o->fast &&
		(!o->module || o->spaces != TT_SPACES_TABLES ||
			(o->protect != TT_PROTECT_NONE && o->protect != TT_PROTECT_SEGMENTS)))
		errx(2, "--fast needs --intercept=module, --spaces=tables, and --protect=segments "
			"or "
			"none");
	if (optind == argc)
		errx(2, "no GUEST given; `vmm --help` shows the command line");
	o->guest = argv[optind++];
	for (; optind < argc; optind++)
		append(&o->cmdline, argv[optind]);
	if (strlen(o->cmdline) >= TT_CMDLINE_MAX)
		errx(2, "the guest's command line has %zu bytes; %d are the limit",
			strlen(o->cmdline), TT_CMDLINE_MAX - 1);
}
