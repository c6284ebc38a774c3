"""A picture of very many dots comes in, and goes into a document, within 150 MB: in a process that can have no more than that."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import io, re, resource, struct, sys, zlib
from PIL import Image
from portal.documents import pictures
from portal.submissions.uploads.inspection import inspect

def part(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

def png(width, height):
    packer, row = zlib.compressobj(1), b"\\0" + bytes((200, 30, 30, 128)) * width
    dots = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\\x89PNG\\r\\n\\x1a\\n" + part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)) + part(b"IDAT", dots) + part(b"IEND", b"")

def jpeg(width, height):
    out = io.BytesIO()
    Image.new("L", (width, height), 90).save(out, "JPEG")
    return out.getvalue()

inspect("warm.jpg", jpeg(10, 10)), pictures._drawn(png(10, 10))
large_png, large_jpeg, printable = png(10_000, 10_000), jpeg(10_000, 10_000), png(10_000, 3_000)
used = int(re.search(r"VmSize:\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024
most = used + 150 * 1024 * 1024
resource.setrlimit(resource.RLIMIT_AS, (most, most))
try:
    bytearray(151 * 1024 * 1024)
    sys.exit("the limit does not hold")
except MemoryError:
    pass
Image.MAX_IMAGE_PIXELS = None
assert inspect("large.png", large_png).data and inspect("large.jpg", large_jpeg).data
for one in (printable, large_jpeg):
    with Image.open(io.BytesIO(pictures._drawn(one))) as drawn:
        assert max(drawn.size) == pictures.LONGEST_SIDE, drawn.size
        red, green, _ = drawn.getpixel((5, 5))
        assert one is large_jpeg or (abs(red - 227) < 3 and abs(green - 142) < 3), "half of it shows the white behind"
"""


def test_pictures_of_very_many_dots_take_less_than_150_megabytes():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
