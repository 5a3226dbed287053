/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The player is compiled in both flavours of the library, and one program has both: each of its
 * functions carries the flavour in its name, as those of the library do.  One that is forgotten
 * here is defined twice, and the program does not link.
 */
#ifndef NP_SIM_PLAYER_FLAVOUR_H
#define NP_SIM_PLAYER_FLAVOUR_H

#include <netpage/flavour.h>

/* clang-format off */
#define np_play NP_FLAVOUR_SYMBOL(sim_play)
#define np_player_allocate NP_FLAVOUR_SYMBOL(sim_allocate)
#define np_player_ask NP_FLAVOUR_SYMBOL(sim_ask)
#define np_player_attributes NP_FLAVOUR_SYMBOL(sim_attributes)
#define np_player_bind NP_FLAVOUR_SYMBOL(sim_bind)
#define np_player_call NP_FLAVOUR_SYMBOL(sim_call)
#define np_player_choose NP_FLAVOUR_SYMBOL(sim_choose)
#define np_player_come_to_rest NP_FLAVOUR_SYMBOL(sim_come_to_rest)
#define np_player_create_objects NP_FLAVOUR_SYMBOL(sim_create_objects)
#define np_player_enter NP_FLAVOUR_SYMBOL(sim_enter)
#define np_player_excluded NP_FLAVOUR_SYMBOL(sim_excluded)
#define np_player_conduct NP_FLAVOUR_SYMBOL(sim_conduct)
#define np_player_forget_order NP_FLAVOUR_SYMBOL(sim_forget_order)
#define np_player_free NP_FLAVOUR_SYMBOL(sim_free)
#define np_player_hash_number NP_FLAVOUR_SYMBOL(sim_hash_number)
#define np_player_hash_text NP_FLAVOUR_SYMBOL(sim_hash_text)
#define np_player_judge_claim NP_FLAVOUR_SYMBOL(sim_judge_claim)
#define np_player_judge_expectations NP_FLAVOUR_SYMBOL(sim_judge_expectations)
#define np_player_judge_rule NP_FLAVOUR_SYMBOL(sim_judge_rule)
#define np_player_let_go NP_FLAVOUR_SYMBOL(sim_let_go)
#define np_player_look_around NP_FLAVOUR_SYMBOL(sim_look_around)
#define np_player_memcg NP_FLAVOUR_SYMBOL(sim_memcg)
#define np_player_play NP_FLAVOUR_SYMBOL(sim_play_statements)
#define np_player_pool NP_FLAVOUR_SYMBOL(sim_pool)
#define np_player_refuse NP_FLAVOUR_SYMBOL(sim_refuse)
#define np_player_remember_order NP_FLAVOUR_SYMBOL(sim_remember_order)
#define np_player_set_fault NP_FLAVOUR_SYMBOL(sim_set_fault)
#define np_player_sink NP_FLAVOUR_SYMBOL(sim_sink)
#define np_player_trace NP_FLAVOUR_SYMBOL(sim_trace)
#define np_player_uses NP_FLAVOUR_SYMBOL(sim_uses)
#define np_player_violate NP_FLAVOUR_SYMBOL(sim_violate)
#define np_player_violated NP_FLAVOUR_SYMBOL(sim_violated)

#endif /* NP_SIM_PLAYER_FLAVOUR_H */
