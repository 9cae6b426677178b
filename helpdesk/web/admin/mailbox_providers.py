"""Where mailboxes live: what is known of the servers of some providers, so that nobody has to look it up."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from helpdesk.mail.models import Mailbox, Security, SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One kind of mailbox. `hint` says what one needs there."""

    name: LazyString
    hint: LazyString
    imap_host: str | None = None
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_security: Security = Security.STARTTLS
    sign_in: SignIn = SignIn.PASSWORD
    authorize_url: str = ""
    token_url: str = ""
    scope: str = ""
    has_plus_addresses: bool = False
    authserv_id: str = ""

    def apply(self, mailbox: Mailbox) -> None:
        """Prefill what a new mailbox does not know yet."""
        mailbox.imap_host, mailbox.smtp_host = self.imap_host, self.smtp_host
        mailbox.smtp_port, mailbox.smtp_security = self.smtp_port, self.smtp_security
        if self.imap_host:
            mailbox.imap_user = mailbox.smtp_user = mailbox.address
        mailbox.sign_in = self.sign_in
        mailbox.oauth_authorize_url, mailbox.oauth_token_url = self.authorize_url, self.token_url
        mailbox.oauth_scope = self.scope
        mailbox.has_plus_addresses = self.has_plus_addresses
        mailbox.authserv_id = self.authserv_id


MICROSOFT = "https://login.microsoftonline.com/common/oauth2/v2.0"
PROVIDERS: Mapping[str, Provider] = {
    "gmail": Provider(
        name=_("Gmail, Google Workspace"),
        hint=_("With a client of your own at Google (OAuth 2), or an app password."),
        imap_host="imap.gmail.com",
        smtp_host="smtp.gmail.com",
        sign_in=SignIn.OAUTH2,
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 — an address
        scope="https://mail.google.com/",
        has_plus_addresses=True,
        authserv_id="mx.google.com",
    ),
    "microsoft": Provider(
        name=_("Microsoft 365, Outlook"),
        hint=_("With an app registration of your own at Microsoft (OAuth 2)."),
        imap_host="outlook.office365.com",
        smtp_host="smtp.office365.com",
        sign_in=SignIn.OAUTH2,
        authorize_url=f"{MICROSOFT}/authorize",
        token_url=f"{MICROSOFT}/token",
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        has_plus_addresses=True,
    ),
    "fastmail": Provider(
        name=_("Fastmail"),
        hint=_("With an app password for IMAP and SMTP."),
        imap_host="imap.fastmail.com",
        smtp_host="smtp.fastmail.com",
        smtp_port=465,
        smtp_security=Security.TLS,
        has_plus_addresses=True,
    ),
    "imap": Provider(
        name=_("Another mail server"), hint=_("Fetched by IMAP, sent by SMTP, with a password.")
    ),
    "pipe": Provider(
        name=_("Your own mail server hands it over"),
        hint=_("Postfix, Exim or another one runs a command for each mail."),
    ),
    "http": Provider(
        name=_("A mail provider hands it over"),
        hint=_("Its webhook posts each mail to an address of the desk."),
    ),
}
