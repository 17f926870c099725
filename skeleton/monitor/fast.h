/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fast.h - where fast_entry.S finds things in struct monitor (fast.c checks it).
 */
#ifndef FAST_H
#define FAST_H

#define FAST_USER 0
#define FAST_BOUND 1
#define FAST_FRAME 4
#define FAST_LOADED 8
#define FAST_TLS 12
#define FAST_KERNEL 36

/* The same for struct tt_frame. */
#define TT_FRAME_SPACE 68
#define TT_FRAME_IMMEDIATE_EXIT 72
#define TT_FRAME_TLS 76
#define TT_FRAME_REASON 100
#define TT_FRAME_TRAP 104
#define TT_FRAME_ERROR_CODE 108
#define TT_FRAME_CR2 112

/* Flags that an application sets as it likes (SDM volume 1, section 3.4.3); IF is always 1. */
#define USER_FLAGS 0x00050dd5
#define FIXED_FLAGS 0x00000202

#endif
