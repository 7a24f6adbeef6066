"""Small pictures for tests, made byte by byte."""

import struct
import zlib


def png(width: int = 4, height: int = 3) -> bytes:
    """A white PNG of that size."""

    def part(name: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def jpeg(width: int = 4, height: int = 3, *, turned: int = 0, order: str = ">") -> bytes:
    """The skeleton of a JPEG; `turned` is how its camera says it was held."""

    def part(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    held = b""
    if turned:
        mark = b"MM" if order == ">" else b"II"
        tags = struct.pack(f"{order}HHHIHH", 1, 0x0112, 3, 1, turned, 0)
        held = part(0xE1, b"Exif\0\0" + mark + struct.pack(f"{order}HI", 42, 8) + tags)
    size = part(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    return b"\xff\xd8" + part(0xE0, b"JFIF\0") + held + b"\xff" + size + b"\xff\xd9"


def webp(kind: bytes = b"VP8X", width: int = 4, height: int = 3) -> bytes:
    """The skeleton of a WebP of one of its three kinds."""
    body = {
        b"VP8X": b"\0" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"),
        b"VP8L": b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + b"\0",
        b"VP8 ": b"\0" * 6 + struct.pack("<HH", width, height),
    }.get(kind, b"\0" * 10)
    inner = b"WEBP" + kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def svg(inside: str = "", *, size: str = 'viewBox="0 0 400 300"') -> bytes:
    """A drawing with something in it."""
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<?xml version="1.0"?><svg {names} {size}>{inside}</svg>'.encode()
