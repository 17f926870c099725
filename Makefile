# SPDX-License-Identifier: GPL-2.0-only
# The front door.  Each room says in its own room.mk how its things are made; `make help` lists
# what a person types.

LINUX_SOURCE ?= /usr/src/linux-source-6.1.tar.xz
CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/typetwo
CROSS ?= i686-linux-gnu-
B := build
ABI := vm-images/include
Q := $(if $(V),,@)
say := printf '  %s\n'

export CACHE LINUX_SOURCE TESTING

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

ROOMS := vm-images/host vm-images/guest-linux vm-images/disk vm-images/guests vm-images/uml labs grader
include $(wildcard $(ROOMS:=/room.mk))

# What was built last (TREE LAB...), so that `make grade` and `make run` need not be told again.
CURRENT := $(B)/current
LABS := 1 2 3 4
LAB ?= $(or $(wordlist 2,9,$(file <$(CURRENT))),1)
TREE ?= $(or $(if $(filter lab%,$(MAKECMDGOALS)),,$(word 1,$(file <$(CURRENT)))),skeleton)
GUEST ?= linux

.PHONY: help
help:
	@sed -n 's/^#: //p' Makefile

#: make lab1 ... lab4      build a lab from skeleton/ (TREE=reference: from the reference)
#: make grade              grade what was built last; LAB=3, TESTS='spaces*' some tests, J=4 at once;
#:                         REPORT='junit:lab.xml tap:lab.tap' writes these, too (grade --help: formats)
#: make run                the guest on this terminal: LAB=1 TREE=... GUEST=linux|hello|... ARGS=...
#:                         VMM_OPTS='--protect=none'; GDB=1 waits for `make gdb` in another terminal
#:                         MACHINE=bochs runs on Bochs, which checks segment limits; so does make grade
#: make gdb                debug what `make run GDB=1` started; `layer` says where the CPU is
#: make reference          build every lab of the reference; `make grade` grades them all then
#: make cells              the same guests on every combination of mechanisms, for no points
#: make gradescope LAB=2    build/gradescope-lab2.zip, to be uploaded there; KIT= a kit in a tar archive
#: make skeleton           derive skeleton/ from reference/ again; never over edited files
#: make test               the project's own tests
#: make bench              what each combination of mechanisms costs, as a table and build/bench/bench.json;
#:                         ONLY='linux module*' some cells; only what has changed is measured again
#: make handouts           the labs' texts as pages: build/handouts/*.html, each a file that needs no other
#: make stress             machines come and go on a debug kernel until it complains; SECONDS=600 SEED=N
#: make lines              count the Monitor's lines of code
#: make doctor             is this machine ready?  make deps installs the packages that it lacks
#: make clean              remove build/ (the kernels stay in the cache)
#: V=1 shows commands; CACHE= and LINUX_SOURCE= say where kernels are kept and come from.

TREES := reference skeleton
ifneq ($(words $(filter $(TREE),$(TREES))),1)
$(error TREE=$(TREE): there are $(TREES))
endif
ifneq ($(filter-out $(LABS),$(LAB)),)
$(error LAB=$(LAB): there are labs $(LABS))
endif

# Packages are looked for in front of every build, installed only when one is missing.
.PHONY: doctor deps setup
doctor:
	$(Q)./doctor

deps:
	$(Q)./install-packages

setup:
	$(Q)[ -z "$$(./doctor --missing)" ] || ./install-packages

# Everything that the labs need; a make of its own, since rooms look at what set-up installs.  Every
# lab is built from the same files: what differs is which mechanisms the launcher is told to use.
IMAGES := $(B)/host/bzImage $(B)/host/vmlinux $(B)/host/initramfs.cpio.gz $(B)/host/boot.rom $(B)/host/probe \
	$(B)/host/hostile-launcher \
	$(B)/guest-linux/linux $(B)/guest-linux/linux.stripped \
	$(B)/disk/initrd.cpio.gz $(B)/disk/root.img $(B)/disk/measure $(addprefix $(B)/guests/,$(GUESTS))
TOOLS := $(B)/grader/grade $(B)/grader/run

.PHONY: everything provisions code reference grade run gdb
$(addprefix lab,$(LABS)): lab%: setup
	$(Q)$(MAKE) --no-print-directory everything LAB=$* TREE=$(TREE)
	$(Q)echo '$(TREE) $*' >$(CURRENT)
	$(Q)echo 'lab$* is built from $(TREE)/; next: make grade, or make run'

lab%:
	$(Q)echo 'make $@: there is no such lab; there are $(LABS:%=lab%)' >&2; exit 2

everything: provisions code
provisions: $(IMAGES) $(TOOLS)
code: $(B)/$(TREE)/vmm $(B)/$(TREE)/monitor.ko

reference: setup
	$(Q)$(MAKE) --no-print-directory everything TREE=reference
	$(Q)echo 'reference $(LABS)' >$(CURRENT)
	$(Q)echo 'labs $(LABS) are built from reference/; next: make grade, or make run LAB=4'

grade: setup
	$(Q)$(MAKE) --no-print-directory -s provisions
	$(Q)MAKE='$(MAKE) --no-print-directory -s' BUILD=$(B) TREE=$(TREE) LABS='$(LAB)' REPORT='$(REPORT)' \
		grader/grade-labs $(if $(J),-j $(J)) $(if $(TESTS),--tests='$(TESTS)') \
		$(if $(MACHINE),--machine='$(MACHINE)')

# A course's autograder, from this tree or from a kit.
KIT ?= .
.PHONY: gradescope
gradescope:
	$(Q)grader/gradescope/pack $(firstword $(LAB)) $(KIT) $(B)/gradescope-lab$(firstword $(LAB)).zip
	$(Q)echo '$(B)/gradescope-lab$(firstword $(LAB)).zip is ready'

run: setup
	$(Q)$(MAKE) --no-print-directory -s everything TREE=$(TREE)
	$(Q)$(B)/grader/run --lab=$(lastword $(LAB)) --tree=$(TREE) --guest=$(GUEST) $(if $(GDB),--gdb) \
		$(if $(MACHINE),--machine='$(MACHINE)') $(VMM_OPTS) $(if $(ARGS),-- $(ARGS))

gdb:
	$(Q)[ -f $(B)/run/session.gdb ] || { echo 'make gdb: nothing to debug; first `make run GDB=1 ...` in another terminal' >&2; exit 2; }
	$(Q)gdb -q -x $(B)/run/session.gdb

# Everything from both trees, then each kind of test; Check's summary comes last.
.PHONY: test
test:
	$(Q)$(MAKE) --no-print-directory setup TESTING=1
	$(Q)$(MAKE) --no-print-directory everything TREE=reference
	$(Q)$(MAKE) --no-print-directory everything TREE=skeleton
	$(Q)$(MAKE) --no-print-directory check-grader check-bench check-handouts check-machines $(B)/grader/check-project
	$(Q)$(say) "TEST    cheats, and the module under stress; some minutes"
	$(Q)$(MAKE) --no-print-directory -j2 -Otarget check-cheats check-stress
	$(Q)$(say) "TEST    the project; the reference's and the skeleton's grades take minutes"
	$(Q)$(B)/grader/check-project

# Every combination of mechanisms runs the same guests.
.PHONY: cells
cells: setup
	$(Q)$(MAKE) --no-print-directory -s everything TREE=$(TREE)
	$(Q)$(B)/grader/grade --lab=0 --tree=$(TREE) $(if $(J),-j $(J)) $(if $(TESTS),--tests='$(TESTS)')

# The Monitor's code, beside what it was meant to have.
.PHONY: lines
lines:
	$(Q)grader/count-lines | sed 's/^total .*/& (goal: 510)/; s/^assembly .*/& (goal: 160)/'

SECONDS ?= 600

.PHONY: bench
bench: setup
	$(Q)$(MAKE) --no-print-directory everything TREE=reference
	$(Q)$(MAKE) --no-print-directory $(B)/uml/linux $(B)/grader/bench $(B)/grader/events.so
	$(Q)$(B)/grader/bench $(if $(J),-j $(J)) $(if $(ONLY),--only='$(ONLY)')

# Only this and the tests need pandoc, which is large: nobody's build installs it.
.PHONY: handouts
handouts:
	$(Q)command -v pandoc >/dev/null || { echo 'make handouts: pandoc is missing; apt-get install pandoc' >&2; exit 2; }
	$(Q)$(MAKE) --no-print-directory handout-pages
	$(Q)echo 'handouts: $(B)/handouts/index.html, and a page for each lab; they print well'

.PHONY: stress
stress: setup
	$(Q)$(MAKE) --no-print-directory -s stress-images
	$(Q)$(B)/grader/stress --seconds=$(SECONDS) $(if $(SEED),--seed=$(SEED))

.PHONY: clean
clean:
	$(Q)rm -rf $(B)
