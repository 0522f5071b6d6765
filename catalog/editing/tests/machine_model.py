"""The simple model that the editors' machine is held against: dictionaries, and one page of rules."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Final

from catalog.resolution.values import Layer

FIELDS: Final = ("teaser", "notes")
LAYERS: Final = (Layer.FEDERATION, Layer.STATE, Layer.REGION, Layer.DISTRICT)
Place = tuple[Layer, str]


@dataclass
class Draft:
    """What a layer has written and not published: a text by field (None: say nothing any more), a lock by field."""

    texts: dict[str, str | None] = field(default_factory=dict)
    locks: dict[str, bool] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nothing would change."""
        return not (self.texts or self.locks)


@dataclass
class Model:
    """What all layers say, what they have drafted, and what the town does."""

    said: dict[Place, str] = field(default_factory=dict)
    locked: set[Place] = field(default_factory=set)
    drafts: dict[Layer, Draft] = field(default_factory=lambda: {layer: Draft() for layer in LAYERS})
    versions: dict[int, dict[Place, str]] = field(default_factory=dict)
    newest: int = 1
    pinned: int | None = None
    own: dict[str, str] = field(default_factory=dict)
    base: dict[str, str | None] = field(default_factory=dict)
    adapts: bool = False
    written: set[tuple[str, str]] = field(default_factory=set)

    def keep_version(self) -> None:
        """Note what was published."""
        self.versions[self.newest] = copy.copy(self.said)

    def lock_of(self, name: str) -> Layer | None:
        """Return the highest layer that locks a field."""
        return next((layer for layer in LAYERS if (layer, name) in self.locked), None)

    def is_locked_above(self, layer: Layer, name: str) -> bool:
        """Whether a layer finds a field locked."""
        lock = self.lock_of(name)
        return lock is not None and lock.rank < layer.rank

    def above(self, name: str) -> tuple[str | None, Layer | None]:
        """Return what the town finds above its own value, and on which layer."""
        lock = self.lock_of(name)
        said = self.said if self.pinned is None or lock is not None else self.versions[self.pinned]
        speaking = [layer for layer in LAYERS if (layer, name) in said and (lock is None or layer.rank <= lock.rank)]
        return (said[speaking[-1], name], speaking[-1]) if speaking else (None, None)

    def page(self, name: str) -> tuple[str | None, Layer | None]:
        """Return what citizens read, and on which layer it stands."""
        if self.adapts and name in self.own and self.lock_of(name) is None:
            return self.own[name], Layer.MUNICIPALITY
        return self.above(name)

    def asks(self, name: str) -> bool:
        """Whether a review of the town's own value is open."""
        if not self.adapts or name not in self.own:
            return False
        now, layer = self.above(name)
        return self.lock_of(name) is not None or (now != self.base[name] and not (layer and now == self.own[name]))

    def write(self, name: str, text: str) -> None:
        """The town writes its own value, seeing what is above."""
        self.own[name], self.base[name], self.adapts = text, self.above(name)[0], True
        self.written.add((name, text))

    def clear(self, name: str) -> None:
        """The town takes its own value away; without any it adopts."""
        del self.own[name], self.base[name]
        self.adapts = bool(self.own)

    def publish(self, layer: Layer) -> None:
        """Make a draft true."""
        draft, before = self.drafts[layer], (copy.copy(self.said), set(self.locked))
        for name, text in draft.texts.items():
            if text is None:
                self.said.pop((layer, name), None)
                self.locked.discard((layer, name))
            else:
                self.said[layer, name] = text
        for name, wanted in draft.locks.items():
            if (layer, name) in self.said:
                (self.locked.add if wanted else self.locked.discard)((layer, name))
        self.drafts[layer] = Draft()
        if (self.said, self.locked) != before:
            self.newest += 1
        self.keep_version()
