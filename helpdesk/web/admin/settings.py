"""Settings of the desk: every group a section with its own button, and the way back to a default."""

from flask import Blueprint, abort, flash, g, render_template
from werkzeug.wrappers import Response

from helpdesk.accounts.permissions import Permission
from helpdesk.settings.catalogue import OPTIONS, Desk, Group, load_desk, reset_setting
from helpdesk.web.admin.doors import needs
from helpdesk.web.admin.indexing import indexing
from helpdesk.web.admin.settings_forms import SettingsForm, names_to_set, section, settings_form
from helpdesk.web.answers import Page, see_other
from helpdesk.web.fresh_proof import ask_for_proof
from helpdesk.web.languages import gettext as _
from helpdesk.web.setting_words import GROUPS, setting_name

bp = Blueprint("settings", __name__, url_prefix="/settings")
bp.before_request(needs(Permission.MANAGE_DESK))

SHOWN = (Group.DESK, Group.REQUESTS, Group.NOTICES, Group.ACCESS, Group.SIGN_IN, Group.RECORDS)
"""The groups of this page; branding has its own."""
DANGEROUS = frozenset({Group.DESK, Group.ACCESS, Group.SIGN_IN, Group.RECORDS})
"""Where links lead, who comes in, and what is kept of that."""


@bp.get("")
def index() -> Page:
    return _page(load_desk())


@bp.post("/<any(desk, requests, notices, access, sign_in, records):group>")
def update(group: str) -> Page:
    chosen, desk = Group(group), load_desk()
    if (way := _ask_for_proof(chosen)) is not None:
        return way
    form = settings_form(names_to_set(chosen), desk)
    if not form.save(names_to_set(chosen), desk):
        return _page(desk, chosen, form), 422
    flash(_("Saved: %(group)s.", group=GROUPS[chosen]))
    return see_other("admin.settings.index", _anchor=chosen.value)


@bp.post("/<name>/reset")
def reset(name: str) -> Page:
    """The default again."""
    if name not in OPTIONS or OPTIONS[name].group is Group.INTERNAL:
        abort(404)
    if (way := _ask_for_proof(OPTIONS[name].group)) is not None:
        return way
    reset_setting(name)
    flash(_("%(setting)s is back to its default.", setting=setting_name(name)))
    page = "admin.branding.edit" if OPTIONS[name].group is Group.BRANDING else "admin.settings.index"
    return see_other(page, _anchor=f"setting-{name}")


def _ask_for_proof(group: Group) -> Response | None:
    return ask_for_proof() if group in DANGEROUS else None


def _page(desk: Desk, sent: Group | None = None, form: SettingsForm | None = None) -> str:
    sections = [section(group, desk, form if group is sent else None) for group in SHOWN]
    return render_template(
        "admin/settings/index.html", sections=sections, indexing=indexing(desk.search_language), agent=g.agent
    )
