# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# functions.awk - which functions of the model each test case calls, by itself or through its suite's
# helpers. Reads names of functions, one a line, and then C files; writes "FUNCTION FILE CASE", and
# "FUNCTION FILE -" for a file without cases (the interpreter).

function finish_file(    name)
{
	for (name in body)
		if (name in is_case)
			reach(name, name)
		else if (!cases)
			calls(body[name], "-")
	delete body
	delete is_case
	delete seen
	cases = 0
}

function calls(text, who,    word)
{
	while (match(text, /[A-Za-z_][A-Za-z_0-9]*\(/)) {
		word = substr(text, RSTART, RLENGTH - 1)
		text = substr(text, RSTART + RLENGTH)
		if (word in wanted && !((word, file, who) in told)) {
			told[word, file, who] = 1
			print word, file, who
		}
	}
}

function reach(name, who,    text, word)
{
	if ((name, who) in seen)
		return
	seen[name, who] = 1
	text = body[name]
	calls(text, who)
	while (match(text, /[A-Za-z_][A-Za-z_0-9]*/)) {
		word = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		if (word in body)
			reach(word, who)
	}
}

NR == FNR { wanted[$1] = 1; next }
FNR == 1 {
	finish_file()
	file = FILENAME
	sub(/.*\//, "", file)
	sub(/(_test)?\.c$/, "", file)
}
/^[a-z].*\(/ && !/;$/ {
	name = $0
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
	if ($0 ~ /\(struct kunit \*test\)$/) {
		is_case[name] = 1
		cases++
	}
}
/^}/ { name = "" }
/^[ \t{]/ && name { body[name] = body[name] $0 "\n" }
END { finish_file() }
