"""The description of a packed run for archives: RO-Crate 1.1, which names what was used, what did it and what came out.

Source: Soiland-Reyes et al. 2022, Packaging research artefacts with RO-Crate, Data Science 5:97; RO-Crate 1.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from analysis.briefing.documents.archive import Content
from analysis.briefing.manifest import digest
from analysis.briefing.run_store import MEDIA_TYPES

METADATA = "ro-crate-metadata.json"
_SPECIFICATION = "https://w3id.org/ro/crate/1.1"

Entity = dict[str, Any]


def crate(files: Mapping[str, Content], *, title: str, manifest: Mapping[str, Any], date: str) -> Entity:
    """The metadata of a crate that holds a run.

    Parameters
    ----------
    files
        The archive's files by path: `run/…` is what came out, all else is what went in.
    title
        The paper's.
    manifest
        The run's.
    date
        The day of publication, YYYY-MM-DD.

    Returns
    -------
    dict
        The content of `ro-crate-metadata.json`.

    Examples
    --------
    >>> made = crate({"run/briefing.pdf": b""}, title="A", manifest={"notebook": "4_briefing"}, date="2026-01-31")
    >>> [entity["@id"] for entity in made["@graph"]][:4]
    ['ro-crate-metadata.json', './', '#run', '#workbook']
    """
    inputs, outputs = (
        [path for path in sorted(files) if path.startswith("run/") == is_output] for is_output in (False, True)
    )
    versions = manifest.get("versions", {}).items()
    notebook = manifest["notebook"]
    graph = [
        {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": _SPECIFICATION}},
        {
            "@id": "./",
            "@type": "Dataset",
            "name": title,
            "description": f"A run of the notebook {notebook}: its documents, and all that is needed to run it again.",
            "datePublished": date,
            "license": {"@id": "#terms"},
            "mentions": {"@id": "#run"},
            "hasPart": _references(sorted(files)),
        },
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": f"Execution of {notebook}",
            "instrument": {"@id": "#workbook"},
            "object": _references(inputs),
            "result": _references(outputs),
        },
        {
            "@id": "#workbook",
            "@type": "SoftwareApplication",
            "name": "coverage-workbook",
            "identifier": f"sha256:{manifest.get('inputs', {}).get('code', '')}",
            "softwareRequirements": ", ".join(f"{name} {version}" for name, version in versions),
        },
        {
            "@id": "#terms",
            "@type": "CreativeWork",
            "name": "Terms of use",
            "description": "Published figures belong to the documents they are quoted from, which published.csv names.",
        },
    ]
    return {"@context": f"{_SPECIFICATION}/context", "@graph": [*graph, *(_file(path, files[path]) for path in files)]}


def _file(path: str, content: Content) -> Entity:
    return {
        "@id": path,
        "@type": "File",
        "name": path.rpartition("/")[2],
        "encodingFormat": MEDIA_TYPES.get(f".{path.rpartition('.')[2]}", "application/octet-stream"),
        "contentSize": str(len(content) if isinstance(content, bytes) else content.stat().st_size),
        "sha256": hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else digest(content),
    }


def _references(paths: list[str]) -> Entity | list[Entity]:
    """What an entity names: one, or a list of several."""
    named = [{"@id": path} for path in paths]
    return named[0] if len(named) == 1 else named
