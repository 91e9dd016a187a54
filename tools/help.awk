# SPDX-License-Identifier: Apache-2.0
# Prints the variables, and the targets in their groups, of the makefiles given, from their ## comments.
# A group named in several files is printed once, where it first stood.

BEGIN {
	print "svnic: an open SR-IOV network card, its golden model, its Linux drivers, and the benches that prove them equal."
	print "\nmake demo   boots a Linux guest in your distribution's QEMU with the card in it, and shows VFs and traffic"
	print "make test   runs every test and ends with the counts; needs Debian 12 or 13, installs what is missing (as root)"
}

function enter(name) {
	group = name
	if (!(name in known)) { known[name] = 1; order[++groups] = name }
}

FNR == 1 { enter("Other") }
/^##@ / { enter(substr($0, 5)); next }

/^[A-Z_]+ *\?=.*##/ {
	name = $1
	value = $0; sub(/^[^=]*= */, "", value); sub(/ *##.*/, "", value)
	about = $0; sub(/.*## */, "", about)
	vars = vars sprintf("  %-12s %s%s\n", name, about, value == "" ? "" : " (default " value ")")
	next
}

/^[a-zA-Z0-9_.-]+:.*## / {
	name = $0; sub(/:.*/, "", name)
	about = $0; sub(/.*## /, "", about)
	text[group] = text[group] sprintf("  %-12s %s\n", name, about)
}

END {
	for (i = 1; i <= groups; i++)
		if (text[order[i]] != "")
			printf "\n%s\n%s", order[i], text[order[i]]
	printf "\nVariables\n%s", vars
}
