"""How gunicorn serves the desk."""

import gc

from helpdesk.cli import gunicorn_settings


def test_what_is_there_before_the_processes_part_is_never_searched_for_garbage() -> None:
    part_of_the_application = ["there before"]
    gunicorn_settings.when_ready(None)
    try:
        part_of_a_request = ["there after"]
        searched = {id(each) for each in gc.get_objects()}
    finally:
        gc.unfreeze()

    assert id(part_of_the_application) not in searched
    assert id(part_of_a_request) in searched
