# SPDX-License-Identifier: GPL-2.0-only
# The front door.  Each room says in its own room.mk how its things are made; `make help` lists
# what a person types.

TREE ?= skeleton
LINUX_SOURCE ?= /usr/src/linux-source-6.1.tar.xz
CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/typetwo
CROSS ?= i686-linux-gnu-
B := build
ABI := vm-images/include
Q := $(if $(V),,@)
say := printf '  %s\n'

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

ROOMS := vm-images/host vm-images/guest-linux vm-images/disk vm-images/guests labs grader
-include $(wildcard $(ROOMS:=/room.mk))

# Packages are looked for in front of every build, installed only when one is missing.
.PHONY: doctor deps setup
doctor:
	$(Q)CACHE='$(CACHE)' LINUX_SOURCE='$(LINUX_SOURCE)' ./doctor

deps:
	$(Q)./install-packages

setup:
	$(Q)missing=$$(LINUX_SOURCE='$(LINUX_SOURCE)' ./doctor --missing); \
		[ -z "$$missing" ] || ./install-packages
