"""Which people: searched, counted, listed in order."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from helpdesk.accounts import queries
from helpdesk.accounts.models import EmailAddress, Organization, User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.core import counts
from helpdesk.core.pagination import keyset_page


def found(work: Session, words: str) -> list[str]:
    people = queries.matching(queries.people(), words)
    return [row.full_name for row in keyset_page(queries.listed(people), queries.BY_NAME, size=50).rows]


EVERYBODY = ["Ada Admin", "Ana Agent", "Ben Brown", "Carl Customer", "Cora Colleague", "Olga Other"]


@pytest.mark.parametrize(
    "words, names",
    [
        ("", EVERYBODY),
        ("olga", ["Olga Other"]),
        ("OLG", ["Olga Other"]),
        ("stranger.example", ["Olga Other"]),
        ("a a", EVERYBODY),
        ("co example", ["Cora Colleague"]),
        ("customer inc", ["Carl Customer", "Cora Colleague"]),
        ("ben carl", []),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("system", []),
    ],
)
def test_every_word_occurs_in_name_address_or_organization(
    work: Session, words: str, names: list[str]
) -> None:
    assert found(work, words) == names


def test_signs_of_patterns_are_letters_like_others(work: Session, olga: User) -> None:
    olga.full_name = "100% Olga_Other\\"
    work.flush()

    for words in ("100%", "a_o", "r\\"):
        assert found(work, words) == ["100% Olga_Other\\"]


def test_a_person_is_found_by_every_address_but_listed_once(work: Session, olga: User) -> None:
    work.add(
        EmailAddress(
            user_id=olga.id, email="olga@home.example", email_key="olga@home.example", is_primary=False
        )
    )
    work.flush()

    assert found(work, "home.example") == ["Olga Other"]
    assert found(work, "olga") == ["Olga Other"]


def test_only_so_many_words_are_looked_for(work: Session) -> None:
    assert found(work, "olga stranger example other o zzz") == ["Olga Other"]


def test_names_are_ordered_whatever_their_case(work: Session, olga: User, ben: User) -> None:
    olga.full_name, ben.full_name = "brigitte", "BERTA"
    work.flush()

    assert found(work, "b")[:1] == ["BERTA"]
    assert found(work, "example") == [
        "Ada Admin",
        "Ana Agent",
        "BERTA",
        "brigitte",
        "Carl Customer",
        "Cora Colleague",
    ]


def test_counts_of_segments(work: Session, ada: User, ben: User) -> None:
    deactivate(ben, by=ada)
    segments = {
        "all": queries.IS_SOMEBODY,
        "staff": queries.IS_STAFF,
        "customers": queries.IS_CUSTOMER,
        "gone": queries.IS_DEACTIVATED,
    }
    row = work.execute(queries.counts(queries.people(), segments)).one()

    assert row._asdict() == {"all": 6, "staff": 2, "customers": 3, "gone": 1}


def test_counts_end_at_a_cap_unless_searched(
    work: Session, carl: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "COUNTED", 1)
    segments = {"all": queries.IS_SOMEBODY, "gone": queries.IS_DEACTIVATED}
    found = queries.matching(queries.people(), "a")
    beside = {
        is_searched: work.execute(
            select(queries.counted(found, segments, is_searched=is_searched))
        ).scalar_one()
        for is_searched in (False, True)
    }

    assert beside[False] == {"all": 2, "gone": 0}
    assert beside[True] == {"all": len(work.execute(queries.listed(found)).all()), "gone": 0}
    assert work.execute(queries.counts(found, segments)).one()._asdict() == beside[False]


def test_what_a_list_shows_of_a_person(work: Session, carl: User, ana: User) -> None:
    rows = {row.id: row for row in work.execute(queries.listed(queries.people()))}

    assert (rows[carl.id].organization, rows[carl.id].role, rows[carl.id].teams) == ("Customer Inc", None, [])
    assert (rows[ana.id].organization, rows[ana.id].role, rows[ana.id].teams) == (
        None,
        "Agent",
        ["First line"],
    )
    assert (rows[ana.id].email, rows[ana.id].is_confirmed) == ("ana@desk.example", True)


def test_addresses_with_the_primary_one_first(work: Session, olga: User) -> None:
    for name in ("a", "b"):
        address = f"{name}@home.example"
        work.add(EmailAddress(user_id=olga.id, email=address, email_key=address, is_primary=False))
    work.flush()

    listed = queries.listed(
        queries.people().where(User.id == olga.id), queries.addresses().label("addresses")
    )
    found = [{**each, "id": None} for each in work.execute(listed).one().addresses]
    assert found == [
        {"email": "olga@stranger.example", "is_primary": True, "is_confirmed": True, "id": None},
        {"email": "a@home.example", "is_primary": False, "is_confirmed": False, "id": None},
        {"email": "b@home.example", "is_primary": False, "is_confirmed": False, "id": None},
    ]


def test_roles_with_what_they_permit(work: Session) -> None:
    rows = {row.name: set(row.permissions) for row in work.execute(queries.roles())}

    assert rows["Agent"] == {"see_every_ticket", "see_team_tickets", "answer_tickets", "change_tickets"}
    assert rows["Read only"] == {"see_every_ticket", "see_team_tickets"}
    assert {"manage_people", "manage_desk", "read_audit"} < rows["Administrator"]


def test_a_part_of_a_name_is_found_by_an_index(work: Session) -> None:
    """Among many people; of so few PostgreSQL would read all, so it may not here."""
    work.add(Organization(name="x", domains=[]))
    work.flush()
    for other_way in ("seqscan", "indexscan", "indexonlyscan"):
        work.execute(text(f"set local enable_{other_way} = off"))
    people = queries.matching(queries.people(), "olga").with_only_columns(User.id)
    statement = people.compile(work.connection(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(work.scalars(text(f"explain {str(statement).replace(':', '::')}")).all())

    assert "ix_users_full_name_trigrams" in plan
    assert "ix_email_addresses_email_trigrams" in plan
