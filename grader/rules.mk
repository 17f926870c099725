# SPDX-License-Identifier: GPL-2.0-only
# The autograder: grade boots a lab's tests and judges what comes, run boots one guest on a terminal,
# submission and jail are the way in for what somebody else has written.

grader_lib := $(addprefix grader/lib/,args child files signals)
grader_tests := $(addprefix grader/tests/,tests lab1 lab2 lab3 lab4 cells)
grader_judge := $(addprefix grader/judge/,judge log points probe verdict)
grader_machine := $(addprefix grader/machine/,bochs kinds qemu ram_image)
grader_images := $(addprefix grader/boot/,archive images)
grader_boot := $(grader_images) $(addprefix grader/boot/,boot crash pool)
grader_report := $(addprefix grader/report/,results report terminal json junit tap gradescope classroom autolab)

$(call program,grade,grader/grade $(grader_report) $(grader_boot) $(grader_judge) $(grader_tests) $(grader_machine) \
	$(grader_lib),-ljansson)
$(call program,run,grader/run grader/judge/verdict $(grader_images) $(grader_tests) $(grader_machine) $(grader_lib))
$(call program,jail,grader/submission/jail grader/lib/child)
$(call program,submission,grader/submission/submission $(grader_images) grader/lib/child grader/lib/files,-ljansson)

$(B)/obj/grader/boot/boot.o: grader/boot/prelude.sh
