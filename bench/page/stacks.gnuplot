# SPDX-License-Identifier: GPL-2.0-only
# Rows of $data: a name, the four characters' instructions, all.  Their colours are the figures'.
set key above horizontal center samplen 1
array title[4] = ["Host", "Monitor", "Guest kernel", "application"]
array colour[4] = [0x5b6b7b, 0xc07a1a, 0x2f6db5, 0x3f8a52]
# What is stacked up to the i-th.
share(i) = sum [j=1:i] column(j+1)
