/* SPDX-License-Identifier: GPL-2.0-only */
	/*
	 * BEGIN lab3.3: TLS descriptors.
	 * d is a segment that an application is to have, with any base and any limit.  A limit
	 * may be in bytes or in pages; its sum with the base may wrap around; an expand-down
	 * segment (type & 4) has the offsets above its limit, up to 4 GiB.
	 */
	hole(mon, "lab3.3");
	return false;
	/* END lab3.3 */
