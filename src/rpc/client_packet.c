/* Cutting received bytes into packets. */
#include "client_packet.h"

#include <string.h>
#include <unistd.h>

Packet *packet_free(Packet *packet)
{
        if (!packet)
                return NULL;
        for (size_t i = 0; i < packet->n_fds; i++) {
                if (packet->fds[i] >= 0)
                        close(packet->fds[i]);
        }
        g_free(packet->large);
        g_free(packet);
        return NULL;
}

void packet_reader_init(PacketReader *reader)
{
        *reader = (PacketReader){ .buffer = g_malloc(PACKET_BUFFER) };
}

static void drop_fds(PacketReader *reader)
{
        for (size_t i = 0; i < reader->n_fds; i++)
                close(reader->fds[i]);
        reader->n_fds = 0;
}

void packet_reader_done(PacketReader *reader)
{
        drop_fds(reader);
        packet_free(reader->packet);
        g_free(reader->buffer);
        *reader = (PacketReader){ 0 };
}

/* The memory of a large packet grows with what arrives, not with what was announced. */
static void grow(PacketReader *reader)
{
        Packet *packet = reader->packet;

        if (reader->have < reader->room || reader->room == packet->length)
                return;
        reader->room = MIN(packet->length, reader->room * 2);
        packet->large = g_realloc(packet->large, reader->room);
        packet->data = packet->large;
}

uint8_t *packet_reader_space(PacketReader *reader, size_t *ret_size)
{
        size_t left = reader->end - reader->start;

        if (reader->packet && left == 0 && reader->packet->length - reader->have > PACKET_BUFFER) {
                grow(reader);
                *ret_size = reader->room - reader->have;
                return reader->packet->data + reader->have;
        }
        memmove(reader->buffer, reader->buffer + reader->start, left);
        reader->start = 0;
        reader->end = left;
        *ret_size = PACKET_BUFFER - left;
        return reader->buffer + left;
}

void packet_reader_filled(PacketReader *reader, size_t length, const int *fds, size_t n_fds)
{
        size_t size;

        for (size_t i = 0; i < n_fds; i++) {
                if (reader->n_fds < WIRE_FDS_MAX)
                        reader->fds[reader->n_fds++] = fds[i];
                else
                        close(fds[i]);
        }
        if (packet_reader_space(reader, &size) == reader->buffer + reader->end)
                reader->end += length;
        else
                reader->have += length;
}

static Packet *packet_new(PacketReader *reader, const WireHeader *header, size_t length)
{
        Packet *packet;

        reader->room = MIN(length, PACKET_BUFFER);
        reader->have = 0;
        reader->want_fds = 0;
        reader->counted_fds = header->type != WIRE_CALL_WITH_FDS && header->type != WIRE_REPLY_WITH_FDS;
        if (length <= PACKET_BUFFER) {
                packet = g_malloc(sizeof(*packet) + length);
                *packet = (Packet){ .header = *header, .length = length };
                packet->data = (uint8_t *)(packet + 1);
                return packet;
        }
        packet = g_new(Packet, 1);
        *packet = (Packet){ .header = *header, .length = length, .large = g_malloc(PACKET_BUFFER) };
        packet->data = packet->large;
        return packet;
}

static int begin_packet(PacketReader *reader, Error *err)
{
        WireReader in = { .data = reader->buffer + reader->start, .length = reader->end - reader->start };
        WireHeader header;
        uint32_t length;

        if (!wire_get_u32(&in, &length))
                return 0;
        if (length < WIRE_LENGTH_SIZE + WIRE_HEADER_SIZE)
                return error_set(err, VIR_ERR_RPC, "packet %u bytes received from server too small, want %d", length,
                                 WIRE_LENGTH_SIZE + WIRE_HEADER_SIZE);
        if (length > WIRE_LENGTH_SIZE + WIRE_MESSAGE_MAX)
                return error_set(err, VIR_ERR_RPC, "packet %u bytes received from server too large, want %d", length,
                                 WIRE_LENGTH_SIZE + WIRE_MESSAGE_MAX);
        if (!wire_get_header(&in, &header))
                return 0;
        reader->start += WIRE_LENGTH_SIZE + WIRE_HEADER_SIZE;
        reader->packet = packet_new(reader, &header, length - WIRE_LENGTH_SIZE - WIRE_HEADER_SIZE);
        return 1;
}

/* Moves buffered payload into the packet; true once it is whole. */
static bool fill_payload(PacketReader *reader)
{
        Packet *packet = reader->packet;

        while (reader->have < packet->length && reader->start < reader->end) {
                size_t n;

                grow(reader);
                n = MIN(reader->end - reader->start, reader->room - reader->have);
                memcpy(packet->data + reader->have, reader->buffer + reader->start, n);
                reader->have += n;
                reader->start += n;
        }
        return reader->have == packet->length;
}

static int count_fds(PacketReader *reader, Error *err)
{
        Packet *packet = reader->packet;
        WireReader in = { .data = packet->data, .length = packet->length };
        uint32_t count;

        if (reader->counted_fds)
                return 0;
        if (!wire_get_u32(&in, &count))
                return error_set(err, VIR_ERR_RPC, "packet from server lacks its number of file descriptors");
        if (count > WIRE_FDS_MAX)
                return error_set(err, VIR_ERR_RPC, "received too many FDs %u, want at most %d", count, WIRE_FDS_MAX);
        packet->data += in.position;
        packet->length -= in.position;
        reader->have = packet->length;
        reader->want_fds = count;
        reader->counted_fds = true;
        return 0;
}

/* Each descriptor comes with one byte of its own, in the same recvmsg(). 1 when all are there. */
static int take_fds(PacketReader *reader, Error *err)
{
        Packet *packet = reader->packet;

        while (packet->n_fds < reader->want_fds) {
                if (reader->start == reader->end)
                        return 0;
                if (reader->n_fds == 0)
                        return error_set(err, VIR_ERR_RPC, "server announced %zu file descriptors and sent %zu",
                                         reader->want_fds, packet->n_fds);
                reader->start++;
                packet->fds[packet->n_fds++] = reader->fds[0];
                memmove(reader->fds, reader->fds + 1, --reader->n_fds * sizeof(reader->fds[0]));
        }
        return 1;
}

int packet_reader_next(PacketReader *reader, Packet **ret_packet, Error *err)
{
        int r = 1;

        if (!reader->packet)
                r = begin_packet(reader, err);
        if (r == 1)
                r = fill_payload(reader);
        if (r == 1 && count_fds(reader, err) < 0)
                r = -1;
        if (r == 1)
                r = take_fds(reader, err);
        if (r == 1)
                *ret_packet = g_steal_pointer(&reader->packet);
        else
                drop_fds(reader); /* nobody announced what is left */
        return r;
}
