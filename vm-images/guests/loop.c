/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * loop - a Guest application loops and no timer runs: somebody else has to end this machine.
 * "loop kernel": the Guest kernel loops, after its application has made a system call.
 * "loop calls": the application makes one system call after the other.
 * "loop end N": it powers off at once, with status N.
 */
#include "guest.h"

APPLICATION(application, "1:	jmp	1b\n");
APPLICATION(calls, "1:	int	$0x80\n	jmp	1b\n");
APPLICATION(call, "	int	$0x80\n");

int
main(int argc, char **argv)
{
	bool kernel = argc && strings_equal(argv[0], "kernel");

	static struct space space;
	static struct app app;

	if (argc == 2 && strings_equal(argv[0], "end"))
		power_off((int)number(argv[1]));
	app_create(&app, &space,
		kernel                                    ? call
		: argc && strings_equal(argv[0], "calls") ? calls
							  : application);
	if (kernel)
		run_to_syscall(&app);
	print("looping\n");
	for (;;)
		if (!kernel)
			run(&app);
}
