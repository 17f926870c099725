/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hello - the machine at power-on, and one Guest application that says hello.
 */
#include <asm/errno.h>
#include <asm/signal.h>
#include <asm/unistd.h>

#include "guest.h"

#define GREETING "Hello from a Guest application.\n"

LABEL(greeting);
APPLICATION(application, "	mov	$4, %eax\n" /* write */
			 "	mov	$1, %ebx\n"
			 "	mov	$greeting, %ecx\n"
			 "	mov	$greeting_end - greeting, %edx\n"
			 "	int	$0x80\n"
			 "	mov	%eax, %ebx\n"
			 "	mov	$252, %eax\n" /* exit_group */
			 "	int	$0x80\n"
			 "greeting: .ascii \"Hello from a Guest application.\\n\"\n"
			 "greeting_end:\n");

static void
check_registers(void)
{
	check("power-on-registers");
	same("eax", power_on->eax, 0);
	same("ebx", power_on->ebx, 0);
	same("ecx", power_on->ecx, 0);
	same("edx", power_on->edx, 0);
	same("esi", power_on->esi, 0);
	same("edi", power_on->edi, 0);
	same("ebp", power_on->ebp, 0);
	same("esp", power_on->esp, 0);
	same("fs", power_on->fs & 0xffff, 0);
	same("gs", power_on->gs & 0xffff, 0);
	same("eflags", power_on->eflags, 0x202);
}

static void
check_boot_page(void)
{
	extern const char application_offset[], application_bytes[];
	unsigned int end = ADDRESS(application_offset) + ADDRESS(application_bytes), i;

	check("power-on-boot-page");
	same("magic", boot->magic, TT_BOOT_MAGIC);
	same("version", boot->version, TT_BOOT_VERSION);
	same("reserved", boot->reserved, 0);
	same("image_end", boot->image_end, end);
	holds(boot->ram_bytes >= TT_RAM_MIN && boot->ram_bytes <= TT_RAM_MAX &&
			boot->ram_bytes % TT_PAGE_SIZE == 0,
		"ram_bytes 0x%x", boot->ram_bytes);
	holds(boot->initrd_offset % TT_PAGE_SIZE == 0, "initrd_offset 0x%x", boot->initrd_offset);
	for (i = 0; i < TT_CMDLINE_MAX && boot->cmdline[i]; i++)
		;
	holds(i < TT_CMDLINE_MAX, "cmdline has no end");
	holds(boot->devices <= TT_DEVICES_MAX, "devices %u", boot->devices);
	holds(find_device(TT_DEV_CONSOLE_IN) != NULL, "no console to read from");
	holds(find_device(TT_DEV_CONSOLE_OUT) != NULL, "no console to write to");
}

/* What a signal does: nothing where a device has it, else its default. */
static unsigned int
power_on_action(unsigned int signal)
{
	for (unsigned int i = 0; i < boot->devices; i++)
		if (boot->device[i].signal == signal)
			return (unsigned int)SIG_IGN;
	return (unsigned int)(signal == SIGXFSZ ? SIG_IGN : SIG_DFL);
}

/* The library has taken the signals of faults by now. */
static void
check_signals(void)
{
	unsigned int old[5], mask[2] = {~0u, ~0u};

	check("power-on-signals");
	same("rt_sigprocmask",
		(unsigned int)host_call(__NR_rt_sigprocmask, 0, 0, (unsigned int)mask, 8), 0);
	same("blocked", mask[0] | mask[1], 0);
	for (unsigned int s = 1; s <= 64; s++) {
		if (s == SIGKILL || s == SIGSTOP || s == SIGSEGV || s == SIGBUS || s == SIGILL ||
			s == SIGFPE || s == SIGTRAP)
			continue;
		old[0] = ~0u;
		if (!same("rt_sigaction",
			    (unsigned int)host_call(__NR_rt_sigaction, s, 0, (unsigned int)old, 8),
			    0) ||
			!holds(old[0] == power_on_action(s), "signal %u has the action 0x%x", s,
				old[0]))
			break;
	}
}

int
main(int argc, char **argv)
{
	static struct space space;
	static struct app app;
	static char text[sizeof(GREETING)];

	print("Hello from the Guest kernel:");
	for (int i = 0; i < argc; i++)
		print(" %s", argv[i]);
	print("\n");
	check_registers();
	check_boot_page();
	check_signals();

	check("application-says-hello");
	app_create(&app, &space, application);
	run_to_syscall(&app);
	same("number", app.frame.regs.eax, 4);
	same("buffer", app.frame.regs.ecx, ADDRESS(greeting));
	if (same("length", app.frame.regs.edx, sizeof(GREETING) - 1)) {
		extern const char application_offset[];

		memcpy(text, ram(ADDRESS(application_offset) + ADDRESS(greeting) - APP_CODE),
			sizeof(GREETING) - 1);
		holds(strings_equal(text, GREETING), "the text is '%s'", text);
		print("%s", text);
	}
	check("application-says-goodbye");
	app.frame.regs.eax = app.frame.regs.edx;
	run_to_syscall(&app);
	same("number", app.frame.regs.eax, 252);
	same("status", app.frame.regs.ebx, sizeof(GREETING) - 1);
	return 0;
}
