# SPDX-License-Identifier: GPL-2.0-only
# What every job in the Host starts with; the grader appends the tests.  $token, $lab and $module
# come first; $module is 1 if the Monitor is one.

rm -f /job/run
# A non-maskable interrupt is the grader's way to ask a Host that hangs where it is.
echo 1 >/proc/sys/kernel/panic_on_unrecovered_nmi
cd /job || exit 1
verdict=--verdict=/dev/ttyS1

vmm() {
	./vmm --lab=$lab "$@"
}

# bounded SECONDS COMMAND...: no process of it gets more of the CPU.  A signal comes first, which a
# Monitor may lose; the one that comes then nobody can.  Whoever means harm, as root, gets more, and is
# ended by the grader: it counts what the whole machine uses.
bounded() {
	ulimit -S -t $1
	ulimit -H -t $(($1 + 2))
	most=$1
	shift
	"$@"
	ended=$?
	if [ $ended != 0 ]; then
		times >took
		awk -v most=$most 'END { split($0, t, /[ms ]+/)
			if (60 * (t[1] + t[3]) + t[2] + t[4] > most - 1)
				print "grade: it took " most " seconds of the CPU, and had no end" }' took
	fi
	return $ended
}

# The threads of user space, each as NUMBER:START: all but those whose flags say that they are the Host
# kernel's own (PF_KTHREAD), and awk itself with whoever waits for it.  What a process calls itself does
# not matter, nor whether its first thread is gone.
threads() {
	awk 'BEGIN {
		getline <"/proc/self/stat"
		waits = $4
		for (i = 1; i < ARGC; i++) {
			line = ""
			getline line <ARGV[i]
			close(ARGV[i])
			number = line + 0
			if (!sub(/.*[)] /, "", line))
				continue
			split(line, field, " ")
			parent[number] = field[2]
			if (field[1] !~ /[ZX]/ && int(field[7] / 2097152) % 2 == 0)
				start[number] = field[20]
		}
		for (; waits > 0; waits = parent[waits])
			delete start[waits]
		for (number in start)
			printf "%d:%s ", number, start[number]
	}' /proc/[0-9]*/task/[0-9]*/stat
}

# How many of them were not there before.
left() {
	n=0
	for thread in $(threads); do
		case " $before " in
		*" $thread "*) ;;
		*) n=$((n + 1)) ;;
		esac
	done
	echo $n
}

# The Monitor's module is loaded by the first test: what it does to the Host then is not the
# grader's failure.
load() {
	[ "$module" = 1 ] || return 0
	grep -q '^monitor ' /proc/modules && return
	# The mark of the test's begin has to be out before the module can crash the Host.
	stty -F /dev/ttyS1 -echo
	if insmod ./monitor.ko >said 2>&1; then
		echo "$token loaded" >/dev/ttyS1
		return
	fi
	echo "grade: monitor.ko cannot be loaded: $(sed 's/.*: //' said)"
	dmesg | tail -n 3
	return 1
}

# Bits of the kernel's taint that say that it is no good any more: a bad page, an oops, a warning,
# a lock-up.
damage() {
	# Not by read, which takes byte after byte: there is only one at a time.
	taint=$(cat /proc/sys/kernel/tainted)
	echo $((taint & (32 | 128 | 512 | 16384)))
}

# begin TEST, end TEST STATUS: the marks that the grader looks for, on both lines.  A test that
# cannot begin is not run.
begin() {
	before="$(threads) "
	echo "== $1 =="
	echo "$token begin $1" >/dev/ttyS1
	load
}

# A machine that was killed needs a moment until its processes are gone.
end() {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		left=$(left)
		[ "$left" = 0 ] && break
		sleep 0.2
	done
	damage=$(damage)
	if [ "$damage" != 0 ]; then
		echo "grade: the Host is damaged:"
		dmesg | grep -E -A 30 'WARNING: |BUG: |Oops: ' | head -n 60
	fi
	echo "== $1: status $2 =="
	echo "$token end $1 $2 $left $damage" >/dev/ttyS1
	# The tests behind this one get another Host, without what it has left.
	[ "$damage$left" = 00 ] || exit 1
}

# refused ARG...: the launcher has to say no, shortly, and with the right status.
refused() {
	vmm "$@" >said 2>&1
	refusal=$?
	cat said
	lines=$(wc -l <said)
	if [ $refusal != 2 ]; then
		echo "grade: status $refusal, not 2"
		return 1
	fi
	if [ $lines -lt 1 ] || [ $lines -gt 2 ]; then
		echo "grade: $lines lines said why, not one"
		return 1
	fi
}

# patched BYTES OFFSET: the guest hello with other bytes at an offset, as ./patched.
patched() {
	cat hello >patched
	printf "$1" | dd of=patched bs=1 seek=$2 conv=notrunc 2>/dev/null
}

# linux COMMAND OPTION...: run a command in the Linux guest; what came is in ./out, too.
linux() {
	command=$1
	shift
	{
		vmm --append="tt.run=\"$command\"" "$@" ./linux
		echo $? >status
	} 2>&1 | tee out
	return $(cat status)
}

# guest_start OPTION...: a Linux guest in the background with a shell, whose console is two pipes: a test
# can do something to the Host between its commands.  $guest is the process to wait for.
guest_start() {
	rm -f ask answer
	mkfifo ask answer
	vmm --append='tt.run="stty -echo; echo told 0; while read -r c; do eval $c; echo told $?; done"' "$@" \
		--initrd=./initrd ./linux <ask >answer 2>&1 &
	guest=$!
	exec 8<>ask 7<answer
	hear # what comes before somebody reads is lost
}

# tell COMMAND: the guest's shell runs it; what it prints is in ./said, too, and its status is tell's.
tell() {
	echo "$1" >&8
	hear
}
hear() {
	return=$(printf '\r')
	: >said
	while read -r line <&7; do
		line=${line%"$return"}
		echo "$line" | tee -a said
		case $line in
		'told '[0-9]*) return ${line#told } ;;
		esac
	done
	echo 'grade: the guest has ended'
	exec 7<&- 8>&-
	return 99
}

# guest_end: it powers off; the launcher's status.
guest_end() {
	echo poweroff >&8
	cat <&7
	exec 7<&- 8>&-
	wait $guest
}

# process_called NAME: its number.
process_called() {
	for p in /proc/[0-9]*; do
		[ "$(cat $p/comm)" != $1 ] || echo ${p#/proc/}
	done 2>/dev/null
}

# The programs of the guest's disk, for this Host: large COMMAND...; ./ is /tmp to them.
large() {
	[ -d /large ] || {
		mkdir /large && mount -t ext2 -o ro /dev/vda /large &&
			mount -o bind . /large/tmp && mount -o bind /dev /large/dev
	} && chroot /large "$@"
}

# A word that nobody knows before.
random_word() {
	head -c 16 /dev/urandom | md5sum | cut -c 1-16
}

# kill_when_looping SIGNAL PROCESS STATUS: what ./out comes from is killed when its guest runs, and has
# to end with that status.
kill_when_looping() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q looping out && break
		sleep 0.1
	done
	kill -$1 $2
	wait $2
	status=$?
	cat out
	if ! grep -q looping out; then
		echo 'grade: the guest did not start'
		return 1
	fi
	if [ $status != $3 ]; then
		echo "grade: status $status, not $3"
		return 1
	fi
}

# Context switches of the Host so far.
host_switches() {
	sed -n 's/^ctxt //p' /proc/stat
}

# KB of the Host's memory that are free, after what can be dropped was.
memory_free() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sed -n 's/^MemFree: *\([0-9]*\) kB/\1/p' /proc/meminfo
}
