"""Words of the public pages: all of them can be translated."""

import pytest

from helpdesk.identity.models import TokenPurpose
from helpdesk.settings.catalogue import change_settings
from tests.support.readable import untranslated
from tests.web.public.conftest import token_for

PAGES = ["/login", "/register", "/register/sent", "/recover", "/login/link"]
LINKS = {
    "/confirm/": TokenPurpose.CONFIRM_EMAIL,
    "/invitation/": TokenPurpose.INVITATION,
    "/reset/": TokenPurpose.RESET_PASSWORD,
    "/login/link/": TokenPurpose.MAGIC_LINK,
}


@pytest.mark.parametrize("path", PAGES)
def test_of_forms(pseudo, as_nobody, path):
    assert untranslated(as_nobody.get(path).html) == []


@pytest.mark.parametrize("path", ["/login", "/register", "/recover", "/login/link"])
def test_of_forms_that_were_sent_empty(pseudo, as_nobody, path):
    assert untranslated(as_nobody.post(path, {"email": "?"}).html) == []


@pytest.mark.parametrize("path", LINKS)
def test_behind_links(pseudo, as_nobody, acting, path):
    with acting("carl") as carl:
        token = token_for(carl, LINKS[path])

    assert untranslated(as_nobody.get(path + token).html) == []


def test_of_signing_out(pseudo, as_carl):
    assert untranslated(as_carl.get("/logout").html) == []


def test_of_a_fresh_desk(pseudo, as_nobody, acting):
    with acting("ada") as ada:
        change_settings(is_set_up=False)
        token = token_for(ada, TokenPurpose.SET_UP)

    assert untranslated(as_nobody.get("/login").html) == []
    assert untranslated(as_nobody.get(f"/setup/{token}").html) == []
    assert untranslated(as_nobody.post(f"/setup/{token}").html) == []
