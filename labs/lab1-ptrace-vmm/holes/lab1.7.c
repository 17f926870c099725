/* SPDX-License-Identifier: GPL-2.0-only */
		/*
		 * BEGIN lab1.7: switch address spaces.
		 * The process still has the mappings of another space.  The new one may not see any
		 * of them; its own pages will come back by page faults (hypercall.h: a mapping is
		 * an entry of a software-filled TLB).
		 */
		hole("lab1.7");
		/* END lab1.7 */
