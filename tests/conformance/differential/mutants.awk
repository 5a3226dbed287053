# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# mutants.awk - small mistakes that could be made in a C file
#
# awk -f mutants.awk FILE            lists them: NUMBER LINE KIND TEXT
# awk -v n=NUMBER -f mutants.awk FILE   prints FILE with that one in it
#
# One mistake to a mutant, and none where the compiler would say so: comments, declarations,
# directives and strings are left alone; so are lines that only say something (pr_warn(), trace
# points, the times between two warnings) or only let others run.

function mutant(line, kind)
{
	if (line == $0)
		return
	count++
	if (!n)
		print count, FNR, kind, $0
	else if (count == n)
		changed = line
}

# Replaces the first match of @what in the line, outside of strings.
function swap(what, by, kind,    line)
{
	line = $0
	if (line ~ /"/)
		return
	if (sub(what, by, line))
		mutant(line, kind)
}

function mutate(    line)
{
	swap(" == ", " != ", "equal")
	swap(" != ", " == ", "not-equal")
	swap(" < ", " <= ", "less")
	swap(" > ", " >= ", "greater")
	swap(" < ", " > ", "less-turned")
	swap(" > ", " < ", "greater-turned")
	swap(" <= ", " < ", "less-equal")
	swap(" && ", " || ", "and")
	swap(" [|][|] ", " \\&\\& ", "or")
	swap(" \\+ ", " - ", "plus")
	swap(" - ", " + ", "minus")
	swap("[+][+]", "--", "increment")
	swap("--", "++", "decrement")
	if (/(if|while) \(.*\)( {)?$/) {
		line = $0
		sub(/\(/, "(!(", line)
		sub(/\)( {)?$/, ")&", line)
		mutant(line, "condition")
	}
	swap("return !", "return ", "return-not")
	swap("return true", "return false", "true")
	swap("return false", "return true", "false")
	swap(" = 1;", " = 0;", "one")
	swap(" = 0;", " = 1;", "zero")
	swap("\\+= ", "-= ", "add")
	swap("\\|= ", "\\&= ", "or-in")
	swap("min\\(", "max(", "min")
	swap("_inc\\(", "_add(7, ", "inc-by-seven")
	# A statement of its own on a line of its own, which is no declaration.
	if (/^\t+[a-z_]+(->[a-z_.]+|\.[a-z_]+|\[[^]]*\])*(\(.*\)|( [-+|]?= |\+\+|--).*);$/ &&
	    !/^\t+return/ && !/"/)
		mutant("\t;", "deleted")
	if (/^\t+(break|continue);$/)
		mutant("\t;", "deleted")
}

{
	changed = $0
	if (/^\/\*|^ \*|^\t+\/\*|^\t+ \*/)
		comment = 1
	inside = comment
	if (/\*\//)
		comment = 0
	# In a function: what begins with a tab, after a line that is one brace.
	if (/^{$/)
		body = 1
	if (/^}/)
		body = 0
	silent = /pr_(warn|crit)|trace_|cond_resched|defer_(start|warn)/
	if (!inside && body && !silent && !/^#/ && !/\\$/)
		mutate()
	if (n)
		print changed
}
