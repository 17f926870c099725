/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rows_refused.h - what the launcher refuses: no hole decides that, but nobody should break it.
 * Rows of every lab's table, to be included where REFUSES(word, sentence, commands) makes a row.
 */

REFUSES("unknown-option", "An unknown option is refused.", "refused --frobnicate ./hello"),
	REFUSES("unknown-mechanism", "A mechanism that there is not is refused.",
		"refused --protect=hope ./hello"),
	REFUSES("no-guest", "A launcher without a guest says so.", "refused"),
	REFUSES("missing-guest", "A guest that is not there is refused.", "refused ./nowhere"),
	REFUSES("directory", "A directory is no guest.", "refused /tmp"),
	REFUSES("empty", "An empty file is no guest.", ": >empty; refused ./empty"),
	REFUSES("not-elf", "A guest that is not ELF is refused.",
		"echo this is a text, and no guest at all >words; refused ./words"),
	REFUSES("truncated-header", "An ELF file cut in its header is refused.",
		"head -c 40 hello >short; refused ./short"),
	REFUSES("truncated-segment", "An ELF file cut in a segment is refused.",
		"head -c 5000 hello >cut; refused ./cut"),
	REFUSES("other-machine", "An ELF file for another processor is refused.",
		"patched '\\076\\000' 18; refused ./patched"),
	REFUSES("64-bit", "A 64-bit ELF file is refused.", "patched '\\002' 4; refused ./patched"),
	REFUSES("overlap", "An ELF file whose segments overlap is refused.",
		"patched '\\000\\020\\000\\160' 96; refused ./patched"),
	REFUSES("below-range", "A segment below the Guest kernel's range is refused.",
		"patched '\\000\\020\\000\\020' 64; refused ./patched"),
	REFUSES("boot-page", "A segment over the boot page is refused.",
		"patched '\\000\\000\\000\\160' 64; refused ./patched"),
	REFUSES("above-range", "A segment above RAM is refused.",
		"patched '\\000\\000\\360\\277' 64; refused ./patched"),
	REFUSES("huge-segment", "A segment that wraps around is refused.",
		"patched '\\377\\377\\377\\377' 72; refused ./patched"),
	REFUSES("wild-entry", "An entry point outside RAM is refused.",
		"patched '\\000\\000\\000\\000' 24; refused ./patched"),
	REFUSES("little-memory", "Too little RAM is refused.", "refused --mem=64K ./hello"),
	REFUSES("much-memory", "More RAM than the range holds is refused.",
		"refused --mem=8G ./hello"),
	REFUSES("odd-memory", "A size that is no size is refused.", "refused --mem=much ./hello"),
	ROW("refuses-xsave", NULL, UNIT, "A Host that saves registers by XSAVE is refused.",
		.files = {"hello", "hostile-launcher"}, .cpu = "max", .xsave = true,
		.script =
			"./vmm --lab=$lab ./hello >said 2>&1\n"
			"status=$?\n"
			"cat said\n"
			"[ $status = 122 ] && [ $(wc -l <said) = 1 ] && grep 'XSAVE; boot it with "
			"noxsave' said || exit\n"
			"[ $module != 1 ] || ./hostile-launcher $lab with-xsave"),
	REFUSES("missing-disk", "A disk that is not there is refused.",
		"refused --disk=./nowhere ./hello"),
	REFUSES("missing-net", "A network interface that is not there is refused.",
		"refused --net=tap7 ./hello"),
	REFUSES("no-tap", "A network interface that is no TAP is refused.",
		"refused --net=lo ./hello"),
	REFUSES("missing-initrd", "An initrd that is not there is refused.",
		"refused --initrd=./nowhere ./hello"),
	REFUSES("big-initrd", "An initrd that does not fit into RAM is refused.",
		"dd if=/dev/zero of=big bs=1M count=2 2>/dev/null; "
		"refused --mem=1M --initrd=./big ./hello"),
	REFUSES("long-line", "A command line that is too long is refused.",
		"refused ./hello $(head -c 4000 /dev/zero | tr '\\0' x)"),
