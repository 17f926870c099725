# SPDX-License-Identifier: GPL-2.0-only
# The autograder: build/grader/grade, the runner build/grader/run, and build/grader/check, the
# tests of the grader itself (make check-grader).

GRADER_CC ?= cc
GRADER_CFLAGS ?= -O2 -g
GRADER_FLAGS := -std=gnu11 -Wall -Wextra -Werror -MMD -MP -I$(ABI)
GRADER_SHARED := args bochs child images job machines qemu ram_image
GRADER_TABLES := tests tests_lab1 tests_lab2 tests_lab3 tests_lab4 tests_cells
GRADER_REPORTS := results report $(addprefix report_,terminal json junit tap gradescope classroom autolab)
GRADER_JUDGE := judge crash log points probe verdict $(GRADER_TABLES)

$(B)/grader/%.o: grader/%.c grader/room.mk
	@mkdir -p $(@D)
	$(Q)$(say) "CC  $@"
	$(Q)$(GRADER_CC) $(GRADER_FLAGS) $(GRADER_CFLAGS) -c -o $@ $<

$(B)/grader/boot.o: grader/prelude.sh

# program_NAME: what it is made of.
define grader_program
program_$(1) := $(2)
$(B)/grader/$(1): $(patsubst %,$(B)/grader/%.o,$(2))
	$$(Q)$$(say) "LD  $$@"
	$$(Q)$$(GRADER_CC) $$(GRADER_CFLAGS) -o $$@ $$^ $(3)
endef

$(eval $(call grader_program,grade,grade boot $(GRADER_REPORTS) $(GRADER_SHARED) $(GRADER_JUDGE),-ljansson))
$(eval $(call grader_program,run,run verdict $(GRADER_SHARED) $(GRADER_TABLES),))

# What was handed in goes through these two.
$(eval $(call grader_program,jail,jail,))
$(eval $(call grader_program,submission,submission child images job,-ljansson))

$(eval $(call grader_program,check,check_grader args child images $(GRADER_JUDGE),-lcheck_pic -lsubunit -ljansson -lrt -lm -pthread))
$(eval $(call grader_program,check-report,check_report $(GRADER_REPORTS) $(GRADER_SHARED) $(GRADER_JUDGE),-lcheck_pic -lsubunit -ljansson -lrt -lm -pthread))
$(eval $(call grader_program,check-points,check_points points verdict,-lcheck_pic -lsubunit -lrt -lm -pthread))
$(eval $(call grader_program,cheats,check_cheats,-lcheck_pic -lsubunit -lrt -lm -pthread))
$(eval $(call grader_program,hostile,check_hostile,-lcheck_pic -lsubunit -lrt -lm -pthread))
$(eval $(call grader_program,machines,check_machines $(GRADER_SHARED) $(GRADER_JUDGE),-lcheck_pic -lsubunit -lrt -lm -pthread))
$(eval $(call grader_program,check-project,check_project check_figures points verdict $(GRADER_TABLES),-lcheck_pic -lsubunit -ljansson -lrt -lm -pthread))
$(eval $(call grader_program,check-kit,check_kit,-lcheck_pic -lsubunit -lrt -lm -pthread))
$(eval $(call grader_program,check-handouts,check_handouts points verdict $(GRADER_TABLES),-lcheck_pic -lsubunit -lrt -lm -pthread))
$(eval $(call grader_program,fake-machine,fake_machine,))

# Wrong solutions, each of which has to lose some tests and no other: grader/mutants/.
$(eval $(call grader_program,mutants,mutants child points verdict $(GRADER_TABLES),-ljansson))

.PHONY: check-mutants grade-mutants
check-mutants grade-mutants: $(B)/grader/mutants $(B)/grader/grade
check-mutants:
	$(Q)CROSS='$(CROSS)' $(B)/grader/mutants -s

grade-mutants:
	$(Q)CROSS='$(CROSS)' $(B)/grader/mutants $(if $(FULL),-f) $(if $(J),-j $(J)) $(if $(ONLY),-o '$(ONLY)')

# Stress on the debug kernel: build/grader/stress boots it, stress-host is a program of that Host.
$(eval $(call grader_program,stress,stress fuzz_cases chance verdict $(GRADER_SHARED),))

stress_common := $(patsubst %,grader/%.c,stress_machines stress_abuse stress_beside stress_kernel stress_tools chance)
$(B)/grader/stress-host: grader/stress_host.c
$(B)/grader/fuzz-host: grader/fuzz_host.c grader/fuzz_cases.c
$(B)/grader/stress-host $(B)/grader/fuzz-host: $(stress_common) $(addprefix grader/,stress_host.h chance.h fuzz_cases.h) \
		$(wildcard $(ABI)/typetwo/*.h vm-images/host/include/typetwo/*.h) vm-images/guests/fuzz.h
	@mkdir -p $(@D)
	$(Q)$(say) "CC  $@"
	$(Q)$(CROSS)gcc -std=gnu11 -O2 -g -Wall -Wextra -Werror -D_FILE_OFFSET_BITS=64 -static -I$(ABI) \
		-Ivm-images/host/include -o $@ $(filter %.c,$^)

.PHONY: stress-images
stress-images: $(B)/host-debug/bzImage $(B)/reference/monitor-debug.ko $(B)/reference/vmm \
		$(B)/host/initramfs.cpio.gz $(B)/guest-linux/linux.stripped $(B)/disk/initrd.cpio.gz \
		$(addprefix $(B)/grader/,stress stress-host) | guests

# Hostile guests and launchers by chance; what was found once is in grader/fuzz.cases.  So many of them
# have to find each of check-stress's faults.
FUZZ_CASES := 200
FUZZ_ATTACKS := 150
.PHONY: attack-images fuzz-images fuzz-run check-fuzz
attack-images: $(B)/host/bzImage $(B)/host/boot.rom $(B)/reference/monitor.ko
fuzz-images: $(B)/host-debug/bzImage $(B)/reference/monitor-debug.ko $(B)/reference/vmm $(B)/host/initramfs.cpio.gz \
		$(B)/guests/fuzz $(addprefix $(B)/grader/,stress fuzz-host covered.so)

# On Bochs nobody counts what of the module is executed.
fuzz-run: fuzz-images attack-images
ifeq ($(MACHINE),bochs)
	$(Q)$(B)/grader/stress --fuzz --seconds=$(SECONDS) $(if $(SEED),--seed=$(SEED)) --machine=bochs
else
	$(Q)$(B)/grader/stress --fuzz --seconds=$(SECONDS) $(if $(SEED),--seed=$(SEED)) --cover=$(B)/grader/covered.so; \
	status=$$?; CROSS=$(CROSS) grader/coverage $(B)/reference/monitor-debug.ko $(B)/fuzz/covered && exit $$status
endif

check-fuzz: fuzz-images attack-images
	$(Q)$(B)/grader/stress --cases=grader/fuzz.cases
	$(Q)$(B)/grader/stress --fuzz --machine=bochs --count=$(FUZZ_ATTACKS) --seed=$(or $(SEED),15)

# `make bench` and `make profile`; QEMU loads the plugins.
$(eval $(call grader_program,bench,bench bench_events bench_key bench_ladder bench_peers bench_plan bench_report bench_versions boot $(GRADER_SHARED) $(GRADER_JUDGE),-ljansson))
$(eval $(call grader_program,profile,profile profile_report bench_key bench_peers bench_plan bench_versions boot $(GRADER_SHARED) $(GRADER_JUDGE),-ljansson))
$(eval $(call grader_program,check-bench,check_bench bench_ladder bench_report profile_report,-lcheck_pic -lsubunit -ljansson -lrt -lm -pthread))

# Whose instructions a system call is made of, on each stage.  Like the bench's cells, they are measured
# again when something else boots.
SPLITS := native uml $(addprefix linux-,ptrace-mprotect-remap module-mprotect-remap module-segments-remap \
	module-segments-tables module-segments-tables-fast)
splits := $(SPLITS:%=$(B)/bench/profile/%/getppid.json)

.PHONY: splits
splits: $(splits)
$(splits): $(B)/bench/profile/%/getppid.json: $(B)/host/bzImage $(B)/disk/measure $(B)/disk/initrd.cpio.gz \
		$(B)/guest-linux/linux.stripped $(B)/reference/vmm $(B)/reference/monitor.ko $(B)/uml/linux \
		| $(addprefix $(B)/grader/,profile profiler.so)
	$(Q)$(say) "PROFILE getppid, $(subst -, ,$*)"
	$(Q)CROSS=$(CROSS) $(B)/grader/profile --op=getppid --cell='$(subst -, ,$*)' >/dev/null

# Other people's tests: their programs on a disk of their own, beside the large user land.
.PHONY: compare-programs
compare-programs:
	$(Q)from=$$($(cached) user-land $(disk_dir)/packages $(disk_dir)/debian-i386 -- \
		$(disk_dir)/debian-i386 $(call packages_of,$(disk_dir)/packages)) && \
	CROSS='$(CROSS)' ONLY='$(ONLY)' grader/compare-programs $(B) '$(PROGRAMS)' $$from/root.tar

# Each lab has to cost less than the one before it, in every row of the bench.
ladder_cells := @(unit|linux) @(ptrace mprotect remap|module mprotect remap|module segments @(remap|tables|tables fast))?( work)
.PHONY: check-ladder
check-ladder: $(B)/grader/bench $(B)/grader/events.so $(B)/disk/work.sum $(B)/uml/linux
	$(Q)$(B)/grader/bench --out=$(B)/test/ladder --only='$(ladder_cells)'

.PHONY: check-bench
check-bench: $(B)/grader/check-bench
	$(Q)$(B)/grader/check-bench

$(B)/grader/%.so: grader/%.c grader/qemu_plugin.h grader/room.mk
	@mkdir -p $(@D)
	$(Q)$(say) "CC  $@"
	$(Q)$(GRADER_CC) $(GRADER_FLAGS) $(GRADER_CFLAGS) -fPIC -shared -o $@ $<

# The short form, and faults that it has to find.
.PHONY: check-stress
check-stress: stress-images fuzz-images attack-images
	$(Q)grader/check-stress $(B) '$(CROSS)' '$(MODULE_INCLUDES)' '$(VMM_CFLAGS)' $(FUZZ_CASES) $(FUZZ_ATTACKS)

.PHONY: check-grader
check-grader: $(addprefix $(B)/grader/,check check-points check-report grade run fake-machine)
	$(Q)grader/check-compare
	$(Q)$(B)/grader/check-points
	$(Q)$(B)/grader/check-report
	$(Q)$(B)/grader/check

# What the handouts say is held against the project and the Host's source.
.PHONY: check-handouts
check-handouts: $(B)/grader/check-handouts handout-pages
	$(Q)$(MAKE) -pq help 2>/dev/null | sed -n 's/^\([a-z0-9-]*\):.*/\1/p' | sort -u >$(B)/handouts/targets
	$(Q)$(B)/grader/check-handouts

# These boot the Host: its images have to be there.
.PHONY: check-machines
check-machines: $(B)/grader/machines $(addprefix $(B)/grader/,grade bench events.so profile profiler.so) $(B)/uml/linux
	$(Q)CROSS=$(CROSS) $(B)/grader/machines

.PHONY: check-kit
check-kit: $(B)/grader/check-kit $(B)/kit/handin $(B)/base/made
	$(Q)$(B)/grader/check-kit

# LONG=1: the long form.
.PHONY: check-cheats
check-cheats: $(addprefix $(B)/grader/,cheats hostile grade jail) $(grading)
	$(Q)$(B)/grader/hostile
	$(Q)$(B)/grader/cheats

-include $(wildcard $(B)/grader/*.d)
