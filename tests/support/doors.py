"""Who gets in at a server, and where it listens: asked of the wire and of the kernel, without the client library."""

import asyncio
import json
from pathlib import Path


async def answer_to_login(port: int, user: str | None, password: str | None) -> bytes:
    """What a NATS server answers to that login and a ping: `PONG`, or why it ends the connection."""
    given = {"user": user, "pass": password, "verbose": False, "protocol": 1}
    login = json.dumps({name: value for name, value in given.items() if value is not None})
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    writer.write(f"CONNECT {login}\r\nPING\r\n".encode())
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return answer.strip()


def listening(pid: int) -> set[str]:
    """The addresses on which the TCP sockets of that process listen."""
    own = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:  # closed since it was listed
            continue
        if target.startswith("socket:["):
            own.add(target[8:-1])
    found = set()
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[3] == "0A" and fields[9] in own:
                found.add(_address(fields[1].partition(":")[0]))
    return found


def _address(hexadecimal: str) -> str:
    """As the kernel writes it: the bytes of each 32-bit word backwards."""
    if len(hexadecimal) > 8:
        return hexadecimal
    return ".".join(str(byte) for byte in reversed(bytes.fromhex(hexadecimal)))
