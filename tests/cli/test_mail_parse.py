"""`helpdesk mail parse`: a line of JSON for each file, whatever it is, without a database."""

import json
from pathlib import Path

from click.testing import CliRunner

from helpdesk.cli import main
from tests.support.sample_mails import SAMPLES


def test_each_file_has_its_line_in_order(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.eml" for number in range(len(SAMPLES))]
    for file, raw in zip(files, SAMPLES, strict=True):
        file.write_bytes(raw)

    done = CliRunner().invoke(main, ["mail", "parse", *map(str, files)])

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [line["subject"] for line in lines] == [
        *("Mühsam ernaehrt", "Picture", "Undelivered Mail Returned to Sender", "Signed", "A file")
    ]
    assert list(lines[0]) == [
        *(
            "from_address",
            "from_name",
            "to",
            "cc",
            "reply_to",
            "message_id",
            "in_reply_to",
            "references",
            "date",
        ),
        *("subject", "text", "reply_text", "html", "attachments", "automatic", "bounce", "problems"),
    ]
    assert lines[0]["reply_text"] == "It is still broken, on every Monday.  grüße"
    assert lines[1]["attachments"][0] == {
        "filename": "dot.gif",
        "content_type": "image/gif",
        "size": 42,
        "inline": True,
    }
    assert lines[2]["automatic"] == "bounce"
    assert lines[2]["bounce"] == {
        "final_recipient": "nobody@example.org",
        "status": "5.1.1",
        "original_message_id": "<out-1@desk.example>",
    }


def test_a_file_that_is_not_there_has_a_line_and_the_next_ones_too(tmp_path: Path) -> None:
    mail = tmp_path / "one.eml"
    mail.write_bytes(SAMPLES[0])

    done = CliRunner().invoke(main, ["mail", "parse", str(tmp_path / "nothing"), str(tmp_path), str(mail)])

    problems = [json.loads(line)["problems"] for line in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert problems == [
        [f"{tmp_path / 'nothing'}: No such file or directory"],
        [f"{tmp_path}: Is a directory"],
        [],
    ]


def test_a_mail_may_come_from_the_standard_input() -> None:
    done = CliRunner().invoke(main, ["mail", "parse", "-"], input=SAMPLES[3])

    assert json.loads(done.stdout)["text"] == "Hi 😀"
