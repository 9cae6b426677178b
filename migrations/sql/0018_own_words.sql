-- who calls it with one argument finds the new one
-- squawk-ignore ban-drop-function
drop function helpdesk_saying(tsquery);
-- next
create function helpdesk_saying(sought tsquery, own boolean default false) returns setof bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare mine bigint[];
begin
  if own then
    mine := array(select id from tickets where deleted_at is null and (
    requester_id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint)
    or id = any ((select helpdesk_participations())::bigint[])
    or organization_id = (select helpdesk_shared_organization())
    or id = (select nullif(current_setting('helpdesk.ticket_id', true), '')::bigint)) and (requester_id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint) or id = any ((select helpdesk_participations())::bigint[])) limit 201);
  else
    mine := array(select id from tickets where deleted_at is null and (
    requester_id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint)
    or id = any ((select helpdesk_participations())::bigint[])
    or organization_id = (select helpdesk_shared_organization())
    or id = (select nullif(current_setting('helpdesk.ticket_id', true), '')::bigint)) limit 201);
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
    select t.id from tickets t where deleted_at is null and (
    requester_id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint)
    or id = any ((select helpdesk_participations())::bigint[])
    or organization_id = (select helpdesk_shared_organization())
    or id = (select nullif(current_setting('helpdesk.ticket_id', true), '')::bigint)) and t.id in (select said.id from said);
  end if;
end
$$;
-- next
revoke all on function helpdesk_saying(tsquery, boolean) from public;
-- next
grant execute on function helpdesk_saying(tsquery, boolean) to helpdesk_customer;
