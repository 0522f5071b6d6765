"""Who goes first."""

from __future__ import annotations

from tenants.rollout.waves import Candidate, deal_waves

TOWNS = [
    Candidate("ahaus", "live"),
    Candidate("bottrop", "pilot"),
    Candidate("coesfeld", "setup"),
    Candidate("dorsten", "live"),
    Candidate("gladbeck", "pilot"),
    Candidate("marl", "live"),
]


def test_named_towns_then_pilots_then_shares_of_the_rest() -> None:
    trial, rest = deal_waves(TOWNS, first=["gladbeck"], pilots_first=True, shares=[34])
    assert trial == [["gladbeck"], ["bottrop", "coesfeld"]]
    assert rest == [["ahaus", "dorsten"], ["marl"]]


def test_without_pilots_first_everybody_is_of_the_rest() -> None:
    assert deal_waves(TOWNS, pilots_first=False) == ([], [[one.slug for one in TOWNS]])


def test_no_wave_is_empty() -> None:
    assert deal_waves(TOWNS[:1], pilots_first=True, shares=[1, 2, 50]) == ([], [["ahaus"]])
    assert deal_waves([], pilots_first=True) == ([], [])


def test_nobody_is_compared_with_everybody() -> None:
    """A thousand towns are looked at once each, however many of them are pilots."""
    compared: list[object] = []

    class Counted(Candidate):
        def __eq__(self, other: object) -> bool:
            compared.append(other)
            return super().__eq__(other)

        __hash__ = Candidate.__hash__

    towns = [Counted(f"town-{number}", "pilot" if number % 2 else "live") for number in range(1000)]
    trial, rest = deal_waves(towns, first=["town-7"], pilots_first=True, shares=[10, 50])
    assert [len(wave) for wave in (*trial, *rest)] == [1, 499, 50, 200, 250]
    assert len(compared) == 0
