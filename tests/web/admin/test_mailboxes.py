"""Mailboxes: made, connected, tested, switched on, paused and deleted by administrators; secrets are never shown."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.sealing import seal
from helpdesk.core.tokens import digest
from helpdesk.mail.doors.trying import Trial
from helpdesk.mail.models import Door, InboundMessage, Mailbox, MailboxState, SignIn
from helpdesk.mail.operations.dry_running import Candidate, Foreseen
from helpdesk.mail.operations.mailboxes import Identity, create_mailbox
from helpdesk.web.admin import mailbox_activations, mailbox_permissions, mailbox_trials
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

CEILING = 7
KEPT = {
    "imap_host": "imap.example.com",
    "imap_port": "993",
    "imap_security": "tls",
    "sign_in": "password",
    "imap_folder": "INBOX",
    "after_fetch": "mark",
}
ROUTES = (
    *("", "/new", "/1", "/1/edit", "/1/incoming", "/1/outgoing", "/1/activation/new", "/1/deletion/new"),
    *("/1/permission/new", "/permission"),
)
DEEDS = (
    *(
        "",
        "/1",
        "/1/default",
        "/1/incoming",
        "/1/outgoing",
        "/1/trials/incoming",
        "/1/door",
        "/1/door/closing",
    ),
    *("/1/activation", "/1/pause", "/1/resumption", "/1/deletion"),
)


@pytest.fixture
def made(acting):
    """`made(imap_host="…")` is the number of a mailbox with these columns; states of it by `state=`."""

    def make(address="help@desk.example", *, name="Support", state=None, **columns):
        with acting("ada") as ada:
            mailbox = create_mailbox(Identity(name=name, address=address), by=ada)
            for column, value in columns.items():
                setattr(mailbox, column, seal(value) if column in Mailbox.audit_secret else value)
            if state:
                db.session.execute(
                    update(MailboxState).where(MailboxState.mailbox_id == mailbox.id).values(**state)
                )
            db.session.flush()
            return mailbox.id

    return make


@pytest.fixture
def kept(acting):
    """`kept(Mailbox.imap_host, …)` are columns of the one mailbox."""

    def look(*columns):
        with acting("ada"):
            found = db.session.execute(select(*columns)).one()
            return found[0] if len(columns) == 1 else tuple(found)

    return look


def names(page):
    return re.findall(r'class="row-title"[^>]*>([^<]+)<', page.html)


def errors(page):
    return re.findall(r'class="error"[^>]*>.*?<span>([^<]*)</span>', page.html)


class TestRights:
    @pytest.mark.parametrize("path", ROUTES)
    def test_agents_may_not_look(self, as_ana, path):
        assert as_ana.get(f"/admin/mailboxes{path}").status == 403

    @pytest.mark.parametrize("path", DEEDS)
    def test_nor_do_anything(self, as_ana, path):
        assert as_ana.post(f"/admin/mailboxes{path}", {"name": "x"}).status == 403

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/mailboxes").status == 404

    def test_who_may_manage_the_desk_may(self, permitted, as_ana, made):
        permitted("ana", Permission.MANAGE_DESK)
        assert as_ana.get(f"/admin/mailboxes/{made()}").status == 200

    @pytest.mark.parametrize(
        "path", ["/99", "/99/edit", "/99/incoming", "/99/activation/new", "/99/deletion/new"]
    )
    def test_one_that_does_not_exist(self, as_ada, path):
        assert as_ada.get(f"/admin/mailboxes{path}").status == 404


class TestList:
    def test_each_says_how_it_is(self, as_ada, made):
        now = clock.now()
        made("a@desk.example", name="A new one")
        made(
            "b@desk.example",
            name="Broken",
            imap_host="x.example",
            connected_at=now,
            state={"failed_at": now, "failure": "NO [AUTH] <b>bad</b>"},
        )
        made("c@desk.example", name="Calm", imap_host="x.example", connected_at=now, state={"looked_at": now})
        made(
            "d@desk.example",
            name="Dozing",
            imap_host="x.example",
            connected_at=now,
            state={"looked_at": now - timedelta(hours=1)},
        )
        made("e@desk.example", name="Ended", connected_at=now, oauth_ends_at=now)
        made(
            "f@desk.example",
            name="Full",
            connected_at=now,
            state={"braked_at": now, "send_failed_at": now, "send_failure": "451 later"},
        )
        made("p@desk.example", name="Paused one", is_active=False)

        text = as_ada.get("/admin/mailboxes").text

        for words in (
            "Not switched on",
            "Fetching fails",
            "NO [AUTH] <b>bad</b>",
            "Fetches",
            "Nobody looks into it",
            "Permission has ended",
            "Send brake holds",
            "Sending fails",
            "451 later",
            "Paused",
        ):
            assert words in text

    def test_searched_and_sorted(self, as_ada, made):
        made("z@desk.example", name="Alpha")
        made("a@desk.example", name="Zulu")

        assert names(as_ada.get("/admin/mailboxes")) == ["Alpha", "Zulu"]
        assert names(as_ada.get("/admin/mailboxes?sort=address")) == ["Zulu", "Alpha"]
        assert names(as_ada.get("/admin/mailboxes?q=z@desk")) == ["Alpha"]
        assert "No mailbox matches “zebra”" in as_ada.get("/admin/mailboxes?q=zebra").text

    def test_empty_it_says_what_a_mailbox_is_for(self, as_ada):
        assert "No mailbox yet" in as_ada.get("/admin/mailboxes").text

    def test_pages_follow_each_other_and_cost_the_same(self, as_ada, cold, made):
        made("box-00@desk.example", name="box-00")
        cold(as_ada)
        with counted_statements() as few:
            as_ada.get("/admin/mailboxes")
        for number in range(1, 55):
            made(f"box-{number:02}@desk.example", name=f"box-{number:02}")
        cold(as_ada)
        with counted_statements() as many:
            page = as_ada.get("/admin/mailboxes")

        assert len(few) == len(many) <= CEILING
        assert len(names(page)) == 50
        (following,) = re.findall(r'href="(/admin/mailboxes\?[^"]*after=[^"]+)"', page.html)
        assert names(as_ada.get(following.replace("&amp;", "&"))) == [
            f"box-{number}" for number in range(50, 55)
        ]


class TestSteps:
    def test_a_provider_fills_in_what_it_is_known_for(self, as_ada, kept):
        sent = {"name": "Support", "address": "help@gmail.example", "provider": "gmail"}

        page = as_ada.post("/admin/mailboxes", sent)

        assert re.fullmatch(r"/admin/mailboxes/\d+/incoming", page.location)
        assert kept(Mailbox.imap_host, Mailbox.smtp_host, Mailbox.sign_in, Mailbox.smtp_user) == (
            "imap.gmail.com",
            "smtp.gmail.com",
            SignIn.OAUTH2,
            "help@gmail.example",
        )
        assert 'value="imap.gmail.com"' in as_ada.get(page.location).html

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, as_ada, made):
        made()
        page = as_ada.post(
            "/admin/mailboxes", {"name": "Twin", "address": "help@desk.example", "provider": "imap"}
        )

        assert page.status == 422
        assert errors(page) == ["The mailbox “Support” has this address already."]
        assert 'value="Twin"' in page.html

    def test_the_identity_is_changed(self, as_ada, made, kept):
        mailbox = made()
        sent = {
            "name": "Help",
            "address": "help@desk.example",
            "aliases": "info@desk.example, sales@desk.example",
            "team": "",
            "signature": "Yours",
            "has_plus_addresses": "y",
        }

        assert as_ada.post(f"/admin/mailboxes/{mailbox}", sent).location == f"/admin/mailboxes/{mailbox}"
        assert kept(Mailbox.name, Mailbox.aliases, Mailbox.has_plus_addresses) == (
            "Help",
            ["info@desk.example", "sales@desk.example"],
            True,
        )
        page = as_ada.get(f"/admin/mailboxes/{mailbox}/edit")
        assert "info@desk.example\nsales@desk.example" in page.html

    def test_a_password_is_kept_sealed_and_shown_on_no_page(self, as_ada, made, kept):
        mailbox = made()
        path = f"/admin/mailboxes/{mailbox}"

        as_ada.post(f"{path}/incoming", KEPT | {"imap_user": "help", "imap_password": "hunter2-in"})
        as_ada.post(
            f"{path}/outgoing",
            {
                "smtp_host": "smtp.example.com",
                "smtp_port": "587",
                "smtp_security": "starttls",
                "smtp_user": "help",
                "smtp_password": "hunter2-out",
                "hourly_limit": "50",
            },
        )
        again = as_ada.post(f"{path}/incoming", KEPT | {"imap_user": "help"})

        assert again.status == 303
        sealed = kept(Mailbox.imap_password, Mailbox.smtp_password)
        for page in ("", "/incoming", "/outgoing", "/edit"):
            html = as_ada.get(path + page).html
            assert "hunter2" not in html
            assert not [each for each in sealed if each in html]

    def test_a_refused_form_does_not_show_the_password_again(self, as_ada, made):
        sent = KEPT | {"imap_host": "not a host", "imap_password": "hunter2"}
        page = as_ada.post(f"/admin/mailboxes/{made()}/incoming", sent)

        assert page.status == 422
        assert "hunter2" not in page.html
        assert "Type the name of a server" in errors(page)[0]
        assert 'value="not a host"' in page.html

    def test_another_server_does_not_get_the_stored_password(self, as_ada, made, kept):
        mailbox = made()
        as_ada.post(f"/admin/mailboxes/{mailbox}/incoming", KEPT | {"imap_password": "hunter2"})

        page = as_ada.post(f"/admin/mailboxes/{mailbox}/incoming", KEPT | {"imap_host": "imap.evil.example"})

        assert page.status == 422
        assert kept(Mailbox.imap_host) == "imap.example.com"

    @pytest.mark.parametrize("wrong", [{"imap_port": "x"}, {"imap_port": "0"}, {"imap_security": "rot13"}])
    def test_what_cannot_be_is_refused(self, as_ada, made, wrong):
        page = as_ada.post(f"/admin/mailboxes/{made()}/incoming", KEPT | wrong)

        assert page.status == 422
        assert len(errors(page)) == 1

    def test_the_day_a_secret_ends_is_kept_and_told_before(self, as_ada, made, kept):
        mailbox = made(connected_at=clock.now())
        oauth = {name: value for name, value in TestPermission.OAUTH.items() if name != "sign_in"}
        ends_on = (clock.now() + timedelta(days=3)).date().isoformat()
        path = f"/admin/mailboxes/{mailbox}"

        sent = KEPT | oauth | {"sign_in": "oauth2", "oauth_ends_on": ends_on}
        assert as_ada.post(f"{path}/incoming", sent).location == f"{path}/permission/new"

        assert f'value="{ends_on}"' in as_ada.get(f"{path}/incoming").html
        as_ada.post(f"{path}/activation", {"start": "now"})
        assert "Permission ends soon" in as_ada.get(path).text
        assert "The permission for the mailbox Support ends soon: renew it." in as_ada.get("/admin").text

    def test_one_is_made_the_default(self, as_ada, made, acting):
        made()
        second = made("sales@desk.example", name="Sales")

        as_ada.post(f"/admin/mailboxes/{second}/default")

        with acting("ada"):
            assert list(db.session.scalars(select(Mailbox.id).where(Mailbox.is_default))) == [second]


class TestTrials:
    @pytest.mark.parametrize("way", ["incoming", "outgoing"])
    def test_the_page_shows_what_the_server_said_word_for_word(self, as_ada, made, monkeypatch, way):
        monkeypatch.setattr(
            mailbox_trials,
            f"try_{way}",
            lambda mailbox: Trial(False, ("Connected: ready", "NO <script>alert(1)</script>")),
        )
        page = as_ada.post(
            f"/admin/mailboxes/{made(imap_host='x.example', smtp_host='x.example')}/trials/{way}"
        )

        assert page.status == 200
        assert "It does not work." in page.text
        assert "Connected: ready\nNO &lt;script&gt;alert(1)&lt;/script&gt;" in page.html

    def test_a_server_nobody_listens_at(self, as_ada, made):
        mailbox = made(
            imap_host="127.0.0.1", imap_port=1, imap_password="x", smtp_host="127.0.0.1", smtp_port=1
        )

        for way in ("incoming", "outgoing"):
            assert "refused" in as_ada.post(f"/admin/mailboxes/{mailbox}/trials/{way}").text.lower()

    def test_other_ways_do_not_exist(self, as_ada, made):
        assert as_ada.post(f"/admin/mailboxes/{made()}/trials/sideways").status == 404


class TestDoor:
    def test_the_secret_is_shown_once_and_kept_as_a_digest(self, as_ada, made, kept):
        mailbox = made()

        page = as_ada.post(f"/admin/mailboxes/{mailbox}/door")

        (secret,) = re.findall(r"Authorization: Bearer ([\w-]{40,})", page.html)
        assert kept(Mailbox.door_secret_hash) == digest(secret)
        assert "POST http://desk.example/mail/help@desk.example" in page.text
        assert secret not in as_ada.get(f"/admin/mailboxes/{mailbox}").html

    def test_it_is_shut(self, as_ada, made, kept):
        mailbox = made()
        as_ada.post(f"/admin/mailboxes/{mailbox}/door")
        as_ada.post(f"/admin/mailboxes/{mailbox}/door/closing")

        assert kept(Mailbox.door_secret_hash) is None


class TestSwitchingOn:
    FORESEEN = Foreseen(
        in_folder=12,
        to_import=2,
        too_large=1,
        oldest=[Candidate("Carl <b>", "Broken <i>lock</i>", None, 10)],
        newest=[],
    )

    def test_a_look_shows_what_would_come_and_changes_nothing(self, as_ada, made, kept, monkeypatch):
        asked = []
        monkeypatch.setattr(
            mailbox_activations,
            "dry_run",
            lambda mailbox, cut_off_at: asked.append(cut_off_at) or self.FORESEEN,
        )
        mailbox = made(imap_host="x.example")

        page = as_ada.get(f"/admin/mailboxes/{mailbox}/activation/new?start=since&since=2026-01-31")

        assert "10 older mails" in page.text
        assert "Broken &lt;i&gt;lock&lt;/i&gt;" in page.html
        assert [each.date().isoformat() for each in asked] == ["2026-01-31"]
        assert kept(Mailbox.connected_at) is None

    def test_nobody_looks_before_somebody_asks(self, as_ada, made):
        page = as_ada.get(f"/admin/mailboxes/{made(imap_host='127.0.0.1', imap_port=1)}/activation/new")

        assert "What would be imported" not in page.text

    def test_a_server_that_cannot_be_looked_at_is_quoted(self, as_ada, made):
        mailbox = made(imap_host="127.0.0.1", imap_port=1, imap_password="x")

        page = as_ada.get(f"/admin/mailboxes/{mailbox}/activation/new?start=all")

        assert "The server said:" in page.text

    @pytest.mark.parametrize(
        "sent, has_cut_off", [({"start": "now", "since": ""}, True), ({"start": "all"}, False)]
    )
    def test_switched_on(self, as_ada, made, kept, sent, has_cut_off):
        mailbox = made()

        assert as_ada.post(f"/admin/mailboxes/{mailbox}/activation", sent).status == 303

        connected_at, cut_off_at = kept(Mailbox.connected_at, Mailbox.cut_off_at)
        assert connected_at is not None
        assert (cut_off_at is not None) is has_cut_off

    @pytest.mark.parametrize(
        "sent", [{"start": "since"}, {"start": "since", "since": "soon"}, {"start": "zebra"}]
    )
    def test_not_without_knowing_since_when(self, as_ada, made, kept, sent):
        assert as_ada.post(f"/admin/mailboxes/{made()}/activation", sent).status == 422
        assert kept(Mailbox.connected_at) is None

    def test_paused_and_going_on(self, as_ada, made, kept):
        mailbox = made(connected_at=clock.now())

        as_ada.post(f"/admin/mailboxes/{mailbox}/pause")
        assert kept(Mailbox.is_active) is False
        as_ada.post(f"/admin/mailboxes/{mailbox}/resumption")
        assert kept(Mailbox.is_active) is True


class TestPermission:
    OAUTH = {
        "sign_in": SignIn.OAUTH2,
        "imap_host": "imap.example.com",
        "oauth_client_id": "desk",
        "oauth_authorize_url": "https://login.example.com/authorize",
        "oauth_token_url": "https://login.example.com/token",
        "oauth_scope": "mail",
    }

    @pytest.fixture
    def granted(self, monkeypatch):
        """Codes that were exchanged, with their verifiers."""
        seen = []

        def exchange(mailbox, *, code, code_verifier, redirect_uri):
            seen.append((code, len(code_verifier) > 40, redirect_uri))
            mailbox.oauth_refresh_token = seal("fresh")

        monkeypatch.setattr(mailbox_permissions, "exchange", exchange)
        return seen

    def test_a_link_leads_to_the_provider_and_its_answer_back(self, as_ada, made, kept, granted):
        page = as_ada.get(f"/admin/mailboxes/{made(**self.OAUTH)}/permission/new")
        (url,) = re.findall(r'href="(https://login\.example\.com/authorize[^"]+)"', page.html)
        (state,) = re.findall(r"state=([\w-]+)", url)

        back = as_ada.get(f"/admin/mailboxes/permission?state={state}&code=4711")

        assert back.status == 303
        assert granted == [("4711", True, "http://desk.example/admin/mailboxes/permission")]
        assert kept(Mailbox.oauth_refresh_token) is not None

    @pytest.mark.parametrize("query", ["", "?code=4711", "?state=zebra&code=4711"])
    def test_an_answer_to_nobodys_question_does_nothing(self, as_ada, made, granted, query):
        as_ada.get(f"/admin/mailboxes/{made(**self.OAUTH)}/permission/new")

        page = as_ada.get(as_ada.get(f"/admin/mailboxes/permission{query}").location)

        assert "This answer belongs to no question of yours" in page.text
        assert granted == []

    def test_an_answer_counts_once(self, as_ada, made, granted):
        page = as_ada.get(f"/admin/mailboxes/{made(**self.OAUTH)}/permission/new")
        (state,) = re.findall(r"state=([\w-]+)", page.html)

        for _time in range(2):
            as_ada.get(f"/admin/mailboxes/permission?state={state}&code=4711")

        assert len(granted) == 1

    def test_a_refusal_is_told_in_the_providers_words(self, as_ada, made, granted):
        page = as_ada.get(f"/admin/mailboxes/{made(**self.OAUTH)}/permission/new")
        (state,) = re.findall(r"state=([\w-]+)", page.html)

        refused = as_ada.get(
            as_ada.get(
                f"/admin/mailboxes/permission?state={state}&error=access_denied&error_description=no+%3Cb%3E"
            ).location
        )

        assert "access_denied: no &lt;b&gt;" in refused.html
        assert granted == []

    def test_without_a_client_it_is_asked_for_first(self, as_ada, made):
        mailbox = made()
        assert (
            as_ada.get(f"/admin/mailboxes/{mailbox}/permission/new").location
            == f"/admin/mailboxes/{mailbox}/incoming"
        )


class TestDeletion:
    def test_unused_it_goes_after_its_name_was_typed(self, as_ada, made, acting):
        mailbox = made()

        assert as_ada.post(f"/admin/mailboxes/{mailbox}/deletion", {"typed": "no"}).status == 422
        assert (
            as_ada.post(f"/admin/mailboxes/{mailbox}/deletion", {"typed": "support"}).location
            == "/admin/mailboxes"
        )
        assert as_ada.get(f"/admin/mailboxes/{mailbox}").status == 404

    def test_used_it_stays(self, as_ada, made, acting, blob):
        mailbox = made()
        with acting("ada"):
            db.session.add(
                InboundMessage(mailbox_id=mailbox, door=Door.PIPE, sha256=blob(b"Subject: x\n\nx"), size=13)
            )

        assert "Pause it instead" in as_ada.get(f"/admin/mailboxes/{mailbox}/deletion/new").text
        page = as_ada.post(f"/admin/mailboxes/{mailbox}/deletion", {"typed": "Support"}, follow=True)
        assert "Pause it instead" in page.text


def test_every_word_is_translated(as_ada, pseudo, made):
    mailbox = made(
        name="qqq",
        imap_host="qqq.example",
        smtp_host="qqq.example",
        sign_in=SignIn.OAUTH2,
        oauth_client_id="qqq",
        oauth_token_url="https://qqq.example/",
        oauth_authorize_url="https://qqq.example/",
    )
    pages = (
        "",
        "/new",
        "?q=zzz",
        *(
            f"/{mailbox}{end}"
            for end in (
                "",
                "/edit",
                "/incoming",
                "/outgoing",
                "/activation/new",
                "/deletion/new",
                "/permission/new",
            )
        ),
    )
    for path in pages:
        page = as_ada.get(f"/admin/mailboxes{path}")
        assert page.status == 200, path
        assert untranslated(page.html) == [], path
