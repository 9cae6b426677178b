"""A10: an address field gives the right address or none, whatever somebody writes into it, and quickly.

CVE-2023-27043 (the wrong address of several), CVE-2023-36632 (RecursionError on nested comments).
"""

import time

import pytest

from helpdesk.mail.parsing import parse
from helpdesk.mail.parsing.addresses import MOST, mailboxes

CARL, EVIL = "carl@trusted.example", "bob@evil.example"
RIGHT = {
    CARL: CARL,
    f"<{CARL}>": CARL,
    f" {CARL} ": CARL,
    f"Carl <{CARL}>": CARL,
    f'"Customer, Carl" <{CARL}>': CARL,
    f'"{EVIL}" <{CARL}>': CARL,
    f"{EVIL} <{CARL}>": CARL,
    f'"<{EVIL}>" <{CARL}>': CARL,
    f'"\\"<{EVIL}>" <{CARL}>': CARL,
    f"{CARL} (Carl)": CARL,
    f"{CARL} ({EVIL})": CARL,
    f"({EVIL}) {CARL}": CARL,
    f"Carl ({EVIL}) <{CARL}>": CARL,
    f"Carl (un(nested({EVIL})) still) <{CARL}>": CARL,
    f"=?utf-8?q?{EVIL.replace('@', '=40')}?= <{CARL}>": CARL,
    f"=?utf-8?q?a=2C=20=3C{EVIL.replace('@', '=40')}=3E?= <{CARL}>": CARL,
    f"=?utf-8?q?a,_b?= <{CARL}>": CARL,
    f"Friends: {CARL};": CARL,
    f"<@relay.example,@other.example:{CARL}>": CARL,
    f"<mailto:{CARL}>": CARL,
    f"'{CARL}'": CARL,
    f'"{CARL}': CARL,
    "carl@trusted(a comment).example": CARL,
    f"'Carl' <{CARL}>": CARL,
    f"Carl <{CARL}": CARL,
    f"Carl <<{CARL}>>": CARL,
    f"Carl < {CARL} >": CARL,
    f"Carl\r\n <{CARL}>": CARL,
    f"Carl <{CARL}>, {EVIL}": CARL,
    f"{CARL}; {EVIL}": CARL,
    f"undisclosed-recipients:;, {CARL}": CARL,
    f"Carl {CARL}": CARL,
    "CARL@Trusted.Example": "CARL@Trusted.Example",
    "carl@bücher.example": "carl@bücher.example",
    "carl@xn--bcher-kva.example": "carl@xn--bcher-kva.example",
    "jörg@例え.example": "jörg@例え.example",
    '"carl customer"@trusted.example': '"carl customer"@trusted.example',
    '"carl@evil"@trusted.example': '"carl@evil"@trusted.example',
    "carl+tag=x@trusted.example": "carl+tag=x@trusted.example",
    "o'hara@trusted.example": "o'hara@trusted.example",
    "carl@[192.0.2.1]": "carl@[192.0.2.1]",
    "carl..c@docomo.example": "carl..c@docomo.example",
    "root@localhost": "root@localhost",
}
NONE = (
    *(
        "",
        " ",
        "<>",
        "Carl",
        "Carl <>",
        "Carl <carl>",
        "undisclosed-recipients:;",
        "@",
        "@trusted.example",
        "carl@",
    ),
    *("carl@@trusted.example", "carl@trusted.example@evil.example", f"{CARL}@evil.example", f"{CARL} {EVIL}"),
    *(
        f"<{CARL}> <{EVIL}>",
        f"a <{EVIL}> b <{CARL}>",
        f"{CARL}(<{EVIL}>",
        f"{CARL})<{EVIL}>",
        f"{CARL}[<{EVIL}>",
    ),
    *(
        f"{CARL}]<{EVIL}>",
        f"{CARL}\\<{EVIL}>",
        "carl @trusted .example",
        "carl@trusted example",
        "carl@trusted..example",
    ),
    *(
        "carl@.example",
        "carl@-trusted.example",
        "carl@trusted.example-",
        "carl@tru%sted.example",
        "carl@trusted/x.example",
    ),
    *(
        "carl\x00@trusted.example",
        "carl@trusted\x00.example",
        "carl@trusted.example\x00",
        "car\tl@x@y",
        "carl@exa|mple",
    ),
    *(
        "carl@trusted.example>x<y",
        "=?utf-8?q?carl=40trusted=2Eexample?=",
        "carl(@)trusted.example",
    ),
    *(
        "<script>@x",
        "a@<b>",
        "[a]@[b]",
        "a@b[c]",
        "carl@[evil.example]",
        "carl@(trusted.example",
        "a" * 400 + "@trusted.example",
    ),
    *(f"carl@{'a' * 400}.example", "carl@trusted.example:25", "mailto:", "a\u2028b@x y"),
)
SPECIALS = [chr(code) for code in range(33, 127) if not chr(code).isalnum()]


def first(field: str) -> str:
    found, _problem = mailboxes(field)
    return found[0].address if found else ""


@pytest.mark.parametrize("field, address", RIGHT.items())
def test_A10_the_right_address(field: str, address: str) -> None:
    assert first(field) == address


@pytest.mark.parametrize("field", NONE)
def test_A10_nothing_that_is_none(field: str) -> None:
    assert first(field) == ""


@pytest.mark.parametrize("special", SPECIALS)
@pytest.mark.parametrize(
    "template",
    ["{a}{c}<{b}>", "<{a}{c}{b}>", "{a}{c}{b}", '"{a}{c}" <{b}>', "{b}{c}{a}", "x{c} <{b}>", "{c}{b}{c}"],
)
def test_A10_no_special_makes_one_address_of_two(template: str, special: str) -> None:
    field = template.format(a=CARL, b=EVIL, c=special)

    assert first(field).rpartition("@")[2] in {"", "evil.example", "trusted.example"}
    if special not in ",;" and template == "{a}{c}<{b}>":
        assert first(field) in {"", EVIL}


@pytest.mark.parametrize(
    "field",
    [
        "(" * 10_000 + ")" * 10_000 + CARL,
        "(" * 10_000 + CARL,
        "((x)" * 10_000 + CARL,
        "<" * 100_000 + CARL,
        '"' * 100_001 + CARL,
        '"\\' * 100_000,
        "," * 1_000_000,
        ":" * 1_000_000,
        "a@b" + ":" * 500_000,
        "=?" * 200_000,
        "=?a?q?" * 100_000,
        "@" * 500_000,
        "a " * 250_000 + "@x",
        "group:" * 50_000,
        "\\" * 500_000,
    ],
    ids=lambda field: f"{field[:6]}…{len(field)}",
)
def test_A10_the_worst_fields_take_less_than_a_second(field: str) -> None:
    started = time.process_time()

    found = parse(b"From: " + field.encode() + b"\r\n\r\nHello")

    assert time.process_time() - started < 1
    assert found.from_address in {"", CARL}
    assert found.text == "Hello"


def test_A10_of_a_hundred_thousand_recipients_the_first_are_kept_and_it_is_said() -> None:
    field = b",\r\n ".join(b"Person %d <p%d@many.example>" % (each, each) for each in range(100_000))
    started = time.process_time()

    found = parse(b"From: carl@trusted.example\r\nTo: " + field + b"\r\n\r\nHello")

    assert time.process_time() - started < 1
    assert [box.address for box in found.to] == [f"p{each}@many.example" for each in range(MOST)]
    assert found.problems == ("Its To names more than 2000 addresses.",)


def test_A10_two_from_fields_are_told() -> None:
    found = parse(b"From: carl@trusted.example\r\nFrom: bob@evil.example\r\n\r\nHello")

    assert (found.from_address, found.problems) == (CARL, ("It has more than one From.",))
