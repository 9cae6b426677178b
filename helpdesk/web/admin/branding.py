"""Branding: the desk's name, logo, colour and footer, and how they will look before they are saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from flask import Blueprint, Response, abort, flash, render_template, request, url_for
from flask_babel import lazy_gettext as lazy
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField

from helpdesk.accounts.permissions import Permission
from helpdesk.settings.catalogue import BadSetting, Desk, Group, load_desk
from helpdesk.settings.colours import contrast, normal_hex
from helpdesk.settings.logos import LARGEST_FILE, NAME, take_off, wear
from helpdesk.settings.palette import (
    DARK_SURFACES,
    ENOUGH,
    LIGHT_SURFACES,
    is_readable,
    nearest_readable,
    palette,
    weakest,
)
from helpdesk.web.admin.doors import needs
from helpdesk.web.admin.settings_forms import SettingsForm, section, settings_form
from helpdesk.web.answers import Page, see_other
from helpdesk.web.brand import FOR_EVER, brand_of, stylesheet_name
from helpdesk.web.languages import gettext as _

bp = Blueprint("branding", __name__, url_prefix="/branding")
bp.before_request(needs(Permission.MANAGE_DESK))

FIELDS = ("desk_name", "accent_color", "footer")
OURS = "#3a4fd0"
"""Our own ink in hex: where the picker of colours begins."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a colour will look; `typed` and `color` differ where what was typed cannot be read."""

    is_color: bool = True
    typed: str = ""
    color: str = ""
    weakest: str = ""
    stylesheet: str = ""
    contrasts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    enough: float = ENOUGH


@bp.get("")
def edit() -> Page:
    return _page(_form(load_desk()), load_desk())


@bp.post("")
def update() -> Page:
    desk = load_desk()
    form = _form(desk)
    if "use" in request.form:  # the nearest colour that passes was chosen
        form.accent_color.data = request.form["use"]
    if "use" in request.form or "preview" in request.form:
        return _page(form, desk)
    if not form.save(FIELDS, desk) or not _save_logo(form):
        return _page(form, desk), 422
    flash(_("Saved. Customers see it from now on."))
    return see_other("admin.branding.edit")


@bp.get("/preview")
def preview() -> Page:
    """How a colour will look: what the page asks for while somebody chooses."""
    return render_template(
        "admin/branding/_preview.html", preview=_preview(request.args.get("accent_color", ""))
    )


@bp.get("/preview/<color>-<name>.css")
def preview_stylesheet(color: str, name: str) -> Page:
    chosen = f"#{color}"
    if _hex(chosen) != chosen or not is_readable(chosen) or stylesheet_name(chosen) != name:
        abort(404)
    answer = Response(palette(chosen).stylesheet(".brand-preview"), content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


def _form(desk: Desk) -> SettingsForm:
    return settings_form(
        FIELDS, desk, logo=FileField(lazy("Logo")), without_logo=BooleanField(lazy("Show our mark instead"))
    )


def _save_logo(form: SettingsForm) -> bool:
    """False where the field says why not."""
    sent = form.logo.data
    try:
        if isinstance(sent, FileStorage) and sent.filename:
            wear(cast(BinaryIO, sent.stream), filename=sent.filename)
        elif form.without_logo.data:
            take_off()
    except BadSetting as refusal:
        form.logo.errors = [_(refusal.sentence)]
        return False
    return True


def _page(form: SettingsForm, desk: Desk) -> str:
    shown = section(Group.BRANDING, desk, form)
    return render_template(
        "admin/branding/edit.html",
        form=form,
        section=shown,
        rows={row.name: row for row in shown.rows},
        has_logo=bool(getattr(desk, NAME)),
        own=brand_of(desk),
        largest=LARGEST_FILE,
        ours=OURS,
        picked=_hex(form.accent_color.data or "") or OURS,
        preview=_preview(form.accent_color.data or ""),
    )


def _preview(typed: str) -> Look:
    """What is to be seen of a colour: as typed where it can be read, else the nearest that can; ours without one."""
    color = _hex(typed)
    if color is None:
        return Look(is_color=not typed.strip())
    shown = nearest_readable(color)
    made, name = palette(shown), stylesheet_name(shown)
    return Look(
        typed=color,
        color=shown,
        weakest=f"{weakest(color):.1f}",
        stylesheet=url_for("admin.branding.preview_stylesheet", color=shown[1:], name=name),
        contrasts={
            "light": _contrasts(made.light, LIGHT_SURFACES["paper-0"]),
            "dark": _contrasts(made.dark, DARK_SURFACES["paper-925"]),
        },
    )


def _contrasts(tokens: Mapping[str, str], surface: str) -> tuple[str, str]:
    """Of words on buttons, and of links on the surface."""
    measured = contrast(tokens["on-accent"], tokens["accent"]), contrast(tokens["accent-text"], surface)
    words, links = (f"{each:.1f}" for each in measured)
    return words, links


def _hex(text: str) -> str | None:
    try:
        return normal_hex(text)
    except ValueError:
        return None
