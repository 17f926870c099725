# SPDX-License-Identifier: GPL-2.0-only
# bench.json as lines: cell, metric, instructions, host context switches, TLB flushes.
include "cells";

.figures[] | [cell, .metric, .instructions, .context_switches, .tlb_flushes] | @tsv
