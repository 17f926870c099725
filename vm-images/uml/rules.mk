# SPDX-License-Identifier: GPL-2.0-only
# Plain User-Mode Linux, which the bench compares the Linux guest with.

uml_dir := vm-images/uml
uml_inputs := $(uml_dir)/build-kernel vm-images/guest-linux/config $(uml_dir)/config

$(B)/uml/linux: $(uml_inputs) vm-images/cached
	$(Q)mkdir -p $(@D)
	$(Q)from=$$($(cached) uml '$(LINUX_SOURCE)' $(uml_inputs) -- \
		nice -n 10 $(uml_dir)/build-kernel '$(LINUX_SOURCE)' $(filter-out %/build-kernel,$(uml_inputs))) && \
	cp $$from/linux $@.new && mv $@.new $@
