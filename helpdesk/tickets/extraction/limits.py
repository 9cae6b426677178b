"""What one file may cost to read, and how its process says that the disk failed."""

LARGEST_FILE = 50 * 2**20  # bytes; larger ones are known by their name alone
LONGEST_TEXT = 200_000  # bytes of UTF-8: PostgreSQL keeps the words of no more than a megabyte
CPU_SECONDS = 20  # of a processor
WALL_SECONDS = 90.0
MEMORY = 512 * 2**20  # bytes
DISK_FAILED = 74  # how the process ends then: EX_IOERR of sysexits.h, which Windows has not
MOST_PAGES = 500
MOST_UNPACKED = 64 * 2**20  # bytes that a document may unpack to
