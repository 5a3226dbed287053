/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/percpu.h - per-CPU memory
 *
 * Provenance: custom: each object takes PCPU_UNIT bytes for each CPU, which bounds its size;
 * this_cpu_inc() is a read and a write that the race detectors see as marked, because only its
 * own CPU writes.
 */
#ifndef NETPAGE_COMPAT_LINUX_PERCPU_H
#define NETPAGE_COMPAT_LINUX_PERCPU_H

#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#include <netpage/machine.h>

/* Unit: bytes from one CPU to the next. */
#define PCPU_UNIT 4096UL

/* Zeroed. Return: NULL without memory, or above PCPU_UNIT. */
void *np_compat_alloc_percpu(size_t size);
void np_compat_free_percpu(void *ptr);

#define alloc_percpu(type) ((type *)np_compat_alloc_percpu(sizeof(type)))
#define alloc_percpu_gfp(type, gfp) ((void)(gfp), alloc_percpu(type))
#define __alloc_percpu(size, align) ((void)(align), np_compat_alloc_percpu(size))
#define free_percpu(ptr) np_compat_free_percpu(ptr)

/* Beyond what the compiler knows of the object: the rooms of other CPUs are there. */
static inline void *np_compat_room(const void *ptr, unsigned long bytes)
{
	OPTIMIZER_HIDE_VAR(ptr);
	return (char *)ptr + bytes;
}

#define per_cpu_ptr(ptr, cpu) ((typeof(ptr))np_compat_room(ptr, PCPU_UNIT * (unsigned long)(cpu)))
#define this_cpu_ptr(ptr) per_cpu_ptr(ptr, smp_processor_id())
#define raw_cpu_ptr(ptr) this_cpu_ptr(ptr)
#define get_cpu_ptr(ptr)                                                                           \
	({                                                                                         \
		preempt_disable();                                                                 \
		this_cpu_ptr(ptr);                                                                 \
	})
#define put_cpu_ptr(ptr)                                                                           \
	do {                                                                                       \
		(void)(ptr);                                                                       \
		preempt_enable();                                                                  \
	} while (0)

/* One name for the first of NP_CPUS_MAX rooms. */
#define NP_PER_CPU_ROOMS_(type, name)                                                              \
	union {                                                                                    \
		typeof(type) value;                                                                \
		char room[PCPU_UNIT];                                                              \
	} np_percpu_##name[NP_CPUS_MAX] __asm__("np_percpu_" #name) __aligned(64) __used
#define DEFINE_PER_CPU(type, name)                                                                 \
	NP_PER_CPU_ROOMS_(type, name) = { 0 };                                                     \
	extern typeof(type) name __asm__("np_percpu_" #name)
#define DECLARE_PER_CPU(type, name) extern typeof(type) name __asm__("np_percpu_" #name)
#define DEFINE_PER_CPU_ALIGNED(type, name) DEFINE_PER_CPU(type, name)
#define per_cpu(name, cpu) (*per_cpu_ptr(&(name), cpu))
#define get_cpu_var(name) (*get_cpu_ptr(&(name)))
#define put_cpu_var(name) put_cpu_ptr(&(name))

#define this_cpu_read(value) READ_ONCE(*this_cpu_ptr(&(value)))
#define this_cpu_write(value, new) WRITE_ONCE(*this_cpu_ptr(&(value)), new)
#define this_cpu_add(value, n)                                                                     \
	do {                                                                                       \
		typeof(&(value)) np_own = this_cpu_ptr(&(value));                                  \
		WRITE_ONCE(*np_own, READ_ONCE(*np_own) + (n));                                     \
	} while (0)
#define this_cpu_sub(value, n) this_cpu_add(value, -(typeof(value))(n))
#define this_cpu_inc(value) this_cpu_add(value, 1)
#define this_cpu_dec(value) this_cpu_sub(value, 1)
#define __this_cpu_read(value) this_cpu_read(value)
#define __this_cpu_write(value, new) this_cpu_write(value, new)
#define __this_cpu_add(value, n) this_cpu_add(value, n)
#define __this_cpu_inc(value) this_cpu_inc(value)
#define __this_cpu_dec(value) this_cpu_dec(value)
#define raw_cpu_add(value, n) this_cpu_add(value, n)
#define raw_cpu_inc(value) this_cpu_inc(value)

#endif /* NETPAGE_COMPAT_LINUX_PERCPU_H */
