# SPDX-License-Identifier: GPL-2.0-only
# The project's own tests.  lint/ and walls/ look at the sources; unit/ needs no machine, system/ does;
# mutants/ are wrong solutions; stress/ and fuzz/ look for what nobody has thought of; compare/ runs other
# people's tests.  A suite is a target check-NAME; tests/run times suites and counts their tests.

# ---- unit: no machine boots ----

$(call program,fake-machine,tests/fixtures/fake_machine)
$(call program,check,tests/unit/check_grader grader/boot/crash grader/boot/images $(grader_judge) $(grader_tests) \
	$(grader_lib),-ljansson $(check_libs))
$(call program,check-report,tests/unit/check_report $(grader_report) $(grader_images) grader/boot/crash $(grader_judge) \
	$(grader_tests) $(grader_machine) $(grader_lib),-ljansson $(check_libs))
$(call program,check-points,tests/unit/check_points grader/judge/points grader/judge/verdict,$(check_libs))
$(call program,check-bench,tests/unit/check_bench bench/ladder bench/report bench/profile_report,-ljansson $(check_libs))

.PHONY: check-unit
check-unit: $(addprefix $(B)/bin/,check check-points check-report check-bench grade run fake-machine) check-parsers
	$(Q)tests/compare/check-compare
	$(Q)$(B)/bin/check-points
	$(Q)$(B)/bin/check-report
	$(Q)$(B)/bin/check
	$(Q)$(B)/bin/check-bench

# ---- lint: what can be said of the sources alone ----

.PHONY: check-lint
check-lint: $(B)/skeleton-new/SUMS
	$(Q)bats tests/lint tests/walls

# ---- system: they boot the Host, or use the whole tree ----

check_tables := grader/judge/points grader/judge/verdict $(grader_tests)
$(call program,cheats,tests/system/check_cheats tests/system/check_run,$(check_libs))
$(call program,hostile,tests/system/check_hostile tests/system/check_run,$(check_libs))
$(call program,machines,tests/system/check_machines $(grader_images) grader/boot/crash $(grader_judge) $(grader_tests) \
	$(grader_machine) $(grader_lib),$(check_libs))
$(call program,figures,tests/system/figures $(check_tables),-ljansson)
$(call program,check-handouts,tests/system/check_handouts $(check_tables),$(check_libs))
$(call program,check-slides,tests/system/check_slides,$(check_libs))
$(call program,check-page,tests/system/check_page,-ljansson $(check_libs))

# What the handouts say is held against the project and the Host's source.
.PHONY: check-handouts
check-handouts: $(B)/bin/check-handouts handout-pages
	$(Q)$(MAKE) -pq help 2>/dev/null | sed -n 's/^\([a-z0-9-]*\):.*/\1/p' | sort -u >$(B)/handouts/targets
	$(Q)$(B)/bin/check-handouts

# These boot the Host: its images have to be there.
.PHONY: check-machines
check-machines: $(addprefix $(B)/bin/,machines grade bench events.so profile profiler.so) $(B)/uml/linux
	$(Q)CROSS=$(CROSS) $(B)/bin/machines

# A student's kit and the mistakes of the first hour; the labs themselves, gdb, and Gradescope.
.PHONY: check-kit check-labs
check-kit: $(B)/bin/grade $(B)/kit/handin $(B)/base/made
	$(Q)bats $(addprefix tests/system/,mistakes.bats handin.bats kit.bats)

check-labs: $(addprefix $(B)/bin/,grade run figures)
	$(Q)bats $(addprefix tests/system/,labs.bats gdb.bats gradescope.bats leftovers.bats)

# LONG=1: the long form.
.PHONY: check-cheats
check-cheats: $(addprefix $(B)/bin/,cheats hostile grade jail) $(grading)
	$(Q)$(B)/bin/hostile
	$(Q)$(B)/bin/cheats

# Look at what was made, rendered; and at pages of figures that are made up.
.PHONY: check-slides check-page
check-slides: decks $(B)/bin/check-slides
	$(Q)$(B)/bin/check-slides $(DECKS)

check-page: $(B)/bin/check-page $(slides_out)/holes.tsv
	$(Q)$(B)/bin/check-page

# ---- mutants: wrong solutions, each of which has to lose some tests and no other ----

$(call program,mutants,tests/mutants/mutants grader/lib/child $(check_tables),-ljansson)

.PHONY: check-mutants grade-mutants
check-mutants grade-mutants: $(B)/bin/mutants $(B)/bin/grade
check-mutants:
	$(Q)CROSS='$(CROSS)' $(B)/bin/mutants -s

grade-mutants:
	$(Q)CROSS='$(CROSS)' $(B)/bin/mutants $(if $(FULL),-f) $(if $(J),-j $(J)) $(if $(ONLY),-o '$(ONLY)')

# ---- stress, on the debug kernel: build/bin/stress boots it, stress-host is a program of that Host ----

$(call program,stress,tests/stress/stress tests/stress/fuzz_cases tests/stress/chance grader/judge/log grader/judge/verdict \
	$(grader_images) $(grader_machine) $(grader_lib))
$(call plugin,tests/stress/covered)

stress_common := $(patsubst %,tests/stress/%.c,machines abuse beside kernel tools chance)
$(B)/bin/stress-host: tests/stress/host.c
$(B)/bin/fuzz-host: tests/stress/fuzz_host.c tests/stress/fuzz_cases.c
$(B)/bin/stress-host $(B)/bin/fuzz-host: $(stress_common) $(wildcard tests/stress/*.h $(ABI)/typetwo/*.h \
		vm-images/host/include/typetwo/*.h) vm-images/guests/fuzz.h
	@mkdir -p $(@D)
	$(Q)$(say) "CC  $@"
	$(Q)$(CROSS)gcc -std=gnu11 -O2 -g -Wall -Wextra -Werror -D_FILE_OFFSET_BITS=64 -static -I. -I$(ABI) \
		-Ivm-images/host/include -o $@ $(filter %.c,$^)

.PHONY: stress-images
stress-images: $(B)/host-debug/bzImage $(B)/reference/monitor-debug.ko $(B)/reference/vmm \
		$(B)/host/initramfs.cpio.gz $(B)/guest-linux/linux.stripped $(B)/disk/initrd.cpio.gz \
		$(addprefix $(B)/bin/,stress stress-host) | guests

# Hostile guests and launchers by chance; what was found once is in tests/stress/fuzz.cases.  So many of
# them have to find each of check-stress's faults.
FUZZ_CASES := 200
FUZZ_ATTACKS := 150
.PHONY: attack-images fuzz-images fuzz-run check-fuzz
attack-images: $(B)/host/bzImage $(B)/host/boot.rom $(B)/reference/monitor.ko
fuzz-images: $(B)/host-debug/bzImage $(B)/reference/monitor-debug.ko $(B)/reference/vmm $(B)/host/initramfs.cpio.gz \
		$(B)/guests/fuzz $(addprefix $(B)/bin/,stress fuzz-host covered.so)

# On Bochs nobody counts what of the module is executed.
fuzz-run: fuzz-images attack-images
ifeq ($(MACHINE),bochs)
	$(Q)$(B)/bin/stress --fuzz --seconds=$(SECONDS) $(if $(SEED),--seed=$(SEED)) --machine=bochs
else
	$(Q)$(B)/bin/stress --fuzz --seconds=$(SECONDS) $(if $(SEED),--seed=$(SEED)) --cover=$(B)/bin/covered.so; \
	status=$$?; CROSS=$(CROSS) tests/stress/coverage $(B)/reference/monitor-debug.ko $(B)/fuzz/covered && exit $$status
endif

check-fuzz: fuzz-images attack-images
	$(Q)$(B)/bin/stress --cases=tests/stress/fuzz.cases
	$(Q)$(B)/bin/stress --fuzz --machine=bochs --count=$(FUZZ_ATTACKS) --seed=$(or $(SEED),15)

# The short form, and faults that it has to find.
.PHONY: check-stress
check-stress: stress-images fuzz-images attack-images
	$(Q)tests/stress/check-stress $(B) '$(CROSS)' '$(MODULE_INCLUDES)' '$(VMM_CFLAGS)' $(FUZZ_CASES) $(FUZZ_ATTACKS)

# ---- compare: other people's tests, on a disk of their own, beside the large user land ----

.PHONY: compare-programs
compare-programs:
	$(Q)from=$$($(cached) user-land $(disk_dir)/packages $(disk_dir)/debian-i386 -- \
		$(disk_dir)/debian-i386 $(call packages_of,$(disk_dir)/packages)) && \
	CROSS='$(CROSS)' ONLY='$(ONLY)' tests/compare/programs $(B) '$(PROGRAMS)' $$from/root.tar

# ---- fuzz: whatever reads what others have written gets any bytes ----

FUZZ := verdict points handin
FUZZ_FLAGS := -std=gnu11 -O1 -g -Wall -Wextra -I. -I$(ABI) -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all
fuzz_verdict := $(addsuffix .c,$(grader_judge) $(grader_tests) grader/boot/crash grader/boot/images $(grader_lib))
fuzz_points := grader/judge/points.c grader/judge/verdict.c

# A target for libFuzzer, and the same with the files of a corpus as its input.
define fuzz_target
$(B)/fuzz/$(1): tests/fuzz/$(1).c $(fuzz_$(1)) $(wildcard grader/*/*.h tests/fuzz/*.h) kit/handin.c tests/rules.mk
	@mkdir -p $$(@D)
	$$(Q)$$(say) "CC  $$@"
	$$(Q)clang $(FUZZ_FLAGS) -fsanitize=fuzzer -o $$@ $$< $(fuzz_$(1)) -lm

$(B)/fuzz/replay-$(1): tests/fuzz/$(1).c tests/fuzz/replay.c $(fuzz_$(1)) $(wildcard grader/*/*.h tests/fuzz/*.h) \
		kit/handin.c tests/rules.mk
	@mkdir -p $$(@D)
	$$(Q)$$(say) "CC  $$@"
	$$(Q)$$(TOOL_CC) $(FUZZ_FLAGS) -Werror -Wno-format-truncation -o $$@ $$< tests/fuzz/replay.c $(fuzz_$(1)) -lm
endef
$(foreach target,$(FUZZ),$(eval $(call fuzz_target,$(target))))

# What was ever found is in the corpora: each of their files is a test.
.PHONY: check-parsers
check-parsers: $(FUZZ:%=$(B)/fuzz/replay-%)
	$(Q)for target in $(FUZZ); do $(B)/fuzz/replay-$$target tests/fuzz/corpus/$$target || exit; done

# New inputs are looked for, for SECONDS each: what breaks a target stays in build/fuzz/found.
.PHONY: fuzz-parsers
fuzz-parsers: $(FUZZ:%=$(B)/fuzz/%)
	$(Q)tests/fuzz/run $(B)/fuzz $(SECONDS) $(FUZZ)

# The tests of the parts once more, with programs that notice what C does not: memory that is not
# theirs, and what the language leaves undefined.
sanitized := check check-points check-report check-bench grade run
.PHONY: check-sanitized
check-sanitized: $(B)/bin/fake-machine
	$(Q)$(MAKE) --no-print-directory B=$(B)/sanitized $(sanitized:%=$(B)/sanitized/bin/%) \
		TOOL_CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'
	$(Q)for program in $(filter check%,$(sanitized)); do \
		PROGRAMS=$(B)/sanitized/bin $(B)/sanitized/bin/$$program || exit; done

# ---- what takes long ----

.PHONY: check-long-fuzz
check-long-fuzz:
	$(Q)$(MAKE) --no-print-directory -s fuzz-run SECONDS=600 SEED=$(or $(SEED),2026)
