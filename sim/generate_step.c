/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Steps and expressions in C. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "assure.h"
#include "generate.h"

static const char *const operators[] = {
	[NP_OPERATOR_ADD] = "+",     [NP_OPERATOR_SUBTRACT] = "-",
	[NP_OPERATOR_EQUAL] = "==",  [NP_OPERATOR_NOT_EQUAL] = "!=",
	[NP_OPERATOR_LESS] = "<",    [NP_OPERATOR_LESS_EQUAL] = "<=",
	[NP_OPERATOR_GREATER] = ">", [NP_OPERATOR_GREATER_EQUAL] = ">=",
	[NP_OPERATOR_AND] = "&&",    [NP_OPERATOR_OR] = "||",
};

static const struct np_scenario_object *object_at(const struct np_generate *generate, int object)
{
	return &generate->scenario->objects[object];
}

static const struct np_scenario_value *attributes(const struct np_generate *generate, int object)
{
	int declaration = object_at(generate, object)->declaration;

	return declaration < 0 ? NULL : generate->scenario->declarations[declaration].value;
}

/* --- names --- */

/* What a member of struct test cannot be called, or is called already. */
static bool is_taken(const char *name)
{
	static const char *const taken[] = {
		"auto",	   "bool",     "break",	   "case",     "char",	  "const", "continue",
		"default", "do",       "double",   "else",     "enum",	  "errno", "extern",
		"float",   "for",      "goto",	   "if",       "inline",  "int",   "long",
		"machine", "recorder", "register", "restrict", "return",  "short", "signed",
		"sizeof",  "static",   "struct",   "switch",   "typedef", "union", "unsigned",
		"void",	   "volatile", "while",	   "asm",      "typeof",  "true",  "false",
		"likely",  "unlikely",
	};

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (!strcmp(taken[i], name))
			return true;
	return !strncmp(name, "played_", 7) || !strncmp(name, "passed_", 7) ||
	       strstr(name, "_backing");
}

const char *np_generate_name(const struct np_generate *generate, int object, char *buf, size_t size)
{
	const char *name = object_at(generate, object)->name;

	if (is_taken(name))
		snprintf(buf, size, "%s_%d_", name, object);
	else
		snprintf(buf, size, "%s", name);
	return buf;
}

void np_generate_text(FILE *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != ' ' || !i || text[i - 1] != ' ')
			fprintf(out, "%s%c", text[i] == '"' || text[i] == '\\' ? "\\" : "",
				text[i]);
}

/* An object where @accepts is what stands there. */
static void print_object(struct np_generate *generate, FILE *out, int object, unsigned int accepts)
{
	enum np_object_kind kind = object_at(generate, object)->kind;
	char name[NP_GENERATE_NAME_MAX];

	np_generate_name(generate, object, name, sizeof(name));
	if (object == NP_OBJECT_ROOT) {
		fputs("root_mem_cgroup(t->machine)", out);
	} else if (kind == NP_OBJECT_MEMCG) {
		generate->helpers |= 1u << NP_HELPER_GROUP;
		fprintf(out, "group(t, t->%s)", name);
	} else if (accepts & NP_ACCEPT(NP_OBJECT_POOL)) {
		generate->helpers |= 1u << NP_HELPER_POOL;
		fprintf(out, "pool(t, \"%s\")", object_at(generate, object)->name);
	} else {
		fprintf(out, "t->%s", name);
	}
}

static void print_number(FILE *out, int64_t number)
{
	fprintf(out, "%" PRId64 "%s", number, number > INT32_MAX || number <= INT32_MIN ? "L" : "");
}

/* --- templates --- */

static void print_argument(struct np_generate *generate, FILE *out,
			   const struct np_scenario_step *step, unsigned int i)
{
	const struct np_generate_row *row = &np_generate_steps[step->function];
	const struct np_vocabulary_argument *argument =
		np_vocabulary_argument_at(&np_vocabulary_steps[step->function], i);
	bool limit = step->function == NP_STEP_SET_MAX || step->function == NP_STEP_SET_HIGH;

	if (i >= step->nr_arguments) {
		np_assure(i < NP_ARGUMENTS_NAMED && row->otherwise[i]);
		fputs(row->otherwise[i], out);
	} else if (step->argument[i].object >= 0) {
		print_object(generate, out, step->argument[i].object, argument->accepts);
	} else if (limit && step->argument[i].number < 0) {
		fputs("PAGE_COUNTER_MAX", out);
	} else {
		print_number(out, step->argument[i].number);
	}
}

static void print_arguments(struct np_generate *generate, FILE *out,
			    const struct np_scenario_step *step)
{
	for (unsigned int i = 0; i < step->nr_arguments; i++) {
		fputs(i ? ", " : "", out);
		print_argument(generate, out, step, i);
	}
}

/* Whoever has it pinned lets go of it. */
static void print_unpins(struct np_generate *generate, FILE *out,
			 const struct np_scenario_step *step)
{
	char name[NP_GENERATE_NAME_MAX];

	for (size_t i = 0; i < generate->scenario->nr_objects; i++) {
		if (object_at(generate, (int)i)->kind != NP_OBJECT_PROC || generate->gone[i])
			continue;
		np_generate_name(generate, (int)i, name, sizeof(name));
		fprintf(out,
			"\n\tif (got.error && t->%s)\n\t\tgot.error = np_unpin_user_page(t->%s, ",
			name, name);
		print_argument(generate, out, step, 0);
		fputs(");", out);
	}
}

static void print_special(struct np_generate *generate, FILE *out, char what,
			  const struct np_scenario_step *step)
{
	switch (what) {
	case '*':
		print_arguments(generate, out, step);
		break;
	case '#':
		fprintf(out, "%u", step->nr_arguments);
		break;
	case 'm':
		fputs("t->machine", out);
		break;
	case 'w':
		fputs(object_at(generate, step->actor)->name, out);
		break;
	case 'n':
		fputs(object_at(generate, step->argument[1].object)->name, out);
		break;
	case 'p':
		print_unpins(generate, out, step);
		break;
	default:
		print_argument(generate, out, step, (unsigned int)(what - '1'));
		break;
	}
}

static void print_code(struct np_generate *generate, FILE *out, const struct np_scenario_step *step)
{
	const struct np_generate_row *row = &np_generate_steps[step->function];
	const char *code = row->code;

	np_assure(code);
	if (row->fewer && step->nr_arguments < np_vocabulary_steps[step->function].arguments_max) {
		code = row->fewer;
		generate->helpers |= row->fewer_helpers;
	} else {
		generate->helpers |= row->helpers;
	}
	fputc('\t', out);
	for (; *code; code++) {
		if (*code == '$')
			print_special(generate, out, *++code, step);
		else if (*code == '\n' && code[1] != '\n' && code[1] != '$')
			fputs("\n\t", out);
		else if (*code == '\n' && code[1] == '$' && code[2] != 'p')
			fputs("\n\t", out);
		else if (*code != '\n' || code[1] == '\n')
			fputc(*code, out);
	}
	fputc('\n', out);
}

/* --- expressions --- */

static void print_query(struct np_generate *generate, FILE *out,
			const struct np_scenario_expression *leaf)
{
	const struct np_vocabulary_query *query = &np_vocabulary_queries[leaf->query];
	const char *code = np_generate_queries[leaf->query].code;

	np_assure(code);
	generate->helpers |= np_generate_queries[leaf->query].helpers;
	for (; *code; code++) {
		unsigned int i = (unsigned int)(code[1] - '1');

		if (*code != '$')
			fputc(*code, out);
		else if (*++code == 'm')
			fputs("t->machine", out);
		else
			print_object(generate, out, leaf->argument[i].object,
				     query->argument[i].accepts);
	}
}

static void print_leaf_number(FILE *out, const struct np_scenario_expression *leaf)
{
	for (int i = 0; np_vocabulary_constants[i].name; i++) {
		const struct np_vocabulary_constant *constant = &np_vocabulary_constants[i];

		if (!constant->is_errno || !leaf->word || strcmp(constant->name, leaf->word))
			continue;
		fprintf(out, "%s%s", leaf->number == constant->number ? "" : "-", constant->name);
		return;
	}
	print_number(out, leaf->number);
}

static void print_expression(struct np_generate *generate, FILE *out, int index, bool inner)
{
	const struct np_scenario_expression *node = &generate->scenario->expressions[index];

	switch (node->op) {
	case NP_OPERATOR_NUMBER:
		print_leaf_number(out, node);
		break;
	case NP_OPERATOR_QUERY:
		print_query(generate, out, node);
		break;
	case NP_OPERATOR_RESULT:
		fprintf(out, "got.%s", np_vocabulary_results[node->result].name);
		break;
	case NP_OPERATOR_NOT:
	case NP_OPERATOR_NEGATE:
		fputc(node->op == NP_OPERATOR_NOT ? '!' : '-', out);
		print_expression(generate, out, node->left, true);
		break;
	default:
		fputs(inner ? "(" : "", out);
		print_expression(generate, out, node->left, true);
		fprintf(out, " %s ", operators[node->op]);
		print_expression(generate, out, node->right, true);
		fputs(inner ? ")" : "", out);
		break;
	}
}

static void print_equal(struct np_generate *generate, FILE *out,
			const struct np_scenario_expression *node)
{
	const struct np_scenario_expression *left = &generate->scenario->expressions[node->left];

	if (left->op == NP_OPERATOR_QUERY && left->query == NP_QUERY_REFS) {
		fputs("assert_page_refs(", out);
		print_object(generate, out, left->argument[0].object, 0);
	} else {
		fputs("assert_int_equal(", out);
		print_expression(generate, out, node->left, false);
	}
	fputs(", ", out);
	print_expression(generate, out, node->right, false);
	fputs(");\n", out);
}

/* What is joined by && is asserted one by one: a failure says which. */
static void print_assertion(struct np_generate *generate, FILE *out, int index, const char *indent)
{
	const struct np_scenario_expression *node = &generate->scenario->expressions[index];

	if (node->op == NP_OPERATOR_AND) {
		print_assertion(generate, out, node->left, indent);
		print_assertion(generate, out, node->right, indent);
		return;
	}
	fputs(indent, out);
	if (node->op == NP_OPERATOR_EQUAL) {
		print_equal(generate, out, node);
		return;
	}
	fputs(node->op == NP_OPERATOR_NOT ? "assert_false(" : "assert_true(", out);
	print_expression(generate, out, node->op == NP_OPERATOR_NOT ? node->left : index, false);
	fputs(");\n", out);
}

/* Objects that may not be there yet, or no longer: what is said of them holds then. */
static void print_guard(struct np_generate *generate, int index, const char **gap)
{
	const struct np_scenario_expression *node = &generate->scenario->expressions[index];
	char name[NP_GENERATE_NAME_MAX];

	if (node->op == NP_OPERATOR_NUMBER || node->op == NP_OPERATOR_RESULT)
		return;
	if (node->op != NP_OPERATOR_QUERY) {
		print_guard(generate, node->left, gap);
		if (node->op != NP_OPERATOR_NOT && node->op != NP_OPERATOR_NEGATE)
			print_guard(generate, node->right, gap);
		return;
	}
	for (unsigned int i = 0; i < np_vocabulary_queries[node->query].arguments; i++) {
		enum np_object_kind kind = object_at(generate, node->argument[i].object)->kind;

		if (kind != NP_OBJECT_PAGE && kind != NP_OBJECT_PROC && kind != NP_OBJECT_SOCK)
			continue;
		fprintf(generate->out, "%st->%s", *gap,
			np_generate_name(generate, node->argument[i].object, name, sizeof(name)));
		*gap = " && ";
	}
}

void np_generate_claim(struct np_generate *generate, const struct np_scenario_claim *claim)
{
	const char *gap = "\tif (";

	if (claim->rule != NP_RULE_NEVER && claim->rule != NP_RULE_ALWAYS) {
		print_assertion(generate, generate->out, claim->expression, "\t");
		return;
	}
	print_guard(generate, claim->expression, &gap);
	fprintf(generate->out, "%s\tassert_%s(", strcmp(gap, " && ") ? "" : ")\n\t",
		claim->rule == NP_RULE_NEVER ? "false" : "true");
	print_expression(generate, generate->out, claim->expression, false);
	fputs(");\n", generate->out);
}

/* --- steps --- */

bool np_generate_actor(const struct np_generate *generate, int actor, char *buf, size_t size)
{
	const struct np_scenario_value *value = attributes(generate, actor);
	int cpu = (int)value[NP_ACTOR_ATTR_CPU].number, task = value[NP_ACTOR_ATTR_TASK].object;
	char name[NP_GENERATE_NAME_MAX];

	if (value[NP_ACTOR_ATTR_SOFTIRQ].number)
		snprintf(buf, size, "%d, NP_SOFTIRQ, NULL", cpu);
	else if (value[NP_ACTOR_ATTR_HARDIRQ].number)
		snprintf(buf, size, "%d, NP_HARDIRQ, NULL", cpu);
	else if (task < 0)
		snprintf(buf, size, "%d, NP_KTHREAD, NULL", cpu);
	else
		snprintf(buf, size, "%d, NP_TASK, t->%s", cpu,
			 np_generate_name(generate, task, name, sizeof(name)));
	return task < 0 || !generate->gone[task];
}

/* The name of an argument that is gone when the step runs, or NULL. */
static const char *gone_argument(const struct np_generate *generate,
				 const struct np_scenario_step *step)
{
	for (unsigned int i = 0; i < step->nr_arguments; i++)
		if (step->argument[i].object >= 0 && generate->gone[step->argument[i].object])
			return object_at(generate, step->argument[i].object)->name;
	return NULL;
}

/* Sockets do not outlive their process. */
static void close_sockets_of(struct np_generate *generate, FILE *out, int proc)
{
	char name[NP_GENERATE_NAME_MAX];

	for (size_t i = 0; i < generate->scenario->nr_objects; i++) {
		if (object_at(generate, (int)i)->kind != NP_OBJECT_SOCK || generate->gone[i] ||
		    attributes(generate, (int)i)[NP_SOCK_ATTR_OWNER].object != proc)
			continue;
		np_generate_name(generate, (int)i, name, sizeof(name));
		fprintf(out, "\tnp_sock_close(t->%s);\n\tt->%s = NULL;\n", name, name);
		generate->gone[i] = true;
	}
}

static void print_bindings(struct np_generate *generate, FILE *out,
			   const struct np_scenario_step *step)
{
	const struct np_scenario_expectation *expect =
		&generate->scenario->expectations[step->first_expectation];
	char name[NP_GENERATE_NAME_MAX];

	for (size_t i = 0; i < step->nr_expectations; i++) {
		if (expect[i].expression >= 0)
			continue;
		generate->helpers |= 1u << NP_HELPER_BIND;
		np_generate_name(generate, expect[i].object, name, sizeof(name));
		fprintf(out, "\tbind(t, &t->%s, ", name);
		if (expect[i].result == NP_RESULT_FRAG)
			fprintf(out, "got.frags > %u ? got.skb->shinfo->frags[%u].bv_page : NULL",
				expect[i].ordinal, expect[i].ordinal);
		else
			fputs("got.page", out);
		fprintf(out, ", \"%s\");\n", object_at(generate, expect[i].object)->name);
	}
}

static void print_call(struct np_generate *generate, FILE *out, const struct np_scenario_step *step)
{
	const struct np_scenario_statement *statement =
		&generate->scenario->statements[step->statement];
	bool exits = step->function == NP_STEP_EXIT;
	char actor[80];

	if (!np_generate_actor(generate, step->actor, actor, sizeof(actor))) {
		fprintf(out, "\t/* The process of %s is gone. */\n\tgot.error = -ESRCH;\n",
			object_at(generate, step->actor)->name);
		return;
	}
	if (gone_argument(generate, step)) {
		fprintf(out, "\t/* %s is gone. */\n\tgot.error = -ENOENT;\n",
			gone_argument(generate, step));
		return;
	}
	fprintf(out, "\tassert_int_equal(np_enter(&context, t->machine, %s), 0);\n", actor);
	fputs("\tnp_set_where(\"", out);
	np_generate_text(out, statement->text, statement->len);
	fprintf(out, " (line %u)\");\n", statement->line);
	if (exits)
		close_sockets_of(generate, out, step->argument[0].object);
	print_code(generate, out, step);
	print_bindings(generate, out, step);
	fputs("\tnp_leave(&context);\n", out);
	if (exits || step->function == NP_STEP_CLOSE || step->function == NP_STEP_UNREGISTER_NETDEV)
		generate->gone[step->argument[0].object] = true;
}

static bool binds(const struct np_generate *generate, const struct np_scenario_step *step)
{
	for (size_t i = 0; i < step->nr_expectations; i++)
		if (generate->scenario->expectations[step->first_expectation + i].expression < 0)
			return true;
	return false;
}

static bool compares(const struct np_generate *generate, const struct np_scenario_step *step)
{
	for (size_t i = 0; i < step->nr_expectations; i++)
		if (generate->scenario->expectations[step->first_expectation + i].expression >= 0)
			return true;
	return false;
}

static void print_expectations(struct np_generate *generate, FILE *out,
			       const struct np_scenario_step *step)
{
	if (!compares(generate, step))
		return;
	if (generate->scenario->verdict == NP_VERDICT_FAIL)
		fputs("\tif (np_violations(t->machine))\n\t\treturn;\n", out);
	fputs("\n\tassert_int_equal(np_enter(&context, t->machine, 0, NP_KTHREAD, NULL), 0);\n",
	      out);
	for (size_t i = 0; i < step->nr_expectations; i++) {
		int expression =
			generate->scenario->expectations[step->first_expectation + i].expression;

		if (expression >= 0)
			print_assertion(generate, out, expression, "\t");
	}
	fputs("\tnp_leave(&context);\n", out);
}

void np_generate_step(struct np_generate *generate, size_t index)
{
	const struct np_scenario_step *step = &generate->scenario->steps[index];
	const struct np_scenario_statement *statement =
		&generate->scenario->statements[step->statement];
	char *body = NULL;
	size_t size;
	long after_call;
	FILE *out = open_memstream(&body, &size);

	np_assure(out);
	print_call(generate, out, step);
	after_call = ftell(out);
	print_expectations(generate, out, step);
	np_assure(after_call >= 0 && !fclose(out) && body);
	fputs("/* ", generate->out);
	np_generate_text(generate->out, statement->text, statement->len);
	fprintf(generate->out, " */\nstatic void step_%zu(struct test *t)\n{\n", index + 1);
	if (strstr(body, "&context"))
		fputs("\tstruct np_context context;\n", generate->out);
	if (strstr(body, "got."))
		fputs("\tstruct got got = { 0 };\n", generate->out);
	fprintf(generate->out, "\n%s", body);
	/* Nobody asks what came of it; that it is kept all the same shows what there is to ask. */
	if (strstr(body, "got.") && !strstr(body + after_call, "got.") && !binds(generate, step))
		fputs("\t(void)got;\n", generate->out);
	fputs("}\n\n", generate->out);
	free(body);
}
