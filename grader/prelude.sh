# SPDX-License-Identifier: GPL-2.0-only
# What every job in the Host starts with; the grader appends the tests.  $token and $lab come first.

rm -f /job/run
cd /job || exit 1
verdict=--verdict=/dev/ttyS1

vmm() {
	./vmm --lab=$lab "$@"
}

# How many processes have a command line: those of user space.
processes() {
	n=0
	for p in /proc/[0-9]*; do
		word=
		read -r word <$p/cmdline
		[ -n "$word" ] && n=$((n + 1))
	done 2>/dev/null
	echo $n
}

# begin TEST, end TEST STATUS: the marks that the grader looks for, on both lines.
begin() {
	before=$(processes)
	echo "== $1 =="
	echo "$token begin $1" >/dev/ttyS1
}

# A machine that was killed needs a moment until its processes are gone.
end() {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		after=$(processes)
		[ $after -le $before ] && break
		sleep 0.2
	done
	echo "== $1: status $2 =="
	echo "$token end $1 $2 $((after - before))" >/dev/ttyS1
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

# A word that nobody knows before.
random_word() {
	head -c 16 /dev/urandom | md5sum | cut -c 1-16
}
