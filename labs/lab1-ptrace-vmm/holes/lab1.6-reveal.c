/* SPDX-License-Identifier: GPL-2.0-only */
	/* BEGIN lab1.6: the other half. */
	hole("lab1.6");
	/* END lab1.6 */
