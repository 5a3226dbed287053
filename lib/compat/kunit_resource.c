/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What a case was given and need not give back.
 */
#include <kunit/test.h>

int __kunit_add_resource(struct kunit *test, kunit_resource_init_t init, kunit_resource_free_t free,
			 struct kunit_resource *res, void *data)
{
	unsigned long flags;
	int err = 0;

	res->free = free;
	atomic_set(&res->refs, 1);
	if (init)
		err = init(res, data);
	else
		res->data = data;
	if (err) {
		/* Not on the list: nothing is there for its free function. */
		if (res->should_kfree)
			kfree(res);
		return err;
	}
	spin_lock_irqsave(&test->lock, flags);
	list_add_tail(&res->node, &test->resources);
	spin_unlock_irqrestore(&test->lock, flags);
	return 0;
}

struct kunit_resource *kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
					   void *match_data)
{
	struct kunit_resource *res, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&test->lock, flags);
	/* The latest of several that match. */
	list_for_each_entry(res, &test->resources, node)
		if (match(test, res, match_data))
			found = res;
	if (found)
		kunit_get_resource(found);
	spin_unlock_irqrestore(&test->lock, flags);
	return found;
}

void kunit_remove_resource(struct kunit *test, struct kunit_resource *res)
{
	unsigned long flags;
	bool was_linked;

	spin_lock_irqsave(&test->lock, flags);
	was_linked = !list_empty(&res->node);
	list_del_init(&res->node);
	spin_unlock_irqrestore(&test->lock, flags);
	if (was_linked)
		kunit_put_resource(res);
}

int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match, void *match_data)
{
	struct kunit_resource *res = kunit_find_resource(test, match, match_data);

	if (!res)
		return -ENOENT;
	kunit_remove_resource(test, res);
	/* That of the search. */
	kunit_put_resource(res);
	return 0;
}

struct array {
	size_t n, size;
	gfp_t gfp;
};

static int array_init(struct kunit_resource *res, void *context)
{
	const struct array *array = context;

	res->data = kmalloc_array(array->n, array->size, array->gfp);
	return res->data ? 0 : -ENOMEM;
}

static void array_free(struct kunit_resource *res)
{
	kfree(res->data);
}

void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	struct array array = { n, size, gfp };

	return kunit_alloc_resource(test, array_init, array_free, gfp, &array);
}

static bool is_array(struct kunit *test, struct kunit_resource *res, void *ptr)
{
	(void)test;
	return res->free == array_free && res->data == ptr;
}

void kunit_kfree(struct kunit *test, const void *ptr)
{
	if (ptr && kunit_destroy_resource(test, is_array, (void *)ptr))
		KUNIT_FAIL(test, "kunit_kfree: already freed, or not allocated by kunit");
}
