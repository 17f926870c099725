# SPDX-License-Identifier: GPL-2.0-only
# The page's tables as markdown, and what others measured as rows of a chart:
#   jq -r -L slides --arg table NAME --rawfile literature literature --slurpfile profile profile.json \
#       -f tables.jq bench.json
include "cells";

def titles: {
	native: "native", uml: "User-Mode Linux, skas0", xen: "Xen PV, amd64", "xen-i386": "Xen PV, i386 program",
	"xen-native": "Xen's native, amd64", "xen-native-i386": "Xen's native, i386 program",
	lab1: "lab 1", lab2: "lab 2", lab3: "lab 3", supervisor: "lab 3, variant", lab4: "lab 4", fast: "fast path"
};
def natives: {linux: "native", uml: "native", xen: "xen-native", "xen-i386": "xen-native-i386"};

# ---- numbers ----

def commas: tostring | if length > 3 then (.[:-3] | commas) + "," + .[-3:] else . end;

def hundredths: . * 100 | round / 100;

# As in the charts: three figures that count.
def times: if . < 9.995 then . * 100 | round | "\(. / 100 | floor).\(. % 100 + 100 | tostring | .[1:])"
	elif . < 99.95 then . * 10 | round | "\(. / 10 | floor).\(. % 10)"
	else round | commas end;

# ---- tables ----

def grid($titles; $align; rows): [rows]
	| if . == [] then "*Not measured yet: `make bench` does.*"
	else ($titles, $align, .[]) | "| " + join(" | ") + " |" end;

# The bench as it is used here: by cell, then by metric, in the file's order.
def cells: reduce .figures[] as $f ({}; .[$f | cell][$f.metric] = $f);

# What a cell is: interception, protection, spaces, and its name in the course.
def names: first(.[]) | if .guest | IN("linux", "unit")
	then [.interception, .protection, .spaces + (if .fast then ", fast" else "" end),
		(stages[mechanisms] // "" | titles[.] // "")]
	else [titles[.guest] // .guest, "", "", ""] end;

def names_titles: ["interception", "protection", "spaces", ""];

# Rows are cells that have any of the columns [metric, title]; f makes a figure of one into text.
def matrix($guests; $columns; f): cells
	| map(. as $cell | select((first(.[]).guest | IN($guests[])) and any($columns[]; $cell[.[0]])))
	| . as $rows
	| ($columns | map(select(.[0] as $metric | any($rows[]; .[$metric])))) as $columns
	| grid(names_titles + ($columns | map(.[1])); (names_titles | map("---")) + ($columns | map("--:"));
		$rows[] | . as $cell | names + ($columns | map($cell[.[0]] | if . then f else "-" end)));

# Times native, where that is measured, and instructions.
def against($cells): (if natives[.guest] | not then "1"
	else .instructions as $n | $cells[natives[.guest]][.metric].instructions | if . then $n / . | times else "-" end end)
	+ " [\(.instructions | commas)]{.count}";

def ratios($guests; $columns): cells as $cells | matrix($guests; $columns; against($cells));

def programs: [["povray", "POV-Ray"], ["build", "make, gcc"], ["web", "web server"], ["cgi", "its CGI"],
	["povray-full", "POV-Ray, long"], ["build-full", "make, gcc, long"], ["web-full", "web server, long"],
	["cgi-full", "its CGI, long"]];
def calls: [["getppid", "getppid"], ["read", "read"], ["write", "write"], ["stat", "stat"], ["open", "open, close"],
	["signal-install", "sigaction"], ["signal", "signal"]];
def memory: [["page-fault", "page fault"], ["protection-fault", "prot. fault"], ["mmap", "mmap, munmap"],
	["fork", "fork, exit, wait"], ["exec", "fork, exec, wait"], ["shell", "sh -c"]];
def switches: [["pipe", "pipe, there and back"], ["switch-2p-0k", "2 proc., 0 KB"], ["switch-8p-0k", "8, 0 KB"],
	["switch-16p-0k", "16, 0 KB"], ["switch-2p-64k", "2, 64 KB"], ["switch-8p-64k", "8, 64 KB"],
	["switch-16p-64k", "16, 64 KB"]];
def network: [["net-send", "to the Host"], ["net-receive", "from the Host"]];
def units: [["null-call-16", "null call"], ["null-call-4096", "4096 pages"], ["page-fault", "page fault"],
	["switch-1", "switch: 1 page"], ["switch-16", "16"], ["switch-64", "64"], ["switch-256", "256"],
	["switch-1024", "1024"], ["switch-4096", "4096"]];
def counted: [["getppid", "getppid"], ["pipe", "pipe, there and back"], ["page-fault", "page fault"],
	["fork", "fork, exit, wait"], ["build", "make, gcc"]];

# A tick of the Host's clock in the batch is nobody's event.  An older file has not all of them.
def events(some): [some] | if any(.[]; . == null) then "-"
	else map(if . >= 1000 then round | commas else hundredths | tostring end) | join(" / ") end;

# ---- others' figures ----

def literature: $literature / "\n" | map(select(length > 0 and (startswith("#") | not)) / "\t"
	| {system: .[0], metric: .[1], native: .[2], figure: .[3], unit: .[4], source: .[5]}
	| .times = ((.figure | tonumber?) / (.native | tonumber?) // null));

def compared: [["getppid", "null call"], ["switch-2p-0k", "context switch"], ["page-fault", "page fault"],
	["build", "kernel build"], ["povray", "POV-Ray"], ["web", "web server"]];

# [system, times native for each of `compared` or null]: here, then elsewhere.
def systems: cells as $cells
	| ("uml", "linux lab1", "linux lab2", "linux lab3", "linux lab4", "linux fast", "xen xen-pv" | select($cells[.]))
	| . as $cell | $cells[.] as $here | (first($here[]).guest | $cells[natives[.]]) as $native
	| [(titles[$cell / " " | if .[0] == "linux" then .[1] else .[0] end] + ", here")]
	+ (compared | map(.[0] | if $here[.] and $native[.] then $here[.].instructions / $native[.].instructions
		else null end));

def elsewhere: literature | group_by(.system) | map({(.[0].system): .}) | add as $by
	| reduce (literature[].system) as $s ([]; if index([$s]) then . else . + [$s] end)
	| .[] | $by[.] as $lines
	| [.] + (compared | map(.[0] as $metric | first($lines[] | select(.metric == $metric) | .times) // null));

def compared_rows: (systems, elsewhere) | select(any(.[1:][]; .));

# ---- whose instructions ----

# In the course's order, those that were measured.
def whose: ("native", "uml", "lab1", "lab2", "lab3", "lab4", "fast") as $stage
	| $profile[] | select(.op == "getppid" and (.cell | ltrimstr("linux ") | stages[.] // .) == $stage)
	| [titles[$stage], (.instructions | .Host, .Monitor, ."Guest kernel", .application)] | . + [.[1:] | add];

# For gnuplot; the last column is what is written above.
def whose_rows: [(.[0] | sub("Mode Linux.*"; "Mode\\nLinux") | "\"\(.)\""),
	(.[1:] | map(tostring) | join(" ")), (.[5] | round | commas | "\"\(.)\"")] | join(" ");

# ---- what measured it ----

# Cells that were measured with the same, in one table.
def sources: [.figures[] | {machine, versions, command, cell: (.guest + " " + mechanisms)}] | unique
	| group_by([.machine, .versions])[]
	| "", ([.[0].machine, .[0].versions // "the versions were not recorded"] | join("; ") + ":"), "",
	grid(["cell", "command"]; ["---", "---"]; .[] | [.cell, "`\(.command // "make bench")`"]);

if $table == "programs" then ratios(["native", "uml", "linux"]; programs)
elif $table == "calls" then ratios(["native", "uml", "linux"]; calls)
elif $table == "memory" then ratios(["native", "uml", "linux"]; memory)
elif $table == "switches" then ratios(["native", "uml", "linux"]; switches)
elif $table == "network" then ratios(["native", "uml", "linux"]; network)
elif $table == "units" then matrix(["unit"]; units; .instructions | commas)
elif $table == "peers"
	then ratios(["xen-native", "xen", "xen-native-i386", "xen-i386"]; calls[:1] + memory + switches[:2])
	| sub("`make bench` does"; "`make bench PEERS=xen` does")
elif $table == "events" then matrix(["native", "uml", "linux"]; counted;
	events(.context_switches, .mm_switches, .tlb_flushes, .tlb_page_flushes))
elif $table == "entries" then matrix(["native", "uml", "linux"]; counted;
	events(.system_calls, .page_faults, .other_exceptions, .interrupts))
elif $table == "compared" then grid(["system"] + (compared | map(.[1])); ["---"] + (compared | map("--:"));
	compared_rows | map(if . == null then "-" elif type == "number" then times else . end))
elif $table == "compared.rows" then compared_rows | "\"\(.[0])\" " + (.[1:] | map(. // "-" | tostring) | join(" "))
elif $table == "literature" then grid(["system", "what", "native", "there", "", "source"];
	["---", "---", "--:", "--:", "---", "---"]; (compared | map({(.[0]): .[1]}) | add) as $titles
	| literature[] | [.system, ($titles[.metric] // .metric), .native, .figure, .unit, .source])
elif $table == "whose" then grid(["", "Host", "Monitor", "Guest kernel", "Guest application", "all"];
	["---", "--:", "--:", "--:", "--:", "--:"]; whose | .[:1] + (.[1:] | map(round | commas)))
elif $table == "whose.rows" then whose | whose_rows
elif $table == "whose-end.rows" then whose | select(.[5] < 2000) | whose_rows
elif $table == "sources" then sources
else error("no table \($table)") end
