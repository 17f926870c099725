/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab2.7: spaces by remapping.
	 * The process still has the mappings of one guest space, and another is to be
	 * loaded, or the Host has no room for more.  vm_munmap() is the Host's munmap.
	 */
	hole(mon, "lab2.7");
	return 0;
	/* END lab2.7 */
