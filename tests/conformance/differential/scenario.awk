# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# scenario.awk - a short program as a scenario of netpage-sim
#
# awk -f scenario.awk PROGRAM KERNEL_LOG >NAME.npt
#
# Checked at its end is what the kernel said in the last line of its log, so the scenario fails
# where the model is of another opinion. What the scenario language has no words for (counters of
# one's own, rings, fragments dropped by number) ends it with exit code 1 and the reason.

function unmappable(why)
{
	if (!failed)
		print "scenario.awk: does not map: " why >"/dev/stderr"
	failed = 1
}

function declare(text)
{
	declarations = declarations text "\n"
}

# Registers are used again, names are not.
function fresh(reg)
{
	name[reg] = reg "_" ++uses[reg]
	return name[reg]
}

function page(reg)
{
	if (reg ~ /\+/ || !(reg in name))
		unmappable("page " reg)
	return name[reg]
}

function group(g)
{
	if (!("g0" in groups)) {
		declare("memcg   g0")
		groups["g0"] = 1
	}
	if (!(g in groups)) {
		declare("memcg   " g (g == "g3" ? "" : " parent=g0"))
		groups[g] = 1
	}
	return g
}

function step(actor, text)
{
	steps = steps sprintf("%-8s%s\n", actor ":", text)
	actors[actor] = 1
}

function new_pool()
{
	if ($4 != 0 || NF > 5 || ($3 != 0 && $3 != 4))
		unmappable($0)
	declare("pool    " fresh($2) " size=" $5 ($3 == 4 ? " frag" : ""))
}

function alloc()
{
	if ($3 > 0 && $4 ~ /c/)
		declare("page    " fresh($2) " kind=compound order=" $3)
	else
		step("kern", "alloc_pages(" $3 ") => page=" fresh($2))
	order[$2] = $3
}

function alloc_for(    actor)
{
	if ($3 != 0 || $5 != "k")
		unmappable($0)
	actor = "task_" group($4)
	if (!(actor in actors))
		declare("proc    proc_" $4 " memcg=" $4 "\nactor   " actor " cpu=0 task=proc_" $4)
	step(actor, "alloc_page_account() => page=" fresh($2))
	order[$2] = 0
}

function release_pages(    i, list)
{
	for (i = 2; i <= NF; i++)
		list = list (i > 2 ? ", " : "") page($i)
	if (NF > 9)
		unmappable("more than 8 pages")
	step("kern", "release_pages(" list ")")
}

function pool_put()
{
	if ($3 == "d")
		step("soft", "page_pool_recycle_direct(" pool_of[$2] ", " page($2) ")")
	else
		step($3 == "s" ? "soft" : "kern",
			"page_pool_put_full_page(" pool_of[$2] ", " page($2) ")")
}

function skmem()
{
	if ($1 == "skmem_charge" && $4 == "n")
		unmappable($0)
	step($4 == "a" ? "soft" : "kern", "mem_cgroup_" ($1 == "skmem_charge" ? "" : "un") \
		"charge_skmem(" group($2) ", " $3 ")")
}

function plain(as)
{
	step("kern", as "(" page($2) ")")
}

function map_line()
{
	if ($1 == "alloc") alloc()
	else if ($1 == "alloc_for") alloc_for()
	else if ($1 == "get") plain("get_page")
	else if ($1 == "put") plain("put_page")
	else if ($1 == "try_get") plain("try_get_page")
	else if ($1 == "get_unless_zero") plain("get_page_unless_zero")
	else if ($1 == "freeze") step("kern", "page_ref_freeze(" page($2) ", " (count[$2] = $3) ")")
	else if ($1 == "unfreeze") step("kern", "page_ref_unfreeze(" page($2) ", " count[$2] ")")
	else if ($1 == "free_pages") step("kern", "__free_pages(" page($2) ", " order[$2] + 0 ")")
	else if ($1 == "release_pages") release_pages()
	else if ($1 == "flag" && $3 == "c") plain(($4 ? "Set" : "Clear") "PageChecked")
	else if ($1 == "pool_new") new_pool()
	else if ($1 == "pool_alloc") {
		step("soft", "page_pool_alloc_pages(" name[$2] ") => page=" fresh($3))
		pool_of[$3] = name[$2]
	} else if ($1 == "pool_frag") {
		if (fragments[name[$2]]++)
			unmappable("two registers that may name one page")
		step("soft", "page_pool_alloc_frag(" name[$2] ", " $4 ") => page=" fresh($3))
		pool_of[$3] = name[$2]
	} else if ($1 == "pool_put") pool_put()
	else if ($1 == "pool_release")
		step("kern", "page_pool_release_page(" pool_of[$2] ", " page($2) ")")
	else if ($1 == "pool_nid")
		step("soft", "page_pool_update_nid(" name[$2] ", " $3 - 1 ")")
	else if ($1 == "pool_destroy") step("kern", "page_pool_destroy(" name[$2] ")")
	else if ($1 == "tick") step("kern", "advance(1000)")
	else if ($1 == "memcg_max") step("kern", "set_max(" group($2) ", " $3 ")")
	else if ($1 ~ /^skmem_/) skmem()
	else unmappable($0)
}

function check(text)
{
	checks = checks "check   " text "\n"
}

# "| p3 #7 ref=2 ..." and so on: numbers that the language can ask for, each once.
function map_state(line,    part, field, n, m, i, j, pair, of)
{
	n = split(line, part, / [|] /)
	for (i = 2; i <= n; i++) {
		m = split(part[i], field, / /)
		of = field[1]
		for (j = 2; j <= m; j++) {
			split(field[j], pair, "=")
			if (of ~ /^p/ && pair[1] == "ref")
				check("refs(" name[of] ") == " pair[2])
			else if (of ~ /^q/ && pair[1] == "cache")
				check("cached(" name[of] ") == " pair[2])
			else if (of ~ /^q/ && pair[1] ~ /^(hold|inflight|ring)$/)
				check(pair[1] "(" name[of] ") == " pair[2])
			else if (of ~ /^g[012]/ && pair[1] == "usage")
				check("current(" of ") == " pair[2])
			else if (of ~ /^g/ && pair[1] == "fail")
				check("failcnt(" of ") == " pair[2])
		}
	}
}

FNR == NR {
	map_line()
	next
}
{
	last = $0
}
END {
	if (failed)
		exit 1
	map_state(last)
	print "netpage 1  found_by_a_random_program"
	print "# Checked is what Linux 6.1 answers."
	print "model   6.1"
	printf "%s", declarations
	if ("kern" in actors)
		print "actor   kern cpu=0 kernel"
	if ("soft" in actors)
		print "actor   soft cpu=0 softirq"
	printf "\n%s%sresult  pass\nend\n", steps, checks
}
