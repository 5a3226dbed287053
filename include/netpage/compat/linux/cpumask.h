/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/cpumask.h - which CPUs there are, and sets of them
 *
 * Provenance: custom: all CPUs of the machine are possible, present and online.
 */
#ifndef NETPAGE_COMPAT_LINUX_CPUMASK_H
#define NETPAGE_COMPAT_LINUX_CPUMASK_H

#include <linux/types.h>

#include <netpage/machine.h>

int np_compat_nr_cpus(void);
#define nr_cpu_ids ((unsigned int)np_compat_nr_cpus())
#define num_online_cpus() nr_cpu_ids
#define num_possible_cpus() nr_cpu_ids
#define num_present_cpus() nr_cpu_ids
#define cpu_online(cpu) ((unsigned int)(cpu) < nr_cpu_ids)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < np_compat_nr_cpus(); (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)

typedef struct cpumask {
	u64 bits; /* NP_CPUS_MAX of them */
} cpumask_t;

#define CPU_MASK_NONE                                                                              \
	(cpumask_t)                                                                                \
	{                                                                                          \
		0                                                                                  \
	}

static inline bool cpumask_test_cpu(int cpu, const struct cpumask *mask)
{
	return mask->bits >> cpu & 1;
}

static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *mask)
{
	mask->bits |= 1ULL << cpu;
}

static inline void cpumask_clear_cpu(unsigned int cpu, struct cpumask *mask)
{
	mask->bits &= ~(1ULL << cpu);
}

static inline void cpumask_clear(struct cpumask *mask)
{
	mask->bits = 0;
}

static inline unsigned int cpumask_weight(const struct cpumask *mask)
{
	return (unsigned int)__builtin_popcountll(mask->bits);
}

#define for_each_cpu(cpu, mask)                                                                    \
	for ((cpu) = 0; (cpu) < np_compat_nr_cpus(); (cpu)++)                                      \
		if (cpumask_test_cpu(cpu, mask))

#endif /* NETPAGE_COMPAT_LINUX_CPUMASK_H */
