"""The servers of a mailbox, how the desk signs in there, the secret of its HTTP door. Secrets are sealed here."""

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.tokens import digest, new_token
from helpdesk.mail.models import AfterFetch, Mailbox, MailboxState, SignIn
from helpdesk.mail.servers import (
    BadMailbox,
    Incoming,
    Outgoing,
    Permit,
    clean_host,
    clean_line,
    clean_port,
    clean_web_address,
    kept_secret,
)


def connect_incoming(mailbox: Mailbox, server: Incoming, *, by: User) -> None:
    """Where its mail is fetched. Another server, user or folder is another connection: it is switched on anew.

    Raises BadMailbox.
    """
    db.session.refresh(mailbox, with_for_update=True)
    before = (mailbox.imap_host, mailbox.imap_port, mailbox.imap_user, mailbox.imap_folder)
    target = (mailbox.imap_host, mailbox.imap_port, mailbox.imap_security)
    host = clean_host("imap_host", server.host)
    port = clean_port("imap_port", server.port)
    is_same = target == (host, port, server.security)
    mailbox.imap_password = (
        kept_secret("imap_password", server.password, sealed=mailbox.imap_password, is_for_the_same=is_same)
        if host
        else None
    )
    mailbox.imap_host, mailbox.imap_port, mailbox.imap_security = host, port, server.security
    mailbox.imap_user = clean_line("imap_user", server.user) or None
    mailbox.imap_folder = clean_line("imap_folder", server.folder) or "INBOX"
    mailbox.after_fetch = server.after_fetch
    mailbox.done_folder = clean_line("done_folder", server.done_folder)
    if server.after_fetch is AfterFetch.MOVE and mailbox.done_folder in ("", mailbox.imap_folder):
        raise BadMailbox("done_folder", "Name another folder of this mailbox to which fetched mail is moved.")
    if before != (host, port, mailbox.imap_user, mailbox.imap_folder):
        mailbox.connected_at = mailbox.cut_off_at = None
        _forget_place(mailbox)
    db.session.flush()


def connect_outgoing(mailbox: Mailbox, server: Outgoing, *, by: User) -> None:
    """Where its mail is sent. Raises BadMailbox."""
    db.session.refresh(mailbox, with_for_update=True)
    target = (mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security)
    host = clean_host("smtp_host", server.host)
    port = clean_port("smtp_port", server.port)
    is_same = target == (host, port, server.security)
    mailbox.smtp_password = (
        kept_secret("smtp_password", server.password, sealed=mailbox.smtp_password, is_for_the_same=is_same)
        if host
        else None
    )
    mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security = host, port, server.security
    mailbox.smtp_user = clean_line("smtp_user", server.user) or None
    if server.hourly_limit < 1 or server.hourly_limit > 1_000_000:
        raise BadMailbox("hourly_limit", "Type a number of recipients an hour from 1 to 1,000,000.")
    mailbox.hourly_limit = server.hourly_limit
    db.session.flush()


def choose_sign_in(mailbox: Mailbox, permit: Permit, *, by: User) -> None:
    """How it signs in. With another client or another address for tokens, an earlier permission is void.

    Raises BadMailbox.
    """
    db.session.refresh(mailbox, with_for_update=True)
    mailbox.sign_in = permit.sign_in
    if permit.sign_in is SignIn.PASSWORD:
        _forget_permission(mailbox)
        mailbox.oauth_client_secret = None
        db.session.flush()
        return
    token_url = clean_web_address("oauth_token_url", permit.token_url)
    client_id = clean_line("oauth_client_id", permit.client_id)
    if not client_id:
        raise BadMailbox("oauth_client_id", "Type the id of the client you registered there.")
    is_same = (mailbox.oauth_token_url, mailbox.oauth_client_id) == (token_url, client_id)
    mailbox.oauth_client_secret = kept_secret(
        "oauth_client_secret",
        permit.client_secret,
        sealed=mailbox.oauth_client_secret,
        is_for_the_same=is_same,
    )
    if not is_same or mailbox.oauth_scope != clean_line("oauth_scope", permit.scope):
        _forget_permission(mailbox)
    mailbox.oauth_authorize_url = clean_web_address("oauth_authorize_url", permit.authorize_url)
    mailbox.oauth_token_url, mailbox.oauth_client_id = token_url, client_id
    mailbox.oauth_scope = clean_line("oauth_scope", permit.scope)
    mailbox.oauth_ends_at = permit.ends_at
    db.session.flush()


def open_door(mailbox: Mailbox, *, by: User) -> str:
    """A new secret for its HTTP door, readable only in what is returned; an earlier one opens it no more."""
    db.session.refresh(mailbox, with_for_update=True)
    secret = new_token()
    mailbox.door_secret_hash = digest(secret)
    db.session.flush()
    return secret


def shut_door(mailbox: Mailbox, *, by: User) -> None:
    """Nothing comes in by HTTP any more."""
    db.session.refresh(mailbox, with_for_update=True)
    mailbox.door_secret_hash = None
    db.session.flush()


def _forget_permission(mailbox: Mailbox) -> None:
    mailbox.oauth_refresh_token = mailbox.oauth_ends_at = None


def _forget_place(mailbox: Mailbox) -> None:
    """UIDs belong to one folder of one server."""
    state = db.session.get(MailboxState, mailbox.id)
    if state is not None:
        state.uid_validity, state.last_uid = None, 0
        state.looked_at = state.failed_at = state.failure = None
