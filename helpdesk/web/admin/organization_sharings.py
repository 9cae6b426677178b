"""What an organization shares among its people: who would see how much more, then the change."""

from dataclasses import dataclass

from flask import Blueprint, flash, g, render_template, request
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from helpdesk.accounts.models import Organization, Sharing
from helpdesk.accounts.operations.organizations import share
from helpdesk.accounts.permissions import Permission
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.organizations_list import counted, organization_or_404, organizations_list
from helpdesk.web.admin.sharing_words import HINTS, NAMES, WIDTH
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _

bp = Blueprint(
    "organization_sharings", __name__, url_prefix=f"/organizations/<{ROW_ID}:organization_id>/sharing"
)
bp.before_request(needs(Permission.MANAGE_PEOPLE))


class SharingForm(Form):
    """With whom, and how many requests that opens where it opens any."""

    sharing = RadioField(
        lazy("Who sees the requests of the others"), choices=[SelectChoice(*each) for each in NAMES.items()]
    )
    typed = TypedConfirmationField()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change would do: how many people would see more, or less, and how many requests there are."""

    to: Sharing
    seeing: int
    losing: int
    tickets: int

    @property
    def is_widening(self) -> bool:
        return bool(self.seeing and self.tickets)


@bp.get("/edit")
def edit(organization_id: int) -> Page:
    organization = organization_or_404(organization_id)
    to = request.args.get("to", "")
    if to not in list(Sharing) or to == organization.sharing:
        return _choice(organization)
    form = SharingForm(formdata=None, sharing=to)
    return _preview(organization, form, _outlook(organization, Sharing(to)))


@bp.post("")
def update(organization_id: int) -> Page:
    organization, form = organization_or_404(organization_id), SharingForm()
    if form.sharing.data not in list(Sharing):
        return _choice(organization), 422
    outlook = _outlook(organization, Sharing(form.sharing.data))
    if outlook.is_widening:
        form.typed.expected = outlook.tickets
    else:
        del form.typed
    if not form.validate_on_submit():
        return _preview(organization, form, outlook), 422
    share(organization, sharing=outlook.to, by=g.agent)
    flash(_("Changed: %(what)s", what=HINTS[outlook.to]))
    return see_other("admin.organizations.edit", organization_id=organization_id, **list_state())


def _outlook(organization: Organization, to: Sharing) -> Outlook:
    row = counted(organization)
    sees = {Sharing.NONE: 0, Sharing.MANAGERS: row.managers, Sharing.EVERYONE: row.active}
    gain = sees[to] - sees[organization.sharing]
    is_wider = WIDTH[to] > WIDTH[organization.sharing]
    return Outlook(to, gain if is_wider else 0, 0 if is_wider else -gain, row.tickets)


def _choice(organization: Organization) -> str:
    return render_template(
        "admin/organizations/sharing.html",
        organizations=organizations_list(),
        state=list_state(),
        organization=organization,
        form=SharingForm(formdata=None, sharing=organization.sharing.value),
        hints=HINTS,
        counted=counted(organization),
    )


def _preview(organization: Organization, form: SharingForm, outlook: Outlook) -> str:
    if outlook.is_widening:
        form.typed.expected = outlook.tickets
    return render_template(
        "admin/organizations/sharing_preview.html",
        organizations=organizations_list(),
        state=list_state(),
        organization=organization,
        form=form,
        will=outlook,
        words=(NAMES[outlook.to], HINTS[outlook.to]),
    )
