"""Section `objects`: vehicles, phones, accounts, handles and organisations."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from contracts.codes import AccountKind, VehicleKind
from contracts.parts import Part, SectionModel, Several
from contracts.text import Line, Short
from contracts.values import Country


class Vehicle(Part):
    """A vehicle by plate or identification number; `plate` as written, match keys normalise it."""

    kind: VehicleKind
    plate: Short | None = None
    country: Country | None = None
    vin: Annotated[str, StringConstraints(pattern=r"^[A-HJ-NPR-Z0-9]{17}$")] | None = None
    make: Short | None = None
    model: Short | None = None
    colour: Short | None = None

    @property
    def identified(self) -> bool:
        """Whether a plate or an identification number tells this vehicle from others."""
        return self.plate is not None or self.vin is not None


class Phone(Part):
    """A phone by its number (E.164) or its device (IMEI)."""

    number: Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{1,14}$")] | None = None
    imei: Annotated[str, StringConstraints(pattern=r"^[0-9]{15}$")] | None = None

    @model_validator(mode="after")
    def _is_identified(self) -> Self:
        if self.number is None and self.imei is None:
            raise ValueError("has neither number nor imei")
        return self


class Account(Part):
    """An account that money moves through."""

    kind: AccountKind
    number: Short
    institution: Line | None = None
    country: Country | None = None


class Handle(Part):
    """A name in an online service."""

    platform: Short
    handle: Line


class Organisation(Part):
    """A company or other organisation."""

    name: Line
    country: Country | None = None
    registration: Short | None = None


class Objects(SectionModel):
    """At least one object."""

    vehicles: Several[Vehicle] | None = None
    phones: Several[Phone] | None = None
    accounts: Several[Account] | None = None
    handles: Several[Handle] | None = None
    organisations: Several[Organisation] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.content():
            raise ValueError("says nothing")
        return self

    @property
    def identify(self) -> bool:
        """Whether at least one object identifies somebody: a bare make and colour does not."""
        others = (self.phones, self.accounts, self.handles, self.organisations)
        return any(kind is not None for kind in others) or any(one.identified for one in self.vehicles or ())
