"""What one mail may cost to read."""

import struct

CPU_SECONDS = 10.0  # of a processor: a busy machine does not make a mail unreadable
WALL_SECONDS = 60.0
MEMORY = 512 * 2**20  # bytes
LENGTH = struct.Struct(">Q")  # before every message between us and a child
WITH_HTML, WITHOUT_HTML = b"h", b"t"  # before a mail
