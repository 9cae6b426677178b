"""The keys: their list for the overlay, and the page on which somebody chooses their own."""

from flask import Blueprint, flash, g, render_template, request
from wtforms import StringField
from wtforms.validators import Length

from helpdesk.accounts.shortcuts import DEFAULTS, LONGEST, BadKeys, Taken, choose_keys, keys_of
from helpdesk.core.db import db
from helpdesk.web.agents.shortcut_words import FIXED, GROUPS, WORDS
from helpdesk.web.answers import Page, see_other
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _

bp = Blueprint("shortcuts", __name__, url_prefix="/preferences/keys")


class ShortcutsForm(Form):
    """A field for each act, named after it."""

    def of(self, act: str) -> StringField:
        found: StringField = self[f"key_{act}"]
        return found

    def tell(self, refusal: BadKeys) -> None:
        """Show at the field why its key cannot be that."""
        sentence = _(refusal.sentence)
        if isinstance(refusal, Taken):
            sentence = _("“%(act)s” has this key.", act=WORDS[refusal.other])
        self.of(refusal.act).errors = [sentence]


for act in DEFAULTS:
    setattr(ShortcutsForm, f"key_{act}", StringField(WORDS[act], [Length(max=LONGEST)]))


@bp.get("")
def edit() -> Page:
    return _page(ShortcutsForm(data={f"key_{act}": keys for act, keys in keys_of(g.agent).items()}))


@bp.post("")
def update() -> Page:
    form = ShortcutsForm()
    if not form.validate_on_submit():
        return _page(form), 422
    wanted = DEFAULTS if "defaults" in request.form else {act: form.of(act).data or "" for act in DEFAULTS}
    try:
        with db.session.begin_nested():
            choose_keys(g.agent, wanted)
    except BadKeys as refusal:
        form.tell(refusal)
        return _page(form), refusal.status
    flash(_("Saved."))
    return see_other("agents.shortcuts.edit")


@bp.get("/list")
def index() -> Page:
    """What the overlay shows: a piece of a page."""
    return render_template("agents/shortcuts/_list.html", groups=GROUPS, fixed=FIXED)


def _page(form: ShortcutsForm) -> str:
    return render_template("agents/shortcuts/edit.html", form=form, groups=GROUPS, fixed=FIXED)
