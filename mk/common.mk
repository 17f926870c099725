# SPDX-License-Identifier: GPL-2.0-only
# What the rules of several rooms need: how something is said, cached, compiled and linked.

say := printf '  %s\n'

# vm-images/cached makes a thing once and keeps it outside of the tree, by the hash of its inputs.
cached = CACHE='$(CACHE)' CROSS='$(CROSS)' V='$(V)' vm-images/cached

# Programs for this machine: $(call program,NAME,SOURCES,LIBRARIES) makes build/bin/NAME from SOURCES,
# which are paths from here without their .c.  What a source includes is a path from here, too.
TOOL_CC ?= cc
TOOL_CFLAGS ?= -O2 -g
VERSION := $(shell sed -n 's/^\#define TT_VERSION "\([^"]*\)".*/\1/p' vm-images/host/include/typetwo/vmm.h)
TOOL_FLAGS := -std=gnu11 -Wall -Wextra -Werror -MMD -MP -I. -I$(ABI) -DTYPETWO_VERSION='"$(VERSION)"'
check_libs := -lcheck_pic -lsubunit -lrt -lm -pthread

$(B)/obj/%.o: %.c mk/common.mk vm-images/host/include/typetwo/vmm.h
	@mkdir -p $(@D)
	$(Q)$(say) "CC  $@"
	$(Q)$(TOOL_CC) $(TOOL_FLAGS) $(TOOL_CFLAGS) -c -o $@ $<

define program_rule
program_$(1) := $(2)
$(B)/bin/$(1): $(patsubst %,$(B)/obj/%.o,$(2))
	@mkdir -p $$(@D)
	$$(Q)$$(say) "LD  $$@"
	$$(Q)$$(TOOL_CC) $$(TOOL_CFLAGS) -o $$@ $$^ $(3)
endef
program = $(eval $(call program_rule,$(1),$(2),$(3)))

# What QEMU loads: $(call plugin,SOURCE) makes build/bin/NAME.so.
define plugin_rule
$(B)/bin/$(notdir $(1)).so: $(1).c bench/plugins/qemu_plugin.h mk/common.mk
	@mkdir -p $$(@D) $(B)/obj
	$$(Q)$$(say) "CC  $$@"
	$$(Q)$$(TOOL_CC) $$(TOOL_FLAGS) $$(TOOL_CFLAGS) -MF $(B)/obj/$(notdir $(1)).so.d -fPIC -shared -o $$@ $$<
endef
plugin = $(eval $(call plugin_rule,$(1)))

-include $(wildcard $(B)/obj/*.d $(B)/obj/*/*.d $(B)/obj/*/*/*.d)
