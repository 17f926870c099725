# SPDX-License-Identifier: GPL-2.0-only
# The student kit: `make dist` packs it, and there this file stands for the rooms that make images.
# Here and there: what is handed in.

$(B)/kit/handin: kit/handin.c kit/rules.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(say) "CC  $@"
	$(Q)$(TOOL_CC) -std=gnu11 -Wall -Wextra -Werror $(TOOL_CFLAGS) -o $@ $<

# What is in the archive has to build by itself, as it will where it is graded: by the same script, but
# not in a jail, since it is one's own.
handed_in := handin-lab$(lastword $(LAB)).tar.gz
pristine := $(if $(IN_KIT),images/skeleton,$(if $(wildcard reference),$(B)/skeleton-new,skeleton))
base_for := $(B)/base/on-$(lastword $(LAB))
build_alone = mkdir -p $(B)/kit/alone && JAIL=none $(B)/bin/jail --memory=1024 \
	--out=$(B)/kit/alone/vmm --out=$(B)/kit/alone/monitor.ko --out=$(B)/kit/alone/summary \
	$(foreach show,labs kit vm-images,--read-as=$(show)=$(show)) --read-as=handin=$(B)/kit/handin \
	--read-as=kernel=$(B)/host/kbuild --read-as=pristine=$(pristine) $(if $(BASE),--read-as=base=$(base_for)) \
	--env=CROSS='$(CROSS)' --env=VMM_CFLAGS='$(submission_CFLAGS)' --env=MODULE_CFLAGS='$(skeleton_CFLAGS)' -- \
	kit/build-handed-in $(lastword $(LAB)) $(or $(BASE),own)

# Lab 1 asks nothing of the module.
handin_built := $(B)/skeleton$(if $(BASE),/on-$(BASE)-$(lastword $(LAB)))
handin_parts := vmm $(if $(filter-out 1,$(lastword $(LAB))),monitor.ko)
handin_make = $(MAKE) --no-print-directory -s BASE=$(BASE) LAB=$(lastword $(LAB))

.PHONY: handin
handin: setup
	$(Q)$(handin_make) TREE=skeleton $(handin_parts:%=$(handin_built)/%) || { \
		echo 'nothing was packed: mend the first error above' >&2; exit 2; }
	$(Q)$(handin_make) TREE=skeleton $(B)/kit/handin $(B)/bin/jail $(pristine)/SUMS
	$(Q)$(B)/kit/handin pack $(lastword $(LAB)) $(or $(BASE),own) $(kit_version) skeleton >$(B)/kit/tar || { \
		echo 'nothing was packed: mend what is said above' >&2; exit 2; }
	$(Q)gzip -9n <$(B)/kit/tar >$(B)/kit/tar.gz
	$(Q)$(build_alone) <$(B)/kit/tar || { \
		echo 'nothing was packed: it builds in skeleton/, but not from the files above alone' >&2; exit 2; }
	$(Q)mv $(B)/kit/tar.gz $(handed_in)
	$(Q)labs/holes $(lastword $(LAB)) $(handin_parts:%=$(handin_built)/%)
	$(Q)echo '$(handed_in) is what to hand in: lab $(lastword $(LAB))$(BASE:ref=, on the labs before it from the reference)'

# The skeleton, which everybody can build: else it is not the code's fault that it cannot be built.
.PHONY: control
control: $(B)/kit/handin $(B)/bin/jail $(pristine)/SUMS
	$(Q)$(B)/kit/handin pack $(lastword $(LAB)) $(or $(BASE),own) none $(pristine) >$(B)/kit/control.tar 2>/dev/null
	$(Q)$(build_alone) <$(B)/kit/control.tar

# Grade what was handed in: the lab and the base are those that it names, if not those that you name.
# Nothing that is in an archive, and not its name, is ever a word here; see grader/submission/submission.c.
from_me = $(filter command%,$(origin $1))
base_given = $(filter 2 3 4,$(if $(IN_KIT),$(file <$(B)/base/made),$(BASE_FOR)))
grading := $(addprefix $(B)/bin/,submission jail grade) $(B)/kit/handin $(pristine)/SUMS $(B)/images.sum \
	$(if $(wildcard reference),$(B)/base/made)

.PHONY: grade-submission grading
grading: $(grading)
grade-submission:
	$(Q)$(MAKE) --no-print-directory -s SUBMISSION= CROSS='$(CROSS)' setup GRADING=1
	$(Q)$(MAKE) --no-print-directory -s SUBMISSION= CROSS='$(CROSS)' provisions $(grading)
	$(Q)$(B)/bin/jail --check
	$(Q)$(B)/bin/submission --build=$(B) --pristine=$(pristine) \
		--kit='$(kit_name)' --cross='$(CROSS)' --vmm-flags='$(submission_CFLAGS)' \
		--module-flags='$(skeleton_CFLAGS)' --reports="$$REPORT" \
		$(if $(call from_me,LAB),--lab='$(LAB)') $(if $(call from_me,BASE),--base=$(or $(BASE),own)) \
		--base-for='$(base_given)' \
		$(if $(TESTS),--tests='$(TESTS)') $(if $(MACHINE),--machine='$(MACHINE)') \
		$(if $(J),--jobs=$(J)) -- "$$SUBMISSION"

# What boots, in one number.
$(B)/images.sum: $(IMAGES)
	$(Q)sha256sum $(sort $(IMAGES)) | sha256sum >$@

ifneq ($(IN_KIT),)
kit_version := $(word 1,$(file <$(IN_KIT)))
kit_name := $(kit_version)

# The images lie in images/, for `make clean` not to remove them.  A kit that is new makes everything else anew,
# but nobody's results.
ifneq ($(file <$(IN_KIT)),$(file <$(B)/version))
$(shell mkdir -p $(B) && find $(B) -mindepth 1 -maxdepth 1 ! -name grade ! -name graded -exec rm -rf {} + && \
	ln -s $(addprefix ../images/,host guest-linux disk base) $(B) && mkdir $(B)/guests && cp $(IN_KIT) $(B)/version)
endif

GUESTS := $(patsubst images/guests/%,%,$(wildcard images/guests/*))

# A unit guest that somebody has changed is made from its source; then all are.
ifneq ($(shell find vm-images/guests $(ABI) -newer $(IN_KIT) -name '*.[chS]' 2>/dev/null),)
include vm-images/guests/rules.mk
else
$(B)/guests/%: images/guests/%
	$(Q)mkdir -p $(@D) && cp $< $@
endif

# What is not there cannot be made.
$(filter-out $(B)/guests/%,$(IMAGES)) $(B)/base/made:
	$(Q)echo '$@ is missing: unpack the kit again, over this one' >&2; exit 2

.PHONY: skeleton
skeleton:
	$(Q)kit/install-skeleton --again
else
kit_version := none
kit_name = $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo none)

# The names of what a kit has of the grader: the sources of its two programs.
graders_sources = $(filter grader/%,$(sort $(shell $(TOOL_CC) $(filter-out -M%,$(TOOL_FLAGS)) -MM \
	$(patsubst %,%.c,$(sort $(foreach program,grade run jail submission,$(program_$(program))))))))

# Whoever gets a kit before a lab's deadline must not get that lab's objects: they are in it only for the
# labs named, and never those of a lab that the kit is for.
too_early = $(if $(filter command%,$(origin LABS)),$(foreach lab,$(BASE_FOR),$(if \
	$(filter $(LABS),$(filter-out $(lab),$(wordlist 1,$(lab),1 2 3 4))),$(lab))))

.PHONY: dist dist-test
dist: setup
	$(Q)[ -z '$(filter-out 2 3 4,$(BASE_FOR))' ] || { echo 'BASE_FOR=$(BASE_FOR): labs of 2 3 4' >&2; exit 2; }
	$(Q)[ -z '$(strip $(too_early))' ] || { echo 'BASE_FOR=$(BASE_FOR): that would hand out objects of a lab in' \
		'LABS=$(LABS), which this kit is for' >&2; exit 2; }
	$(Q)$(need_pandoc)
	$(Q)$(MAKE) --no-print-directory everything TREE=reference
	$(Q)$(MAKE) --no-print-directory $(B)/typetwo-kit.tar.xz

# The fast form for `make test`: nothing is compressed, and only lab 1 is tried.
$(B)/typetwo-kit.tar.xz $(B)/typetwo-kit.tar: FORCE $(B)/base/made $(B)/skeleton-new/SUMS $(IMAGES) handout-pages
	$(Q)$(say) "DIST    $@"
	$(Q)CROSS=$(CROSS) kit/pack $@ $(B) '$(IMAGES)' '$(graders_sources)' '$(BASE_FOR)'

dist-test:
	$(Q)$(MAKE) --no-print-directory dist BASE_FOR='2 3 4'
	$(Q)kit/try $(B)/typetwo-kit.tar.xz 1 2 3 4

.PHONY: dist-test-short
dist-test-short: $(B)/typetwo-kit.tar
	$(Q)kit/try $< 1
endif
