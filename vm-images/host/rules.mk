# SPDX-License-Identifier: GPL-2.0-only
# The Host: its kernel, the tree for building modules against it (build/host/kbuild), its first
# process.  A module depends on build/host/vmlinux: it is there when kbuild is.

host_dir := vm-images/host
host_kernel := $(B)/host/bzImage $(B)/host/vmlinux
host_inputs := $(addprefix $(host_dir)/,build-kernel config typetwo.patch typetwo.h)

# The cache's own dates say nothing, so the products are copies; kbuild, which is large, is a link.
$(host_kernel) &: $(host_inputs)
	$(Q)mkdir -p $(B)/host
	$(Q)from=$$($(cached) host-kernel '$(LINUX_SOURCE)' $(host_inputs) -- \
		$(host_dir)/build-kernel '$(LINUX_SOURCE)' $(filter-out %/build-kernel,$(host_inputs))) && \
	ln -sfn $$from/kbuild $(B)/host/kbuild && \
	for file in vmlinux bzImage; do \
		cp $$from/$$file $(B)/host/$$file.new && mv $(B)/host/$$file.new $(B)/host/$$file || exit; \
	done

# Somebody emptied the cache.
ifeq ($(wildcard $(B)/host/kbuild/Makefile),)
.PHONY: $(host_kernel)
endif

# A disk that takes its time, for one test; like the kernel, they are made once.
slow_disk := $(addprefix $(B)/host/,null_blk.ko configfs.ko)
$(slow_disk) &: $(host_dir)/build-slow-disk $(B)/host/vmlinux
	$(Q)from=$$($(cached) slow-disk '$(LINUX_SOURCE)' $(host_inputs) $< -- \
		$< '$(LINUX_SOURCE)' $(B)/host/kbuild) && \
	for file in $(notdir $(slow_disk)); do \
		cp $$from/$$file $(B)/host/$$file.new && mv $(B)/host/$$file.new $(B)/host/$$file || exit; \
	done

# The debug kernel: config.debug over config, everything else as above.  Its name in the cache does not
# begin with the other's, which clears away whatever of that name is unfinished.
debug_kernel := $(addprefix $(B)/host-debug/,bzImage vmlinux)
debug_inputs := $(host_dir)/build-kernel $(B)/host-debug/config $(host_dir)/typetwo.patch \
	$(host_dir)/typetwo.h

$(B)/host-debug/config: $(host_dir)/config.debug $(host_dir)/config
	$(Q)mkdir -p $(@D)
	$(Q)awk '{ name = $$1 == "#" ? $$2 : $$1; sub(/=.*/, "", name) } \
		NR == FNR { if (name ~ /^CONFIG_/) said[name] = 1; text[NR] = $$0; last = NR; next } \
		!(name in said) { print } \
		END { for (i = 1; i <= last; i++) print text[i] }' $^ >$@

$(debug_kernel) &: $(debug_inputs)
	$(Q)from=$$($(cached) debug-kernel '$(LINUX_SOURCE)' $(debug_inputs) -- \
		nice -n 5 $(host_dir)/build-kernel '$(LINUX_SOURCE)' \
		$(filter-out %/build-kernel,$(debug_inputs))) && \
	ln -sfn $$from/kbuild $(B)/host-debug/kbuild && \
	for file in vmlinux bzImage; do \
		cp $$from/$$file $(B)/host-debug/$$file.new && \
		mv $(B)/host-debug/$$file.new $(B)/host-debug/$$file || exit; \
	done

ifeq ($(wildcard $(B)/host-debug/kbuild/Makefile),)
.PHONY: $(debug_kernel)
endif

$(B)/host/initramfs.cpio.gz: $(host_dir)/build-initramfs $(host_dir)/init \
		vm-images/disk/debian-i386 vm-images/disk/applets
	$(Q)mkdir -p $(@D)
	$(Q)from=$$($(cached) busybox vm-images/disk/debian-i386 -- \
		vm-images/disk/debian-i386 busybox-static) && \
	$(say) "CPIO    $@" && $(host_dir)/build-initramfs $$from/root.tar $(host_dir)/init $@.new && \
	mv $@.new $@

$(B)/host/boot.rom: $(host_dir)/boot-rom.S $(host_dir)/rules.mk
	$(Q)$(say) "AS  $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CROSS)gcc -nostdlib -static -Wl,--build-id=none -Wl,-Ttext=0 -o $@.elf $< && \
	$(CROSS)objcopy -O binary -j .text $@.elf $@

$(B)/host/probe: $(host_dir)/probe.c $(host_dir)/rules.mk
	$(Q)$(say) "CC  $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CROSS)gcc -std=gnu11 -O2 -Wall -Wextra -Werror -march=i686 -mgeneral-regs-only -ffreestanding \
		-fno-pic -fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables \
		-nostdlib -static -no-pie -s -o $@ $<

$(B)/host/refuse.ko: $(wildcard $(host_dir)/refuse/*) $(B)/host/vmlinux labs/build-module
	$(Q)$(say) "MOD     $@"
	$(Q)CROSS='$(CROSS)' V='$(V)' labs/build-module $(B)/host/kbuild $(host_dir)/refuse $(B)/host/refuse '' && \
	$(CROSS)strip --strip-debug -o $@ $(B)/host/refuse/refuse.ko

$(B)/host/hostile-launcher: $(host_dir)/hostile-launcher.c $(host_dir)/rules.mk
	$(Q)$(say) "CC  $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CROSS)gcc -std=gnu11 -O2 -g -fdebug-prefix-map=$(CURDIR)=. -Wall -Wextra -Werror -static -pthread -I$(ABI) -I$(host_dir)/include \
		-MMD -MP -MF $@.d -o $@ $<

-include $(B)/host/hostile-launcher.d
