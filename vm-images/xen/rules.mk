# SPDX-License-Identifier: GPL-2.0-only
# Xen and a kernel for its first domain, both Debian's for amd64: the Type I monitor beside ours, which
# `make bench PEERS=xen` measures.  Nothing else needs them.

CROSS64 ?= x86_64-linux-gnu-
xen_dir := vm-images/xen
xen_files := $(addprefix $(B)/xen/,xen vmlinuz versions)

$(xen_files) &: $(xen_dir)/debian-amd64 vm-images/cached
	$(Q)mkdir -p $(B)/xen
	$(Q)from=$$($(cached) xen $(xen_dir)/debian-amd64 -- $(xen_dir)/debian-amd64) && \
	for file in $(notdir $(xen_files)); do \
		cp $$from/$$file $(B)/xen/$$file.new && mv $(B)/xen/$$file.new $(B)/xen/$$file || exit; \
	done

# The program that measures our guests, for the kernel's own architecture.
$(B)/xen/measure: $(wildcard $(disk_dir)/measure*.[ch]) $(xen_dir)/rules.mk $(wildcard $(ABI)/typetwo/*.h)
	$(Q)mkdir -p $(@D)
	$(Q)$(say) "CC      $@"
	$(Q)$(CROSS64)gcc $(disk_cflags) -static -I$(ABI) -o $@ $(filter %.c,$^)

.PHONY: peer-xen
peer-xen: $(xen_files) $(B)/xen/measure
