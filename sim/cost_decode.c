/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Which instructions are locked, where a child has stopped: all that depends on the processor. */
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "cost.h"

#define X86_INSTRUCTION_MAX 15

static bool is_legacy_prefix(unsigned char byte)
{
	static const unsigned char prefixes[] = { 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
						  0x66, 0x67, 0xf0, 0xf2, 0xf3 };

	return memchr(prefixes, byte, sizeof(prefixes));
}

/*
 * Legacy prefixes, then REX, then the opcode: Intel SDM volume 2, 2.1.  xchg (86, 87) with memory
 * is locked without being told: volume 2, XCHG.
 */
bool np_cost_locked_x86(const unsigned char *code, size_t len)
{
	size_t i;

	for (i = 0; i < len && is_legacy_prefix(code[i]); i++)
		if (code[i] == 0xf0)
			return true;
	if (i < len && (code[i] & 0xf0) == 0x40)
		i++;
	if (i + 1 >= len)
		return false;
	return (code[i] & 0xfe) == 0x86 && code[i + 1] >> 6 != 3;
}

/* Arm Architecture Reference Manual, C4.1, "Loads and Stores". */
bool np_cost_locked_aarch64(uint32_t instruction)
{
	bool ordered, exclusive, load, pair;
	unsigned int o3, opc;

	/* size 001000 o2 L o1: load and store exclusive, ordered, compare and swap. */
	if ((instruction & 0x3f000000) == 0x08000000) {
		ordered = instruction >> 23 & 1;
		load = instruction >> 22 & 1;
		pair = instruction >> 21 & 1;
		exclusive = !ordered && (!pair || instruction >> 31);
		/* Of a pair of load and store exclusive the load is counted. */
		return exclusive ? load : pair;
	}
	/* size 111 0 00 A R 1 Rs o3 opc 00: atomic memory operations; o3 only with swp. */
	if ((instruction & 0x3f200c00) == 0x38200000) {
		o3 = instruction >> 15 & 1;
		opc = instruction >> 12 & 7;
		return !o3 || !opc;
	}
	return false;
}

#if defined(__x86_64__)
#define PROGRAM_COUNTER(registers) ((registers).rip)

static bool locked(const unsigned char *code)
{
	return np_cost_locked_x86(code, X86_INSTRUCTION_MAX);
}
#elif defined(__aarch64__)
#define PROGRAM_COUNTER(registers) ((registers).pc)

static bool locked(const unsigned char *code)
{
	uint32_t instruction;

	memcpy(&instruction, code, sizeof(instruction));
	return np_cost_locked_aarch64(instruction);
}
#else
#define PROGRAM_COUNTER(registers) ((uintptr_t)0 & sizeof(registers))

static bool locked(const unsigned char *code)
{
	return !code;
}
#endif

bool np_cost_program_counter(pid_t child, uintptr_t *pc)
{
	struct user_regs_struct registers;
	struct iovec io = { .iov_base = &registers, .iov_len = sizeof(registers) };

	if (ptrace(PTRACE_GETREGSET, child, (void *)(uintptr_t)NT_PRSTATUS, &io))
		return false;
	*pc = (uintptr_t)PROGRAM_COUNTER(registers);
	return *pc;
}

bool np_cost_locked_at(pid_t child, uintptr_t pc)
{
	unsigned char code[2 * sizeof(long)] = { 0 };

	for (size_t i = 0; i < sizeof(code); i += sizeof(long)) {
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKTEXT, child, (void *)(pc + i), NULL);
		/* The last instruction of a mapping: nothing but zeros behind it. */
		if (errno)
			break;
		memcpy(code + i, &word, sizeof(word));
	}
	return locked(code);
}
