"""What rests on an assumption: the numbers of a paper that move with it, found by following their parts and addresses.

An assumption of the synthetic register moves what is counted from it: each count and comparison is computed again from the
register drawn with the assumption where it turns a conclusion, and those that differ rest on it. Numbers of years to come
start from the register, and rest on it whatever they say. An assumption about change moves the numbers of years ahead, but
for those that are computed with that assumption set.

| address | what stands there |
|---|---|
| `resting:TURNING` | how many distinct numbers of the paper rest on the assumption that a turning value is of |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from analysis.briefing.context import Context
from analysis.briefing.texts import text
from analysis.coverage.compared import resolver as compared
from analysis.coverage.counting import Counter
from analysis.coverage.sources import cells_of
from analysis.errors import WorkbookError
from analysis.ledger import Claim, Ledger
from analysis.quantities import Label, Language, Number, Quantity, Status
from analysis.scenarios.series import parsed
from analysis.study import Study
from analysis.views.blocks import Block, Figure, Inlines, Section, Table
from analysis.views.layout import lay_out
from analysis.views.wording import plain

TABLES = ("challenge", "challenge_ahead")  # whose rows are conclusions
AHEAD = ("simulated:", "needed:", "divided:", "variance:", "overturned:")
TURNING = ("turning:", "overturned:")
_JOINED = "\u2060"  # the word joiner: no line ends here
_TO = f"{_JOINED}–{_JOINED}"
NOTHING: Mapping[str, Number] = {}
Rests = Callable[[str], bool]


@dataclass(frozen=True)
class Place:
    """A table or figure of the paper, by its number among its kind."""

    kind: type[Block]
    number: int
    claims: tuple[Claim, ...]


def with_resting(sections: Sequence[Section], context: Callable[[], Context]) -> tuple[Section, ...]:
    """The sections of a paper, each conclusion's line with what rests on the assumption that overturns it.

    Parameters
    ----------
    sections
        In the order in which they are printed, which gives tables and figures their numbers. A line that has it already
        has it anew.
    context
        Opens the study; called where there is such a line.
    """
    sections = tuple(without_resting(section) for section in sections)
    if not any(_is_asked(block) for section in sections for block in section.blocks):
        return sections
    return _with_resting(sections, context())


def lines(sections: Sequence[Section]) -> Iterator[tuple[str, int, str]]:
    """What a paper says to rest on an assumption: the table as it is numbered, the row in it, and the words."""
    paper = lay_out(sections)
    so_too = text("rests.so_too").of(paper.language)
    for placed in paper.tables():
        if isinstance(placed.block, Table) and _is_asked(placed.block):
            for number, row in enumerate(placed.block.rows, start=1):
                if so_too in row[-1]:
                    yield placed.number, number, plain(row[-1][row[-1].index(so_too) + 1 :])


def without_resting(section: Section) -> Section:
    """The section as its cell drew it, before anybody knew what else the paper would show."""
    return replace(section, blocks=tuple(_untold(block, section.language) for block in section.blocks))


def _with_resting(sections: Sequence[Section], context: Context) -> tuple[Section, ...]:
    places = tuple(_places(sections, context.language))
    claims = Ledger.of(claim for section in sections for claim in section.claims()).claims
    leaves = (leaf for claim in claims for leaf in claim.quantity.leaves())
    known = {leaf.address: leaf.value for leaf in leaves if not leaf.withheld}
    found: dict[str, Inlines] = {}

    def rests(turn: Claim) -> Inlines:
        address = turn.quantity.address
        if address not in found:
            predicate = resting_on(address, turn.quantity.value, context.study, context.counter, known=known)
            found[address] = _said(context, address, predicate, places, claims)
        return found[address]

    return tuple(
        replace(section, blocks=tuple(_told(block, section.language, rests) for block in section.blocks))
        for section in sections
    )


def resting_on(
    address: str, value: Number, study: Study, counter: Counter, *, known: Mapping[str, Number] = NOTHING
) -> Rests:
    """Whether what stands at an address rests on the assumption that turns a conclusion at a value.

    Parameters
    ----------
    known
        What stands at some addresses as things are; it is computed at the others.
    """
    if address.startswith("overturned:"):
        turned = parsed(address)
        return _on_change(turned.asked["assumption"], turned.scenario, study.year)
    name = address.removeprefix("turning:").partition("/")[0].rpartition(".")[0]
    return _on_register(name, value, study, counter, known)


def count(claims: Iterable[Claim], rests: Rests) -> int:
    """How many of the numbers rest on it; those that say how many do are left out."""
    return sum(_is_resting(claim, rests) for claim in claims if not claim.quantity.address.startswith("resting:"))


def _on_change(name: str, scenario: str, start: int) -> Rests:
    """Numbers of years ahead of a scenario, but for those computed with this assumption set."""

    def rests(address: str) -> bool:
        if address == f"dynamics:{name}.value":
            return True
        if not address.startswith(AHEAD) or (found := parsed(address)).scenario != scenario:
            return False
        if found.kind != "simulated":
            return found.kind not in ("divided", "variance")
        return bool(found.asked["year"] > start and name not in found.set)

    return cache(rests)


def _on_register(name: str, value: Number, study: Study, counter: Counter, known: Mapping[str, Number]) -> Rests:
    """Counts and comparisons that differ in the register drawn with the assumption at the value; and all years ahead."""
    changed = study.assumptions[name].model_copy(update={"value": value})
    there = replace(study, assumptions={**study.assumptions, name: changed})
    here, moved = _numbers_of(counter), _numbers_of(Counter(there, cells_of(there)))

    def rests(address: str) -> bool:
        if not address.startswith(("cells:", "comparison:")):
            return address == f"assumption:{name}.value" or address.startswith(AHEAD)
        before, after = known[address] if address in known else here(address), moved(address)
        return before != after and (before == before or after == after)

    return cache(rests)


def _numbers_of(counter: Counter) -> Callable[[str], Number]:
    """What stands at an address of a count or of a comparison."""
    resolve = compared(counter, lambda: counter)
    return lambda address: counter.value(address) if address.startswith("cells:") else resolve(address)


def _said(
    context: Context, address: str, rests: Rests, places: Iterable[Place], claims: Iterable[Claim]
) -> tuple[str | Claim, ...]:
    touched = [place for place in places if any(_is_resting(claim, rests) for claim in place.claims)]
    number = Quantity(
        count(claims, rests),
        "numbers",
        Status.DERIVED,
        text("rests.number"),
        address=f"resting:{address}",
    )
    listed = [(words,) for kind in (Table, Figure) if (words := _listed(context, kind, touched))]
    counted = context.words("rests.count", number=number)
    return context.enumerated([*listed, counted], by="list.semicolon", last="list.semicolon")


def _listed(context: Context, kind: type[Block], places: Iterable[Place]) -> str:
    """The tables or the figures, three or more in a row as a range: `Tables 1, 5, 8–10`."""
    runs: list[list[int]] = []
    for number in (place.number for place in places if place.kind is kind):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [
        f"{run[0]}{_TO}{run[-1]}" if len(run) > 2 else context.text("list.comma").join(map(str, run)) for run in runs
    ]
    if not parts:
        return ""
    several = len(parts) > 1 or len(runs[0]) > 1
    words = {
        Table: Label(f"表{_JOINED}", "Tables\u00a0" if several else "Table\u00a0"),
        Figure: Label(f"图{_JOINED}", "Figures\u00a0" if several else "Figure\u00a0"),
    }
    return words[kind].of(context.language) + context.text("list.comma").join(parts)


def _is_resting(claim: Claim, rests: Rests) -> bool:
    return any(rests(leaf.address) for leaf in claim.quantity.leaves())


def _places(sections: Iterable[Section], language: Language) -> Iterable[Place]:
    """The tables and figures in order, by the number they are printed with; not those that argue against the paper."""
    counts: dict[type[Block], int] = {}
    for section in sections:
        for block in section.blocks:
            if not isinstance(block, Table | Figure):
                continue
            kind = type(block)
            counts[kind] = counts.get(kind, 0) + 1
            if not _is_asked(block):
                yield Place(kind, counts[kind], tuple(Section("", language, (block,)).claims()))


def _told(block: Block, language: Language, rests: Callable[[Claim], Inlines]) -> Block:
    if not isinstance(block, Table) or not _is_asked(block):
        return block
    so_too = text("rests.so_too").of(language)
    rows = tuple((*row[:-1], (*row[-1], so_too, *rests(turn))) if (turn := _turn(row)) else row for row in block.rows)
    return replace(block, rows=rows, note=(*block.note, text("rests.note").of(language)))


def _untold(block: Block, language: Language) -> Block:
    if not isinstance(block, Table) or not _is_asked(block):
        return block
    so_too = text("rests.so_too").of(language)
    rows = tuple(
        (*row[:-1], row[-1][: row[-1].index(so_too)]) if row and so_too in row[-1] else row for row in block.rows
    )
    return replace(
        block, rows=rows, note=tuple(piece for piece in block.note if piece != text("rests.note").of(language))
    )


def _turn(row: tuple[Inlines, ...]) -> Claim | None:
    """The claim in a conclusion's line that says where it turns."""
    claims = (piece for cell in row for piece in cell if isinstance(piece, Claim))
    return next((claim for claim in claims if claim.quantity.address.startswith(TURNING)), None)


def _is_asked(block: Block) -> bool:
    """Whether a block is a table of conclusions with an assumption that turns one."""
    return isinstance(block, Table) and block.id in TABLES and any(_turn(row) for row in block.rows)


def resolve(
    study: Study, counter: Counter, ledger: Ledger | None, value: Callable[[str], Number], address: str
) -> Number:
    """How many numbers of a ledger rest on an assumption by now.

    Parameters
    ----------
    value
        Gives the present value at the turning address.

    Raises
    ------
    WorkbookError
        When there is no ledger to count in.
    """
    if ledger is None:
        raise WorkbookError("what rests on an assumption is counted in a run's ledger")
    turning = address.removeprefix("resting:")
    return count(ledger.claims, resting_on(turning, value(turning), study, counter))
