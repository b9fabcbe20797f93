#!/usr/bin/env python3
"""A network card's other end in user space, for tests: answers ARP and echo requests of whatever address.

No backend of this kind is small enough to be fetched for one ping, so this one follows QEMU's document "Vhost-user
Protocol" and the virtio specification (split rings, one queue pair). By hand:

    tests/e2e/vhost_user_net.py SOCKET          listens there; the guest's <source ... mode='client'/>
    tests/e2e/vhost_user_net.py --connect SOCKET   connects; the guest's mode='server'

It ends when QEMU hangs up.
"""
import mmap
import os
import selectors
import socket
import struct
import sys

GET_FEATURES, SET_FEATURES, SET_OWNER, SET_MEM_TABLE = 1, 2, 3, 5
SET_VRING_NUM, SET_VRING_ADDR, SET_VRING_BASE, GET_VRING_BASE = 8, 9, 10, 11
SET_VRING_KICK, SET_VRING_CALL, SET_VRING_ERR = 12, 13, 14
GET_PROTOCOL_FEATURES, SET_PROTOCOL_FEATURES, GET_QUEUE_NUM, SET_VRING_ENABLE = 15, 16, 17, 18
F_PROTOCOL_FEATURES, F_VERSION_1 = 1 << 30, 1 << 32
REPLY, VERSION, NO_DESCRIPTOR = 4, 1, 0x100
DESC_NEXT = 1
NET_HEADER = 12
RECEIVE, TRANSMIT = 0, 1


class Memory:
    """The guest's, as regions that QEMU passed."""

    def __init__(self, body, descriptors):
        self.regions = []
        for i in range(struct.unpack_from('<I', body)[0]):
            guest, size, user, offset = struct.unpack_from('<QQQQ', body, 8 + 32 * i)
            page = offset & ~(mmap.PAGESIZE - 1)
            view = mmap.mmap(descriptors[i], size + offset - page, offset=page)
            self.regions.append((guest, user, size, view, offset - page))

    def at(self, address, length, by_user):
        for guest, user, size, view, offset in self.regions:
            start = user if by_user else guest
            if start <= address and address + length <= start + size:
                return view, address - start + offset
        raise ValueError(f'no memory at {address:#x}')

    def read(self, address, length, by_user=False):
        view, offset = self.at(address, length, by_user)
        return view[offset:offset + length]

    def write(self, address, data, by_user=False):
        view, offset = self.at(address, len(data), by_user)
        view[offset:offset + len(data)] = data


class Ring:
    def __init__(self):
        self.size = self.last = 0
        self.descriptors = self.used = self.available = 0
        self.kick = self.call = None

    def buffers(self, memory):
        """The next chain that the guest made available: its head and (address, length) of each part; None without one."""
        index, = struct.unpack('<H', memory.read(self.available + 2, 2, True))
        if not self.size or index == self.last:
            return None
        head, = struct.unpack('<H', memory.read(self.available + 4 + 2 * (self.last % self.size), 2, True))
        self.last = (self.last + 1) & 0xffff
        parts, number = [], head
        for _ in range(self.size):
            address, length, flags, following = struct.unpack('<QIHH', memory.read(self.descriptors + 16 * number, 16, True))
            parts.append((address, length))
            if not flags & DESC_NEXT:
                break
            number = following
        return head, parts

    def give_back(self, memory, head, length):
        index, = struct.unpack('<H', memory.read(self.used + 2, 2, True))
        memory.write(self.used + 4 + 8 * (index % self.size), struct.pack('<II', head, length), True)
        memory.write(self.used + 2, struct.pack('<H', (index + 1) & 0xffff), True)
        if self.call is not None:
            os.write(self.call, struct.pack('<Q', 1))


def checksum(data):
    total = sum(struct.unpack(f'>{len(data) // 2}H', data[:len(data) // 2 * 2])) + (data[-1] << 8 if len(data) % 2 else 0)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


OUR_MAC = b'\x52\x54\x00\xee\xee\xee'


def answer(frame):
    """The frame that comes back for this one; None for what is no question."""
    kind = frame[12:14]
    if kind == b'\x08\x06' and frame[20:22] == b'\0\1':
        sender, wanted = frame[22:32], frame[38:42]
        return frame[6:12] + OUR_MAC + frame[12:20] + b'\0\2' + OUR_MAC + wanted + sender
    if kind == b'\x08\0' and frame[14] == 0x45 and frame[23] == 1 and frame[34] == 8:
        length, = struct.unpack('>H', frame[16:18])
        icmp = b'\0\0\0\0' + frame[38:14 + length]
        icmp = icmp[:2] + struct.pack('>H', checksum(icmp)) + icmp[4:]
        return frame[6:12] + OUR_MAC + frame[12:26] + frame[30:34] + frame[26:30] + icmp
    return None


class Card:
    def __init__(self, connection):
        self.connection = connection
        self.selector = selectors.DefaultSelector()
        self.selector.register(connection, selectors.EVENT_READ)
        self.memory = None
        self.rings = [Ring(), Ring()]

    def reply(self, request, body):
        self.connection.sendall(struct.pack('<III', request, VERSION | REPLY, len(body)) + body)

    def message(self):
        head, descriptors, _, _ = socket.recv_fds(self.connection, 12, 16)
        if not head:
            return False
        while len(head) < 12:
            head += self.connection.recv(12 - len(head))
        request, _, size = struct.unpack('<III', head)
        body = b''
        while len(body) < size:
            more, fds, _, _ = socket.recv_fds(self.connection, size - len(body), 16)
            if not more:
                return False
            body += more
            descriptors += fds
        self.obey(request, body, descriptors)
        return True

    def obey(self, request, body, descriptors):
        index = struct.unpack_from('<I', body)[0] & 0xff if len(body) >= 4 else 0
        if request == GET_FEATURES:
            self.reply(request, struct.pack('<Q', F_VERSION_1 | F_PROTOCOL_FEATURES))
        elif request in (GET_PROTOCOL_FEATURES, GET_QUEUE_NUM):
            self.reply(request, struct.pack('<Q', request == GET_QUEUE_NUM))
        elif request == SET_MEM_TABLE:
            self.memory = Memory(body, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
        elif request in (SET_VRING_NUM, SET_VRING_BASE, SET_VRING_ADDR, GET_VRING_BASE):
            self.set_ring(request, index, self.rings[index], body)
        elif request in (SET_VRING_KICK, SET_VRING_CALL, SET_VRING_ERR):
            self.set_descriptor(request, self.rings[index], descriptors)

    def set_ring(self, request, index, ring, body):
        if request == SET_VRING_NUM:
            ring.size, = struct.unpack_from('<I', body, 4)
        elif request == SET_VRING_BASE:
            ring.last, = struct.unpack_from('<I', body, 4)
        elif request == SET_VRING_ADDR:
            ring.descriptors, ring.used, ring.available = struct.unpack_from('<QQQ', body, 8)
        else:  # the ring stops
            self.set_descriptor(SET_VRING_KICK, ring, [])
            self.reply(request, struct.pack('<II', index, ring.last))

    def set_descriptor(self, request, ring, descriptors):
        mine = descriptors[0] if descriptors else None
        if request == SET_VRING_KICK:
            if ring.kick is not None:
                self.selector.unregister(ring.kick)
                os.close(ring.kick)
            ring.kick = mine
            if mine is not None:
                self.selector.register(mine, selectors.EVENT_READ)
        elif request == SET_VRING_CALL:
            if ring.call is not None:
                os.close(ring.call)
            ring.call = mine
        elif mine is not None:
            os.close(mine)

    def send(self, frame):
        chain = self.rings[RECEIVE].buffers(self.memory)
        if not chain:
            return  # as a card does that has no room
        head, parts = chain
        left = data = bytes(10) + struct.pack('<H', 1) + frame
        for address, length in parts:
            self.memory.write(address, left[:length])
            left = left[length:]
        self.rings[RECEIVE].give_back(self.memory, head, len(data) - len(left))

    def take(self):
        while chain := self.rings[TRANSMIT].buffers(self.memory):
            head, parts = chain
            packet = b''.join(self.memory.read(*part) for part in parts)
            back = answer(packet[NET_HEADER:])
            self.rings[TRANSMIT].give_back(self.memory, head, 0)
            if back:
                self.send(back)

    def serve(self):
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.connection:
                    if not self.message():
                        return
                elif any(ring.kick == key.fd for ring in self.rings):
                    os.read(key.fd, 8)
                    if key.fd == self.rings[TRANSMIT].kick:
                        self.take()


def main():
    if sys.argv[1] == '--connect':
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(sys.argv[2])
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(sys.argv[1])
        listener.listen(1)
        print('listening', flush=True)
        connection, _ = listener.accept()
    Card(connection).serve()


if __name__ == '__main__':
    main()
