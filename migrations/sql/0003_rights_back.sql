drop policy helpdesk_customer on users

-- next

create policy helpdesk_customer on users for select to helpdesk_customer using (id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint)
    or is_staff and ((select nullif(current_setting('helpdesk.user_id', true), '')::bigint) is not null or (select nullif(current_setting('helpdesk.ticket_id', true), '')::bigint) is not null)
    or exists (select 1 from tickets t where t.requester_id = users.id)
    or exists (select 1 from comments c where c.author_id = users.id)
    or exists (select 1 from ticket_participants p where p.user_id = users.id))

-- next

drop policy helpdesk_customer on ticket_reads

-- next

drop policy helpdesk_app on ticket_reads

-- next

alter table ticket_reads disable row level security

-- next

drop policy helpdesk_customer on teams

-- next

drop policy helpdesk_app on teams

-- next

drop policy helpdesk_analytics on teams

-- next

alter table teams disable row level security

-- next

drop policy helpdesk_customer on organizations

-- next

drop policy helpdesk_auth on organizations

-- next

drop policy helpdesk_app on organizations

-- next

drop policy helpdesk_analytics on organizations

-- next

alter table organizations disable row level security

-- next

drop policy helpdesk_customer on email_addresses

-- next

drop policy helpdesk_auth on email_addresses

-- next

drop policy helpdesk_app on email_addresses

-- next

alter table email_addresses disable row level security

-- next

drop policy helpdesk_customer on ticket_links

-- next

drop policy helpdesk_app on ticket_links

-- next

alter table ticket_links disable row level security

-- next

revoke select (ticket_id, other_id, kind) on ticket_links from helpdesk_customer

-- next

revoke select (is_active, organization_id, organization_role, invited_to_id) on users from helpdesk_customer

-- next

revoke select (id, user_id, email, verified_at, is_primary) on email_addresses from helpdesk_customer

-- next

revoke select (id, name, sharing) on organizations from helpdesk_customer

-- next

revoke select (id, reopen_days) on teams from helpdesk_customer

-- next

revoke select (team_id) on tickets from helpdesk_customer

-- next

revoke select (user_id, ticket_id, seen_at) on ticket_reads from helpdesk_customer

-- next

drop function helpdesk_own_organization()

-- next

drop function helpdesk_managed_organization()
