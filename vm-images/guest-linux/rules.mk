# SPDX-License-Identifier: GPL-2.0-only
# The Linux guest: one ELF with symbols, for any monitor.

guest_linux := vm-images/guest-linux

$(B)/guest-linux/linux: $(guest_linux)/build-kernel $(guest_linux)/config $(guest_linux)/typetwo.patch \
		$(shell find $(guest_linux)/files -type f) $(wildcard $(ABI)/typetwo/*.h) vm-images/cached
	$(Q)mkdir -p $(@D)
	$(Q)from=$$(CACHE='$(CACHE)' CROSS='$(CROSS)' V='$(V)' vm-images/cached guest-linux '$(LINUX_SOURCE)' \
		$(addprefix $(guest_linux)/,build-kernel config typetwo.patch files) $(ABI) -- \
		$(guest_linux)/build-kernel '$(LINUX_SOURCE)' \
		$(addprefix $(guest_linux)/,config typetwo.patch files) $(ABI)) && \
	cp $$from/linux $@.new && mv $@.new $@

# Without symbols: what is carried into the Host at each boot.
$(B)/guest-linux/linux.stripped: $(B)/guest-linux/linux
	$(Q)$(say) "STRIP   $@"
	$(Q)$(CROSS)strip -o $@ $<
