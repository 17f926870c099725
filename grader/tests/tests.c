/* SPDX-License-Identifier: GPL-2.0-only */
#include "grader/tests/test.h"

static const struct lab *const labs[] = {&lab1, &lab2, &lab3, &lab4, &cells};

const struct lab *
lab_find(int number)
{
	for (size_t i = 0; i < sizeof(labs) / sizeof(labs[0]); i++)
		if (labs[i]->number == number)
			return labs[i];
	return NULL;
}
