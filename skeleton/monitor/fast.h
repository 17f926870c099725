/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fast.h - what C and assembly both know: of descriptors, and where fast_entry.S finds things in
 * struct monitor (fast.c checks it).
 */
#ifndef FAST_H
#define FAST_H

/* Byte 6 of a descriptor: flags, and bits 19:16 of a limit in pages (SDM volume 3A, 3.4.5). */
#define FLAT 0xcf
#define BOUNDED 0xc6

#define FAST_USER 0
#define FAST_BOUND 1
#define FAST_FRAME 4
#define FAST_FRAME_ADDRESS 8
#define FAST_LOADED 12
#define FAST_TLS 16
#define FAST_KERNEL 40

#endif
