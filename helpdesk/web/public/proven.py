"""/proven: who has given a proof sends on, with one button, what they had sent before it."""

from flask import Blueprint, flash, g, redirect, render_template, request

from helpdesk.web import guards
from helpdesk.web.answers import Page, local_path
from helpdesk.web.kept_forms import PLACE, kept_form
from helpdesk.web.languages import gettext as _

bp = Blueprint("proven", __name__, url_prefix=PLACE)
bp.before_request(guards.let_in_as_themself)


@bp.get("")
def show() -> Page:
    page = local_path(request.args.get("page"), guards.home_of(g.person))
    kept = kept_form(request.args.get("form", ""))
    if kept is None or local_path(kept.path, "") == "":
        flash(_("Thank you. Now press the button once more."))
        return redirect(page, code=303)
    return render_template("public/proven/show.html", kept=kept, page=page)
