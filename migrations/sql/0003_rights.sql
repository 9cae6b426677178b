create function helpdesk_own_organization() returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
  select organization_id from users where id = nullif(current_setting('helpdesk.user_id', true), '')::bigint
$$

-- next

create function helpdesk_managed_organization() returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
  select organization_id from users
  where id = nullif(current_setting('helpdesk.user_id', true), '')::bigint and organization_role = 'manager'
$$

-- next

revoke all on function helpdesk_own_organization() from public

-- next

grant execute on function helpdesk_own_organization() to helpdesk_customer

-- next

revoke all on function helpdesk_managed_organization() from public

-- next

grant execute on function helpdesk_managed_organization() to helpdesk_customer

-- next

grant select on ticket_keys to helpdesk_auth

-- next

grant select, insert, update, delete on guest_requests to helpdesk_app

-- next

grant select, insert, update, delete on ticket_keys to helpdesk_app

-- next

grant select, insert on purges to helpdesk_app

-- next

grant select (is_active, organization_id, organization_role, invited_to_id) on users to helpdesk_customer

-- next

grant select (id, user_id, email, verified_at, is_primary) on email_addresses to helpdesk_customer

-- next

grant select (id, name, sharing) on organizations to helpdesk_customer

-- next

grant select (id, reopen_days) on teams to helpdesk_customer

-- next

grant select (team_id) on tickets to helpdesk_customer

-- next

grant select (user_id, ticket_id, seen_at) on ticket_reads to helpdesk_customer

-- next

grant select (ticket_id, other_id, kind) on ticket_links to helpdesk_customer

-- next

alter table ticket_links enable row level security

-- next

create policy helpdesk_app on ticket_links to helpdesk_app using (true)

-- next

create policy helpdesk_customer on ticket_links for select to helpdesk_customer using (kind = 'follows_up'
    and exists (select 1 from tickets t where t.id = ticket_id)
    and exists (select 1 from tickets t where t.id = other_id))

-- next

alter table ticket_reads enable row level security

-- next

create policy helpdesk_app on ticket_reads to helpdesk_app using (true)

-- next

create policy helpdesk_customer on ticket_reads for select to helpdesk_customer using (user_id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint))

-- next

alter table teams enable row level security

-- next

create policy helpdesk_app on teams to helpdesk_app using (true)

-- next

create policy helpdesk_analytics on teams to helpdesk_analytics using (true)

-- next

create policy helpdesk_customer on teams for select to helpdesk_customer using (exists (select 1 from tickets t where t.team_id = teams.id))

-- next

alter table organizations enable row level security

-- next

create policy helpdesk_auth on organizations to helpdesk_auth using (true)

-- next

create policy helpdesk_app on organizations to helpdesk_app using (true)

-- next

create policy helpdesk_analytics on organizations to helpdesk_analytics using (true)

-- next

create policy helpdesk_customer on organizations for select to helpdesk_customer using (id = (select helpdesk_own_organization())
    or id = (select u.invited_to_id from users u where u.id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint)))

-- next

alter table email_addresses enable row level security

-- next

create policy helpdesk_auth on email_addresses to helpdesk_auth using (true)

-- next

create policy helpdesk_app on email_addresses to helpdesk_app using (true)

-- next

create policy helpdesk_customer on email_addresses for select to helpdesk_customer using (user_id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint)
    or exists (select 1 from users u where u.id = user_id
        and (u.organization_id = (select helpdesk_managed_organization())
            or u.organization_id is null and u.invited_to_id = (select helpdesk_managed_organization()))))

-- next

drop policy helpdesk_customer on users

-- next

create policy helpdesk_customer on users for select to helpdesk_customer using (id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint)
    or organization_id = (select helpdesk_managed_organization())
    or organization_id is null and invited_to_id = (select helpdesk_managed_organization())
    or is_staff and ((select nullif(current_setting('helpdesk.user_id', true), '')::bigint) is not null or (select nullif(current_setting('helpdesk.ticket_id', true), '')::bigint) is not null)
    or exists (select 1 from tickets t where t.requester_id = users.id)
    or exists (select 1 from comments c where c.author_id = users.id)
    or exists (select 1 from ticket_participants p where p.user_id = users.id))
