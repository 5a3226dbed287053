/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What cannot happen inside a step that is in progress.
 *
 * An `at` step runs in the middle of another one.  In the kernel it would be another CPU that does
 * so, and some things the other CPU could only do later: it waits for the socket's lock, NAPI of a
 * queue runs once at a time, and an object ends when nobody is inside it.  To wait would be for
 * ever here, so such a step returns -EBUSY and does nothing.
 */
#include <errno.h>

#include "player.h"

#define NAPI NP_CONDUCT_NAPI
#define READER NP_CONDUCT_READER
#define ENDS NP_CONDUCT_ENDS

static const unsigned char conduct[NP_STEPS] = {
	[NP_STEP_RX] = NAPI,
	[NP_STEP_RX_BATCH] = NAPI,
	[NP_STEP_NAPI_POLL] = NAPI,
	[NP_STEP_POOL_ALLOC_PAGES] = NAPI,
	[NP_STEP_POOL_ALLOC_FRAG] = NAPI,
	[NP_STEP_POOL_RECYCLE_DIRECT] = NAPI,
	[NP_STEP_POOL_UPDATE_NID] = NAPI,
	[NP_STEP_ZEROCOPY_RECEIVE] = READER,
	[NP_STEP_RECVMSG] = READER,
	[NP_STEP_KFREE_SKB] = READER,
	[NP_STEP_SKB_CLONE] = READER,
	[NP_STEP_CLOSE] = READER | ENDS,
	[NP_STEP_EXIT] = ENDS,
	[NP_STEP_UNREGISTER_NETDEV] = ENDS,
	[NP_STEP_POOL_DESTROY] = ENDS,
};

unsigned int np_player_conduct(const struct np_scenario_step *step)
{
	return conduct[step->function];
}

static bool names(const struct np_player *player, const struct np_scenario_step *step, int object)
{
	if (np_player_attributes(player, step->actor)[NP_ACTOR_ATTR_TASK].object == object)
		return true;
	for (unsigned int i = 0; i < step->nr_arguments; i++)
		if (step->argument[i].object == object)
			return true;
	return false;
}

bool np_player_uses(const struct np_player *player, const struct np_scenario_step *step, int object)
{
	const struct np_scenario *scenario = player->scenario;

	if (names(player, step, object))
		return true;
	/* A process takes its sockets with it. */
	for (size_t i = 0; i < scenario->nr_objects; i++)
		if (scenario->objects[i].kind == NP_OBJECT_SOCK &&
		    np_player_attributes(player, (int)i)[NP_SOCK_ATTR_OWNER].object == object &&
		    names(player, step, (int)i))
			return true;
	return false;
}

static bool excludes(const struct np_player *player, const struct np_scenario_step *running,
		     const struct np_scenario_step *step)
{
	int object = step->argument[0].object;

	if (conduct[running->function] & conduct[step->function] & (NAPI | READER) &&
	    running->argument[0].object == object)
		return true;
	return conduct[step->function] & ENDS && np_player_uses(player, running, object);
}

int np_player_excluded(const struct np_player *player, const struct np_scenario_step *step)
{
	for (unsigned int i = 0; i < player->nesting; i++)
		if (excludes(player, &player->scenario->steps[player->running[i]], step))
			return -EBUSY;
	return 0;
}
