# SPDX-License-Identifier: GPL-2.0-only
# What all charts have in common.  A chart of half a page sets its terminal again.
set terminal svg size 1152,480 font "Liberation Sans,22" linewidth 1.5 background rgb "white"
set encoding utf8
set datafile missing "-"
set border 3 linecolor rgb "#5b6b7b"
set tics nomirror textcolor rgb "#1d2733"
set xtics scale 0
set grid ytics linecolor rgb "#d5dbe2" linetype 1
set style fill solid 1.0 noborder
set boxwidth 0.7
set key off
set bmargin 4.2
set lmargin 10
set rmargin 2
native = 0x77818c
uml = 0x8a6bb0
lab1 = 0xb8553a
lab2 = 0xd9952b
lab3 = 0x4a90c2
variant = 0x9cc3e0
lab4 = 0x2f8f5b
fast = 0x1c5c3a
