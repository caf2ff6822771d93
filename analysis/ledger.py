"""The claims of one document: each printed number with its quantity, in the order of the paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.quantities import Quantity, Status


@dataclass(frozen=True)
class Claim:
    """A number as it is printed, and the quantity it prints.

    Parameters
    ----------
    quantity
        What the number is.
    text
        The digits and their sign or unit as printed, without the mark of the status: `10,547`, `4.17%`, `36.3万`.
    """

    quantity: Quantity
    text: str

    @property
    def status(self) -> Status:
        """The quantity's status."""
        return self.quantity.status

    @cached_property
    def marked(self) -> str:
        """The text with the mark of its status: the only form that may leave the workbook."""
        return self.text + self.status.mark

    def to_json(self) -> dict[str, Any]:
        """The claim as plain values."""
        return {"text": self.text, "quantity": self.quantity.to_json()}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Claim:
        """The inverse of `to_json`."""
        return cls(quantity=Quantity.from_json(plain["quantity"]), text=plain["text"])


@dataclass(frozen=True)
class Ledger:
    """The distinct claims of a document, numbered c1, c2, … in the order in which they first stand in it."""

    claims: tuple[Claim, ...]

    @classmethod
    def of(cls, claims: Iterable[Claim]) -> Ledger:
        """Collect claims; the same number said twice is one claim."""
        return cls(tuple(dict.fromkeys(claims)))

    def numbered(self) -> dict[str, Claim]:
        """The claims by their id."""
        return {f"c{position}": claim for position, claim in enumerate(self.claims, start=1)}

    def to_json(self) -> list[dict[str, Any]]:
        """The ledger as plain values, for `ledger.json`."""
        return [{"id": name, **claim.to_json()} for name, claim in self.numbered().items()]

    @classmethod
    def from_json(cls, plain: Iterable[Mapping[str, Any]]) -> Ledger:
        """The inverse of `to_json`."""
        return cls(tuple(Claim.from_json(entry) for entry in plain))
