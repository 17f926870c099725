/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rows.h - rows that every lab's table has: what a machine does is the same, whichever Monitor is
 * below.  A lab says which hole decides, and more fields if it likes: the launcher's options, other
 * tests to share a boot with.  What a row is worth, and how much it may cost, is in the lab's
 * points.
 */
#ifndef GRADER_TESTS_ROWS_H
#define GRADER_TESTS_ROWS_H

#include "grader/tests/test.h"

#define UNIT 30 /* seconds of the processor: far more than a unit guest takes */
#define LINUX 80

#define ROW(id_, hole_, seconds_, sentence, ...)                                              \
	{                                                                                     \
		.id = id_, .title = sentence, .hole = hole_, .seconds = seconds_, __VA_ARGS__ \
	}
/* A unit guest that reports. */
#define UNIT_ROW(id_, hole_, guest_, sentence, ...) \
	ROW(id_, hole_, UNIT, sentence, .guest = guest_, .reports = 1, __VA_ARGS__)

/*
 * The Guest kernel does one thing that it may not; the machine has to be killed, and say why.
 * The guest asks for the nonce first: so it was the guest that died, and not before it began.
 */
#define FORBIDDEN_ROW(hole_, word, sentence, why, ...)                                    \
	ROW("forbidden-" word, hole_, UNIT, sentence, .guest = "forbidden", .args = word, \
		.boot = "forbidden", .begins = true, .status = 121,                       \
		.text = {"vmm: machine killed: ", why}, __VA_ARGS__)

/*
 * It does what a Monitor may kill for, or may leave to the Host, which does nothing that anybody
 * else would notice: the guest reports what came of it.
 */
#define HARMLESS_ROW(hole_, word, sentence, why, ...)                           \
	UNIT_ROW("forbidden-" word, hole_, "forbidden", sentence, .args = word, \
		.boot = "forbidden", .or_killed = why, __VA_ARGS__)

/* A disk that is a file is as long afterwards as it was before, whatever becomes of the machine. */
#define BEHIND_DISK_ROW(hole, options)                                                           \
	ROW("forbidden-write-behind-disk", hole, UNIT,                                           \
		"A disk is as large as it is, though it is a file.", .boot = "disk-end",         \
		.guest = "forbidden", .reports = 1,                                              \
		.script = "dd if=/dev/zero of=disk bs=64k count=16 2>/dev/null\n"                \
			  "vmm " options " --disk=disk $verdict ./forbidden write-behind-disk\n" \
			  "status=$?\n"                                                          \
			  "bytes=$(stat -c %s disk)\n"                                           \
			  "rm disk\n"                                                            \
			  "[ $bytes = 1048576 ] || {\n"                                          \
			  "	echo \"grade: of 1048576 bytes the disk has $bytes\"\n"              \
			  "	exit 1\n"                                                            \
			  "}\n"                                                                  \
			  "[ $status = 0 ]")

/* A status of the launcher's own, or any other that is too large, is none that a guest can have. */
#define END_STATUS_ROW(hole, options)                                                       \
	ROW("end-status", hole, UNIT, "A guest cannot end as if the launcher had failed.",  \
		.guest = "loop", .boot = "first",                                           \
		.script = "for status in 0 1 99 100 121 122 123 255; do\n"                  \
			  "	vmm " options " ./loop end $status\n"                       \
			  "	came=$? least=$((status < 99 ? status : 99))\n"                 \
			  "	[ $came = $least ] && continue\n"                               \
			  "	echo \"grade: the guest ended with $status, vmm with $came\"\n" \
			  "	exit 1\n"                                                       \
			  "done")

/* In guest kernel mode the Guest kernel has all rights to its memory, after a crossing, too. */
#define REVEALED_ROW(hole, options)                                                             \
	ROW("revealed", hole, UNIT,                                                             \
		"After a crossing the Guest kernel's memory is readable, writable and "         \
		"executable again.",                                                            \
		.guest = "loop", .boot = "protected",                                           \
		.script = "./vmm --lab=$lab " options " ./loop kernel >out 2>&1 &\n"            \
			  "launcher=$!\n"                                                       \
			  "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do\n"   \
			  "	grep -q looping out && break\n"                                     \
			  "	sleep 0.1\n"                                                        \
			  "done\n"                                                              \
			  "grep '^[7-9ab].*s ' /proc/$(process_called guest-machine)/maps |\n"  \
			  "	grep -v '^bff0' | tee maps\n"                                       \
			  "kill_when_looping KILL $launcher 137 || exit\n"                      \
			  "grep -q '^70000000-.* rwxs ' maps && ! grep -v ' rwxs ' maps || {\n" \
			  "	echo 'grade: some of it is not'\n"                                  \
			  "	exit 1\n"                                                           \
			  "}")

/* The launcher refuses something.  $hello is there. */
#define REFUSED_ROW(word, sentence, commands)                                              \
	ROW("refuses-" word, NULL, UNIT, sentence, .files = {"hello"}, .boot = "launcher", \
		.script = commands)

#define POWER_OFF_ROW(hole, ...)                                                                   \
	ROW("power-off", hole, UNIT,                                                               \
		"A Guest kernel starts, writes to the console and powers off.", .guest = "silent", \
		.text = {"not a word to the verdict device"}, __VA_ARGS__)
#define SYSCALL_ROW(hole, ...)               \
	UNIT_ROW("syscall", hole, "syscall", \
		"An application's system call comes to the Guest kernel, and back.", __VA_ARGS__)
#define HELLO_ROW(hole, ...)                                                            \
	UNIT_ROW("hello", hole, "hello",                                                \
		"The machine at power-on is as the ABI says, and runs an application.", \
		__VA_ARGS__)
#define REGISTERS_ROW(hole, ...)                 \
	UNIT_ROW("registers", hole, "registers", \
		"Every register and flag survives enter and each way out of it.", __VA_ARGS__)
#define FPU_ROW(hole, ...)           \
	UNIT_ROW("fpu", hole, "fpu", \
		"FPU and SSE registers of two guest processes are kept apart.", __VA_ARGS__)
#define MEMORY_LIMIT_ROW(hole, ...)                    \
	UNIT_ROW("memory-limit", hole, "memory-limit", \
		"RAM is as large as the boot page says, and not a byte larger.", __VA_ARGS__)
#define PAGE_FAULT_ROW(hole, ...)                                                              \
	UNIT_ROW("page-fault", hole, "page-fault",                                             \
		"A page fault of an application has its address and error code, and resumes.", \
		__VA_ARGS__)
#define EXCEPTIONS_ROW(hole, ...)                                                          \
	UNIT_ROW("exceptions", hole, "exceptions",                                         \
		"Every exception of an application comes with its vector and error code.", \
		__VA_ARGS__)
#define WATCH_ROW(hole, ...)             \
	UNIT_ROW("watch", hole, "watch", \
		"An application's addresses are watched, and nobody else's.", __VA_ARGS__)
#define TIMER_ROW(hole, ...)             \
	UNIT_ROW("timer", hole, "timer", \
		"The timer interrupts an application, and the Guest kernel.", __VA_ARGS__)
#define WAKEUP_ROW(hole, ...)                                                             \
	UNIT_ROW("wakeup", hole, "wakeup", "An interrupt just before enter is not lost.", \
		__VA_ARGS__)
#define CONSOLE_INPUT_ROW(hole, ...)                                                      \
	UNIT_ROW("console-input", hole, "console-input",                                  \
		"Input interrupts an application, and an idle Guest kernel.",             \
		.typing = {{"type lines", "one line\n"}, {"echo: one line", "another\n"}, \
			{"echo: another", "three\n"}, {"echo: three", "four\n"},          \
			{"echo: four", "five\n"}, {"echo: five", "the last\n"},           \
			{"echo: the last", "quit\n"}},                                    \
		.text = {"echo: one line", "echo: the last"}, __VA_ARGS__)
#define QUEUE_ROW(hole, options, ...)                                                             \
	UNIT_ROW("queue", hole, "queue",                                                          \
		"Asynchronous I/O is served, and refuses a hostile Guest kernel.",                \
		.script = "head -c 65536 /dev/urandom >disk && cp disk cd && cp disk was &&\n"    \
			  "vmm " options " --disk=./disk --cdrom=./cd --async $verdict ./queue\n" \
			  "status=$?\n"                                                           \
			  "cmp cd was || { echo 'grade: the CD-ROM is another'; exit 1; }\n"      \
			  "[ $(wc -c <disk) = 65536 ] || {\n"                                     \
			  "	echo 'grade: the disk has another size'\n"                            \
			  "	exit 1\n"                                                             \
			  "}\n"                                                                   \
			  "exit $status",                                                         \
		__VA_ARGS__)
#define KERNEL_MEMORY_ROW(hole, ...)                                                    \
	UNIT_ROW("kernel-memory", hole, "kernel-memory",                                \
		"An application cannot read, write or run what is the Guest kernel's.", \
		__VA_ARGS__)
/* The Host refuses mprotect for a while.  If all is well there is nobody to be killed. */
#define PROTECTION_REFUSED_ROW(hole)                                                           \
	ROW("protection-refused", hole, UNIT,                                                  \
		"A machine whose Guest kernel cannot be protected ends with status 122.",      \
		.files = {"loop", "refuse.ko"},                                                \
		.script = "at=$(sed -n 's/ T do_mprotect_pkey$//p' /proc/kallsyms)\n"          \
			  "./vmm --lab=$lab ./loop calls >out 2>&1 &\n"                        \
			  "machine=$!\n"                                                       \
			  "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do\n"  \
			  "	grep -q looping out && break\n"                                    \
			  "	sleep 0.1\n"                                                       \
			  "done\n"                                                             \
			  "(sleep 2; kill -KILL $machine) 2>/dev/null &\n"                     \
			  "sleep 0.2\n" /* until then that one has its memory */               \
			  "insmod ./refuse.ko at=0x$at || exit\n"                              \
			  "wait $machine\n"                                                    \
			  "status=$?\n"                                                        \
			  "wait\n"                                                             \
			  "rmmod refuse\n"                                                     \
			  "cat out\n"                                                          \
			  "[ $status = 122 ] || { echo \"grade: status $status\"; exit 1; }\n" \
			  "grep '^vmm: ' out")
#define ESCAPE_ROW(hole, ...)              \
	UNIT_ROW("escape", hole, "escape", \
		"An application cannot make a host system call by any entry.", __VA_ARGS__)
#define SPACES_ROW(hole, n, sentence, ...) \
	UNIT_ROW("spaces-" n, hole, "spaces", sentence, .args = n, __VA_ARGS__)
#define MAP_BAD_ROW(hole, ...)               \
	UNIT_ROW("map-bad", hole, "map-bad", \
		"Hypercalls refuse bad arguments, and change nothing then.", __VA_ARGS__)

#define KILLED_VMM_ROW(hole, options)                                                           \
	ROW("killed-vmm", hole, UNIT,                                                           \
		"A launcher that is killed takes its machine along and leaves nothing behind.", \
		.guest = "loop",                                                                \
		.script = "ls -A /tmp /dev/shm >before\n"                                       \
			  "./vmm --lab=$lab " options " ./loop >out 2>&1 &\n"                   \
			  "kill_when_looping KILL $! 137 &&\n"                                  \
			  "ls -A /tmp /dev/shm >after &&\n"                                     \
			  "{ cmp before after || { echo 'grade: files are left'; exit 1; }; }")
#define TWO_MACHINES_ROW(hole, other, says)                                                       \
	ROW("two-machines", hole, UNIT, "Two machines run at a time and do not meet.",            \
		.files = {"page-fault", "spaces", "timer"},                                       \
		.script =                                                                         \
			"while :; do :; done &\n"                                                 \
			"process=$!\n"                                                            \
			"vmm ./" other " >other 2>&1 &\n"                                         \
			"machine=$!\n"                                                            \
			"vmm $verdict ./page-fault\n"                                             \
			"status=$?\n"                                                             \
			"wait $machine\n"                                                         \
			"other=$?\n"                                                              \
			"kill $process; cat other\n"                                              \
			"[ $other = 0 ] || echo \"grade: the other machine ended with $other\"\n" \
			"[ $status = 0 ] && [ $other = 0 ]",                                      \
		.text = {"pass " says}, .reports = 1)

/* What a unit guest measures, with what measure does on the Host itself beside it. */
#define COST_ROW(id_, hole, metrics, command, sentence)                                 \
	ROW(id_, hole, UNIT, sentence, .files = {"measure", COST_GUESTS}, .reports = 2, \
		.counted = true, .boot = "cost",                                        \
		.script = "./measure native /dev/ttyS1 " metrics " && " command)
#define COST_GUESTS "null-call", "fault-cost", "switch-cost"

#define COST_PAGES_ROW(id_, hole, options, sentence)                                        \
	ROW(id_, hole, UNIT, sentence, .guest = "null-call", .reports = 2, .counted = true, \
		.boot = "cost",                                                             \
		.script = "vmm " options " $verdict ./null-call 16 &&\n"                    \
			  "vmm " options " $verdict ./null-call 4096")
#define COST_SWITCH_ROW(id_, hole, options, sentence)                                         \
	ROW(id_, hole, UNIT, sentence, .guest = "switch-cost", .reports = 3, .counted = true, \
		.boot = "cost",                                                               \
		.script = "vmm " options " $verdict ./switch-cost 1 &&\n"                     \
			  "vmm " options " $verdict ./switch-cost 64 1 &&\n"                  \
			  "vmm " options " $verdict ./switch-cost 4096 1")

/* Two runs that differ in the number of calls and in nothing else. */
#define NO_HOST_SWITCH_ROW(hole, options)                                                         \
	ROW("no-host-switch", hole, UNIT,                                                         \
		"A guest system call makes no context switch of the Host.", .guest = "null-call", \
		.counted = true, .boot = "cost", .reports = 2,                                    \
		.script = "a=$(host_switches)\n"                                                  \
			  "vmm " options " $verdict ./null-call 0 64 || exit\n"                   \
			  "b=$(host_switches)\n"                                                  \
			  "vmm " options " $verdict ./null-call 0 12864 || exit\n"                \
			  "c=$(host_switches)\n"                                                  \
			  "more=$((c - b - (b - a)))\n"                                           \
			  "echo \"grade: $more more context switches of the Host for 64000 more " \
			  "calls\"\n"                                                             \
			  "[ $more -le 64 ]")

/* No hole decides that: the module's start and end are given. */
#define MODULE_ROW()                                                                           \
	ROW("module-in-use", NULL, UNIT,                                                       \
		"The module cannot be removed while a machine runs, and can afterwards.",      \
		.guest = "loop", .files = {"hello"},                                           \
		.script = "./vmm --lab=$lab --protect=none ./loop >out 2>&1 &\n"               \
			  "machine=$!\n"                                                       \
			  "sleep 1\n"                                                          \
			  "rmmod monitor && { echo 'grade: it was removed'; exit 1; }\n"       \
			  "kill_when_looping KILL $machine 137 || exit\n"                      \
			  "sleep 1\n"                                                          \
			  "rmmod monitor || { echo 'grade: it cannot be removed'; exit 1; }\n" \
			  "refused --protect=none ./hello || exit\n"                           \
			  "load && vmm --protect=none ./hello",                                \
		.text = {"vmm: /dev/vmm"})

/*
 * Linux has its own clock ticks, and drowns in them where an instruction takes long: so .counted.
 * options: of the launcher, a string constant.
 */
#define LINUX_ROW(id_, hole, sentence, ...) \
	ROW(id_, hole, LINUX, sentence, .guest = "linux", .counted = true, __VA_ARGS__)
#define LINUX_INITRD_ROW(hole, options, ...)                                             \
	LINUX_ROW("linux-initrd", hole,                                                  \
		"Linux boots from its initial RAM disk, runs a command and powers off.", \
		.files = {"initrd"},                                                     \
		.script = "word=$(random_word)\n"                                        \
			  "linux \"echo sum: \\$(echo $word | md5sum)\" " options        \
			  " --initrd=./initrd &&\n"                                      \
			  "grep -q \"sum: $(echo $word | md5sum | cut -c 1-32)\" out",   \
		.text = {"guest: exit 0"}, __VA_ARGS__)
#define LINUX_SHELL_ROW(hole, options, ...)                                                  \
	LINUX_ROW("linux-shell", hole, "A shell of the Linux guest answers on the console.", \
		.files = {"initrd"}, .script = "vmm " options " --initrd=./initrd ./linux",  \
		.typing = {{"guest: a shell", "echo $((6 * 7))x\n"}, {"42x", "poweroff\n"}}, \
		.text = {"42x"}, __VA_ARGS__)
#define LINUX_SELFTEST_ROW(hole, options, ...)                                             \
	LINUX_ROW("linux-selftest", hole,                                                  \
		"Processes, pipes, signals, threads and floating point work in Linux.",    \
		.files = {"initrd"},                                                       \
		.script = "linux /usr/lib/typetwo/selftest " options " --initrd=./initrd", \
		.text = {" passed, 0 failed", "guest: exit 0"}, __VA_ARGS__)
/* What the program `same` prints on the Host and in the guest. */
#define LINUX_SAME_ROW(id_, hole, options, cases, ...)                                            \
	LINUX_ROW(id_, hole, "A program finds in the guest what it finds on the Host.",           \
		.files = {"initrd", "same"},                                                      \
		.script = "./same " cases " >native 2>&1\n"                                       \
			  "linux \"/usr/lib/typetwo/same " cases " >/tmp/out 2>&1;"               \
			  " sed 's/^/same: /' /tmp/out\" " options " --initrd=./initrd || exit\n" \
			  "tr -d '\\r' <out | sed -n 's/^same: //p' >guest\n"                     \
			  "diff native guest && grep '^sleep: exit 0\\|^vectors: exit 0' guest",  \
		.text = {"guest: exit 0"}, __VA_ARGS__)
/* The Host reads it, too, when nobody has it mounted any more: it is not in a guest's memory only.
 */
#define LINUX_DISK_ROW(hole, options, ...)                                                         \
	LINUX_ROW("linux-disk", hole,                                                              \
		"What Linux writes to its disk is there after a clean shutdown.", .disk = "disk",  \
		.script = "word=$(random_word)\n"                                                  \
			  "disk=\"" options " --disk=/dev/vda --append=root=/dev/tda\"\n"          \
			  "linux \"cp -r /usr/lib/typetwo /root/copy && echo $word >/root/kept\" " \
			  "$disk &&\n"                                                             \
			  "linux \"cat /root/kept\" $disk &&\n"                                    \
			  "grep -q $word out &&\n"                                                 \
			  "large grep $word /root/kept &&\n"                                       \
			  "large diff -r /usr/lib/typetwo /root/copy &&\n"                         \
			  "large dumpe2fs -h /dev/vda | grep 'Filesystem state: *clean' &&\n"      \
			  "large e2fsck -fn /dev/vda",                                             \
		.text = {"guest: exit 0"}, __VA_ARGS__)

/*
 * A guest writes, and says how far it has come; then it is killed.  Its file system is as the
 * journal says, and has what was there before.
 */
#define LINUX_KILLED_ROW(id_, hole, options, ...)                                                  \
	LINUX_ROW(id_, hole, "The disk of a Linux guest that is killed while it writes is sound.", \
		.files = {"initrd"}, .disk = "disk", .memory_mb = 512,                             \
		.script =                                                                          \
			"rm -f image kept && large mke2fs -q -t ext4 /tmp/image 16M || exit\n"     \
			"guest_start " options " --disk=./image\n"                                 \
			"tell 'mount -t ext4 /dev/tda /mnt && cp /bin/busybox /mnt/kept && sync"   \
			" && md5sum </mnt/kept' || exit\n"                                         \
			"cp said before\n"                                                         \
			"echo 'i=0; while :; do i=$((i + 1)); mkdir /mnt/$i; rm -rf /mnt/$((i - "  \
			"9));"                                                                     \
			" head -c 99999 /bin/busybox >/mnt/$i/file; sync /mnt/$i; echo wrote $i;"  \
			" done' >&8\n"                                                             \
			"while read -r line <&7; do\n"                                             \
			"	case $line in 'wrote 30'*) break ;; esac\n"                              \
			"done\n"                                                                   \
			"kill -KILL $(process_called vmm) && cat <&7 || exit\n"                    \
			"large e2fsck -p /tmp/image >found; [ $? -le 1 ] && cat found || exit\n"   \
			"grep 'recovering journal' found || exit\n"                                \
			"large e2fsck -fn /tmp/image || exit\n"                                    \
			"large debugfs -R 'dump /kept /tmp/kept' /tmp/image\n"                     \
			"grep \"$(md5sum <kept)\" before",                                         \
		__VA_ARGS__)

/*
 * In the end the images become shorter under the guest: what it has not read by then is lost.  And
 * so is what it says when nobody has the other end of its console any more.
 */
#define LINUX_CDROM_ROW(hole, options, ...)                                                       \
	LINUX_ROW("linux-cdrom", hole,                                                            \
		"Linux reads a CD-ROM and cannot write it, and lives on when it, a disk and the " \
		"console fail.",                                                                  \
		.files = {"initrd", "cdrom"}, .memory_mb = 512,                                   \
		.script = "sum=$(md5sum <cdrom)\n"                                                \
			  "head -c 1048576 /dev/urandom >image\n"                                 \
			  "guest_start " options " --cdrom=./cdrom --disk=./image\n"              \
			  "tell 'md5sum </dev/tra' && grep -q \"$sum\" said &&\n"                 \
			  "tell 'mount -t iso9660 -o ro /dev/tra /mnt && cd /mnt && md5sum -c "   \
			  "sums' &&\n"                                                            \
			  "! tell 'echo x >/mnt/new' && ! tell 'mount -o remount,rw /mnt' &&\n"   \
			  "! tell 'echo x >/dev/tra' && [ \"$(md5sum <cdrom)\" = \"$sum\" ] || "  \
			  "exit\n"                                                                \
			  "head -c 65536 cdrom >part && cat part >cdrom && cat part >image\n"     \
			  "tell 'echo 3 >/proc/sys/vm/drop_caches; ! md5sum -c sums' &&\n"        \
			  "! tell 'md5sum </dev/tda' && grep 'I/O error, dev tda' said || exit\n" \
			  "echo 'sleep 1; echo nobody hears this; poweroff' >&8\n"                \
			  "exec 7<&- 8>&-\n"                                                      \
			  "wait $guest",                                                          \
		.text = {"numbers: OK", "I/O error, dev tra"}, __VA_ARGS__)

/* Who serves the queue is stopped, and killed in the end. */
#define LINUX_ASYNC_ROW(hole, options, ...)                                                   \
	LINUX_ROW("linux-async", hole,                                                        \
		"Linux runs on while its disk works, and when it works no more.",             \
		.files = {"initrd"}, .memory_mb = 512,                                        \
		.script = "head -c 3145728 /dev/urandom >image && sum=$(md5sum <image)\n"     \
			  "guest_start " options " --async --disk=./image\n"                  \
			  "queue=$(process_called vmm-queue) && kill -STOP $queue || exit\n"  \
			  "tell 'md5sum </dev/tda >/tmp/sum &' &&\n"                          \
			  "tell 'for i in $(seq 1 5000); do :; done; [ ! -s /tmp/sum ]' &&\n" \
			  "kill -CONT $queue && tell 'wait; cat /tmp/sum' &&\n"               \
			  "grep -q \"$sum\" said || exit\n"                                   \
			  "kill -STOP $queue && tell 'echo 3 >/proc/sys/vm/drop_caches;"      \
			  " md5sum </dev/tda & sleep 1' && kill -KILL $queue &&\n"            \
			  "tell 'wait' && ! tell 'md5sum </dev/tda' && guest_end",            \
		.text = {"I/O error, dev tda"}, __VA_ARGS__)

/* A queue that takes fewer requests than Linux would make: the Host lets a socket have only so
 * much. */
#define LINUX_FULL_QUEUE_ROW(hole, options, ...)                                             \
	LINUX_ROW("linux-full-queue", hole, "A queue that is full takes a request later.",   \
		.files = {"initrd"}, .memory_mb = 512,                                       \
		.script = "most=/proc/sys/net/core/wmem_max\n"                               \
			  "old=$(cat $most)\n"                                               \
			  "echo 4608 >$most || exit\n"                                       \
			  "head -c 3145728 /dev/urandom >image\n"                            \
			  "sum=$(for i in $(seq 10 33); do"                                  \
			  " dd if=image bs=4k skip=$((i * 16)) count=1; done | md5sum)\n"    \
			  "guest_start " options " --async --disk=./image\n"                 \
			  "echo $old >$most\n"                                               \
			  "queue=$(process_called vmm-queue) && kill -STOP $queue || exit\n" \
			  "tell 'for i in $(seq 10 33); do"                                  \
			  " dd if=/dev/tda of=/tmp/$i iflag=direct bs=4k skip=$((i * 16))"   \
			  " count=1 & done;"                                                 \
			  " sleep 1' &&\n"                                                   \
			  "kill -CONT $queue && tell 'wait; cd /tmp;"                        \
			  " cat $(seq 10 33) | md5sum' &&\n"                                 \
			  "grep -q \"$sum\" said && guest_end",                              \
		__VA_ARGS__)

/*
 * eth0 of the guest and tap0 of the Host are two ends of a cable, which comes loose for a while and
 * is cut in the end.  In frames of 1,500 bytes the data would be more than 200 each way.
 */
#define LINUX_NET_ROW(hole, options, ...)                                                      \
	LINUX_ROW("linux-net", hole,                                                           \
		"Linux and the Host reach each other by TAP, and Linux lives on without it.",  \
		.files = {"initrd"}, .memory_mb = 512,                                         \
		.script = "tunctl -t tap0 && ifconfig tap0 10.0.0.1 up || exit\n"              \
			  "head -c 300000 /dev/urandom >data\n"                                \
			  "sum=$(md5sum <data)\n"                                              \
			  "guest_start " options                                               \
			  " --net=tap0 --append=ip=10.0.0.2::::guest:eth0:off\n"               \
			  "{\n"                                                                \
			  "	tell 'httpd -h /tmp; ping -c 3 10.0.0.1' &&\n"                     \
			  "	ping -c 1 -s 20000 10.0.0.2 &&\n"                                  \
			  "	httpd -h /job && tell 'wget -q -O /tmp/data http://10.0.0.1/data " \
			  "&&"                                                                 \
			  " md5sum </tmp/data' && grep -q \"$sum\" said &&\n"                  \
			  "	wget -q -O back http://10.0.0.2/data && cmp data back &&\n"        \
			  "	tell 'cd /sys/class/net/eth0/statistics && cat rx_packets "        \
			  "tx_packets &&"                                                      \
			  " [ $(cat rx_packets) -lt 150 ] && [ $(cat tx_packets) -lt 150 ]' "  \
			  "|| exit\n"                                                          \
			  "	kill $(pidof httpd)\n"                                             \
			  "	ifconfig tap0 down && ! tell 'ping -c 2 -W 1 10.0.0.1' &&\n"       \
			  "	ifconfig tap0 up && tell 'ping -c 2 10.0.0.1' || exit\n"           \
			  "	ip link delete tap0 && ! tell 'ping -c 2 -W 1 10.0.0.1' &&\n"      \
			  "	tell 'cat /sys/class/net/eth0/carrier' && grep -q '^0' said\n"     \
			  "} && guest_end",                                                    \
		.text = {"the host's interface is gone"}, __VA_ARGS__)

/* A Linux program's costs, native and in the guest, in one boot: metrics are those of measure. */
#define LINUX_COST_ROW(id_, hole, options, metrics, sentence)                            \
	LINUX_ROW(id_, hole, sentence, .files = {"measure", "initrd"}, .reports = 2,     \
		.memory_mb = 512, .boot = "linux-cost",                                  \
		.script = "./measure native /dev/ttyS1 " metrics " &&\n"                 \
			  "linux \"/usr/lib/typetwo/measure guest /dev/verdict " metrics \
			  "\" $verdict " options " --initrd=./initrd")

/*
 * A read of the disk that the Host has in memory already: what a request costs when nobody has to
 * wait, by a host call of its own and by the queue.
 */
#define LINUX_DISK_COST_ROW(hole, options, ...)                                                \
	LINUX_ROW("linux-disk-cost", hole,                                                     \
		"A request to the disk costs what it costs, either way.", .files = {"initrd"}, \
		.reports = 2, .memory_mb = 512,                                                \
		.script = "head -c 1048576 /dev/urandom >image\n"                              \
			  "measured() {\n"                                                     \
			  "	linux \"/usr/lib/typetwo/measure $1 /dev/verdict disk\" "          \
			  "$verdict " options " --initrd=./initrd --disk=./image $2\n"         \
			  "}\n"                                                                \
			  "measured sync && measured async --async",                           \
		__VA_ARGS__)

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"

/*
 * A disk that takes five milliseconds, by a timer of the Host: one guest process reads, another
 * computes for as long.  Natively one does not wait for the other; of guests, with the queue only.
 * Until the Host trusts its clock, which takes a second, timers are as coarse as its ticks.
 */
#define LINUX_ASYNC_GAIN_ROW(hole, options, ...)                                                  \
	LINUX_ROW("linux-async-gain", hole,                                                       \
		"With the queue, a guest process computes while another's disk works.",           \
		.files = {"initrd", "measure", "configfs.ko", "null_blk.ko"}, .reports = 3,       \
		.memory_mb = 512,                                                                 \
		.script = "until grep -qx tsc " CLOCKSOURCE "; do sleep 0.1; done\n"              \
			  "insmod ./configfs.ko &&\n"                                             \
			  "insmod ./null_blk.ko gb=1 irqmode=2 completion_nsec=5000000 || exit\n" \
			  "measured() {\n"                                                        \
			  "	linux \"/usr/lib/typetwo/measure $1 /dev/verdict disk-beside\" "      \
			  "$verdict " options " --initrd=./initrd --disk=/dev/nullb0 $2\n"        \
			  "}\n"                                                                   \
			  "DISK=/dev/nullb0 ./measure native /dev/ttyS1 disk-beside &&\n"         \
			  "measured sync && measured async --async",                              \
		__VA_ARGS__)

#endif
