"""Codes of an app: the published numbers, and every spelling of one code."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from helpdesk.identity import totp
from tests.support.factors import SECRET

NOW = datetime(2026, 11, 23, 12, 0, 10, tzinfo=UTC)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: "12345678901234567890"


@pytest.mark.parametrize(
    "seconds, code",
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds, code):
    moment = datetime.fromtimestamp(seconds, UTC)

    assert totp.code_at(RFC_SECRET, totp.step_of(moment)) == code


@pytest.mark.parametrize("steps", [-2, -1, 0, 1, 2])
def test_a_clock_may_be_one_step_off(steps):
    now = totp.step_of(NOW)
    code = totp.code_at(SECRET, now + steps)

    assert totp.matching_step(SECRET, code, NOW) == (now + steps if abs(steps) <= 1 else None)


SPELLINGS = {
    "with a space": lambda code: f"{code[:3]} {code[3:]}",
    "with spaces around": lambda code: f"  {code}\t",
    "with a no-break space": lambda code: f"{code[:3]}\u00a0{code[3:]}",
    "with a dash": lambda code: f"{code[:3]}-{code[3:]}",
    "full-width": lambda code: "".join(chr(ord(each) + 0xFEE0) for each in code),
    "Arabic digits": lambda code: "".join(chr(0x660 + int(each)) for each in code),
    "with an invisible joiner": lambda code: f"{code[:3]}\u200d{code[3:]}",
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_is_the_same_code_of_the_same_step(spell):
    now = totp.step_of(NOW)

    assert totp.matching_step(SECRET, spell(totp.code_at(SECRET, now)), NOW) == now


@pytest.mark.parametrize(
    "text", ["", " ", "12345", "1234567", "12345x", "½23456", "0" * 5000, "١٢٣", "12345\0"]
)
def test_what_is_no_code_matches_nothing(text):
    assert totp.matching_step(SECRET, text, NOW) is None


def test_a_code_of_yesterday_is_none():
    code = totp.code_at(SECRET, totp.step_of(NOW - timedelta(days=1)))

    assert totp.matching_step(SECRET, code, NOW) is None


def test_a_secret_has_160_bits_and_is_new_each_time():
    one, two = totp.new_secret(), totp.new_secret()

    assert len(one) * 5 == 160
    assert one != two


def test_the_picture_names_the_desk_and_the_account():
    told = unquote(totp.uri(SECRET, account="ana@desk.example", desk_name="Acme: Help"))

    assert told == f"otpauth://totp/Acme  Help:ana@desk.example?secret={SECRET}&issuer=Acme  Help"
