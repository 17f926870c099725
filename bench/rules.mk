# SPDX-License-Identifier: GPL-2.0-only
# What it costs: `make bench` measures, `make profile` says whose instructions they are.

bench_plan := $(addprefix bench/,key peers plan versions)
$(call program,bench,bench/bench bench/events bench/ladder bench/report $(bench_plan) $(grader_boot) $(grader_judge) \
	$(grader_tests) $(grader_machine) $(grader_lib),-ljansson)
$(call program,profile,bench/profile bench/profile_report $(bench_plan) $(grader_boot) $(grader_judge) $(grader_tests) \
	$(grader_machine) $(grader_lib),-ljansson)
$(call plugin,bench/plugins/events)
$(call plugin,bench/plugins/profiler)

# Whose instructions a system call is made of, on each stage.  Like the bench's cells, they are measured
# again when something else boots.
SPLITS := native uml $(addprefix linux-,ptrace-mprotect-remap module-mprotect-remap module-segments-remap \
	module-segments-tables module-segments-tables-fast)
splits := $(SPLITS:%=$(B)/bench/profile/%/getppid.json)

.PHONY: splits
splits: $(splits)
$(splits): $(B)/bench/profile/%/getppid.json: $(B)/host/bzImage $(B)/disk/measure $(B)/disk/initrd.cpio.gz \
		$(B)/guest-linux/linux.stripped $(B)/reference/vmm $(B)/reference/monitor.ko $(B)/uml/linux \
		| $(addprefix $(B)/bin/,profile profiler.so)
	$(Q)$(say) "PROFILE getppid, $(subst -, ,$*)"
	$(Q)CROSS=$(CROSS) $(B)/bin/profile --op=getppid --cell='$(subst -, ,$*)' >/dev/null

# Each lab has to cost less than the one before it, in every row of the bench.
ladder_cells := @(unit|linux) @(ptrace mprotect remap|module mprotect remap|module segments @(remap|tables|tables fast))?( work)
.PHONY: check-ladder
check-ladder: $(B)/bin/bench $(B)/bin/events.so $(B)/disk/work.sum $(B)/uml/linux
	$(Q)$(B)/bin/bench --out=$(B)/test/ladder --only='$(ladder_cells)'
