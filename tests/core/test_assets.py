"""Templates, static files and migrations are found in a checkout and in the wheel."""

from pathlib import Path

from helpdesk.core import assets


def test_beside_the_package_in_a_checkout():
    assert assets.assets_dir("migrations") == Path(__file__).parents[2] / "migrations"


def test_inside_the_package_in_the_wheel(tmp_path, monkeypatch):
    inside = tmp_path / "helpdesk" / "_assets" / "static"
    inside.mkdir(parents=True)
    monkeypatch.setattr(assets, "PACKAGE", tmp_path / "helpdesk")

    assert assets.assets_dir("static") == inside
