"""The pages of the catalogue for people who are not signed in, and addresses that belong to no persona."""

from functools import partial

from tests.support.pages.page import LINK_HOLDER, NOBODY, PersonaPage

Page = partial(PersonaPage, reader=NOBODY)

PAGES: tuple[PersonaPage, ...] = (
    Page("sign-in", "/login"),
    Page("sign-in-refused", "/login", status=422, sends={"email": "carl@customer.example", "password": "x"}),
    Page("sign-out", "/logout", reader="carl", is_pictured=False),
    Page("proof", "/confirm?next=/portal/profile", reader="carl"),
    Page("proof-refused", "/confirm", status=422, sends={"password": "x"}, reader="carl", is_pictured=False),
    Page("proven", "/proven", status=303, reader="carl", is_pictured=False),
    Page("register", "/register"),
    Page("register-refused", "/register", status=422, sends={"email": "nobody"}, is_pictured=False),
    Page("register-sent", "/register/sent", is_pictured=False),
    Page("confirm", "/confirm/{confirm_email}", is_pictured=False),
    Page("recover", "/recover", is_pictured=False),
    Page("recover-refused", "/recover", status=422, sends={"email": "nobody"}, is_pictured=False),
    Page("recover-sent", "/recover/sent", is_pictured=False),
    Page("reset", "/reset/{reset_password}", is_pictured=False),
    Page("reset-refused", "/reset/{reset_password}", status=422, sends={"password": "x"}, is_pictured=False),
    Page("link-gone", "/reset/unknown", status=410, is_pictured=False),
    Page("magic-link", "/login/link", is_pictured=False),
    Page("magic-link-sent", "/login/link/sent", is_pictured=False),
    Page("magic-link-opened", "/login/link/{magic_link}", is_pictured=False),
    Page("invitation", "/invitation/{invitation}"),
    Page("guest-request", "/ask"),
    Page(
        "guest-request-refused", "/ask", status=422, sends={"email": "nobody", "title": ""}, is_pictured=False
    ),
    Page("guest-request-sent", "/ask/sent", is_pictured=False),
    Page("guest-request-confirm", "/ask/confirm/{confirm_request}"),
    Page("added-address", "/address/{confirm_address}", reader="carl", is_pictured=False),
    Page("mailed-link-ended", "/open", status=410, is_pictured=False),
    Page("mailed-link-sent", "/open/sent", is_pictured=False),
    Page("all-requests", "/open/all", reader=LINK_HOLDER),
    Page("all-requests-sent", "/open/all/sent", is_pictured=False),
    Page("account-known", "/login/providers/connection?ticket=zebra", is_pictured=False),
    Page("provider-switched-off", "/login/providers/{idp}/answer", status=410, is_pictured=False),
    Page("setup", "/setup/{set_up}", is_before_setup=True),
    Page(
        "setup-refused",
        "/setup/{set_up}",
        status=422,
        sends={"email": "x"},
        is_before_setup=True,
        is_pictured=False,
    ),
    Page("nowhere", "/zebra", status=404, is_pictured=False),
)
# What is no page, or leads on: each with an address under which it can be had
PARTS: tuple[PersonaPage, ...] = (
    Page("start-for-nobody", "/", status=303),
    Page("start-for-staff", "/", reader="ana", status=303),
    Page("second-half-for-nobody", "/login/second-factor", status=303),
    Page("setting-one-up-for-nobody", "/login/enrolment", status=303),
    Page("second-proof-of-who-has-none", "/second-factor", reader="carl", status=303),
    Page("alive", "/healthz"),
    Page("ready", "/readyz", status=503),
    Page("script", "/static/js/app.js"),
    Page("logo", "/brand/zebra.png", status=404),
    Page("colours", "/brand/zebra.css", status=404),
    Page("mailed-link", "/open/{key}", status=303),
    Page("mailed-link-of-somebody-else", "/open/{key}", reader="olga", status=303),
    Page("file-by-link", "/files/{file}", reader=LINK_HOLDER),
    Page("file", "/files/{file}", reader="carl"),
)
