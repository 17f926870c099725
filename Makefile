# SPDX-License-Identifier: GPL-2.0-only
# The front door.  Each room says in its own rules.mk how its things are made; `make help` lists
# what a person types.

# A name that somebody else has chosen: $ and all, make does not look into it.  It goes on in the
# environment, and no further make gets it as a word of its command line.
override SUBMISSION := $(value SUBMISSION)
override REPORT := $(value REPORT)
handed := $(if $(SUBMISSION),yes)
export SUBMISSION REPORT
ifneq ($(handed),)
MAKEOVERRIDES :=
endif

LINUX_SOURCE ?= /usr/src/linux-source-6.1.tar.xz
CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/typetwo
CROSS ?= i686-linux-gnu-
B := build
ABI := vm-images/include
Q := $(if $(V),,@)

export CACHE LINUX_SOURCE TESTING SLIDES GRADING

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

# What was built last (TREE BASE=... LAB...), so that `make grade` and `make run` need not be told
# again.  `make lab1` begins anew; so does who names a TREE.
CURRENT := $(B)/current
current := $(if $(or $(filter lab%,$(MAKECMDGOALS)),$(filter command%,$(origin TREE))),,$(file <$(CURRENT)))
all_labs := 1 2 3 4
LAB ?= $(or $(filter $(all_labs),$(file <$(CURRENT))),1)
TREE ?= $(or $(word 1,$(current)),skeleton)
BASE ?= $(patsubst BASE=%,%,$(filter BASE=%,$(current)))
GUEST ?= linux
BASE_FOR ?=

# What boots, and what boots in it.
IMAGES = $(B)/host/bzImage $(B)/host/vmlinux $(B)/host/initramfs.cpio.gz $(B)/host/boot.rom $(B)/host/probe \
	$(B)/host/hostile-launcher $(B)/host/null_blk.ko $(B)/host/configfs.ko $(B)/host/refuse.ko \
	$(B)/guest-linux/linux $(B)/guest-linux/linux.stripped \
	$(B)/disk/initrd.cpio.gz $(B)/disk/root.img $(B)/disk/cdrom.iso $(B)/disk/measure $(B)/disk/same $(addprefix $(B)/guests/,$(GUESTS))

# A student kit has the images made, and no reference.
IN_KIT := $(wildcard images/version)
ROOMS := $(if $(IN_KIT),,$(addprefix vm-images/,host guest-linux disk guests uml xen) slides) grader $(if $(IN_KIT),,bench bench/page) kit labs tests
include mk/common.mk $(wildcard $(ROOMS:=/rules.mk))

# "#:" is for everybody, "#!" for whoever has the reference.
.PHONY: help
help:
	@sed -n 's/^#[:$(if $(IN_KIT),,!)] //p' Makefile

#: make lab1 ... lab4      build a lab from skeleton/
#!                         (TREE=reference: from the reference)
#: make grade              grade what was built last; LAB=3, TESTS='spaces*' some tests, J=4 machines at once,
#:                         V=1 a line for each test; REPORT='junit:lab%.xml tap:lab%.tap' also writes these files
#: make lab3 BASE=ref      stuck before lab 3? Take the labs before it from the reference. make grade and
#:                         make run do the same then, until the next make lab3
#: make handin LAB=1       make the archive to hand in, if what is in it builds
#: make run                start the guest on this terminal: LAB=1 GUEST=linux|hello|... ARGS=...
#:                         VMM_OPTS='--protect=none --net --async'; GDB=1 waits for `make gdb` in
#:                         another terminal; COUNT=1 counts instructions, as the grader does;
#:                         MACHINE=bochs boots Bochs, which checks segment limits (also for make grade)
#: make gdb                debug what `make run GDB=1` started; `layer` says where the CPU is
#: make cells              run the same guests on every combination of mechanisms; no points
#: make skeleton           bring back files that are missing in skeleton/; edited files stay
#! make reference          build every lab of the reference; `make grade` then grades all four
#! make grade SUBMISSION=handin-lab1.tar.gz   grade what was handed in, an archive or a folder, in a jail;
#!                         JAIL=none without one, which the result says; docs/instructor.md
#! make gradescope LAB=2   build/gradescope-lab2.zip, to upload there; KIT= takes a kit in a tar archive
#! make dist               the student kit, build/typetwo-kit.tar.xz; make dist-test tries it in all labs;
#!                         BASE_FOR=3 adds the objects for lab3 BASE=ref; LABS=3 refuses objects of lab 3
#! make check              the tests that need no image, in a minute: before each commit
#! make test               all that a change has to pass; SUITE='kit labs' runs some suites of it
#! make test-long          the rest: what each lab costs, and ten minutes of make fuzz
#! make test-all           both, as CI does
#! make test-mutants       grade the wrong solutions in tests/mutants/ and print what each lost; ONLY='lab2.3-*'
#!                         some of them, FULL=1 with all tests, J=4 at once
#! make bench              what each combination of mechanisms costs: a table, build/bench/bench.json and a page;
#!                         ONLY='linux module*' some cells, BRIEF=1 only what the slides show, FULL=1 also the
#!                         long form of the programs, PEERS=xen also Xen; docs/measuring.md
#! make bench-page         the page again, from what is measured already
#! make profile OP=fork    how many instructions of an operation, or of a program as OP=povray, are whose, and in
#!                         which functions; CELL=native, CELL=uml, or mechanisms: CELL='linux module segments tables'
#! make handouts           the labs' texts as pages, build/handouts/*.html
#! make slides             the lectures, build/slides/*.html, *.pdf and *.pptx, with figures from make bench
#! make compare PROGRAMS=DIR   other people's tests, natively and in the guest: a checkout of LTP, or the source
#!                         of Linux for its x86 selftests; ONLY='ptrace' some of them; docs/comparing.md
#! make stress             machines come and go on a debug kernel until it complains; SECONDS=600 SEED=N
#! make fuzz               hostile guests and launchers, made by chance; SECONDS=600 SEED=N; MACHINE=bochs only
#!                         attacks on the Guest kernel; docs/fuzzing.md
#! make fuzz-parsers       random bytes for whatever reads what others have written; SECONDS=3600 for an hour
#! make lines              count the Monitor's lines of code
#: make doctor             is this machine ready?  make deps installs the packages that are missing
#: make clean              remove build/; your work, images and kernels are elsewhere
#: V=1 shows commands.
#! CACHE= and LINUX_SOURCE= say where kernels are kept and come from.

# What a person may get wrong.
odd_characters := , : ; % \# $$ & ' " ` ( ) [ ] < > * ? \ |
ifneq ($(words $(CURDIR)),1)
$(error "$(CURDIR)" has a blank in it, and the kernel's makefiles cannot work there: move this folder)
endif
ifneq ($(strip $(foreach c,$(odd_characters),$(findstring $c,$(CURDIR)))),)
$(error "$(CURDIR)" has a character in it that the kernel's makefiles cannot work with: move this folder)
endif
ifneq ($(filter-out none,$(JAIL)),)
$(error JAIL=$(JAIL): there is JAIL=none, or nothing)
endif
trees := $(if $(IN_KIT),skeleton,reference skeleton)
ifneq ($(words $(filter $(TREE),$(trees))),1)
$(error TREE=$(TREE): $(if $(IN_KIT),a student kit has skeleton only: without TREE= that is what is meant,there are $(strip $(trees))))
endif
ifneq ($(filter-out $(all_labs),$(LAB)),)
$(error LAB=$(LAB): there are labs $(all_labs), as in LAB=3)
endif
ifneq ($(filter-out ref,$(BASE)),)
$(error BASE=$(BASE): there is BASE=ref, or none)
endif
ifneq ($(filter-out xen,$(PEERS)),)
$(error PEERS=$(PEERS): there is PEERS=xen, or none)
endif
ifneq ($(and $(BASE),$(filter lab1,$(MAKECMDGOALS))),)
$(error BASE=$(BASE): there is no lab before lab 1)
endif
ifneq ($(IN_KIT),)
$(foreach goal,$(filter reference check test test-long test-all test-mutants bench bench-page profile slides compare stress fuzz lines gradescope dist dist-test, \
	$(MAKECMDGOALS)), \
	$(error make $(goal): the student kit has not got what this needs; make help lists what there is))
endif
.DEFAULT:
	$(Q)$(if $(filter-out %.d,$@),echo 'make: nothing makes $@$(helps)' >&2;) exit 2
helps = $(if $(filter $@,$(MAKECMDGOALS)),; make help lists the targets)

# Packages are looked for in front of every build, installed only when one is missing.  A student
# kit's skeleton/ is laid out then, too.
.PHONY: doctor deps setup
doctor:
	$(Q)setup/doctor

deps:
	$(Q)setup/install

setup:
	$(Q)mkdir -p $(B) 2>/dev/null; \
	closed=$$(find $(B) -maxdepth 3 -type d ! -writable -print -quit 2>&1); [ -z "$$closed" ] || { \
		echo "nothing can be built: $$closed belongs to somebody else; remove it, or make it yours" >&2; exit 2; }
	$(Q)[ -z "$$(setup/doctor --missing)" ] || setup/install
	$(if $(IN_KIT),$(Q)kit/install-skeleton)

# Everything that the labs need is a make of its own, since rooms look at what set-up installs.  Every
# lab is built from the same files: what differs is which mechanisms the launcher is told to use.
TOOLS := $(B)/bin/grade $(B)/bin/run

# Where the launcher and the module of TREE are built.  With BASE=ref each lab has another mixture.
built := $(B)/$(TREE)$(if $(BASE),/on-$(BASE)-$(lastword $(LAB)))
graded := --tree=$(TREE) $(if $(BASE),--base=$(BASE) --vmm=$(built)/vmm --module=$(built)/monitor.ko)
build := $(MAKE) --no-print-directory everything TREE=$(TREE) BASE=$(BASE)

.PHONY: everything provisions code reference grade run gdb
$(addprefix lab,$(all_labs)): lab%: setup
	$(Q)$(build) LAB=$* || { echo '$@ is not built from $(TREE)/: mend the first error above,' \
		'then `make $@` again' >&2; exit 2; }
	$(Q)echo '$(TREE) $(BASE:%=BASE=%) $*' >$(CURRENT)
	$(Q)echo '$@ is built from $(TREE)/$(BASE:ref= on the labs before it from the reference);' \
		'next: make grade, or make run'

lab%:
	$(Q)echo 'make $@: there is no such lab; there are $(all_labs:%=lab%)' >&2; exit 2

everything: provisions code
	@:
provisions: $(IMAGES) $(TOOLS)
code: $(built)/vmm $(built)/monitor.ko

reference: setup
	$(Q)$(MAKE) --no-print-directory everything TREE=reference
	$(Q)echo 'reference $(all_labs)' >$(CURRENT)
	$(Q)echo 'labs $(all_labs) are built from reference/; next: make grade, or make run LAB=4'

grade: $(if $(handed),grade-submission,setup)
	$(if $(handed),,$(Q)$(MAKE) --no-print-directory -s provisions)
	$(if $(handed),,$(Q)MAKE='$(MAKE) --no-print-directory -s' BUILD=$(B) TREE=$(TREE) BASE=$(BASE) \
		LABS='$(LAB)' grader/grade-labs $(if $(J),-j $(J)) \
		$(if $(TESTS),--tests='$(TESTS)') $(if $(MACHINE),--machine='$(MACHINE)') $(if $(V),--verbose))

# A course's autograder, from this tree or from a kit.
KIT ?= .
.PHONY: gradescope
gradescope:
	$(Q)grader/gradescope/pack $(firstword $(LAB)) $(KIT) $(B)/gradescope-lab$(firstword $(LAB)).zip
	$(Q)echo '$(B)/gradescope-lab$(firstword $(LAB)).zip is ready'

run: setup
	$(Q)$(build) -s LAB=$(lastword $(LAB))
	$(Q)$(B)/bin/run --lab=$(lastword $(LAB)) $(graded) --guest=$(GUEST) $(if $(GDB),--gdb) $(if $(COUNT),--count) \
		$(if $(MACHINE),--machine='$(MACHINE)') $(VMM_OPTS) $(if $(ARGS),-- $(ARGS))

gdb:
	$(Q)[ -f $(B)/run/session.gdb ] || { echo 'make gdb: nothing to debug; first `make run GDB=1 ...` in another terminal' >&2; exit 2; }
	$(Q)gdb -q -x $(B)/run/session.gdb

# What a change has to pass, in the order in which a fault is found soonest; SUITE='kit labs' is a part of
# it.  Suites with a + between them run side by side.
LONG_SUITES := ladder long-fuzz
SUITE ?= lint unit handouts machines slides page cheats+stress fuzz+sanitized kit mutants labs

.PHONY: check test test-long test-all
check:
	$(Q)$(MAKE) --no-print-directory setup TESTING=1
	$(Q)tests/run lint unit

test:
	$(Q)$(MAKE) --no-print-directory setup TESTING=1 SLIDES=1 GRADING=1
	$(Q)$(MAKE) --no-print-directory everything TREE=reference
	$(Q)$(MAKE) --no-print-directory everything TREE=skeleton
	$(Q)tests/run $(SUITE)

# What measures, and what goes on for minutes: not for every change.
test-long:
	$(Q)$(MAKE) --no-print-directory setup TESTING=1 GRADING=1
	$(Q)$(MAKE) --no-print-directory everything TREE=reference
	$(Q)tests/run $(LONG_SUITES)

# Both, with one sum at the end: what CI runs.
test-all:
	$(Q)$(MAKE) --no-print-directory test SUITE='$(SUITE) $(LONG_SUITES)'

# The grader is proved by wrong solutions: each loses what it must, and nothing else.
.PHONY: test-mutants
test-mutants:
	$(Q)$(MAKE) --no-print-directory setup TESTING=1 GRADING=1
	$(Q)$(MAKE) --no-print-directory -s everything TREE=reference
	$(Q)$(MAKE) --no-print-directory -s everything TREE=skeleton
	$(Q)$(MAKE) --no-print-directory -s grade-mutants

# Every combination of mechanisms runs the same guests.
.PHONY: cells
cells: setup
	$(Q)$(MAKE) --no-print-directory -s everything TREE=$(TREE)
	$(Q)$(B)/bin/grade --lab=0 --tree=$(TREE) $(if $(J),-j $(J)) $(if $(TESTS),--tests='$(TESTS)')

# The Monitor's code, beside what it was meant to have.
.PHONY: lines
lines:
	$(Q)reference/count-lines | sed 's/^total .*/& (goal: 510)/; s/^assembly .*/& (goal: 160)/'

SECONDS ?= 600

.PHONY: bench
bench: setup
	$(Q)$(MAKE) --no-print-directory everything TREE=reference
	$(Q)$(MAKE) --no-print-directory $(B)/uml/linux $(if $(BRIEF),,$(B)/disk/work.sum) $(B)/bin/bench \
		$(B)/bin/events.so $(PEERS:%=peer-%)
	$(Q)$(B)/bin/bench $(if $(BRIEF),--brief) $(if $(FULL),--full) $(if $(J),-j $(J)) $(if $(ONLY),--only='$(ONLY)') \
		$(if $(PEERS),--peers=$(PEERS)); status=$$?; [ $$status -lt 2 ] || exit $$status; \
	$(if $(ONLY),,$(quietly) $(J:%=-j%) splits || status=1;) \
	if $(page_tools); then $(quietly) bench-page; fi; exit $$status

# Not $(MAKE) there: make would run that line for make -n, too.
quietly := $(MAKE) --no-print-directory -s

# The numbers are there without a page, and nobody's build installs what that takes.
page_tools = missing=$$(for tool in pandoc gnuplot jq; do command -v $$tool >/dev/null || echo $$tool; done); \
	[ -z "$$missing" ] || { echo "no page of it: apt-get install" \
		$$(echo "$$missing" | sed s/gnuplot/gnuplot-nox/) "and then make bench-page" >&2; false; }
.PHONY: bench-page
bench-page:
	$(Q)$(page_tools) || exit 2
	$(Q)$(MAKE) --no-print-directory page
	$(Q)echo 'The same as a page, and each chart as SVG: $(page_out)/index.html'

.PHONY: profile
profile: setup
	$(Q)$(MAKE) --no-print-directory -s everything TREE=reference
	$(Q)$(MAKE) --no-print-directory -s $(B)/bin/profile $(B)/bin/profiler.so \
		$(if $(filter povray build web cgi,$(OP)),$(B)/disk/work.sum)
	$(Q)CROSS=$(CROSS) $(B)/bin/profile $(if $(OP),--op='$(OP)') $(if $(CELL),--cell='$(CELL)')

# A make of its own, since set-up may install what it takes.
.PHONY: slides
slides:
	$(Q)$(MAKE) --no-print-directory setup SLIDES=1
	$(Q)$(MAKE) --no-print-directory decks
	$(Q)echo 'slides: build/slides/*.html, *.pdf, *.pptx; in the HTML: arrows turn pages, N shows the notes'

# Only this, the bench's page and the tests need pandoc, which is large: nobody's build installs it.
need_pandoc = command -v pandoc >/dev/null || { echo 'make $@: pandoc is missing; apt-get install pandoc' >&2; exit 2; }
.PHONY: handouts
handouts:
	$(Q)$(need_pandoc)
	$(Q)$(MAKE) --no-print-directory handout-pages
	$(Q)echo 'handouts: $(B)/handouts/index.html, and a page for each lab; they print well'

.PHONY: compare
compare: setup
	$(Q)[ -n '$(PROGRAMS)' ] || { echo 'make compare: PROGRAMS= a checkout of LTP, or the source of Linux' >&2; exit 2; }
	$(Q)$(MAKE) --no-print-directory -s everything TREE=reference
	$(Q)$(MAKE) --no-print-directory -s compare-programs

.PHONY: stress
stress: setup
	$(Q)$(MAKE) --no-print-directory -s stress-images
	$(Q)$(B)/bin/stress --seconds=$(SECONDS) $(if $(SEED),--seed=$(SEED))

.PHONY: fuzz
fuzz: setup
	$(Q)$(MAKE) --no-print-directory -s fuzz-run

# The results of what others have handed in cannot be made again from what is here.
.PHONY: clean clean-graded
clean:
	$(Q)[ ! -d $(B) ] || find $(B) -mindepth 1 -maxdepth 1 ! -name graded -exec rm -rf {} +
	$(Q)rmdir $(B) 2>/dev/null || [ ! -d $(B)/graded ] || echo '$(B)/graded has results: make clean-graded removes them'

clean-graded:
	$(Q)rm -rf $(B)/graded
