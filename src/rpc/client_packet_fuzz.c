/* Bytes of a hostile server, in pieces of every size: whatever comes, packets come out whole or the reader says no. */
#include <string.h>
#include <unistd.h>

#include "client_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes out what is there; false once the reader refused. */
static bool take_packets(PacketReader *reader)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int r;

        for (;;) {
                g_autoptr(Packet) packet = NULL;

                r = packet_reader_next(reader, &packet, &err);
                if (r <= 0)
                        return r == 0;
                if (packet->length > WIRE_MESSAGE_MAX || packet->n_fds > WIRE_FDS_MAX)
                        __builtin_trap();
                for (size_t i = 0; i < packet->length; i++)
                        *(volatile uint8_t *)&packet->data[i];
        }
}

/* The first byte chooses the size of the pieces and how many descriptors come with each. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        PacketReader reader;
        size_t piece, position = 1;
        int n_fds;

        if (size < 1)
                return 0;
        piece = (data[0] & 0x0f) ? (data[0] & 0x0fU) : 4096;
        n_fds = data[0] >> 6;
        packet_reader_init(&reader);
        while (position < size) {
                size_t room, n = MIN(piece, size - position);
                uint8_t *space = packet_reader_space(&reader, &room);
                int fds[4];

                n = MIN(n, room);
                memcpy(space, data + position, n);
                for (int i = 0; i < n_fds; i++)
                        fds[i] = dup(STDERR_FILENO);
                packet_reader_filled(&reader, n, fds, n_fds);
                position += n;
                if (!take_packets(&reader))
                        break;
        }
        packet_reader_done(&reader);
        return 0;
}
