"""The validator of RO-Crate, run where nothing can be fetched: it asks for one document, which the rocrate package holds."""

from __future__ import annotations

import io
import json
import sys
import urllib.request
import urllib.response
from email.message import Message
from importlib.resources import files
from pathlib import Path

import requests

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
TEXT = files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()


class Kept(urllib.request.BaseHandler):
    """Answers for the context."""

    handler_order = 1

    def https_open(self, request: urllib.request.Request) -> urllib.response.addinfourl:
        assert request.full_url == CONTEXT, request.full_url
        head = Message()
        head["Content-Type"] = "application/ld+json"
        answer = urllib.response.addinfourl(io.BytesIO(TEXT), head, request.full_url, 200)
        answer.msg = "OK"  # type: ignore[attr-defined]
        return answer


def kept(_session: requests.Session, _method: str, url: str, **_options: object) -> requests.Response:
    assert url == CONTEXT, url
    answer = requests.Response()
    answer.status_code, answer.url, answer._content = 200, url, TEXT
    answer.headers["Content-Type"] = "application/ld+json"
    return answer


def issues(crate: Path) -> list[str]:
    """What the validator holds against a crate, at the level of what is required."""
    from rocrate_validator import models, services

    urllib.request.install_opener(urllib.request.build_opener(Kept))
    requests.Session.request = kept  # type: ignore[method-assign, assignment]
    settings = services.ValidationSettings(
        rocrate_uri=str(crate),
        profile_identifier="ro-crate-1.1",
        requirement_severity=models.Severity.REQUIRED,
        no_cache=True,
    )
    return [str(issue.message) for issue in services.validate(settings).get_issues()]


if __name__ == "__main__":
    print(json.dumps([issues(Path(crate)) for crate in sys.argv[1:]]))
