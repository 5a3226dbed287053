/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* mmap - internal: what tasks need of address spaces */
#ifndef NP_MM_MMAP_H
#define NP_MM_MMAP_H

#include <machine.h>

/* Models: kernel/fork.c, dup_mmap(): VMAs and entries of @parent in @child, which is empty. */
int np_dup_mmap(struct mm_struct *parent, struct mm_struct *child);

/* Number of the group that @task is in at this moment. */
u32 np_task_memcg_id(struct task_struct *task);

#endif /* NP_MM_MMAP_H */
