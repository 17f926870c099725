# SPDX-License-Identifier: GPL-2.0-only
# How the cells of bench.json are called in slides and charts: include "cells";

def stages: {
	"ptrace none remap": "lab1-bare",
	"ptrace mprotect remap": "lab1",
	"module none remap": "lab2-bare",
	"module mprotect remap": "lab2",
	"module segments remap": "lab3",
	"module supervisor remap": "supervisor",
	"module segments tables": "lab4",
	"module segments tables fast": "fast"
};

# "module segments tables"; of what has no Monitor of ours, "".
def mechanisms: [.interception, .protection, .spaces, if .fast then "fast" else null end]
	| map(select(. != null)) | join(" ");

# "linux lab4", "native", "linux module none tables"
def cell: mechanisms as $m | [.guest, (stages[$m] // $m | select(. != ""))] | join(" ");
