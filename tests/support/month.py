"""Four weeks of an exchange in memory: several issuers, every kind of event, refusals, late and missing receipts.

Everything is composed, admitted, audited and signed by the product's own code; only the clock is the test's.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import orjson

from contracts.identifiers import alert_id
from contracts.wire import Reference
from tests.support import envelope_world as world
from tests.support.contents import CONTENTS
from tests.support.hub import ending, receipt
from tests.support.proved import Proved

DAYS = 28
FRIDAY = 4
BASES = (("dir-2023-977:art7",), ("dir-2023-977:art8",), ("reg-2018-1862:art36",))
PURPOSES = ("locate_suspect", "locate_suspect", "identify", "prosecute")
URGENCIES = ("routine", "routine", "routine", "urgent:flight_risk", "urgent:evidence_loss", "immediate:child_at_risk")
POLICE = ("BE-FGP", "DE-BKA", "FR-PNJ", "NL-POL")
CARE: dict[str, Any] = {
    "basis": ("gdpr:art6-1-d", "gdpr:art9-2-c"),
    "sections": {
        "handling": {**world.HANDLING, "codes": ["H0"], "legal_regime": "gdpr"},
        "needs": CONTENTS["needs"],
        **{name: world.VICTIM[name] for name in ("status", "summary", "markers")},
    },
    "audience": (world.entry("NL-CARE", ("markers", "needs", "status", "summary")),),
}
PHYSICAL = {"height_cm": 181, "build": "slim"}


class Month(Proved):
    """The hub, and what is still to be answered: (when, issuer of the receipt, event, kind)."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = random.Random(7)  # noqa: S311 - a scenario that repeats
        self.alerts: list[tuple[world.Made, tuple[str, ...]]] = []
        self._owed: list[tuple[Any, str, world.Made, str]] = []

    async def pass_by(self) -> None:
        """Let the four weeks pass."""
        for day in range(DAYS):
            weekend = self.clock().weekday() > FRIDAY
            for _ in range(self.chance.choice((1, 2) if weekend else (4, 6, 9, 12))):
                self._issue()
            if day % 4 == 3:
                self._end()
            if day % 5 == 1:
                self.submit_bytes(b'{"jws":')
            if day % 7 == 3:
                self._forbidden()
            await self.work()
            await self._answer(minutes=2)
            await self._answer(hours=16)
            self.clock.advance(hours=7, minutes=58)
            self.world.refresh()
            self.world.publish(self.log)
        await self.work()

    def _issue(self) -> None:
        issuer = self.chance.choice(("NL-POL", "NL-POL", "NL-POL", "DE-BKA", "DE-BKA", "BE-FGP", "FR-PNJ"))
        common = {
            "iss": issuer,
            "sub": alert_id(self.chance.randbytes(16)),
            "urgency": self.chance.choice(URGENCIES),
            "basis": self.chance.choice(BASES),
        }
        kind = self.chance.random()
        if kind < 0.12 and issuer == "NL-POL":
            made = self.make(world.VICTIM_EVENT, **{**common, **CARE})
        elif kind < 0.25:
            made = self.make(
                world.VICTIM_EVENT,
                **{**common, "basis": ("dir-2011-36:art11",)},
                audience=self._audience(issuer, ("handling", "markers", "status", "summary"), ("handling", "markers")),
            )
        else:
            necessary = self.chance.random() < 0.3
            made = self.make(
                **common,
                purpose=self.chance.choice(PURPOSES),
                sections={**world.SUSPECT, "physical": PHYSICAL} if necessary else world.SUSPECT,
                audience=self._audience(
                    issuer,
                    tuple(sorted((*world.LIAISON, "physical"))) if necessary else world.LIAISON,
                    world.BORDER,
                    because=("strictly_necessary",) if necessary else (),
                ),
            )
        self._send(made)
        if self.chance.random() < 0.12:
            self._update()

    def _audience(
        self, issuer: str, liaison: tuple[str, ...], border: tuple[str, ...], because: tuple[str, ...] = ()
    ) -> tuple[Any, ...]:
        others = [name for name in POLICE if name != issuer]
        chosen = [name for name in others if self.chance.random() < 0.8] or others[:1]
        return tuple(_line(name, liaison, border, because) for name in chosen)

    def _update(self) -> None:
        """Issue the next version of the last alert, if that is about a suspect."""
        made, to = self.alerts[-1]
        if made.claims.type != "suspect-alert.v1":
            return
        self.alerts.pop()
        before = Reference(iss=made.claims.iss, jti=made.claims.jti)
        audience = tuple(_line(name, world.LIAISON, world.BORDER) for name in to)
        self._send(self.make(iss=made.claims.iss, sub=made.claims.sub, ver=2, ref=(before,), audience=audience))

    def _send(self, made: world.Made) -> None:
        self.submit(made)
        to = tuple(wrap["to"] for wrap in orjson.loads(made.composed.record)["wraps"])
        if made.claims.type.startswith(("suspect", "victim")):
            self.alerts.append((made, to))
        for name in to:
            if self.chance.random() < (0.9 if name == "FR-PNJ" else 0.995):
                late = name == "FR-PNJ" and self.chance.random() < 0.2
                delay = timedelta(hours=15) if late else timedelta(seconds=self.chance.randint(1, 90))
                self._owed.append((self.clock() + delay, name, made, "receipt.v1"))

    def _end(self) -> None:
        """Withdraw one alert and erase another, whose last recipient certifies late or not at all."""
        made, to = self.alerts.pop(0)
        if "NL-CARE" not in to:
            self.submit(iss=made.claims.iss, **ending("withdraw.v1", made, to=to))
        made, to = next(one for one in self.alerts if "NL-CARE" not in one[1])
        self.alerts.remove((made, to))
        order = self.submit(iss=made.claims.iss, **ending("erase.v1", made, to=to))
        for number, name in enumerate(to):
            if number < len(to) - 1 or self.chance.random() < 0.75:
                delay = timedelta(minutes=self.chance.randint(1, 200))
                self._owed.append((self.clock() + delay, name, order, "erasure-receipt.v1"))

    def _forbidden(self) -> None:
        """Submit what steps 9 and 10 refuse."""
        sections = {**world.SUSPECT, "physical": PHYSICAL}
        opened = tuple(sorted((*world.LIAISON, "physical")))
        self.submit(sections=sections, audience=(world.entry("DE-BKA", opened),))
        self.submit(iss="DE-BKA", audience=(world.entry("BE-FGP", world.BORDER),), ver=2)

    async def _answer(self, **later: float) -> None:
        self.clock.advance(**later)
        now, due = self.clock(), [one for one in self._owed if one[0] <= self.clock()]
        self._owed = [one for one in self._owed if one[0] > now]
        for _, name, made, kind in due:
            self.submit(iss=name, **self._receipt(name, made, kind))
        if due:
            await self.work()

    @staticmethod
    def _receipt(name: str, made: world.Made, kind: str) -> dict[str, Any]:
        changes = receipt(kind, made, to=made.claims.iss)
        if name != "NL-CARE":
            return changes
        handling = {**world.NOTICE["handling"], "codes": ["H0"], "legal_regime": "gdpr"}
        return {**changes, "basis": CARE["basis"], "sections": {**world.NOTICE, "handling": handling}}


def _line(name: str, liaison: tuple[str, ...], border: tuple[str, ...], because: tuple[str, ...] = ()) -> Any:
    at_border = world.PROFILES[name] == "border"
    return world.entry(name, border if at_border else liaison, because=() if at_border else because)


async def month() -> Month:
    """Return a hub after four weeks."""
    hub = Month()
    await hub.pass_by()
    return hub
