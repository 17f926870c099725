# SPDX-License-Identifier: GPL-2.0-only
# The user land of the Linux guest: a small one (initrd) and a large one (root.img), both from
# Debian's i386 packages, with our functional tests in /usr/lib/typetwo.  And a CD-ROM.

disk_dir := vm-images/disk
disk_files := $(shell find $(disk_dir)/files -type f) $(disk_dir)/applets
disk_tests := $(wildcard $(disk_dir)/tests/*.c)
disk_cflags := -std=gnu11 -O2 -g -fdebug-prefix-map=$(CURDIR)=. -Wall -Wextra -Werror -pthread
packages_of = $(shell sed 's/\#.*//' $(1))

$(B)/disk/tests-static: disk_cflags += -static
$(B)/disk/tests-static $(B)/disk/tests-dynamic: $(disk_tests) $(disk_dir)/tests/test.h
	$(Q)mkdir -p $(@D)
	$(Q)$(say) "CC      $@"
	$(Q)$(CROSS)gcc $(disk_cflags) -o $@ $(disk_tests) -lm

# What the Linux guest costs; the Host runs it, too, to compare.
$(B)/disk/measure: $(wildcard $(disk_dir)/measure*.[ch]) $(disk_dir)/rules.mk $(wildcard $(ABI)/typetwo/*.h)
	$(Q)mkdir -p $(@D)
	$(Q)$(say) "CC      $@"
	$(Q)$(CROSS)gcc $(disk_cflags) -static -I$(ABI) -o $@ $(filter %.c,$^)

# What the Host and the Linux guest have to agree about: both run it.
$(B)/disk/same: $(wildcard $(disk_dir)/same/*.[ch]) $(disk_dir)/rules.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(say) "CC      $@"
	$(Q)$(CROSS)gcc $(disk_cflags) -static -o $@ $(filter %.c,$^)

$(B)/disk/initrd.cpio.gz: $(disk_dir)/build-initrd $(disk_files) $(B)/disk/tests-static \
		$(B)/disk/measure $(B)/disk/same $(disk_dir)/debian-i386
	$(Q)from=$$($(cached) busybox $(disk_dir)/debian-i386 -- $(disk_dir)/debian-i386 busybox-static) && \
	$(say) "CPIO    $@" && \
	$(disk_dir)/build-initrd $$from/root.tar $(B)/disk/tests-static $(B)/disk/measure $(B)/disk/same \
		$@.new && \
	mv $@.new $@

$(B)/disk/debuggee: $(disk_dir)/debuggee.c $(disk_dir)/rules.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(say) "CC      $@"
	$(Q)$(CROSS)gcc $(disk_cflags) -O1 -fno-omit-frame-pointer -static -o $@ $<

$(B)/disk/root.img: $(disk_dir)/build-root $(disk_files) $(B)/disk/tests-static $(B)/disk/tests-dynamic \
		$(B)/disk/debuggee $(disk_dir)/debugging $(disk_dir)/packages $(disk_dir)/debian-i386
	$(Q)from=$$($(cached) user-land $(disk_dir)/packages $(disk_dir)/debian-i386 -- \
		$(disk_dir)/debian-i386 $(call packages_of,$(disk_dir)/packages)) && \
	$(say) "MKE2FS  $@" && $(disk_dir)/build-root $$from/root.tar 128M $@.new \
		$(B)/disk/tests-static $(B)/disk/tests-dynamic $(B)/disk/debuggee $(disk_dir)/debugging && \
	mv $@.new $@

$(B)/disk/cdrom.iso: $(disk_dir)/build-cdrom
	$(Q)mkdir -p $(@D)
	$(Q)$(say) "ISO     $@"
	$(Q)$(disk_dir)/build-cdrom $@.new && mv $@.new $@

# The user land of the bench's programs, with the part of the Host kernel's tree that one of them
# compiles.  work.sum stands for the image, which is large, when the bench looks whether it is another.
# The image comes with the Host, in memory, twice while it boots (WORK_MB in bench/plan.c): no larger than needed.
program_files := $(wildcard $(disk_dir)/programs/*)
$(B)/disk/linux: $(B)/host/vmlinux $(disk_dir)/programs/Makefile
	$(Q)rm -rf $@ && mkdir -p $@
	$(Q)cd $(B)/host/kbuild && $(MAKE) -s -f $(CURDIR)/$(disk_dir)/programs/Makefile CROSS=$(CROSS) sources | \
		cpio -pdm --quiet $(CURDIR)/$@
	$(Q)cp $(disk_dir)/programs/Makefile $@

$(B)/disk/work.img $(B)/disk/work.sum &: $(disk_dir)/build-root $(disk_files) $(program_files) $(B)/disk/measure $(B)/disk/linux \
		$(disk_dir)/packages.work $(disk_dir)/debian-i386
	$(Q)from=$$($(cached) work-land $(disk_dir)/packages.work $(disk_dir)/debian-i386 -- \
		$(disk_dir)/debian-i386 $(call packages_of,$(disk_dir)/packages.work)) && \
	$(say) "MKE2FS  $(@D)/work.img" && $(disk_dir)/build-root $$from/root.tar 336M $(@D)/work.img.new \
		$(B)/disk/measure $(B)/disk/linux $(filter-out %/Makefile,$(program_files)) && \
	mv $(@D)/work.img.new $(@D)/work.img && sha256sum <$(@D)/work.img >$(@D)/work.sum
