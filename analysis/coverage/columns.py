"""The columns of a table of cells as arrays, texts by numbers: made ready once, selected from many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a batch that has nothing to do waits for neither
    import numpy as np
    import pandas as pd

    Flags = np.ndarray[Any, np.dtype[np.bool_]]
    Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, eq=False)
class Columns:
    """A table that is not changed any more, each column made ready when it is first asked for.

    Examples
    --------
    >>> import pandas as pd
    >>> columns = Columns(pd.DataFrame({"district": ["a", "b", "a"], "staff": [1, 2, 3]}))
    >>> columns.among("district", ("a", "c")).tolist(), columns.numbers("staff").tolist()
    ([True, False, True], [1, 2, 3])
    """

    table: pd.DataFrame
    _numbers: dict[str, Whole] = field(default_factory=dict, init=False)
    _codes: dict[str, tuple[Whole, Mapping[str, int]]] = field(default_factory=dict, init=False)

    def numbers(self, name: str) -> Whole:
        """A column of numbers."""
        if name not in self._numbers:
            self._numbers[name] = self.table[name].to_numpy()
        return self._numbers[name]

    def among(self, name: str, values: Sequence[str]) -> Flags:
        """In which rows a column of texts holds one of these."""
        import numpy as np

        if name not in self._codes:
            import pandas as pd

            codes, names = pd.factorize(self.table[name])
            self._codes[name] = codes, {text: code for code, text in enumerate(names)}
        codes, numbered = self._codes[name]
        met = np.zeros(len(numbered), dtype=bool)
        met[[numbered[value] for value in values if value in numbered]] = True
        found: Flags = met[codes]
        return found
