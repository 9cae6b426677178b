"""Search over the settings and the pages of the administration: by name, by what they are for, by other words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import g, url_for

from helpdesk.accounts.permissions import Permission
from helpdesk.core.lines import one_line
from helpdesk.settings.catalogue import OPTIONS, Group
from helpdesk.web.admin.page_words import WORDS
from helpdesk.web.languages import gettext as _
from helpdesk.web.navigation import DESK_PAGES, opens
from helpdesk.web.setting_words import GROUPS

LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go in the administration; `within` is the page it is on."""

    label: str
    about: str
    url: str
    icon: str
    within: str = ""
    synonyms: str = ""

    def rank(self, words: Iterable[str]) -> int | None:
        """How far down each of the words begins a word of it: 0 in its name, 2 in its text; None if one does not."""
        texts = [_words(self.label), _words(f"{self.synonyms} {self.within}"), _words(self.about)]
        found = []
        for word in words:
            places = [at for at, text in enumerate(texts) if any(each.startswith(word) for each in text)]
            if not places:
                return None
            found.append(places[0])
        return max(found, default=0)


def pages() -> list[Place]:
    """The pages this person's role opens, in the order of the navigation."""
    found = []
    for needed, label, endpoint, icon in DESK_PAGES:
        if opens(g.agent, needed):
            words = WORDS.get(endpoint)
            about, synonyms = (str(words.purpose), str(words.synonyms)) if words else ("", "")
            found.append(Place(str(label), about, url_for(endpoint), icon, synonyms=synonyms))
    return found


def settings() -> list[Place]:
    """Every setting, if this person may change any."""
    if not g.agent.may(Permission.MANAGE_DESK):
        return []
    return [
        Place(
            _(option.label),
            _(option.help),
            _field_url(name, option.group),
            "settings",
            within=str(GROUPS[option.group]),
            synonyms=_(option.synonyms) if option.synonyms else "",
        )
        for name, option in OPTIONS.items()
        if option.group is not Group.INTERNAL
    ]


def find(typed: str) -> list[Place]:
    """What fits all words, the best first; nothing typed finds nothing."""
    words = _words(one_line(typed)[:LONGEST_SEARCH])
    if not words:
        return []
    ranked = [(each.rank(words), each) for each in (*pages(), *settings())]
    fitting = [(rank, each) for rank, each in ranked if rank is not None]
    return [each for _rank, each in sorted(fitting, key=lambda pair: pair[0])]


def _field_url(name: str, group: Group) -> str:
    page = "admin.branding.edit" if group is Group.BRANDING else "admin.settings.index"
    return url_for(page, _anchor=f"setting-{name}")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
