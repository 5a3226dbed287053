/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Any bytes, read as a capture file: nothing may crash, and what is delivered must make sense.
 */
#include <assert.h>
#include <stdio.h>

#include <capture.h>

/* GSO_MAX_SIZE of the kernel: what one packet can hold at most. */
#define PAYLOAD_MAX (8 * 65535)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t count_all(const struct np_capture *capture)
{
	uint64_t all = 0;

	for (int fate = 0; fate < NP_CAPTURE_FATES; fate++)
		all += np_capture_count(capture, (enum np_capture_fate)fate);
	return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* fmemopen() only writes when it is asked to. */
	FILE *file = size ? fmemopen((void *)(uintptr_t)data, size, "rb") : NULL;
	struct np_packet packet = { .time_ns = 0 };
	struct np_capture *capture;
	uint64_t delivered = 0, last = 0;
	char error[256] = "";
	int ret;

	if (!file)
		return 0;
	if (np_capture_open_stream(file, &capture, error, sizeof(error))) {
		assert(error[0]);
		return 0;
	}
	while ((ret = np_capture_next(capture, &packet, error, sizeof(error))) == 1) {
		assert(packet.payload >= 1 && packet.payload <= PAYLOAD_MAX);
		assert(packet.time_ns >= last);
		last = packet.time_ns;
		delivered++;
	}
	assert(!ret || error[0]);
	assert(delivered == np_capture_count(capture, NP_CAPTURE_DATA));
	assert(delivered <= count_all(capture));
	np_capture_close(capture);
	return 0;
}
