# SPDX-License-Identifier: GPL-2.0-only
# The student kit: `make dist` packs it, and there this file stands for the rooms that make images.
# Here and there: what is handed in.

$(B)/kit/handin: kit/handin.c kit/room.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(say) "CC  $@"
	$(Q)$(GRADER_CC) -std=gnu11 -Wall -Wextra -Werror $(GRADER_CFLAGS) -o $@ $<

# What is in the archive has to build by itself, in a tree of its own.
handed_in := handin-lab$(lastword $(LAB)).tar.gz
take = rm -rf $(B)/submission && mkdir -p $(B)/submission && \
	gzip -dc '$1' | $(B)/kit/handin unpack $(B)/submission/files && \
	for part in vmm monitor; do \
		[ -d $(B)/submission/files/$$part ] || cp -r $(pristine)/$$part $(B)/submission/files; \
	done && \
	cp $(pristine)/monitor/Kbuild $(B)/submission/files/monitor
pristine := $(if $(IN_KIT),images/skeleton,$(B)/skeleton-new)

# Lab 1 asks nothing of the module.
handin_built := $(B)/skeleton$(if $(BASE),/on-$(BASE)-$(lastword $(LAB)))
handin_parts := vmm $(if $(filter-out 1,$(lastword $(LAB))),monitor.ko)
handin_make = $(MAKE) --no-print-directory -s BASE=$(BASE) LAB=$(lastword $(LAB))

.PHONY: handin
handin: setup
	$(Q)$(handin_make) TREE=skeleton $(handin_parts:%=$(handin_built)/%) || { \
		echo 'nothing was packed: mend the first error above' >&2; exit 2; }
	$(Q)$(handin_make) TREE=skeleton $(B)/kit/handin $(if $(IN_KIT),,$(B)/skeleton-new/SUMS)
	$(Q)$(B)/kit/handin pack $(lastword $(LAB)) $(or $(BASE),own) $(kit_version) skeleton >$(B)/kit/tar || { \
		echo 'nothing was packed: mend what is said above' >&2; exit 2; }
	$(Q)gzip -9n <$(B)/kit/tar >$(B)/kit/tar.gz
	$(Q)$(call take,$(B)/kit/tar.gz)
	$(Q)$(handin_make) TREE=submission $(subst $(B)/skeleton,$(B)/submission,$(handin_parts:%=$(handin_built)/%)) || { \
		echo 'nothing was packed: it builds in skeleton/, but not from the files above alone' >&2; exit 2; }
	$(Q)mv $(B)/kit/tar.gz $(handed_in)
	$(Q)labs/holes $(lastword $(LAB)) $(handin_parts:%=$(handin_built)/%)
	$(Q)echo '$(handed_in) is what to hand in: lab $(lastword $(LAB))$(BASE:ref=, on the labs before it from the reference)'

# Grade what was handed in: the lab and the base are those that it names, if not those that you name.
handed = $$(sed -n 's/^$1 //p' $(B)/submission/files/HANDIN)
from_me = $(filter command%,$(origin $1))

.PHONY: grade-submission
grade-submission: setup
	$(Q)$(MAKE) --no-print-directory -s SUBMISSION= $(B)/kit/handin $(if $(IN_KIT),,$(B)/skeleton-new/SUMS)
	$(Q)$(call take,$(SUBMISSION)) || { echo '$(SUBMISSION) is not graded' >&2; exit 2; }
	$(Q)base=$(call handed,base); $(MAKE) --no-print-directory grade SUBMISSION= TREE=submission \
		LAB=$(if $(call from_me,LAB),'$(LAB)',$(call handed,lab)) \
		BASE=$(if $(call from_me,BASE),$(BASE),$${base#own})

ifneq ($(IN_KIT),)
kit_version := $(word 1,$(file <$(IN_KIT)))

# The images lie in images/, for `make clean` not to remove them.  A kit that is new makes everything else anew.
ifneq ($(file <$(IN_KIT)),$(file <$(B)/version))
$(shell mkdir -p $(B) && find $(B) -mindepth 1 -maxdepth 1 ! -name grade -exec rm -rf {} + && \
	ln -s $(addprefix ../images/,host guest-linux disk base) $(B) && mkdir $(B)/guests && cp $(IN_KIT) $(B)/version)
endif

GUESTS := $(patsubst images/guests/%,%,$(wildcard images/guests/*))

# A unit guest that somebody has changed is made from its source; then all are.
ifneq ($(shell find vm-images/guests $(ABI) -newer $(IN_KIT) -name '*.[chS]' 2>/dev/null),)
include vm-images/guests/room.mk
else
$(B)/guests/%: images/guests/%
	$(Q)mkdir -p $(@D) && cp $< $@
endif

# What is not there cannot be made.
$(filter-out $(B)/guests/%,$(IMAGES)) $(B)/base/SUMS:
	$(Q)echo '$@ is missing: unpack the kit again, over this one' >&2; exit 2

.PHONY: skeleton
skeleton:
	$(Q)kit/install-skeleton --again
else
kit_version := none

# The names of what a kit has of the grader: the sources of its two programs.
graders_sources = $(filter grader/%,$(sort $(shell $(GRADER_CC) $(filter-out -M%,$(GRADER_FLAGS)) -MM \
	$(patsubst %,grader/%.c,$(sort $(program_grade) $(program_run))))))

.PHONY: dist dist-test
dist: setup
	$(Q)$(need_pandoc)
	$(Q)$(MAKE) --no-print-directory everything TREE=reference
	$(Q)$(MAKE) --no-print-directory $(B)/typetwo-kit.tar.xz

# The fast form for `make test`: nothing is compressed, and only lab 1 is tried.
$(B)/typetwo-kit.tar.xz $(B)/typetwo-kit.tar: FORCE $(B)/base/SUMS $(B)/skeleton-new/SUMS $(IMAGES) handout-pages
	$(Q)$(say) "DIST    $@"
	$(Q)CROSS=$(CROSS) kit/pack $@ $(B) '$(IMAGES)' '$(graders_sources)'

dist-test: dist
	$(Q)kit/try $(B)/typetwo-kit.tar.xz 1 2 3 4

.PHONY: dist-test-short
dist-test-short: $(B)/typetwo-kit.tar
	$(Q)kit/try $< 1
endif
