/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * loop - a Guest application loops and no timer runs: somebody else has to end this machine.
 */
#include "guest.h"

APPLICATION(application, "1:	jmp	1b\n");

int
main(void)
{
	static struct space space;
	static struct app app;

	app_create(&app, &space, application);
	print("looping\n");
	for (;;)
		run(&app);
}
