"""Who may touch which table: the grants of the serving roles and the row-level security under the customer role.

Migrations carry their own frozen copy of these statements; a test builds one database from each and compares.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Table

from helpdesk.core.db import Base

OWNER, AUTH, APP = "helpdesk_owner", "helpdesk_auth", "helpdesk_app"
CUSTOMER, ANALYTICS = "helpdesk_customer", "helpdesk_analytics"

ALL = "select, insert, update, delete"
NO_DELETE = "select, insert, update"

TICKET_COLUMNS_OF_CUSTOMERS = (
    "id",
    "ticket_number",
    "title",
    "status",
    "requester_id",
    "creator_id",
    "organization_id",
    "team_id",
    "via",
    "created_at",
    "last_public_at",
    "resolved_at",
    "closed_at",
    "deleted_at",
    "merged_into_id",
)
COMMENT_COLUMNS_OF_CUSTOMERS = (
    "id",
    "ticket_id",
    "author_id",
    "content",
    "content_html",
    "is_internal",
    "is_opening",
    "created_at",
    "published_at",
    "edited_at",
)
ATTACHMENT_COLUMNS_OF_CUSTOMERS = (
    "id",
    "comment_id",
    "sha256",
    "public_id",
    "filename",
    "content_type",
    "size",
    "is_inline",
    "created_at",
)

# role → table → rights. A tuple grants SELECT on these columns only.
GRANTS: Mapping[str, Mapping[str, str | tuple[str, ...]]] = {
    AUTH: {
        "users": "select",
        "email_addresses": "select",
        "roles": "select",
        "role_permissions": "select",
        "team_members": "select",
        "organizations": ("id", "sharing"),
        "ticket_keys": "select",
        "settings": "select",
        "one_time_tokens": "select",
        "sessions": "select, update, delete",
        "sign_in_attempts": ALL,
        "identity_providers": ("id", "name", "is_active"),
        "alembic_version": "select",
        "procrastinate_workers": "select",
        "access_logs": "insert",
    },
    APP: {
        "audit_logs": "select, insert",
        "access_logs": "select, insert",
        "recent_reads": ALL,
        "audit_seals": "select",
        "audit_removals": "select",
        "users": NO_DELETE,
        "tickets": NO_DELETE,
        "organizations": ALL,
        "roles": ALL,
        "role_permissions": ALL,
        "teams": ALL,
        "team_members": ALL,
        "email_addresses": ALL,
        "settings": ALL,
        "blobs": ALL,
        "comments": ALL,
        "attachments": ALL,
        "file_texts": ALL,
        "known_words": ALL,
        "tags": ALL,
        "ticket_tags": ALL,
        "ticket_watchers": ALL,
        "ticket_participants": ALL,
        "ticket_links": ALL,
        "ticket_reads": ALL,
        "drafts": ALL,
        "staged_files": ALL,
        "guest_requests": ALL,
        "ticket_keys": ALL,
        "purges": "select, insert",
        "bulk_edits": ALL,
        "bulk_edit_refusals": ALL,
        "sessions": ALL,
        "one_time_tokens": ALL,
        "sign_in_attempts": ALL,
        "authenticators": ALL,
        "recovery_codes": ALL,
        "passkeys": ALL,
        "spent_challenges": ALL,
        "identity_providers": ALL,
        "provider_identities": ALL,
        "outbox_messages": ALL,
        "outbox_recipients": ALL,
        "mailboxes": ALL,
        "mailbox_states": ALL,
        "inbound_messages": ALL,
        "blocked_senders": ALL,
        "mail_templates": ALL,
        "comment_recipients": ALL,
        "held_comments": ALL,
        "saved_views": ALL,
        "view_pins": ALL,
        "statistics_changes": "insert",
        "submissions": ALL,
        "request_rates": "select, insert, update",
        "job_errors": ALL,
        "procrastinate_jobs": ALL,
        "procrastinate_events": ALL,
        "procrastinate_periodic_defers": ALL,
        "procrastinate_workers": ALL,
    },
    CUSTOMER: {
        "users": (
            "id",
            "full_name",
            "is_staff",
            "is_active",
            "organization_id",
            "organization_role",
            "invited_to_id",
        ),
        "email_addresses": ("id", "user_id", "email", "verified_at", "is_primary"),
        "organizations": ("id", "name", "sharing"),
        "teams": ("id", "reopen_days"),
        "tickets": TICKET_COLUMNS_OF_CUSTOMERS,
        "comments": COMMENT_COLUMNS_OF_CUSTOMERS,
        "attachments": ATTACHMENT_COLUMNS_OF_CUSTOMERS,
        "ticket_participants": ("ticket_id", "user_id"),
        "ticket_reads": ("user_id", "ticket_id", "seen_at"),
        "ticket_links": ("ticket_id", "other_id", "kind"),
    },
    ANALYTICS: {
        "users": ("id", "full_name", "is_staff", "is_active", "organization_id"),
        "organizations": "select",
        "teams": "select",
        "team_members": "select",
        "tickets": "select",
        "comments": (
            "id",
            "ticket_id",
            "author_id",
            "is_internal",
            "is_opening",
            "via",
            "created_at",
            "published_at",
        ),
        "tags": "select",
        "ticket_tags": "select",
        "statistics_sums": "select",
        "statistics_hours": "select",
        "statistics_changes": "select",
        "statistics_state": "select",
    },
}

SEQUENCES: Mapping[str, tuple[str, ...]] = {
    "ticket_numbers": (APP,),
    # procrastinate numbers its rows by sequences of its own
    "procrastinate_jobs_id_seq": (APP,),
    "procrastinate_events_id_seq": (APP,),
    "procrastinate_periodic_defers_id_seq": (APP,),
}

_ACTOR = "(select nullif(current_setting('helpdesk.user_id', true), '')::bigint)"
_LINK = "(select nullif(current_setting('helpdesk.ticket_id', true), '')::bigint)"

_OWN = f"""deleted_at is null and (
    requester_id = {_ACTOR}
    or id = any ((select helpdesk_participations())::bigint[])
    or organization_id = (select helpdesk_shared_organization())
    or id = {_LINK})"""

_TAKES_PART = f"(requester_id = {_ACTOR} or id = any ((select helpdesk_participations())::bigint[]))"

# security definer: they read past row-level security, else the policies would call each other for ever, and no index
# of words could be used. None is told whose tickets are meant: nobody can ask for another person's. Without pg_temp at
# its end, the search path would begin with it: a temporary table of the same name would be believed.
FUNCTIONS = (
    """create function helpdesk_participations() returns bigint[] language sql stable security definer
set search_path = public, pg_temp as $$
  select coalesce(array_agg(ticket_id), '{}') from ticket_participants
  where user_id = nullif(current_setting('helpdesk.user_id', true), '')::bigint
$$""",
    """create function helpdesk_shared_organization() returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
  select o.id from users u join organizations o on o.id = u.organization_id
  where u.id = nullif(current_setting('helpdesk.user_id', true), '')::bigint
    and (o.sharing = 'everyone' or (o.sharing = 'managers' and u.organization_role = 'manager'))
$$""",
    """create function helpdesk_own_organization() returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
  select organization_id from users where id = nullif(current_setting('helpdesk.user_id', true), '')::bigint
$$""",
    """create function helpdesk_managed_organization() returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
  select organization_id from users
  where id = nullif(current_setting('helpdesk.user_id', true), '')::bigint and organization_role = 'manager'
$$""",
    # who sees few tickets has these looked through; of many, the indexes of all words know which to ask for. `own`
    # leaves out what the organization shares: seldom many
    f"""create function helpdesk_saying(sought tsquery, own boolean default false) returns setof bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare mine bigint[];
begin
  if own then
    mine := array(select id from tickets where {_OWN} and {_TAKES_PART} limit 201);
  else
    mine := array(select id from tickets where {_OWN} limit 201);
  end if;
  if cardinality(mine) <= 200 then
    return query
    select t.id from tickets t where t.id = any (mine) and (
      to_tsvector('helpdesk_words', t.title) @@ sought
      or exists (
        select 1 from comments c where c.ticket_id = t.id and not c.is_internal and c.published_at is not null and (
          to_tsvector('helpdesk_words', c.content) @@ sought
          or exists (
            select 1 from attachments a left join file_texts f on f.sha256 = a.sha256 where a.comment_id = c.id and (
              to_tsvector('helpdesk_words', translate(a.filename, '._-()', '     ')) @@ sought
              or to_tsvector('helpdesk_words', f.content) @@ sought)))));
  else
    return query
    with said (id) as materialized (
      select id from tickets where to_tsvector('helpdesk_words', title) @@ sought
      union all
      select ticket_id from comments
      where to_tsvector('helpdesk_words', content) @@ sought and not is_internal and published_at is not null
      union all
      select c.ticket_id from comments c join attachments a on a.comment_id = c.id
      where to_tsvector('helpdesk_words', translate(a.filename, '._-()', '     ')) @@ sought
        and not c.is_internal and c.published_at is not null
      union all
      select c.ticket_id from comments c join attachments a on a.comment_id = c.id join file_texts f using (sha256)
      where to_tsvector('helpdesk_words', f.content) @@ sought
        and not c.is_internal and c.published_at is not null)
    select t.id from tickets t where {_OWN} and t.id in (select said.id from said);
  end if;
end
$$""",
)
FUNCTION_NAMES = (
    "helpdesk_participations()",
    "helpdesk_shared_organization()",
    "helpdesk_own_organization()",
    "helpdesk_managed_organization()",
    "helpdesk_saying(tsquery, boolean)",
)

_COUNTED = "{row}.deleted_at is null and {row}.merged_into_id is null"
_COLUMNS_COUNTED = ("created_at", "first_responded_at", "resolved_at", "assignee_id", "team_id")


def _change(sign: int, row: str) -> str:
    """Writes down that a ticket counts since, or no longer, as this row has it."""
    columns = ", ".join(f"{row}.{column}" for column in _COLUMNS_COUNTED)
    return f"""insert into public.statistics_changes (sign, {", ".join(_COLUMNS_COUNTED)})
  select {sign}, {columns}"""


def _counted_as(row: str) -> str:
    columns = ", ".join(f"{row}.{column}" for column in _COLUMNS_COUNTED)
    return f"({columns}, {_COUNTED.format(row=row)})"


# What the statistics have summed up has to learn of every change of a ticket, whoever makes it, many at once included.
# A change that they do not count (most are) costs a comparison.
TRIGGERS = (
    f"""create function helpdesk_tickets_added() returns trigger language plpgsql as $$
begin
  {_change(1, "added")} from added where {_COUNTED.format(row="added")};
  return null;
end
$$""",
    f"""create function helpdesk_ticket_changed() returns trigger language plpgsql as $$
begin
  {_change(-1, "old")} where {_COUNTED.format(row="old")};
  {_change(1, "new")} where {_COUNTED.format(row="new")};
  return null;
end
$$""",
    f"""create function helpdesk_tickets_removed() returns trigger language plpgsql as $$
begin
  {_change(-1, "removed")} from removed where {_COUNTED.format(row="removed")};
  return null;
end
$$""",
    """create trigger statistics_added after insert on tickets referencing new table as added
for each statement execute function helpdesk_tickets_added()""",
    f"""create trigger statistics_changed after update on tickets for each row
when ({_counted_as("old")} is distinct from {_counted_as("new")})
execute function helpdesk_ticket_changed()""",
    """create trigger statistics_removed after delete on tickets referencing old table as removed
for each statement execute function helpdesk_tickets_removed()""",
)

# What a customer sees of each table. No actor and no mailed link: no rows.
CUSTOMER_ROWS: Mapping[str, str] = {
    "tickets": _OWN,
    "comments": """not is_internal and published_at is not null
    and exists (select 1 from tickets t where t.id = ticket_id)""",
    "attachments": "exists (select 1 from comments c where c.id = comment_id)",
    "ticket_participants": "exists (select 1 from tickets t where t.id = ticket_id)",
    # of staff by a flag, not by what they wrote: looking through all of an agent's comments would take long
    "ticket_reads": f"user_id = {_ACTOR}",
    "teams": "exists (select 1 from tickets t where t.team_id = teams.id)",
    # what somebody's request went on as: links of other kinds are staff's business
    "ticket_links": """kind = 'follows_up'
    and exists (select 1 from tickets t where t.id = ticket_id)
    and exists (select 1 from tickets t where t.id = other_id)""",
    # one's own, or the one whose invitation is still to be answered
    "organizations": f"""id = (select helpdesk_own_organization())
    or id = (select u.invited_to_id from users u where u.id = {_ACTOR})""",
    # one's own, and as a manager those of one's colleagues, invited ones included
    "email_addresses": f"""user_id = {_ACTOR}
    or exists (select 1 from users u where u.id = user_id
        and (u.organization_id = (select helpdesk_managed_organization())
            or u.organization_id is null and u.invited_to_id = (select helpdesk_managed_organization())))""",
    "users": f"""id = {_ACTOR}
    or organization_id = (select helpdesk_managed_organization())
    or organization_id is null and invited_to_id = (select helpdesk_managed_organization())
    or is_staff and ({_ACTOR} is not null or {_LINK} is not null)
    or exists (select 1 from tickets t where t.requester_id = users.id)
    or exists (select 1 from comments c where c.author_id = users.id)
    or exists (select 1 from ticket_participants p where p.user_id = users.id)""",
}


WITHOUT_ROW_SECURITY = frozenset({"procrastinate_jobs"})
"""Tables that staff's role alone may touch, and whose errors have to name the row: PostgreSQL keeps that to itself
where row-level security is on, and Procrastinate asserts it."""


def statements() -> list[str]:
    """Everything to run, in order, as the owner role on a schema that has its tables."""
    return [*_functions(), *_grants(), *_row_security(), *TRIGGERS]


def _functions() -> Iterable[str]:
    yield from FUNCTIONS
    for name in FUNCTION_NAMES:
        yield f"revoke all on function {name} from public"
        yield f"grant execute on function {name} to {CUSTOMER}"


def _grants() -> Iterable[str]:
    yield f"grant usage on schema public to {AUTH}, {APP}, {CUSTOMER}, {ANALYTICS}"
    for role, tables in GRANTS.items():
        for table, rights in tables.items():
            what = rights if isinstance(rights, str) else f"select ({', '.join(rights)})"
            yield f"grant {what} on {table} to {role}"
    for sequence, roles in SEQUENCES.items():
        yield f"grant usage on sequence {sequence} to {', '.join(roles)}"


def _row_security() -> Iterable[str]:
    """On every table but those named above. Whoever is given no policy by it sees no rows, whatever was granted."""
    for table in sorted(_tables() - WITHOUT_ROW_SECURITY):
        yield f"alter table {table} enable row level security"
        # the literal true: any condition would cost staff their full-text and trigram indexes
        for role in (AUTH, APP, ANALYTICS):
            if table in GRANTS[role]:
                yield f"create policy {role} on {table} to {role} using (true)"
        if condition := CUSTOMER_ROWS.get(table):
            yield f"create policy {CUSTOMER} on {table} for select to {CUSTOMER} using ({condition})"


def _tables() -> set[str]:
    """Those of the models, those that were granted, and the parts that hold what has no month."""
    ours = Base.metadata.tables
    parts = {f"{name}_default" for name, table in ours.items() if _is_in_parts(table)}
    return {*ours, *parts, *(table for tables in GRANTS.values() for table in tables)}


def _is_in_parts(table: Table) -> bool:
    return table.dialect_options["postgresql"]["partition_by"] is not None
