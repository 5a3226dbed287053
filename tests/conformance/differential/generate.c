/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * generate STEPS SEED [beyond] - writes a random program for the interpreter
 *
 * With `beyond` it also uses what not every world has: DMA, a second memory node, allocations that
 * fail.
 *
 * The same on every machine, for ever: the numbers are splitmix64, and nothing else decides.
 * The generator keeps a rough picture of what each register holds, so that most operations
 * can be played. It need not be right: the interpreter skips what must not be played.
 *
 * States that single random steps would hardly ever reach (a cache of 128 that is full, a ring
 * that runs over, a refill of 64 at once) are reached by runs: many pages taken at once, many
 * pages put back the same way.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NR_PAGES 256
#define NR_POOLS 4
#define NR_COUNTERS 12
#define NR_RINGS 4
#define NR_GROUPS 4
#define NR_SLOTS 64
#define PP_FLAG_PAGE_FRAG 4
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum kind { EMPTY, PLAIN, POOL };

struct page {
	enum kind kind;
	int pool, order, refs, frags;
	bool compound, frozen;
};

struct generator {
	uint64_t random;
	unsigned long left;
	bool beyond;
	struct page page[NR_PAGES];
	struct {
		bool used, frags;
		int order, users; /* besides the one who created it */
	} pool[NR_POOLS];
	int parent[NR_COUNTERS]; /* -2: not in use */
	bool ring[NR_RINGS];
	int sockmem[NR_GROUPS];
};

/* Sebastiano Vigna's splitmix64. */
static uint64_t next(struct generator *g)
{
	uint64_t z = g->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static int below(struct generator *g, int n)
{
	return (int)((next(g) >> 32) % (uint32_t)n);
}

static bool one_in(struct generator *g, int n)
{
	return below(g, n) == 0;
}

/*
 * Mostly small, at times large. As with the others: one of them in a call, because the order in
 * which a compiler has arguments computed is its own.
 */
static int some(struct generator *g, int most)
{
	int n = below(g, 4) ? 8 : most;

	return 1 + below(g, n < most ? n : most);
}

#define emit(g, ...) ((g)->left ? ((g)->left--, printf(__VA_ARGS__)) : 0)

/* A register of this kind (and pool, unless -1), or -1. */
static int pick(struct generator *g, enum kind kind, int pool)
{
	int reg = below(g, NR_PAGES);

	for (int i = 0; i < NR_PAGES; i++, reg = (reg + 1) % NR_PAGES)
		if (g->page[reg].kind == kind && (pool < 0 || g->page[reg].pool == pool))
			return reg;
	return -1;
}

static int pick_held(struct generator *g)
{
	int reg = pick(g, one_in(g, 2) ? PLAIN : POOL, -1);

	return reg >= 0 ? reg : pick(g, PLAIN, -1);
}

/* --- counters --- */

static int pick_counter(struct generator *g)
{
	int c = below(g, NR_COUNTERS);

	for (int i = 0; i < NR_COUNTERS; i++, c = (c + 1) % NR_COUNTERS)
		if (g->parent[c] != -2)
			return c;
	return -1;
}

/* Trees are: 0 to 2 roots, 3 to 6 below them, the others below those. */
static void new_counter(struct generator *g)
{
	int c = below(g, NR_COUNTERS), parent = -1;

	if (c >= 7)
		parent = 3 + below(g, 4);
	else if (c >= 3)
		parent = below(g, 3);
	if (parent >= 0 && g->parent[parent] == -2)
		return;
	g->parent[c] = parent;
	if (parent < 0)
		emit(g, "counter_new c%d\n", c);
	else
		emit(g, "counter_new c%d c%d\n", c, parent);
}

static void parse_counter(struct generator *g)
{
	static const char *const words[] = { "max",	"0",	  "4095", "4096",
					     "12K",	"1M",	  "2G",	  "1T",
					     "0x10000", "010000", "7E",	  "16E",
					     "-1",	"12X",	  "m",	  "99999999999999999999",
					     "k",	"4k4" };

	emit(g, "counter_parse %s\n", words[below(g, ARRAY_SIZE(words))]);
}

static void counter_step(struct generator *g)
{
	static const char *const limits[] = { "min", "low", "high" };
	int c = pick_counter(g), n = some(g, 200);
	const char *limit;

	if (c < 0 || one_in(g, 40)) {
		new_counter(g);
		return;
	}
	switch (below(g, 16)) {
	case 0:
		emit(g, "counter_max c%d %d\n", c, below(g, 4) ? some(g, 500) : 1000000000);
		break;
	case 1:
		emit(g, "counter_max c%d %d\n", c, below(g, 30));
		break;
	case 2:
	case 3:
		limit = limits[below(g, 3)];
		emit(g, "counter_%s c%d %d\n", limit, c, some(g, 200) - 1);
		break;
	case 4:
		emit(g, "counter_charge c%d %d\n", c, n);
		break;
	case 5:
		emit(g, "counter_%s c%d %d\n", below(g, 8) ? "uncharge" : "cancel", c, n);
		break;
	case 6:
		if (one_in(g, 4))
			parse_counter(g);
		/* fall through */
	default:
		emit(g, "counter_%s c%d %d\n", below(g, 2) ? "try_charge" : "uncharge", c, n);
		break;
	}
}

/* --- pages --- */

static void alloc(struct generator *g)
{
	int reg = pick(g, EMPTY, -1), order = below(g, 3) ? 0 : 1 + below(g, 3);
	bool compound = below(g, 3);
	struct page *page;

	if (reg < 0)
		return;
	page = &g->page[reg];
	*page = (struct page){ .kind = PLAIN, .pool = -1, .order = order, .refs = 1 };
	page->compound = order && compound;
	emit(g, "alloc p%d %d %s%s\n", reg, order, compound ? "c" : "-", below(g, 4) ? "" : "z");
}

/* The last reference: by put_page() if that is the way to free such a page. */
static void free_page(struct generator *g, int reg)
{
	struct page *page = &g->page[reg];

	if (page->refs != 1)
		return;
	if (page->order && !page->compound)
		emit(g, "free_pages p%d\n", reg);
	else if (page->compound && one_in(g, 3))
		emit(g, "put p%d+%d\n", reg, below(g, 1 << page->order));
	else
		emit(g, "%s p%d\n",
		     below(g, 2)  ? "put" :
		     one_in(g, 2) ? "free_pages" :
				    "release_pages",
		     reg);
	page->kind = EMPTY;
}

static void take_reference(struct generator *g, int reg)
{
	static const char *const words[] = { "get",	"get",
					     "try_get", "get_unless_zero",
					     "ref_inc", "ref_inc_return" };
	struct page *page = &g->page[reg];
	int n = some(g, 1000);

	if (one_in(g, 4)) {
		emit(g, "ref_add p%d %d\n", reg, n);
		page->refs += n;
	} else if (one_in(g, 6)) {
		int count = page->refs + (page->kind == POOL), unless = below(g, 3) ? 0 : count;

		emit(g, "ref_add_unless p%d %d %d\n", reg, n, unless);
		page->refs += unless == count ? 0 : n;
	} else if (page->compound && one_in(g, 2)) {
		emit(g, "get p%d+%d\n", reg, below(g, 1 << page->order));
		page->refs++;
	} else {
		emit(g, "%s p%d\n", words[below(g, ARRAY_SIZE(words))], reg);
		page->refs++;
	}
}

static void drop_reference(struct generator *g, int reg)
{
	static const char *const words[] = { "put", "put", "ref_dec", "ref_dec_return",
					     "ref_dec_and_test" };
	static const char *const many[] = { "ref_sub", "ref_sub_return", "ref_sub_and_test" };
	struct page *page = &g->page[reg];

	if (page->refs > 3 && below(g, 3)) {
		int n = 1 + below(g, page->refs - 1);

		emit(g, "%s p%d %d\n", many[below(g, ARRAY_SIZE(many))], reg, n);
		page->refs -= n;
	} else if (page->refs > (page->kind == PLAIN)) {
		emit(g, "%s p%d\n", words[below(g, ARRAY_SIZE(words))], reg);
		page->refs--;
	}
}

static void freeze(struct generator *g, int reg)
{
	struct page *page = &g->page[reg];
	int count = page->refs + (page->kind == POOL);

	emit(g, "freeze p%d %d\n", reg, one_in(g, 4) ? count + 1 : count);
	if (one_in(g, 2))
		emit(g, "get_unless_zero p%d\n", reg);
	if (one_in(g, 4))
		emit(g, "ref_add p%d 1\n", reg);
	emit(g, "unfreeze p%d\n", reg);
}

static void release_many(struct generator *g)
{
	int n = 1 + below(g, 12);

	if (!g->left)
		return;
	g->left--;
	printf("release_pages");
	while (n--) {
		int reg = pick(g, PLAIN, -1);

		if (reg < 0)
			reg = 0;
		printf(" p%d", reg);
		if (g->page[reg].kind == PLAIN && --g->page[reg].refs <= 0)
			g->page[reg].kind = EMPTY;
	}
	printf("\n");
}

static void page_step(struct generator *g)
{
	int reg = pick_held(g);
	char flag;

	if (reg < 0 || one_in(g, 6)) {
		alloc(g);
		return;
	}
	switch (below(g, 16)) {
	case 0:
		freeze(g, reg);
		break;
	case 1:
		if (g->page[reg].kind != PLAIN)
			break;
		g->page[reg].refs = some(g, 32768);
		emit(g, "reuse p%d %d\n", reg, g->page[reg].refs);
		break;
	case 2:
		flag = one_in(g, 2) ? 'c' : 'u';
		emit(g, "flag p%d %c %d\n", reg, flag, below(g, 2));
		break;
	case 3:
		emit(g, "count p%d+%d\n", reg, g->page[reg].order ? 1 : 0);
		break;
	case 4:
		release_many(g);
		break;
	case 5:
		/* What is behind the first page goes, what others hold of it stays. */
		if (g->page[reg].kind != PLAIN)
			break;
		emit(g, "free_pages p%d\n", reg);
		if (g->page[reg].kind == PLAIN && --g->page[reg].refs == 0)
			g->page[reg].kind = EMPTY;
		break;
	case 6:
	case 7:
	case 8:
	case 9:
		take_reference(g, reg);
		break;
	case 10:
	case 11:
		if (g->page[reg].kind == PLAIN)
			free_page(g, reg);
		break;
	default:
		drop_reference(g, reg);
		break;
	}
}

/* --- page pools --- */

/* Unknown flags, no such direction, syncing without a mapping or a length. */
static void wrong_pool(struct generator *g, int q)
{
	static const char *const wrong[] = { "2 0 8",	"6 0 8",     "8 0 8",	  "16 1 3",
					     "12 0 64", "1 0 8 1 0", "3 0 8 2 0", "3 0 8 1 64" };

	emit(g, "pool_new q%d %s\n", q, wrong[below(g, ARRAY_SIZE(wrong))]);
}

static void new_pool(struct generator *g, int q)
{
	static const int sizes[] = { 1, 2, 3, 8, 16, 64, 100, 128, 256 };
	int flags = one_in(g, 3) ? PP_FLAG_PAGE_FRAG : 0, size = sizes[below(g, ARRAY_SIZE(sizes))];
	int direction;

	if (one_in(g, 12)) {
		wrong_pool(g, q);
		return;
	}
	g->pool[q].order = one_in(g, 4) ? 1 + below(g, 3) : 0;
	g->pool[q].frags = flags;
	g->pool[q].users = 0;
	g->pool[q].used = true;
	if (g->beyond && below(g, 3)) {
		flags |= below(g, 4); /* mapped, mapped and synced; or refused */
		g->pool[q].used = (flags & 3) != 2;
		direction = one_in(g, 2) ? 0 : 2;
		emit(g, "pool_new q%d %d %d %d %d %d %d\n", q, flags, g->pool[q].order, size,
		     direction, 2048, below(g, 3));
	} else {
		emit(g, "pool_new q%d %d %d %d\n", q, flags, g->pool[q].order, size);
	}
}

static void pool_take(struct generator *g, int q)
{
	int reg = pick(g, EMPTY, -1), n = 1, max = 4096 << g->pool[q].order;

	if (reg < 0)
		return;
	if (one_in(g, 3000)) {
		/* Refused with a warning, which takes a kernel a while to print. */
		emit(g, "pool_frag q%d p%d %d\n", q, reg, max + 1 + below(g, 100));
		return;
	}
	if (!g->pool[q].frags) {
		emit(g, "pool_alloc q%d p%d\n", q, reg);
	} else if (below(g, 8)) {
		emit(g, "pool_frag q%d p%d %d\n", q, reg,
		     one_in(g, 6) ? max :
		     one_in(g, 2) ? 1 + below(g, max) :
				    below(g, one_in(g, 50) ? 1 : 2048));
	} else if (one_in(g, 2)) {
		emit(g, "pool_alloc q%d p%d\n", q, reg);
	} else {
		n = 1 + below(g, 8);
		emit(g, "pool_split q%d p%d %d\n", q, reg, n);
	}
	g->page[reg] = (struct page){ .kind = POOL, .pool = q, .frags = n };
	g->page[reg].order = g->pool[q].order;
	g->page[reg].compound = g->pool[q].order;
}

static void put_done(struct generator *g, int reg)
{
	struct page *page = &g->page[reg];

	if (--page->frags > 0)
		return;
	page->kind = page->refs ? PLAIN : EMPTY;
	page->pool = -1;
}

static void pool_put(struct generator *g, int reg, char how)
{
	emit(g, "pool_put p%d %c\n", reg, how);
	put_done(g, reg);
}

static char some_way(struct generator *g)
{
	return "ddd--st"[below(g, 7)];
}

static void pool_put_bulk(struct generator *g, int q)
{
	int n = 1 + below(g, 16);

	if (!g->left || pick(g, POOL, q) < 0)
		return;
	g->left--;
	printf("pool_put_bulk");
	while (n-- && pick(g, POOL, q) >= 0) {
		int reg = pick(g, POOL, q);

		printf(" p%d", reg);
		put_done(g, reg);
	}
	printf("\n");
}

/* Many pages out, then many back by one way. */
static void pool_run(struct generator *g, int q)
{
	char how = some_way(g);

	for (int n = below(g, 200); n > 0; n--)
		pool_take(g, q);
	for (int n = below(g, 200); n > 0; n--) {
		int reg = pick(g, POOL, q);

		if (reg < 0)
			break;
		if (one_in(g, 20))
			pool_put_bulk(g, q);
		else
			pool_put(g, reg, one_in(g, 30) ? some_way(g) : how);
	}
}

static void destroy_pool(struct generator *g, int q)
{
	int reg;

	/* Half of them with pages out, which come back later. */
	while (g->left && one_in(g, 2) && (reg = pick(g, POOL, q)) >= 0)
		pool_put(g, reg, some_way(g));
	do
		emit(g, "pool_destroy q%d\n", q);
	while (g->pool[q].users-- > 0);
	if (one_in(g, 2))
		emit(g, "tick\n");
	while (g->left && (reg = pick(g, POOL, q)) >= 0) {
		if (one_in(g, 10))
			emit(g, "tick\n");
		if (one_in(g, 10))
			take_reference(g, reg);
		pool_put(g, reg, some_way(g));
	}
	emit(g, "tick\n");
	g->pool[q].used = false;
}

/* What is done to one page that is out. */
static void pool_page_step(struct generator *g, int reg)
{
	struct page *page = &g->page[reg];

	switch (below(g, 12)) {
	case 0:
		/* Of a page in fragments we cannot know who else has one. */
		if (!g->pool[page->pool].frags) {
			emit(g, "pool_release p%d\n", reg);
			page->frags = 0;
			page->kind = PLAIN;
			page->refs++;
		}
		break;
	case 1:
		emit(g, "pool_pfmemalloc p%d\n", reg);
		break;
	case 2:
		if (page->frags > 1) {
			emit(g, "pool_defrag p%d %d\n", reg, page->frags - 1);
			page->frags = 1;
		}
		break;
	case 3:
		take_reference(g, reg);
		break;
	case 4:
		/* Somebody looks at a page that is back in the pool. */
		pool_put(g, reg, some_way(g));
		if (page->kind == EMPTY) {
			emit(g, "%s p%d\n", one_in(g, 2) ? "try_get" : "get_unless_zero", reg);
			*page = (struct page){ .kind = PLAIN, .pool = -1, .refs = 1 };
		}
		if (page->kind == PLAIN && one_in(g, 2)) {
			emit(g, "put p%d\n", reg);
			page->kind = --page->refs ? PLAIN : EMPTY;
		}
		break;
	case 5:
		if (page->order)
			emit(g, "pool_return_skb p%d+%d\n", reg, below(g, 1 << page->order));
		else
			emit(g, "pool_return_skb p%d\n", reg);
		put_done(g, reg);
		break;
	default:
		pool_put(g, reg, some_way(g));
		break;
	}
}

/* Allocations or DMA mappings that fail: from which one on, and how many. */
static void fail(struct generator *g)
{
	char what = one_in(g, 3) ? 'a' : 'd';
	int nth = one_in(g, 2) ? 1 : some(g, 70);

	emit(g, "fail %c %d %d\n", what, nth, one_in(g, 2) ? 200 : some(g, 70));
}

static void pool_step(struct generator *g)
{
	int q = below(g, NR_POOLS), reg = pick(g, POOL, q), choice = below(g, 400);

	if (!g->pool[q].used) {
		new_pool(g, q);
		return;
	}
	if (choice == 0)
		destroy_pool(g, q);
	else if (choice == 1)
		emit(g, "pool_nid q%d %d\n", q, below(g, g->beyond ? 3 : 2));
	else if (choice == 2)
		emit(g, "pool_ethtool q%d\n", q);
	else if (choice == 3 && g->pool[q].users < 2)
		g->pool[q].users++, emit(g, "pool_use q%d\n", q);
	else if (choice < 5 && g->beyond)
		fail(g);
	else if (choice < 9)
		pool_run(g, q);
	else if (choice < 20)
		pool_put_bulk(g, q);
	else if (choice < 210 || reg < 0)
		pool_take(g, q);
	else
		pool_page_step(g, reg);
}

/* --- mappings --- */

static void map_step(struct generator *g)
{
	int n = 1 + below(g, 12), reg = pick_held(g);

	if (!g->left || reg < 0)
		return;
	if (one_in(g, 2)) {
		int slot = below(g, NR_SLOTS), most = NR_SLOTS - slot;

		emit(g, "unmap %d %d\n", slot, 1 + below(g, one_in(g, 3) || most < 8 ? most : 8));
		return;
	}
	g->left--;
	printf("map %d", below(g, NR_SLOTS + (one_in(g, 10) ? 1 : 0)));
	for (; n > 0 && reg >= 0; n--, reg = pick_held(g))
		printf(" p%d", reg);
	printf("\n");
}

/* --- memory cgroups --- */

static char some_gfp(struct generator *g)
{
	return "kknna"[below(g, 5)];
}

static void alloc_for(struct generator *g, int group)
{
	int reg = pick(g, EMPTY, -1), order = below(g, 4) ? 0 : below(g, 4);

	if (reg < 0)
		return;
	g->page[reg] = (struct page){ .kind = PLAIN, .pool = -1, .order = order, .refs = 1 };
	g->page[reg].compound = order;
	emit(g, "alloc_for p%d %d g%d %c\n", reg, order, group, some_gfp(g));
}

static void pool_take_for(struct generator *g, int group)
{
	int reg = pick(g, EMPTY, -1), q = below(g, NR_POOLS);

	if (reg < 0 || !g->pool[q].used)
		return;
	g->page[reg] = (struct page){ .kind = POOL, .pool = q, .frags = 1 };
	g->page[reg].order = g->pool[q].order;
	g->page[reg].compound = g->pool[q].order;
	emit(g, "pool_alloc_for q%d p%d g%d\n", q, reg, group);
}

static void memcg_step(struct generator *g)
{
	int group = below(g, NR_GROUPS), reg = pick(g, PLAIN, -1), n = some(g, 200);

	switch (below(g, 12)) {
	case 0:
		/* Mostly no limit: what hits it is charged nowhere. */
		emit(g, "memcg_max g%d %d\n", group, one_in(g, 3) ? below(g, 300) : 1000000);
		break;
	case 1:
	case 2:
		emit(g, "skmem_charge g%d %d %c\n", group, n, some_gfp(g));
		g->sockmem[group] += n;
		break;
	case 3:
	case 4:
		if (g->sockmem[group])
			n = 1 + below(g, g->sockmem[group]);
		emit(g, "skmem_uncharge g%d %d\n", group, n);
		g->sockmem[group] -= n < g->sockmem[group] ? n : g->sockmem[group];
		break;
	case 5:
		if (reg >= 0)
			emit(g, "memcg_charge p%d g%d %c\n", reg, group, some_gfp(g));
		break;
	case 6:
		pool_take_for(g, group);
		break;
	default:
		if (reg >= 0 && one_in(g, 2))
			free_page(g, reg);
		else
			alloc_for(g, group);
		break;
	}
}

/* --- pointer rings --- */

static void ring_step(struct generator *g)
{
	int r = below(g, NR_RINGS);

	if (!g->ring[r]) {
		emit(g, "ring_new r%d %d\n", r, some(g, 40));
		g->ring[r] = true;
		return;
	}
	switch (below(g, 50)) {
	case 0:
		emit(g, "ring_cleanup r%d\n", r);
		g->ring[r] = false;
		break;
	case 1:
		emit(g, "ring_empty r%d\n", r);
		break;
	case 2:
		for (int n = below(g, 40); n > 0; n--)
			emit(g, "ring_produce r%d %d\n", r, 1 + below(g, 1000000));
		break;
	case 3:
		for (int n = below(g, 40); n > 0; n--)
			emit(g, "ring_consume r%d\n", r);
		break;
	default:
		if (one_in(g, 2))
			emit(g, "ring_produce r%d %d\n", r, 1 + below(g, 1000000));
		else
			emit(g, "ring_consume r%d\n", r);
		break;
	}
}

static void begin(struct generator *g)
{
	for (int reg = 0; reg < NR_PAGES; reg++)
		g->page[reg] = (struct page){ .kind = EMPTY, .pool = -1 };
	for (int q = 0; q < NR_POOLS; q++)
		g->pool[q].used = false;
	for (int c = 0; c < NR_COUNTERS; c++)
		g->parent[c] = -2;
	for (int r = 0; r < NR_RINGS; r++)
		g->ring[r] = false;
	for (int group = 0; group < NR_GROUPS; group++)
		g->sockmem[group] = 0;
}

static void generate(struct generator *g)
{
	begin(g);
	while (g->left) {
		int choice = below(g, 100);

		if (one_in(g, g->beyond ? 2000 : 20000)) {
			emit(g, "reset\n");
			begin(g);
			for (const char *what = "mpc"; g->beyond && *what; what++)
				emit(g, "held %c\n", *what);
		} else if (choice < 15) {
			counter_step(g);
		} else if (choice < 23) {
			memcg_step(g);
		} else if (choice < 27) {
			map_step(g);
		} else if (choice < 45) {
			page_step(g);
		} else if (choice < 95) {
			pool_step(g);
		} else {
			ring_step(g);
		}
	}
}

static bool number(const char *text, unsigned long *n)
{
	char *end;

	errno = 0;
	*n = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && !errno;
}

int main(int argc, char **argv)
{
	struct generator g = { .random = 0 };
	unsigned long seed;

	g.beyond = argc == 4 && !strcmp(argv[3], "beyond");
	if (argc != 3 + g.beyond || !number(argv[1], &g.left) || !number(argv[2], &seed)) {
		fprintf(stderr, "usage: %s STEPS SEED [beyond]\n", argv[0]);
		return 2;
	}
	g.random = seed;
	generate(&g);
	return fflush(stdout) || ferror(stdout) ? 2 : 0;
}
