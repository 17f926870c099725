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

ROOMS := vm-images/host vm-images/guest-linux vm-images/disk vm-images/guests labs grader
include $(wildcard $(ROOMS:=/room.mk))

# What was built last (LAB TREE), so that `make grade` and `make run` need not be told again.
CURRENT := $(B)/current
LAB ?= $(or $(word 1,$(file <$(CURRENT))),1)
TREE ?= $(or $(if $(filter lab%,$(MAKECMDGOALS)),,$(word 2,$(file <$(CURRENT)))),skeleton)
GUEST ?= linux

.PHONY: help
help:
	@sed -n 's/^#: //p' Makefile

#: make lab1               build lab 1 from skeleton/ (TREE=reference: from the reference)
#: make grade              grade what was built last; TESTS='spaces*' runs some tests, J=4 at once
#: make run                the guest on this terminal: LAB=1 TREE=... GUEST=linux|hello|... ARGS=...
#:                         VMM_OPTS='--protect=none'; GDB=1 waits for `make gdb` in another terminal
#: make gdb                debug what `make run GDB=1` started; `layer` says where the CPU is
#: make reference          build every lab of the reference
#: make skeleton           derive skeleton/ from reference/ again; never over edited files
#: make test               the project's own tests
#: make doctor             is this machine ready?  make deps installs the packages that it lacks
#: make clean              remove build/ (the kernels stay in the cache)
#: V=1 shows commands; CACHE= and LINUX_SOURCE= say where kernels are kept and come from.

TREES := reference skeleton
ifneq ($(words $(filter $(TREE),$(TREES))),1)
$(error TREE=$(TREE): there are $(TREES))
endif
ifneq ($(LAB),1)
$(error LAB=$(LAB): there is lab 1)
endif

# Packages are looked for in front of every build, installed only when one is missing.
.PHONY: doctor deps setup
doctor:
	$(Q)./doctor

deps:
	$(Q)./install-packages

setup:
	$(Q)[ -z "$$(./doctor --missing)" ] || ./install-packages

# Everything that a lab needs; a make of its own, since rooms look at what set-up installs.
IMAGES := $(B)/host/bzImage $(B)/host/vmlinux $(B)/host/initramfs.cpio.gz $(B)/guest-linux/linux \
	$(B)/guest-linux/linux.stripped \
	$(B)/disk/initrd.cpio.gz $(B)/disk/root.img $(addprefix $(B)/guests/,$(GUESTS) native)
TOOLS := $(B)/grader/grade $(B)/grader/run

.PHONY: lab1 everything reference grade run gdb
lab1: setup
	$(Q)$(MAKE) --no-print-directory everything LAB=1 TREE=$(TREE)
	$(Q)echo '1 $(TREE)' >$(CURRENT)
	$(Q)echo 'lab1 is built from $(TREE)/; next: make grade, or make run'

lab%:
	$(Q)echo 'make $@: there is no such lab; there is lab1' >&2; exit 2

everything: $(IMAGES) $(TOOLS) $(B)/$(TREE)/vmm

reference:
	$(Q)$(MAKE) --no-print-directory lab1 TREE=reference

grade: setup
	$(Q)$(MAKE) --no-print-directory -s everything LAB=$(LAB) TREE=$(TREE)
	$(Q)$(B)/grader/grade --lab=$(LAB) --tree=$(TREE) $(if $(J),-j $(J)) $(if $(TESTS),--tests='$(TESTS)')

run: setup
	$(Q)$(MAKE) --no-print-directory -s everything LAB=$(LAB) TREE=$(TREE)
	$(Q)$(B)/grader/run --lab=$(LAB) --tree=$(TREE) --guest=$(GUEST) $(if $(GDB),--gdb) $(VMM_OPTS) $(if $(ARGS),-- $(ARGS))

gdb:
	$(Q)[ -f $(B)/run/session.gdb ] || { echo 'make gdb: nothing to debug; first `make run GDB=1 ...` in another terminal' >&2; exit 2; }
	$(Q)gdb -q -x $(B)/run/session.gdb

# Everything from both trees, then each kind of test; Check's summary comes last.
.PHONY: test
test:
	$(Q)$(MAKE) --no-print-directory setup TESTING=1
	$(Q)$(MAKE) --no-print-directory everything TREE=reference
	$(Q)$(MAKE) --no-print-directory everything TREE=skeleton
	$(Q)$(MAKE) --no-print-directory check-grader check-cheats $(B)/grader/check-project
	$(Q)$(say) "TEST    the project; the reference's and the skeleton's grades take minutes"
	$(Q)$(B)/grader/check-project

.PHONY: clean
clean:
	$(Q)rm -rf $(B)
