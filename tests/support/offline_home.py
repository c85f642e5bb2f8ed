"""Make the home of a local exchange whose gateways know the trust list, without Kafka, for commands to work on."""

from __future__ import annotations

import os
from pathlib import Path

from broker.cli.places import gateway_of, now
from broker.embedded import pki, setup
from broker.embedded.home import Home
from broker.topology.model import Compaction
from broker.trust.follower import FRESH_KEY, list_key

PARTICIPANTS = ("NL-POL", "DE-BKA", "BE-FGP", "NL-CARE", "EU-AUD")


def make(folder: Path) -> Home:
    """Return a home with the usual participants; nothing of it runs."""
    instant = now()
    home = setup.ensure(
        folder, participants=PARTICIPANTS, compaction=Compaction.TEST, now=instant, randomness=os.urandom
    )
    trust_list = pki.renew_list(home, now=instant)
    for name in home.gateways:
        with gateway_of(home.folder, name) as gateway:
            for number, path in pki.lists(home):
                gateway.trust_memory.remember(list_key(number), path.read_bytes())
            gateway.trust_memory.remember(FRESH_KEY, pki.freshness(home, trust_list, now=instant))
    return home
