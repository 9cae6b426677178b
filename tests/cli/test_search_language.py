"""`helpdesk search-language`: the setting and the indexes at once."""

from click.testing import CliRunner

from helpdesk.cli import main
from helpdesk.core import current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.database.search_language import standing
from helpdesk.settings.catalogue import load_desk


def test_it_is_the_setting_and_in_force_when_the_command_ends(own_app, tmp_path):
    with own_app.app_context():
        url = str(configuration().database_url)
    environ = {"DATABASE_URL": url, "HELPDESK_DATA": str(tmp_path)}

    done = CliRunner().invoke(main, ["search-language", "german"], env=environ)
    refused = CliRunner().invoke(main, ["search-language", "klingon"], env=environ)

    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "In force: german.")
    assert refused.exit_code != 0
    with own_app.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID):
        assert (load_desk().search_language, standing(db.session()).language) == ("german", "german")
