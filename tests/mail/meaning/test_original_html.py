"""The original for the frame keeps its looks, runs nothing and loads nothing from elsewhere unless asked."""

import re

import pytest

from helpdesk.mail.parsing.original_html import original_html

PICTURES = {"one@mail": "data:image/png;base64,AAAA"}


def test_styles_and_tables_stay() -> None:
    markup = (
        "<html><head><style>.big{font-size:20px}</style></head><body bgcolor='#eeeeee'>"
        '<table cellpadding="3">'
        '<tr><td class="big" style="color:red" align="center">Hello</td></tr></table></body>'
    )

    assert original_html(markup, {}) == (
        '<style>.big{font-size:20px}</style><div bgcolor="#eeeeee"><table cellpadding="3"><tbody><tr>'
        '<td class="big" style="color:red" align="center">Hello</td></tr></tbody></table></div>'
    )


def test_its_own_pictures_are_shown() -> None:
    assert original_html('<img src="cid:one@mail" alt="x">', PICTURES) == (
        '<img src="data:image/png;base64,AAAA" alt="x">'
    )
    assert "src" not in original_html('<img src="cid:two@mail"><img src="data:text/html,x">', PICTURES)


LOADING = [
    '<img src="https://sink.example/a.png">',
    '<img src="//sink.example/a.png">',
    '<img src=" hTTps://sink.example/a.png">',
    '<img srcset="https://sink.example/a.png 2x">',
    '<picture><source srcset="https://sink.example/a.png"></picture>',
    '<table background="https://sink.example/a.png"><tr><td background="https://sink.example/b.png">x</td></tr></table>',
    '<p style="background:url(https://sink.example/a.png)">x</p>',
    "<p style=\"background-image:u\\72l('https://sink.example/a.png')\">x</p>",
    "<p style=\"background:image-set('https://sink.example/a.png' 1x)\">x</p>",
    '<p style="background:url/**/(https://sink.example/a.png)">x</p>',
    '<p style="list-style-image: URL ( https://sink.example/a.png )">x</p>',
    "<style>@import 'https://sink.example/a.css';p{color:red}</style>",
    '<style>@import url("//sink.example/a.css");</style>',
    "<style>@\\69mport 'https://sink.example/a.css';</style>",
    "<style>@font-face{font-family:x;src:url(https://sink.example/a.woff)}</style>",
    "<style><!-- p{background:url(https://sink.example/a.png)} --></style>",
    "<style>/*</style><style>*/p{background:url(https://sink.example/a.png)}</style>",
    '<link rel="stylesheet" href="https://sink.example/a.css"><link rel="dns-prefetch" href="//sink.example">',
    '<video poster="https://sink.example/a.png"></video><audio src="https://sink.example/a.mp3"></audio>',
    '<svg><use href="https://sink.example/a.svg#x"/><image href="https://sink.example/a.png"/></svg>',
    '<iframe src="https://sink.example"></iframe><object data="https://sink.example"></object>',
    '<meta http-equiv="refresh" content="0;url=https://sink.example"><base href="https://sink.example/">',
    '<input type="image" src="https://sink.example/a.png"><body background="https://sink.example/a.png">',
]


@pytest.mark.parametrize("markup", LOADING)
def test_nothing_is_loaded_from_elsewhere(markup: str) -> None:
    assert "sink.example" not in original_html(markup, PICTURES)


@pytest.mark.parametrize("markup", LOADING)
def test_asked_for_pictures_come_but_no_sheets_frames_or_scripts(markup: str) -> None:
    shown = original_html(markup, PICTURES, remote=True)

    assert not re.search(r"<(?:link|iframe|object|meta|base|svg|video|audio|input|script)|@import", shown)
    if markup == LOADING[0]:
        assert shown == '<img src="https://sink.example/a.png">'


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<p style="width:expression(alert(1))">x</p>',
        '<p style="behavior:url(#x)">x</p>',
        "<style>p{-moz-binding:url(x)}</style>",
        '<form action="https://sink.example"><input name="password"><button>Go</button></form>',
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
        "<style></style\t><img src=x onerror=alert(1)>",
        "<style>a{content:'</style><script>alert(1)</script>'}</style>",
    ],
)
def test_nothing_runs_or_asks(markup: str) -> None:
    for remote in (False, True):
        shown = original_html(markup, PICTURES, remote=remote).lower()

        assert not re.search(r"<(?:script|form|input|button|math)|<[a-z][^>]*\son[a-z]+=", shown)
        assert not re.search(r"javascript:|data:text|expression\(|behavior|binding", shown)


def test_links_open_elsewhere_and_tell_nobody_where_from() -> None:
    assert original_html('<a href="https://a.example" target="_top">x</a>', {}) == (
        '<a href="https://a.example" target="_blank" rel="noopener noreferrer nofollow">x</a>'
    )
