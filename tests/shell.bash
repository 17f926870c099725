# SPDX-License-Identifier: GPL-2.0-only
# What the tests in bats have in common: a command is typed at the top of the tree, and its exit status
# and what it says on both streams are looked at.

cd "${BATS_TEST_DIRNAME%/tests/*}" || exit 1
mkdir -p build/test
export CROSS=${CROSS-i686-linux-gnu-} CACHE=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/typetwo}
includes="-I$PWD/vm-images/include -I$PWD/vm-images/host/include"

# expect STATUS COMMAND: run it; it ends with this status.  A command that hangs ends after 20 minutes.
expect() {
	run timeout 1200 bash -c "exec 2>&1 </dev/null; $2"
	[ "$status" = "$1" ] || {
		echo "$2: expected status $1, got $status"
		echo "$output" | tail -n 60
		return 1
	}
}

# says TEXT: what the last command said has it.
says() {
	[[ $output == *"$1"* ]] || {
		echo "no \"$1\" in:"
		echo "$output" | tail -n 60
		return 1
	}
}

hides() {
	[[ $output != *"$1"* ]] || {
		echo "\"$1\" in:"
		echo "$output" | tail -n 60
		return 1
	}
}

# nothing COMMAND: it says nothing.
nothing() {
	run timeout 1200 bash -c "exec 2>&1 </dev/null; $1"
	[ -z "$output" ] || {
		echo "$1:"
		echo "$output" | tail -n 60
		return 1
	}
}

# rows FUNCTION: call it for each row of the table on standard input, with the row's cells, which a tab
# or more are between.  All rows are tried; those that fail are named.
rows() {
	local failed=0 row cell
	while IFS= read -r row; do
		[ -n "$row" ] || continue
		IFS=$'\t' read -r -a cell <<<"$row"
		# Not behind ||: there the function would go on behind what fails in it.
		set +e
		(set -e; $1 "${cell[@]}")
		[ $? = 0 ] || {
			echo "in this row: $row"
			failed=1
		}
		set -e
	done
	return $failed
}

# A copy of what is committed, and of what stands beside it, in build/test/NAME.
copy_of_tree() {
	rm -rf "build/test/$1" && mkdir -p "build/test/$1" &&
		git ls-files -z | xargs -0 cp --parents -t "build/test/$1"
}
