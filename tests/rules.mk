# SPDX-License-Identifier: GPL-2.0-only
# Tests that are not of one room.  fuzz/: whatever reads what others have written gets any bytes.

FUZZ := verdict points handin
FUZZ_FLAGS := -std=gnu11 -O1 -g -Wall -Wextra -I$(ABI) -Igrader -Itests/fuzz -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all
fuzz_verdict := $(addprefix grader/,$(addsuffix .c,$(GRADER_JUDGE) args child images))
fuzz_points := grader/points.c grader/verdict.c

# A target for libFuzzer, and the same with the files of a corpus as its input.
define fuzz_target
$(B)/fuzz/$(1): tests/fuzz/$(1).c $(fuzz_$(1)) $(wildcard grader/*.h tests/fuzz/*.h) kit/handin.c tests/room.mk
	@mkdir -p $$(@D)
	$$(Q)$$(say) "CC  $$@"
	$$(Q)clang $(FUZZ_FLAGS) -fsanitize=fuzzer -o $$@ $$< $(fuzz_$(1)) -lm

$(B)/fuzz/replay-$(1): tests/fuzz/$(1).c tests/fuzz/replay.c $(fuzz_$(1)) $(wildcard grader/*.h tests/fuzz/*.h) \
		kit/handin.c tests/room.mk
	@mkdir -p $$(@D)
	$$(Q)$$(say) "CC  $$@"
	$$(Q)$$(GRADER_CC) $(FUZZ_FLAGS) -Werror -Wno-format-truncation -o $$@ $$< tests/fuzz/replay.c $(fuzz_$(1)) -lm
endef
$(foreach target,$(FUZZ),$(eval $(call fuzz_target,$(target))))

# What was ever found is in the corpora: each of their files is a test.
.PHONY: check-parsers
check-parsers: $(FUZZ:%=$(B)/fuzz/replay-%)
	$(Q)for target in $(FUZZ); do $(B)/fuzz/replay-$$target tests/fuzz/corpus/$$target || exit; done

# New inputs are looked for, for SECONDS each: what breaks a target stays in build/fuzz/found.
.PHONY: fuzz-parsers
fuzz-parsers: $(FUZZ:%=$(B)/fuzz/%)
	$(Q)tests/fuzz/run $(B)/fuzz $(SECONDS) $(FUZZ)

# The tests of the parts once more, with programs that notice what C does not: memory that is not
# theirs, and what the language leaves undefined.
sanitized := check check-points check-report check-bench grade run
.PHONY: check-sanitized
check-sanitized: $(B)/grader/fake-machine
	$(Q)$(MAKE) --no-print-directory B=$(B)/sanitized $(sanitized:%=$(B)/sanitized/grader/%) \
		GRADER_CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'
	$(Q)for program in $(filter check%,$(sanitized)); do \
		PROGRAMS=$(B)/sanitized/grader $(B)/sanitized/grader/$$program || exit; done
