"""`helpdesk search-language`: the language of the texts, and the indexes of their words."""

import click

from helpdesk.app import create_app
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.access import opened
from helpdesk.database.search_language import speak
from helpdesk.settings.catalogue import SEARCH_LANGUAGES, change_settings


@click.command("search-language")
@click.argument("language", type=click.Choice([name for name, _own_name in SEARCH_LANGUAGES]))
def command(language: str) -> None:
    """Find words in the forms that LANGUAGE has of them: “invoices” by “invoice”.

    Changes the desk's setting and indexes all words anew. Searches go on as before until that is done; where the
    worker does it already, this waits for it.
    """
    with (
        opened(Config.from_environ()) as config,
        create_app(config).app_context(),
        current.entering(current.Via.CLI, user_id=current.SYSTEM_USER_ID),
    ):
        with unit_of_work():
            change_settings(search_language=language)
        speak(config, language, tell=click.echo)
