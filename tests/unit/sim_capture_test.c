/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include <capture.h>

/* Link types as files have them; pcap-linktype(7). */
#define LINK_ETHERNET 1
#define LINK_PPP 9
#define LINK_RAW 101
#define LINK_SLL 113
#define LINK_SLL2 276

#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17

/* A capture file being written, or a packet of one. */
struct bytes {
	uint8_t data[4096];
	size_t len;
};

static void put(struct bytes *b, const void *data, size_t len)
{
	assert_true(b->len + len <= sizeof(b->data));
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

static void put_zeros(struct bytes *b, size_t len)
{
	assert_true(b->len + len <= sizeof(b->data));
	memset(b->data + b->len, 0, len);
	b->len += len;
}

static void put8(struct bytes *b, unsigned int value)
{
	put(b, &(uint8_t){ (uint8_t)value }, 1);
}

/* Network order. */
static void put16(struct bytes *b, unsigned int value)
{
	put8(b, value >> 8);
	put8(b, value & 0xff);
}

/* The order of the machine, as files have it. */
static void put_u32(struct bytes *b, uint32_t value)
{
	put(b, &value, 4);
}

static void put_u16(struct bytes *b, uint16_t value)
{
	put(b, &value, 2);
}

static void put_ethernet(struct bytes *b, unsigned int type)
{
	put_zeros(b, 12);
	put16(b, type);
}

static void put_ipv4(struct bytes *b, unsigned int protocol, unsigned int total)
{
	const uint8_t addresses[] = { 10, 0, 0, 1, 10, 0, 0, 2 };

	put8(b, 0x45);
	put8(b, 0);
	put16(b, total);
	put_zeros(b, 4);
	put8(b, 64);
	put8(b, protocol);
	put16(b, 0);
	put(b, addresses, sizeof(addresses));
}

static void put_ipv6(struct bytes *b, unsigned int next, unsigned int payload)
{
	put8(b, 0x60);
	put_zeros(b, 3);
	put16(b, payload);
	put8(b, next);
	put8(b, 64);
	put_zeros(b, 31);
	put8(b, 1);
}

static void put_tcp(struct bytes *b, unsigned int source, unsigned int destination,
		    unsigned int words)
{
	put16(b, source);
	put16(b, destination);
	put_zeros(b, 8);
	put8(b, words << 4);
	put_zeros(b, 7);
	for (unsigned int word = 5; word < words; word++)
		put_zeros(b, 4);
}

static void begin_file(struct bytes *file, uint32_t magic, uint32_t link)
{
	file->len = 0;
	put_u32(file, magic);
	put_u16(file, 2);
	put_u16(file, 4);
	put_zeros(file, 8);
	put_u32(file, 65535);
	put_u32(file, link);
}

#define MICROSECONDS 0xa1b2c3d4u
#define NANOSECONDS 0xa1b23c4du

static void add_record(struct bytes *file, uint32_t seconds, uint32_t fraction,
		       const struct bytes *packet, size_t captured, size_t wire)
{
	put_u32(file, seconds);
	put_u32(file, fraction);
	put_u32(file, (uint32_t)captured);
	put_u32(file, (uint32_t)wire);
	put(file, packet->data, captured);
}

/* TCP over IPv4 over Ethernet with @payload bytes. */
static void make_segment(struct bytes *packet, unsigned int payload)
{
	packet->len = 0;
	put_ethernet(packet, 0x0800);
	put_ipv4(packet, PROTOCOL_TCP, 40 + payload);
	put_tcp(packet, 1000, 2000, 5);
	put_zeros(packet, payload);
}

static struct np_capture *open_bytes(const struct bytes *file)
{
	FILE *stream = fmemopen((void *)(uintptr_t)file->data, file->len, "rb");
	struct np_capture *capture = NULL;
	char error[256] = "";
	int ret = np_capture_open_stream(stream, &capture, error, sizeof(error));

	if (ret)
		print_error("%s\n", error);
	assert_int_equal(ret, 0);
	return capture;
}

/* What becomes of a file with just this packet. */
static enum np_capture_fate fate_of(uint32_t link, const struct bytes *packet, size_t captured,
				    size_t wire, struct np_packet *got)
{
	enum np_capture_fate fate = NP_CAPTURE_FATES;
	struct np_packet ignored;
	struct np_capture *capture;
	struct bytes file;
	char error[256];

	begin_file(&file, MICROSECONDS, link);
	add_record(&file, 1, 0, packet, captured, wire);
	capture = open_bytes(&file);
	np_capture_next(capture, got ? got : &ignored, error, sizeof(error));
	for (int i = 0; i < NP_CAPTURE_FATES; i++) {
		if (np_capture_count(capture, (enum np_capture_fate)i))
			fate = (enum np_capture_fate)i;
	}
	np_capture_close(capture);
	return fate;
}

static void assert_payload(uint32_t link, const struct bytes *packet, unsigned int payload)
{
	struct np_packet got = { .payload = 0 };

	assert_int_equal(fate_of(link, packet, packet->len, packet->len, &got), NP_CAPTURE_DATA);
	assert_int_equal(got.payload, payload);
}

static void assert_fate(const struct bytes *packet, enum np_capture_fate fate)
{
	enum np_capture_fate got = fate_of(LINK_ETHERNET, packet, packet->len, packet->len, NULL);

	assert_string_equal(np_capture_fate_name(got), np_capture_fate_name(fate));
}

static void ethernet_segment_is_delivered_with_its_payload(void **state)
{
	struct bytes packet;

	(void)state;
	make_segment(&packet, 1448);
	assert_payload(LINK_ETHERNET, &packet, 1448);
}

static void vlan_tags_are_skipped(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x88a8);
	put16(&packet, 5);
	put16(&packet, 0x8100);
	put16(&packet, 6);
	put16(&packet, 0x0800);
	put_ipv4(&packet, PROTOCOL_TCP, 140);
	put_tcp(&packet, 1, 2, 5);
	put_zeros(&packet, 100);
	assert_payload(LINK_ETHERNET, &packet, 100);
}

static void endless_vlan_tags_are_not_followed(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x8100);
	for (int i = 0; i < 100; i++) {
		put16(&packet, 1);
		put16(&packet, 0x8100);
	}
	assert_fate(&packet, NP_CAPTURE_OTHER);
}

static void cooked_capture_is_read(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_zeros(&packet, 14);
	put16(&packet, 0x0800);
	put_ipv4(&packet, PROTOCOL_TCP, 50);
	put_tcp(&packet, 1, 2, 5);
	put_zeros(&packet, 10);
	assert_payload(LINK_SLL, &packet, 10);
}

static void cooked_capture_version_2_is_read(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put16(&packet, 0x86dd);
	put_zeros(&packet, 18);
	put_ipv6(&packet, PROTOCOL_TCP, 30);
	put_tcp(&packet, 1, 2, 5);
	put_zeros(&packet, 10);
	assert_payload(LINK_SLL2, &packet, 10);
}

static void raw_capture_has_both_versions_of_ip(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ipv4(&packet, PROTOCOL_TCP, 50);
	put_tcp(&packet, 1, 2, 5);
	put_zeros(&packet, 10);
	assert_payload(LINK_RAW, &packet, 10);
	packet.len = 0;
	put_ipv6(&packet, PROTOCOL_TCP, 31);
	put_tcp(&packet, 1, 2, 5);
	put_zeros(&packet, 11);
	assert_payload(LINK_RAW, &packet, 11);
}

static void ipv6_extension_headers_are_walked_over(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 0, 8 + 16 + 12 + 20 + 9);
	put8(&packet, 60); /* hop by hop, then destination options of 16 bytes */
	put_zeros(&packet, 7);
	put8(&packet, 51);
	put8(&packet, 1);
	put_zeros(&packet, 14);
	put8(&packet, PROTOCOL_TCP); /* authentication: counts in words of 4 */
	put8(&packet, 1);
	put_zeros(&packet, 10);
	put_tcp(&packet, 1, 2, 5);
	put_zeros(&packet, 9);
	assert_payload(LINK_ETHERNET, &packet, 9);
}

static void endless_extension_headers_are_malformed(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 60, 800);
	for (int i = 0; i < 100; i++) {
		put8(&packet, 60);
		put_zeros(&packet, 7);
	}
	assert_fate(&packet, NP_CAPTURE_MALFORMED);
}

static void tcp_options_are_not_payload(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, PROTOCOL_TCP, 20 + 32 + 7);
	put_tcp(&packet, 1, 2, 8);
	put_zeros(&packet, 7);
	assert_payload(LINK_ETHERNET, &packet, 7);
}

static void padding_of_a_short_frame_is_not_payload(void **state)
{
	struct bytes packet;

	(void)state;
	make_segment(&packet, 0);
	put_zeros(&packet, 6);
	assert_fate(&packet, NP_CAPTURE_EMPTY);
}

static void headers_alone_are_enough(void **state)
{
	struct np_packet got = { .payload = 0 };
	struct bytes packet;

	(void)state;
	make_segment(&packet, 1448);
	assert_int_equal(fate_of(LINK_ETHERNET, &packet, 54, packet.len, &got), NP_CAPTURE_DATA);
	assert_int_equal(got.payload, 1448);
}

static void large_segment_without_a_length_reaches_to_the_end_of_the_frame(void **state)
{
	struct np_packet got = { .payload = 0 };
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, PROTOCOL_TCP, 0);
	put_tcp(&packet, 1, 2, 5);
	assert_int_equal(fate_of(LINK_ETHERNET, &packet, packet.len, 54 + 200000, &got),
			 NP_CAPTURE_DATA);
	assert_int_equal(got.payload, 200000);
}

static void segment_larger_than_any_is_malformed(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, PROTOCOL_TCP, 0);
	put_tcp(&packet, 1, 2, 5);
	assert_int_equal(fate_of(LINK_ETHERNET, &packet, packet.len, 0xffffffffu, NULL),
			 NP_CAPTURE_MALFORMED);
}

static void ip_packet_longer_than_its_frame_is_malformed(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, PROTOCOL_TCP, 1500);
	put_tcp(&packet, 1, 2, 5);
	assert_fate(&packet, NP_CAPTURE_MALFORMED);
}

static void tcp_header_shorter_than_any_is_malformed(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, PROTOCOL_TCP, 50);
	put_tcp(&packet, 1, 2, 5);
	packet.data[packet.len - 8] = 4 << 4;
	put_zeros(&packet, 10);
	assert_fate(&packet, NP_CAPTURE_MALFORMED);
}

static void tcp_header_longer_than_its_packet_is_malformed(void **state)
{
	struct bytes packet;

	(void)state;
	make_segment(&packet, 10);
	packet.data[14 + 20 + 12] = 15 << 4;
	assert_fate(&packet, NP_CAPTURE_MALFORMED);
}

static void ip_version_that_contradicts_the_frame_is_malformed(void **state)
{
	struct bytes packet;

	(void)state;
	make_segment(&packet, 10);
	packet.data[14] = 0x65;
	assert_fate(&packet, NP_CAPTURE_MALFORMED);
}

static void ip_fragment_is_left_out(void **state)
{
	struct bytes packet;

	(void)state;
	make_segment(&packet, 10);
	packet.data[14 + 6] = 0x20;
	assert_fate(&packet, NP_CAPTURE_FRAGMENT);
}

static void ipv6_fragment_is_left_out(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 44, 8);
	put_zeros(&packet, 8);
	assert_fate(&packet, NP_CAPTURE_FRAGMENT);
}

static void udp_is_something_else(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, PROTOCOL_UDP, 40);
	put_zeros(&packet, 20);
	assert_fate(&packet, NP_CAPTURE_OTHER);
}

static void arp_is_something_else(void **state)
{
	struct bytes packet = { .len = 0 };

	(void)state;
	put_ethernet(&packet, 0x0806);
	put_zeros(&packet, 28);
	assert_fate(&packet, NP_CAPTURE_OTHER);
}

static void headers_cut_off_anywhere_are_truncated(void **state)
{
	struct bytes packet;

	(void)state;
	make_segment(&packet, 10);
	for (size_t captured = 0; captured < 54; captured++)
		assert_int_equal(fate_of(LINK_ETHERNET, &packet, captured, packet.len, NULL),
				 NP_CAPTURE_TRUNCATED);
}

static void frame_that_ended_anywhere_is_malformed(void **state)
{
	struct bytes packet;

	(void)state;
	make_segment(&packet, 10);
	for (size_t len = 0; len < packet.len; len++)
		assert_int_equal(fate_of(LINK_ETHERNET, &packet, len, len, NULL),
				 NP_CAPTURE_MALFORMED);
}

static uint32_t flow_of(unsigned int source, unsigned int destination)
{
	struct np_packet got = { .flow = 0 };
	struct bytes packet = { .len = 0 };

	put_ipv4(&packet, PROTOCOL_TCP, 50);
	put_tcp(&packet, source, destination, 5);
	put_zeros(&packet, 10);
	assert_int_equal(fate_of(LINK_RAW, &packet, packet.len, packet.len, &got), NP_CAPTURE_DATA);
	return got.flow;
}

static void segments_of_one_flow_have_one_hash(void **state)
{
	(void)state;
	assert_int_equal(flow_of(1000, 2000), flow_of(1000, 2000));
	assert_int_not_equal(flow_of(1000, 2000), flow_of(1001, 2000));
}

static void directions_of_a_connection_are_two_flows(void **state)
{
	(void)state;
	assert_int_not_equal(flow_of(1000, 2000), flow_of(2000, 1000));
}

/* From "Verifying the RSS hash calculation", Windows driver documentation. */
static void rss_hash_gives_the_published_values(void **state)
{
	const uint8_t first[] = { 66, 9, 149, 187, 161, 142, 100, 80, 0x0a, 0xea, 0x06, 0xe6 };
	const uint8_t second[] = { 199, 92, 111, 2, 65, 69, 140, 83, 0x37, 0x96, 0x12, 0x83 };
	const uint8_t sixth[] = { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0, 0, 0, 0, 0, 0,
				  0,	7,    0x3f, 0xfe, 0x25, 0x01, 0x02, 0,	  0, 3, 0, 0, 0, 0,
				  0,	0,    0,    1,	  0x0a, 0xea, 0x06, 0xe6 };

	(void)state;
	assert_int_equal(np_rss_hash(first, sizeof(first)), 0x51ccc178);
	assert_int_equal(np_rss_hash(second, sizeof(second)), 0xc626b0ea);
	assert_int_equal(np_rss_hash(sixth, sizeof(sixth)), 0x40207d3d);
}

static uint64_t next_time(struct np_capture *capture)
{
	struct np_packet packet = { .time_ns = 0 };
	char error[256];

	assert_int_equal(np_capture_next(capture, &packet, error, sizeof(error)), 1);
	return packet.time_ns;
}

/* Time of the last packet of a file with packets at these moments. */
static uint64_t time_of_last(uint32_t magic, size_t nr, const uint32_t (*moments)[2])
{
	struct np_capture *capture;
	struct bytes file, packet;
	uint64_t last = 0;

	make_segment(&packet, 1);
	begin_file(&file, magic, LINK_ETHERNET);
	for (size_t i = 0; i < nr; i++)
		add_record(&file, moments[i][0], moments[i][1], &packet, packet.len, packet.len);
	capture = open_bytes(&file);
	while (nr--)
		last = next_time(capture);
	np_capture_close(capture);
	return last;
}

static void time_begins_with_the_first_packet(void **state)
{
	const uint32_t moments[][2] = { { 1600000000, 999999 } };

	(void)state;
	assert_int_equal(time_of_last(MICROSECONDS, 1, moments), 0);
}

static void microseconds_become_nanoseconds(void **state)
{
	const uint32_t moments[][2] = { { 5, 999999 }, { 6, 1 } };

	(void)state;
	assert_int_equal(time_of_last(MICROSECONDS, 2, moments), 2000);
}

static void nanoseconds_are_kept(void **state)
{
	const uint32_t moments[][2] = { { 5, 999999999 }, { 6, 1 } };

	(void)state;
	assert_int_equal(time_of_last(NANOSECONDS, 2, moments), 2);
}

static void time_stands_still_until_a_late_packet_has_caught_up(void **state)
{
	const uint32_t moments[][2] = { { 5, 0 }, { 5, 30 }, { 5, 10 }, { 5, 40 } };

	(void)state;
	assert_int_equal(time_of_last(NANOSECONDS, 3, moments), 30);
	assert_int_equal(time_of_last(NANOSECONDS, 4, moments), 40);
}

static void time_goes_on_after_a_step_back(void **state)
{
	const uint32_t moments[][2] = { { 4000000000, 0 }, { 5, 0 }, { 5, 7 } };

	(void)state;
	assert_int_equal(time_of_last(NANOSECONDS, 3, moments), 7);
}

static void gap_in_time_is_cut_to_an_hour(void **state)
{
	const uint32_t moments[][2] = { { 5, 0 }, { 4000000000, 0 } };

	(void)state;
	assert_int_equal(time_of_last(NANOSECONDS, 2, moments), NP_CAPTURE_GAP_MAX_NS);
}

static void pcapng_is_read(void **state)
{
	struct bytes file = { .len = 0 }, packet;
	struct np_packet got = { .payload = 0 };
	struct np_capture *capture;
	char error[256];

	(void)state;
	make_segment(&packet, 22);  /* 76 bytes: needs no padding */
	put_u32(&file, 0x0a0d0d0a); /* section */
	put_u32(&file, 28);
	put_u32(&file, 0x1a2b3c4d);
	put_u16(&file, 1);
	put_u16(&file, 0);
	put_u32(&file, 0xffffffff);
	put_u32(&file, 0xffffffff);
	put_u32(&file, 28);
	put_u32(&file, 1); /* interface */
	put_u32(&file, 20);
	put_u16(&file, LINK_ETHERNET);
	put_u16(&file, 0);
	put_u32(&file, 65535);
	put_u32(&file, 20);
	put_u32(&file, 6); /* packet */
	put_u32(&file, 32 + 76);
	put_zeros(&file, 12);
	put_u32(&file, 76);
	put_u32(&file, 76);
	put(&file, packet.data, packet.len);
	put_u32(&file, 32 + 76);
	capture = open_bytes(&file);
	assert_int_equal(np_capture_next(capture, &got, error, sizeof(error)), 1);
	assert_int_equal(got.payload, 22);
	assert_int_equal(np_capture_next(capture, &got, error, sizeof(error)), 0);
	np_capture_close(capture);
}

static void assert_refused(const struct bytes *file, const char *message)
{
	FILE *stream = fmemopen((void *)(uintptr_t)file->data, file->len, "rb");
	struct np_capture *capture = NULL;
	char error[256] = "";

	assert_int_equal(np_capture_open_stream(stream, &capture, error, sizeof(error)), -EINVAL);
	if (!strstr(error, message))
		assert_string_equal(error, message);
}

static void unknown_link_type_is_refused_by_name(void **state)
{
	struct bytes file;

	(void)state;
	begin_file(&file, MICROSECONDS, LINK_PPP);
	assert_refused(&file, "link type 9 (PPP) is not supported");
}

static void file_that_is_no_capture_is_refused(void **state)
{
	struct bytes file = { .len = 0 };

	(void)state;
	put(&file, "netpage 1 mail\nend\n", 19);
	assert_refused(&file, "not a capture: ");
}

static void file_that_is_not_there_is_an_error(void **state)
{
	struct np_capture *capture = NULL;
	char error[256] = "";

	(void)state;
	assert_int_equal(np_capture_open("/nonexistent/x.pcap", &capture, error, sizeof(error)),
			 -ENOENT);
	assert_string_equal(error, "No such file or directory");
}

static void directory_is_an_error(void **state)
{
	struct np_capture *capture = NULL;
	char error[256] = "";

	(void)state;
	assert_true(np_capture_open("/", &capture, error, sizeof(error)) < 0);
	assert_string_not_equal(error, "");
}

static void file_that_is_cut_off_ends_with_an_error_that_counts(void **state)
{
	struct np_packet got = { .payload = 0 };
	struct np_capture *capture;
	struct bytes file, packet;
	char error[256] = "";

	(void)state;
	make_segment(&packet, 10);
	begin_file(&file, MICROSECONDS, LINK_ETHERNET);
	add_record(&file, 1, 0, &packet, packet.len, packet.len);
	add_record(&file, 1, 0, &packet, packet.len, packet.len);
	file.len -= 3;
	capture = open_bytes(&file);
	assert_int_equal(np_capture_next(capture, &got, error, sizeof(error)), 1);
	assert_int_equal(np_capture_next(capture, &got, error, sizeof(error)), -EIO);
	assert_memory_equal(error, "after packet 1: ", 16);
	np_capture_close(capture);
}

static void packet_that_is_left_out_does_not_end_the_file(void **state)
{
	struct bytes file, packet, arp = { .len = 0 };
	struct np_packet got = { .payload = 0 };
	struct np_capture *capture;
	char error[256];

	(void)state;
	put_ethernet(&arp, 0x0806);
	make_segment(&packet, 10);
	begin_file(&file, MICROSECONDS, LINK_ETHERNET);
	add_record(&file, 1, 0, &arp, arp.len, arp.len);
	add_record(&file, 1, 0, &packet, packet.len, packet.len);
	capture = open_bytes(&file);
	assert_int_equal(np_capture_next(capture, &got, error, sizeof(error)), 1);
	assert_int_equal(got.payload, 10);
	assert_int_equal(np_capture_count(capture, NP_CAPTURE_OTHER), 1);
	np_capture_close(capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ethernet_segment_is_delivered_with_its_payload),
		cmocka_unit_test(vlan_tags_are_skipped),
		cmocka_unit_test(endless_vlan_tags_are_not_followed),
		cmocka_unit_test(cooked_capture_is_read),
		cmocka_unit_test(cooked_capture_version_2_is_read),
		cmocka_unit_test(raw_capture_has_both_versions_of_ip),
		cmocka_unit_test(ipv6_extension_headers_are_walked_over),
		cmocka_unit_test(endless_extension_headers_are_malformed),
		cmocka_unit_test(tcp_options_are_not_payload),
		cmocka_unit_test(padding_of_a_short_frame_is_not_payload),
		cmocka_unit_test(headers_alone_are_enough),
		cmocka_unit_test(large_segment_without_a_length_reaches_to_the_end_of_the_frame),
		cmocka_unit_test(segment_larger_than_any_is_malformed),
		cmocka_unit_test(ip_packet_longer_than_its_frame_is_malformed),
		cmocka_unit_test(tcp_header_shorter_than_any_is_malformed),
		cmocka_unit_test(tcp_header_longer_than_its_packet_is_malformed),
		cmocka_unit_test(ip_version_that_contradicts_the_frame_is_malformed),
		cmocka_unit_test(ip_fragment_is_left_out),
		cmocka_unit_test(ipv6_fragment_is_left_out),
		cmocka_unit_test(udp_is_something_else),
		cmocka_unit_test(arp_is_something_else),
		cmocka_unit_test(headers_cut_off_anywhere_are_truncated),
		cmocka_unit_test(frame_that_ended_anywhere_is_malformed),
		cmocka_unit_test(segments_of_one_flow_have_one_hash),
		cmocka_unit_test(directions_of_a_connection_are_two_flows),
		cmocka_unit_test(rss_hash_gives_the_published_values),
		cmocka_unit_test(time_begins_with_the_first_packet),
		cmocka_unit_test(microseconds_become_nanoseconds),
		cmocka_unit_test(nanoseconds_are_kept),
		cmocka_unit_test(time_stands_still_until_a_late_packet_has_caught_up),
		cmocka_unit_test(time_goes_on_after_a_step_back),
		cmocka_unit_test(gap_in_time_is_cut_to_an_hour),
		cmocka_unit_test(pcapng_is_read),
		cmocka_unit_test(unknown_link_type_is_refused_by_name),
		cmocka_unit_test(file_that_is_no_capture_is_refused),
		cmocka_unit_test(file_that_is_not_there_is_an_error),
		cmocka_unit_test(directory_is_an_error),
		cmocka_unit_test(file_that_is_cut_off_ends_with_an_error_that_counts),
		cmocka_unit_test(packet_that_is_left_out_does_not_end_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
