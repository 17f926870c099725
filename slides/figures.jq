# SPDX-License-Identifier: GPL-2.0-only
# bench.json as lines: cell, metric, instructions, host context switches, TLB flushes.
.figures[] |
[
	([.guest, .interception, .protection, .spaces, if .fast then "fast" else null end]
		| map(select(. != null)) | join(" ")),
	.metric, .instructions, .context_switches, .tlb_flushes
] | @tsv
