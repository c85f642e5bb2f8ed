"""Write one record with a header name that is no text, as a hostile gateway would.

`AIOKAFKA_NO_EXTENSIONS=1 python -m tests.support.hostile_producer HOME PARTICIPANT`: only the client
library's Python half can be talked into such a name.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

from broker.embedded import home as homes
from broker.settings import GatewaySettings
from broker.transport.connection import client_options
from contracts.identifiers import Topics


class NoText(str):
    """A header name whose bytes are no UTF-8."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return b"\xff\xfe"


async def main(folder: Path, participant: str) -> None:
    """Send it and print where it stands."""
    settings = GatewaySettings.load(homes.load(folder).config(participant))
    producer = AIOKafkaProducer(**client_options(settings.log, "hostile"))
    await producer.start()
    try:
        topic = Topics(settings.environment).submit(participant)
        sent = await producer.send_and_wait(topic, b"rubbish", key=b"NL-POL/0", headers=[(NoText("a"), b"1")])
        sys.stdout.write(f"{sent.offset}\n")
    finally:
        await producer.stop()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
