"""Parts of a paper of one's own."""

from __future__ import annotations

from typing import Any

from analysis.front.asking import Asking


class OwnParts(Asking):
    """What a researcher adds to a paper."""

    def explore(self, **options: Any) -> Any:
        """Controls and linked charts for the study."""
        from analysis.briefing.exploring import explore

        parameters = self.paper.context.parameters
        return explore(parameters.study, language=parameters.language, **options)

    def levers(self, **options: Any) -> Any:
        """Levers and the paths of the targets for the study."""
        from analysis.briefing.moving import levers

        given = self.paper.context.parameters.model_dump()
        names = ("language", "scenario", "years", "certainty", "draws", "seed")
        return levers(given["study"], **{name: given[name] for name in names if name in given}, **options)
