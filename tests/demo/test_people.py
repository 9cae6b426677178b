"""The people of large desks: as many as there should be, each with a name and an address of their own."""

from random import Random

from helpdesk.demo.people import assemble

TICKETS = 400_000  # 5,700 organizations: more than there are short names


def test_a_large_desk_has_its_people_its_organizations_and_its_agents():
    cast = assemble(Random(1), tickets=TICKETS, zone="Europe/Amsterdam")

    everybody = [person.email for person in cast.everybody()]
    domains = {home.domain for home in cast.organizations}
    assert (len(cast.customers), len(cast.organizations)) == (80_000, 5_714)
    assert 80 < len(cast.agents) <= 200
    assert len(set(everybody)) == len(everybody)
    assert len(domains) == len({home.name.lower() for home in cast.organizations}) == len(cast.organizations)
