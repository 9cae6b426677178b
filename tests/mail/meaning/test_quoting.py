"""What a sender says now is told apart from what was said before; whoever answers in between loses no word."""

import pytest

from helpdesk.core.html import html_to_text
from helpdesk.mail.parsing.quoting import own_text, split_reply
from helpdesk.mail.parsing.reduced_html import reduced

QUOTE = "> Does it print now?\n> Ana\n"


@pytest.mark.parametrize(
    "intro",
    [
        "On Mon, 3 May 2027 at 10:15, Ana Agent <ana@desk.example> wrote:",
        "On Mon, 3 May 2027 at 10:15, Ana Agent <ana@desk.example>\nwrote:",
        "Am 03.05.2027 um 10:15 schrieb Ana Agent <ana@desk.example>:",
        "Am Mo., 3. Mai 2027 um 10:15 Uhr schrieb Ana Agent <\nana@desk.example>:",
        "Le lun. 3 mai 2027 à 10:15, Ana Agent <ana@desk.example> a écrit :",
        "El lun, 3 may 2027 a las 10:15, Ana Agent (<ana@desk.example>) escribió:",
        "Em seg., 3 de mai. de 2027 às 10:15, Ana Agent <ana@desk.example> escreveu:",
        "Il giorno lun 3 mag 2027 alle ore 10:15 Ana Agent <ana@desk.example> ha scritto:",
        "Op ma 3 mei 2027 om 10:15 schreef Ana Agent <ana@desk.example>:",
        "Den mån 3 maj 2027 kl 10:15 skrev Ana Agent <ana@desk.example>:",
        "pon., 3 maj 2027 o 10:15 Ana Agent <ana@desk.example> napisał(a):",
        "po 3. 5. 2027 v 10:15 odesílatel Ana Agent <ana@desk.example> napsal:",
        "ma 3. toukok. 2027 klo 10.15 Ana Agent (ana@desk.example) kirjoitti:",
        "пн, 3 мая 2027 г. в 10:15, Ana Agent <ana@desk.example>:",
        "3 мая 2027 г., в 10:15, Ana Agent <ana@desk.example> написал(а):",
        "Ana Agent <ana@desk.example> 于2027年5月3日周一 10:15写道：",
        "2027年5月3日(月) 10:15 Ana Agent <ana@desk.example>:",
        "2027년 5월 3일 (월) 오전 10:15, Ana Agent <ana@desk.example>님이 작성:",
    ],
)
def test_the_sentence_above_a_quote_is_known_in_many_languages(intro: str) -> None:
    assert own_text(f"Yes, thank you!\n\n{intro}\n\n{QUOTE}") == "Yes, thank you!"
    assert own_text(f"Yes, thank you!\n{intro}\n{QUOTE}") == "Yes, thank you!"
    assert own_text(f"Yes, thank you!\n\n{intro}\n\nDoes it print now?\nAna") == "Yes, thank you!"


@pytest.mark.parametrize(
    "head",
    [
        "-----Original Message-----\nFrom: Ana\nSent: Monday\nTo: Carl\nSubject: Printer",
        "-----Ursprüngliche Nachricht-----\nVon: Ana",
        "-------- Message d'origine --------\nDe : Ana",
        "________________________________\nFrom: Ana <ana@desk.example>\nSent: Monday\nTo: Carl\nSubject: Printer",
        "Von: Ana <ana@desk.example>\nGesendet: Montag\nAn: Carl\nBetreff: Drucker",
        "De : Ana\nEnvoyé : lundi\nÀ : Carl\nObjet : Imprimante",
        "*From:* Ana\n*Date:* Monday\n*To:* Carl\n*Subject:* Printer",
        "发件人: Ana\n发送时间: 2027年5月3日\n收件人: Carl\n主题: 打印机",
        "##- Please type your reply above this line -##",
    ],
)
def test_the_head_of_an_earlier_mail_ends_this_one(head: str) -> None:
    assert own_text(f"Yes, thank you!\n\n{head}\n\nDoes it print now?") == "Yes, thank you!"


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nCarl Customer\nHead of Paper",
        "--\nCarl",
        "—\nCarl",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Get Outlook for iOS <https://aka.ms/o0ukef>",
        "_______________________________________________\nusers mailing list\nusers@lists.example",
    ],
)
def test_signatures_go(signature: str) -> None:
    assert own_text(f"Yes, thank you!\n\n{signature}\n") == "Yes, thank you!"
    assert (
        own_text(f"Yes!\n\n{signature}\n\nOn Mon, 3 May 2027, Ana <a@desk.example> wrote:\n{QUOTE}") == "Yes!"
    )


@pytest.mark.parametrize(
    "text",
    [
        "On the one hand it prints.\nOn the other hand it smokes: twice today.",
        "She wrote:\n\nplease help",
        "The app says: sent from my iPhone yesterday, and nothing came.",
        "Parts:\n----\nDrum\nToner\n----\nBoth are missing.",
        "From: the left tray\nTo: the right tray\nIt moves paper.",
        "a -- b\n\nc -- d",
        "> an old saying\n\nThat is what I mean.",
        "Name | Number\n-------------\nOne | 1\nTwo | 2",
    ],
)
def test_words_that_only_look_like_it_stay(text: str) -> None:
    assert own_text(text) == text


def test_answers_in_between_keep_the_questions_they_answer() -> None:
    text = (
        "See below.\n\nOn Mon, 3 May 2027, Ana <ana@desk.example> wrote:\n"
        "> Is it plugged in?\n\nYes.\n\n> Is there paper?\n\nNo.\n\n> Thank you\n> Ana\n"
    )

    assert own_text(text).endswith("> Is it plugged in?\n\nYes.\n\n> Is there paper?\n\nNo.")


def test_an_answer_below_the_only_quote_stands_alone() -> None:
    text = f"On Mon, 3 May 2027, Ana <ana@desk.example> wrote:\n{QUOTE}\nYes, thank you!\n"

    assert own_text(text) == "Yes, thank you!"


def test_where_nothing_would_be_left_everything_stays() -> None:
    for text in (
        QUOTE.strip(),
        "-- \nCarl",
        "From: Carl\nTo: Ana\nSubject: Printer\nDate: today\n\nIt smokes.",
    ):
        assert own_text(text) == text


def test_what_is_forwarded_stays_whole() -> None:
    text = "FYI\n\n---------- Forwarded message ---------\nFrom: Carl\nDate: today\nSubject: x\n\nIt smokes."

    assert split_reply(text, "", is_forwarded=True).text == text
    assert split_reply(text, "").text == "FYI"


OUTLOOKS_RULE = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
GMAIL = (
    '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">Unknown words:<br></div>'
    '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid">Old words</blockquote></div>'
)
THUNDERBIRD = (
    '<div class="moz-cite-prefix">On 3.5.2027 10:15, Ana wrote:<br></div>'
    '<blockquote type="cite">Old words</blockquote>'
)
APPLE = (
    '<blockquote type="cite"><div>On 3 May 2027, at 10:15, Ana &lt;a@b.example&gt; wrote:</div>'
    "Old words</blockquote>"
)
OUTLOOK = (
    '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Von:</b> Ana<br></div><div>Old words</div>'
)
OLD_OUTLOOK = f'<div style="{OUTLOOKS_RULE}"><p>Unknown: Ana</p></div><p>Old words</p>'
HOTMAIL = '<div><hr id="stopSpelling">Date: today<br>From: Ana</div><div>Old words</div>'
YAHOO = '<div class="yahoo_quoted"><div>On Monday, Ana wrote:</div><div>Old words</div></div>'
PROTON = '<div class="protonmail_quote">Original: <blockquote type="cite">Old words</blockquote></div>'


@pytest.mark.parametrize("history", [GMAIL, THUNDERBIRD, APPLE, OUTLOOK, OLD_OUTLOOK, HOTMAIL, YAHOO, PROTON])
def test_history_in_html_is_known_by_the_marks_of_the_programs(history: str) -> None:
    found = split_reply("", f"<html><body><p>Yes, <b>thank</b> you!</p>{history}</body></html>")

    assert reduced(found.html) == "<p>Yes, <b>thank</b> you!</p>"
    assert "Old words" in html_to_text(reduced(found.quoted_html))
    assert "thank" not in reduced(found.quoted_html)


def test_html_answered_in_between_keeps_every_word() -> None:
    markup = (
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, 3 May 2027, Ana wrote:</div>'
        '<blockquote class="gmail_quote">Is it plugged in?</blockquote><div>Yes.</div>'
        '<blockquote class="gmail_quote">Is there paper?</blockquote><div>No.</div></div>'
    )

    shown = html_to_text(reduced(split_reply("", markup).html))

    assert [word for word in ("plugged", "Yes.", "paper", "No.") if word in shown] == [
        "plugged",
        "Yes.",
        "paper",
        "No.",
    ]


def test_a_signature_in_html_goes_to_the_rest() -> None:
    found = split_reply("", '<div>Yes!</div><div class="gmail_signature"><b>Carl</b><br>Head of Paper</div>')

    assert reduced(found.html) == "<div>Yes!</div>"
    assert "Head of Paper" in found.quoted_html


def test_a_whole_newsletter_of_tables_is_nobodys_history() -> None:
    markup = "<table><tr><td><table><tr><td>News</td></tr></table></td></tr></table>"

    assert split_reply("", markup).quoted_html == ""
