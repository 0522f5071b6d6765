"""What the link checker says, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.linkcheck.checking import Problem
from catalog.linkcheck.selectors import LinkState

_PROBLEMS: Final[Mapping[Problem, Promise]] = {
    Problem.REFUSED: gettext_lazy("Die Seite lässt Programme nicht hinein. Öffnen Sie den Link selbst."),
    Problem.NO_HOST: gettext_lazy("Diese Internetadresse gibt es nicht mehr. Prüfen Sie die Schreibweise."),
    Problem.NO_CONNECTION: gettext_lazy("Der Server nimmt keine Verbindung an."),
    Problem.CERTIFICATE: gettext_lazy("Das Zertifikat des Servers ist ungültig. Browser warnen vor dieser Seite."),
    Problem.TOO_SLOW: gettext_lazy("Der Server antwortet nicht in angemessener Zeit."),
    Problem.REDIRECTS: gettext_lazy("Die Seite leitet im Kreis weiter."),
    Problem.PROTOCOL: gettext_lazy("Der Server antwortet nicht so, wie es im Internet üblich ist."),
    Problem.INTERNAL: gettext_lazy("Die Adresse führt in ein internes Netz und wird nicht geprüft."),
    Problem.UNUSABLE: gettext_lazy(
        "Die Adresse ist nicht richtig geschrieben, oder sie leitet auf eine solche weiter."
    ),
}


def describe_problem(state: LinkState) -> str:
    """Return in a sentence why a link is not fine; empty when it is."""
    if state.problem is Problem.STATUS:
        gone = state.status in {404, 410}
        text = (
            _("Die Seite gibt es nicht mehr (Antwort {status}).")
            if gone
            else _("Die Seite meldet einen Fehler (Antwort {status}).")
        )
        return text.format(status=state.status)
    return str(_PROBLEMS.get(state.problem, ""))
