/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The network page as the mm knows it: a mark, and someone to call.
 */
#include <machine.h>

/* What is in force before anything registers: no page is a network page. */
static const struct network_page_ops no_network;

void register_network_page_ops(struct np_machine *machine, const struct network_page_ops *ops)
{
	machine->network = ops ? ops : &no_network;
}

bool PageNetwork(const struct page *page)
{
	return page_is_network(this_machine(), page);
}

void SetPageNetwork(struct page *page)
{
	const struct network_page_ops *ops = this_machine()->network;
	unsigned long flags = ops->flags_mask;

	if (ops->hooks & NP_HOOK_PUT_PAGE)
		flags |= BIT(PG_network_callback);
	__atomic_fetch_or(&page->flags, flags, __ATOMIC_RELAXED);
	/* A type is a cleared bit under the base nibble; -1 has the nibble already. */
	if (ops->page_type)
		WRITE_ONCE(page->page_type, READ_ONCE(page->page_type) & ~ops->page_type);
}

void ClearPageNetwork(struct page *page)
{
	const struct network_page_ops *ops = this_machine()->network;

	__atomic_fetch_and(&page->flags, ~(ops->flags_mask | BIT(PG_network_callback)),
			   __ATOMIC_RELAXED);
	if (ops->page_type && PageType(page, ops->page_type))
		WRITE_ONCE(page->page_type, READ_ONCE(page->page_type) | ops->page_type);
}

bool put_page_network(struct page *page)
{
	struct np_machine *machine = this_machine();

	np_trace(machine, .id = NP_TRACE_PUT_PAGE_NETWORK, .page = page);
	return machine->network->put_page_network && machine->network->put_page_network(page);
}
