/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "capture.h"

#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "assure.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_QINQ 0x88a8
#define ETHERTYPE_QINQ_OLD 0x9100

#define PROTOCOL_HOP_BY_HOP 0
#define PROTOCOL_TCP 6
#define PROTOCOL_ROUTING 43
#define PROTOCOL_FRAGMENT 44
#define PROTOCOL_AUTHENTICATION 51
#define PROTOCOL_DESTINATION 60

#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define TCP_HEADER 20

/* GSO_MAX_SIZE, include/linux/netdevice.h, 6.1: no packet of the kernel's is larger. */
#define PACKET_MAX (8u * 65535)
/* Timestamps of the queues of one card differ by less. */
#define REORDER_MAX_NS 1000000000u

/* More than any network uses, few enough to bound the work for one packet. */
#define TAGS_MAX 4
#define EXTENSIONS_MAX 8

struct np_capture {
	pcap_t *pcap;
	int link;
	uint64_t now_ns;  /* what the last packet was given */
	uint64_t last_ns; /* what the file said of it */
	uint64_t packets;
	uint64_t count[NP_CAPTURE_FATES];
};

/* What is left of a packet: how much was captured, and how much there was on the wire. */
struct view {
	const uint8_t *bytes;
	size_t captured;
	size_t wire;
};

/* The flow while it is being read: source and destination address, then both ports. */
struct flow {
	uint8_t bytes[36];
	size_t len;
};

static uint16_t get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* Whether @len more bytes can be looked at; if not, whose fault that is. */
static enum np_capture_fate have(const struct view *view, size_t len)
{
	if (view->captured >= len)
		return NP_CAPTURE_DATA;
	return view->wire >= len ? NP_CAPTURE_TRUNCATED : NP_CAPTURE_MALFORMED;
}

static enum np_capture_fate skip(struct view *view, size_t len)
{
	enum np_capture_fate fate = have(view, len);

	if (fate == NP_CAPTURE_DATA) {
		view->bytes += len;
		view->captured -= len;
		view->wire -= len;
	}
	return fate;
}

/* A frame may be padded: the network layer says where the packet ends. */
static void cut(struct view *view, size_t len)
{
	view->wire = len;
	if (view->captured > len)
		view->captured = len;
}

static enum np_capture_fate parse_tcp(struct view *view, struct flow *flow, uint32_t *payload)
{
	enum np_capture_fate fate = have(view, TCP_HEADER);
	size_t header;

	if (fate != NP_CAPTURE_DATA)
		return fate;
	memcpy(flow->bytes + flow->len, view->bytes, 4);
	flow->len += 4;
	header = (size_t)(view->bytes[12] >> 4) * 4;
	if (header < TCP_HEADER || header > view->wire)
		return NP_CAPTURE_MALFORMED;
	/* The options may be missing from the capture: their length is all that matters. */
	*payload = (uint32_t)(view->wire - header);
	return *payload ? NP_CAPTURE_DATA : NP_CAPTURE_EMPTY;
}

static enum np_capture_fate parse_ipv4(struct view *view, struct flow *flow, uint32_t *payload)
{
	enum np_capture_fate fate = have(view, IPV4_HEADER);
	size_t header, total;

	if (fate != NP_CAPTURE_DATA)
		return fate;
	header = (size_t)(view->bytes[0] & 0xf) * 4;
	total = get16(view->bytes + 2);
	/* Captured before the card cut a large segment: the length is not filled in yet. */
	if (!total && view->wire <= PACKET_MAX)
		total = view->wire;
	if (view->bytes[0] >> 4 != 4 || header < IPV4_HEADER || total < header ||
	    total > view->wire)
		return NP_CAPTURE_MALFORMED;
	if (get16(view->bytes + 6) & 0x3fff)
		return NP_CAPTURE_FRAGMENT;
	if (view->bytes[9] != PROTOCOL_TCP)
		return NP_CAPTURE_OTHER;
	memcpy(flow->bytes, view->bytes + 12, 8);
	flow->len = 8;
	cut(view, total);
	fate = skip(view, header);
	return fate == NP_CAPTURE_DATA ? parse_tcp(view, flow, payload) : fate;
}

/* Walks over the headers between IPv6 and TCP; RFC 8200 section 4, RFC 4302 section 2.2. */
static enum np_capture_fate skip_extensions(struct view *view, unsigned int protocol)
{
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		enum np_capture_fate fate = have(view, 8);
		size_t len;

		switch (protocol) {
		case PROTOCOL_TCP:
			return NP_CAPTURE_DATA;
		case PROTOCOL_FRAGMENT:
			return NP_CAPTURE_FRAGMENT;
		case PROTOCOL_HOP_BY_HOP:
		case PROTOCOL_ROUTING:
		case PROTOCOL_DESTINATION:
		case PROTOCOL_AUTHENTICATION:
			break;
		default:
			return NP_CAPTURE_OTHER;
		}
		if (fate != NP_CAPTURE_DATA)
			return fate;
		len = protocol == PROTOCOL_AUTHENTICATION ? (view->bytes[1] + 2u) * 4 :
							    (view->bytes[1] + 1u) * 8;
		protocol = view->bytes[0];
		fate = skip(view, len);
		if (fate != NP_CAPTURE_DATA)
			return fate;
	}
	return NP_CAPTURE_MALFORMED;
}

static enum np_capture_fate parse_ipv6(struct view *view, struct flow *flow, uint32_t *payload)
{
	enum np_capture_fate fate = have(view, IPV6_HEADER);
	unsigned int protocol;
	size_t total;

	if (fate != NP_CAPTURE_DATA)
		return fate;
	protocol = view->bytes[6];
	total = get16(view->bytes + 4);
	/* A large segment, or a jumbogram: it reaches to the end of the frame. */
	total = total ? total + IPV6_HEADER : view->wire;
	if (view->bytes[0] >> 4 != 6 || total > view->wire || total > PACKET_MAX)
		return NP_CAPTURE_MALFORMED;
	memcpy(flow->bytes, view->bytes + 8, 32);
	flow->len = 32;
	cut(view, total);
	fate = skip(view, IPV6_HEADER);
	if (fate == NP_CAPTURE_DATA)
		fate = skip_extensions(view, protocol);
	return fate == NP_CAPTURE_DATA ? parse_tcp(view, flow, payload) : fate;
}

static enum np_capture_fate parse_ethertype(struct view *view, unsigned int type, struct flow *flow,
					    uint32_t *payload)
{
	for (int i = 0; i < TAGS_MAX; i++) {
		enum np_capture_fate fate;

		if (type != ETHERTYPE_VLAN && type != ETHERTYPE_QINQ && type != ETHERTYPE_QINQ_OLD)
			break;
		fate = have(view, 4);
		if (fate != NP_CAPTURE_DATA)
			return fate;
		type = get16(view->bytes + 2);
		skip(view, 4);
	}
	if (type == ETHERTYPE_IPV4)
		return parse_ipv4(view, flow, payload);
	if (type == ETHERTYPE_IPV6)
		return parse_ipv6(view, flow, payload);
	return NP_CAPTURE_OTHER;
}

/* A link header of @len bytes that has an ethertype at @at. */
static enum np_capture_fate parse_link(struct view *view, size_t len, size_t at, struct flow *flow,
				       uint32_t *payload)
{
	enum np_capture_fate fate = have(view, len);
	unsigned int type;

	if (fate != NP_CAPTURE_DATA)
		return fate;
	type = get16(view->bytes + at);
	skip(view, len);
	return parse_ethertype(view, type, flow, payload);
}

static enum np_capture_fate parse_raw(struct view *view, struct flow *flow, uint32_t *payload)
{
	enum np_capture_fate fate = have(view, 1);

	if (fate != NP_CAPTURE_DATA)
		return fate;
	switch (view->bytes[0] >> 4) {
	case 4:
		return parse_ipv4(view, flow, payload);
	case 6:
		return parse_ipv6(view, flow, payload);
	default:
		return NP_CAPTURE_MALFORMED;
	}
}

static enum np_capture_fate parse(int link, struct view *view, struct flow *flow, uint32_t *payload)
{
	switch (link) {
	case DLT_EN10MB:
		return parse_link(view, 14, 12, flow, payload);
	case DLT_LINUX_SLL:
		return parse_link(view, 16, 14, flow, payload);
	case DLT_LINUX_SLL2:
		return parse_link(view, 20, 0, flow, payload);
	case DLT_RAW:
		return parse_raw(view, flow, payload);
	case DLT_IPV4:
		return parse_ipv4(view, flow, payload);
	case DLT_IPV6:
		return parse_ipv6(view, flow, payload);
	default:
		return NP_CAPTURE_OTHER;
	}
}

static bool link_is_known(int link)
{
	switch (link) {
	case DLT_EN10MB:
	case DLT_LINUX_SLL:
	case DLT_LINUX_SLL2:
	case DLT_RAW:
	case DLT_IPV4:
	case DLT_IPV6:
		return true;
	default:
		return false;
	}
}

/*
 * Captures of several queues are not quite in order, and a damaged one says anything. Time stands
 * still where the file steps back: a little, until the file has caught up; a lot, and the file is
 * believed from there on.
 */
static uint64_t pass_time(struct np_capture *capture, const struct timeval *stamp)
{
	/* Unsigned in the file, where libpcap takes it for signed: it lasts until 2106. */
	uint64_t seconds = (uint32_t)stamp->tv_sec;
	uint64_t fraction = stamp->tv_usec < 0 ? 0 : (uint64_t)stamp->tv_usec;
	uint64_t stamp_ns, gap;

	if (fraction > 999999999)
		fraction = 999999999;
	stamp_ns = seconds * 1000000000 + fraction;
	if (!capture->packets)
		capture->last_ns = stamp_ns;
	if (stamp_ns < capture->last_ns && capture->last_ns - stamp_ns < REORDER_MAX_NS)
		return capture->now_ns;
	gap = stamp_ns > capture->last_ns ? stamp_ns - capture->last_ns : 0;
	if (gap > NP_CAPTURE_GAP_MAX_NS)
		gap = NP_CAPTURE_GAP_MAX_NS;
	capture->last_ns = stamp_ns;
	capture->now_ns += gap;
	return capture->now_ns;
}

int np_capture_next(struct np_capture *capture, struct np_packet *packet, char *error, size_t size)
{
	struct pcap_pkthdr *header;
	const uint8_t *bytes;
	int got;

	while ((got = pcap_next_ex(capture->pcap, &header, &bytes)) == 1) {
		struct view view = { bytes, header->caplen, header->len };
		struct flow flow = { .len = 0 };
		enum np_capture_fate fate;

		if (view.wire < view.captured)
			view.wire = view.captured;
		packet->time_ns = pass_time(capture, &header->ts);
		capture->packets++;
		fate = parse(capture->link, &view, &flow, &packet->payload);
		capture->count[fate]++;
		if (fate != NP_CAPTURE_DATA)
			continue;
		packet->flow = np_rss_hash(flow.bytes, flow.len);
		return 1;
	}
	if (got == PCAP_ERROR_BREAK)
		return 0;
	snprintf(error, size, "after packet %" PRIu64 ": %s", capture->packets,
		 pcap_geterr(capture->pcap));
	return -EIO;
}

int np_capture_open_stream(FILE *file, struct np_capture **capture, char *error, size_t size)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	struct np_capture *opened = calloc(1, sizeof(*opened));
	const char *name;

	if (!opened) {
		snprintf(error, size, "%s", strerror(ENOMEM));
		fclose(file);
		return -ENOMEM;
	}
	opened->pcap =
		pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason);
	if (!opened->pcap) {
		snprintf(error, size, "not a capture: %s", reason);
		fclose(file);
		free(opened);
		return -EINVAL;
	}
	opened->link = pcap_datalink(opened->pcap);
	if (!link_is_known(opened->link)) {
		name = pcap_datalink_val_to_name(opened->link);
		snprintf(error, size, "link type %d (%s) is not supported", opened->link,
			 name ? name : "unknown");
		np_capture_close(opened);
		return -EINVAL;
	}
	*capture = opened;
	return 0;
}

int np_capture_open(const char *path, struct np_capture **capture, char *error, size_t size)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "rb") : stdin;
	int ret = -errno;

	if (file)
		return np_capture_open_stream(file, capture, error, size);
	snprintf(error, size, "%s", strerror(-ret));
	return ret;
}

uint64_t np_capture_count(const struct np_capture *capture, enum np_capture_fate fate)
{
	np_assure(fate < NP_CAPTURE_FATES);
	return capture->count[fate];
}

const char *np_capture_fate_name(enum np_capture_fate fate)
{
	switch (fate) {
	case NP_CAPTURE_DATA:
		return "data";
	case NP_CAPTURE_EMPTY:
		return "empty";
	case NP_CAPTURE_OTHER:
		return "other";
	case NP_CAPTURE_FRAGMENT:
		return "fragment";
	case NP_CAPTURE_TRUNCATED:
		return "truncated";
	case NP_CAPTURE_MALFORMED:
		return "malformed";
	default:
		return NULL;
	}
}

void np_capture_close(struct np_capture *capture)
{
	if (!capture)
		return;
	/* Closes the file as well, unless that is standard input. */
	pcap_close(capture->pcap);
	free(capture);
}

uint32_t np_rss_hash(const uint8_t *input, size_t len)
{
	const uint8_t key[40] = {
		0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
		0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
		0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
	};
	uint32_t window = 0x6d5a56da, hash = 0;

	np_assure(len + 4 <= sizeof(key));
	for (size_t i = 0; i < len; i++) {
		for (int bit = 7; bit >= 0; bit--) {
			if (input[i] >> bit & 1)
				hash ^= window;
			window = window << 1 | (key[i + 4] >> bit & 1u);
		}
	}
	return hash;
}
