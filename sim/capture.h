/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: capture - TCP segments out of a pcap or pcapng file
 *
 * Only what a receiver's memory depends on is kept: when, which flow, how many bytes. Nothing in
 * the file is trusted: a packet whose headers do not fit together is counted and left out. A
 * capture with a short snapshot length is as good as a full one, since payload is never looked at.
 *
 * Link types: Ethernet with or without VLAN tags, Linux "cooked" v1 and v2, raw IP.
 *
 * Unit: nanoseconds, bytes.
 */
#ifndef NP_SIM_CAPTURE_H
#define NP_SIM_CAPTURE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** What becomes of a packet of the file. */
enum np_capture_fate {
	NP_CAPTURE_DATA,      /* a TCP segment with payload: the only kind that is delivered */
	NP_CAPTURE_EMPTY,     /* a TCP segment without payload */
	NP_CAPTURE_OTHER,     /* not IP, or not TCP */
	NP_CAPTURE_FRAGMENT,  /* a fragment of an IP packet */
	NP_CAPTURE_TRUNCATED, /* the headers were not captured in full */
	NP_CAPTURE_MALFORMED, /* lengths or versions that contradict each other */
	NP_CAPTURE_FATES,
};

/**
 * struct np_packet - one TCP segment
 * @time_ns: since the first packet of the file; never runs backwards
 * @flow: hash of addresses and ports, as a card would compute it for RSS; per direction
 * @payload: bytes of TCP payload, at least 1
 */
struct np_packet {
	uint64_t time_ns;
	uint32_t flow;
	uint32_t payload;
};

/** Time between two packets is cut to an hour: a damaged timestamp must not cost a lifetime. */
#define NP_CAPTURE_GAP_MAX_NS (UINT64_C(3600) * 1000 * 1000 * 1000)

struct np_capture;

/**
 * np_capture_open() - open a capture file
 * @path: file name; "-" is standard input
 * @capture: receives it
 * @error: receives a message of one line when this fails
 *
 * Return: 0 or -errno: -EINVAL when it is no capture, or one of a link type not known here.
 */
int np_capture_open(const char *path, struct np_capture **capture, char *error, size_t size);

/** np_capture_open_stream() - the same from @file, which is closed in any case. */
int np_capture_open_stream(FILE *file, struct np_capture **capture, char *error, size_t size);

/**
 * np_capture_next() - the next TCP segment with payload
 *
 * Return: 1; 0 at the end; -EIO when the file is damaged, with a message in @error.
 */
int np_capture_next(struct np_capture *capture, struct np_packet *packet, char *error, size_t size);

/** np_capture_count() - how many packets so far had this fate. */
uint64_t np_capture_count(const struct np_capture *capture, enum np_capture_fate fate);

/** np_capture_fate_name() - one word for @fate, NULL beyond the last. */
const char *np_capture_fate_name(enum np_capture_fate fate);

/** np_capture_close() - NULL is allowed. */
void np_capture_close(struct np_capture *capture);

/**
 * np_rss_hash() - Toeplitz hash with Microsoft's verification key, as cards compute it
 * @input: addresses and ports in network order
 * @len: at most 36
 */
uint32_t np_rss_hash(const uint8_t *input, size_t len);

#endif /* NP_SIM_CAPTURE_H */
