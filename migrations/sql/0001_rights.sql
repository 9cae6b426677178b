-- Grants, functions and row-level security: helpdesk.database.policies as of this revision.

create function helpdesk_participations() returns bigint[] language sql stable security definer
set search_path = public, pg_temp as $$
  select coalesce(array_agg(ticket_id), '{}') from ticket_participants
  where user_id = nullif(current_setting('helpdesk.user_id', true), '')::bigint
$$

-- next

create function helpdesk_shared_organization() returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
  select o.id from users u join organizations o on o.id = u.organization_id
  where u.id = nullif(current_setting('helpdesk.user_id', true), '')::bigint
    and (o.sharing = 'everyone' or (o.sharing = 'managers' and u.organization_role = 'manager'))
$$

-- next

revoke all on function helpdesk_participations() from public

-- next

grant execute on function helpdesk_participations() to helpdesk_customer

-- next

revoke all on function helpdesk_shared_organization() from public

-- next

grant execute on function helpdesk_shared_organization() to helpdesk_customer

-- next

grant usage on schema public to helpdesk_auth, helpdesk_app, helpdesk_customer, helpdesk_analytics

-- next

grant select on users to helpdesk_auth

-- next

grant select on email_addresses to helpdesk_auth

-- next

grant select on roles to helpdesk_auth

-- next

grant select on role_permissions to helpdesk_auth

-- next

grant select on team_members to helpdesk_auth

-- next

grant select (id, sharing) on organizations to helpdesk_auth

-- next

grant select on settings to helpdesk_auth

-- next

grant select on one_time_tokens to helpdesk_auth

-- next

grant select, update, delete on sessions to helpdesk_auth

-- next

grant select, insert, update, delete on sign_in_attempts to helpdesk_auth

-- next

grant select on alembic_version to helpdesk_auth

-- next

grant select on procrastinate_workers to helpdesk_auth

-- next

grant select, insert on audit_logs to helpdesk_app

-- next

grant select, insert, update on users to helpdesk_app

-- next

grant select, insert, update on tickets to helpdesk_app

-- next

grant select, insert, update, delete on organizations to helpdesk_app

-- next

grant select, insert, update, delete on roles to helpdesk_app

-- next

grant select, insert, update, delete on role_permissions to helpdesk_app

-- next

grant select, insert, update, delete on teams to helpdesk_app

-- next

grant select, insert, update, delete on team_members to helpdesk_app

-- next

grant select, insert, update, delete on email_addresses to helpdesk_app

-- next

grant select, insert, update, delete on settings to helpdesk_app

-- next

grant select, insert, update, delete on blobs to helpdesk_app

-- next

grant select, insert, update, delete on comments to helpdesk_app

-- next

grant select, insert, update, delete on attachments to helpdesk_app

-- next

grant select, insert, update, delete on tags to helpdesk_app

-- next

grant select, insert, update, delete on ticket_tags to helpdesk_app

-- next

grant select, insert, update, delete on ticket_watchers to helpdesk_app

-- next

grant select, insert, update, delete on ticket_participants to helpdesk_app

-- next

grant select, insert, update, delete on ticket_links to helpdesk_app

-- next

grant select, insert, update, delete on sessions to helpdesk_app

-- next

grant select, insert, update, delete on one_time_tokens to helpdesk_app

-- next

grant select, insert, update, delete on sign_in_attempts to helpdesk_app

-- next

grant select, insert, update, delete on outbox_messages to helpdesk_app

-- next

grant select, insert, update, delete on outbox_recipients to helpdesk_app

-- next

grant select, insert, update, delete on submissions to helpdesk_app

-- next

grant select, insert, update, delete on job_errors to helpdesk_app

-- next

grant select, insert, update, delete on procrastinate_jobs to helpdesk_app

-- next

grant select, insert, update, delete on procrastinate_events to helpdesk_app

-- next

grant select, insert, update, delete on procrastinate_periodic_defers to helpdesk_app

-- next

grant select, insert, update, delete on procrastinate_workers to helpdesk_app

-- next

grant select (id, full_name, is_staff) on users to helpdesk_customer

-- next

grant select (id, ticket_number, title, status, requester_id, creator_id, organization_id, via, created_at, last_public_at, resolved_at, closed_at, deleted_at, merged_into_id) on tickets to helpdesk_customer

-- next

grant select (id, ticket_id, author_id, content, content_html, is_internal, is_opening, created_at, published_at, edited_at) on comments to helpdesk_customer

-- next

grant select (id, comment_id, sha256, public_id, filename, content_type, size, is_inline, created_at) on attachments to helpdesk_customer

-- next

grant select (ticket_id, user_id) on ticket_participants to helpdesk_customer

-- next

grant select (id, full_name, is_staff, is_active, organization_id) on users to helpdesk_analytics

-- next

grant select on organizations to helpdesk_analytics

-- next

grant select on teams to helpdesk_analytics

-- next

grant select on team_members to helpdesk_analytics

-- next

grant select on tickets to helpdesk_analytics

-- next

grant select (id, ticket_id, author_id, is_internal, is_opening, via, created_at, published_at) on comments to helpdesk_analytics

-- next

grant select on tags to helpdesk_analytics

-- next

grant select on ticket_tags to helpdesk_analytics

-- next

grant usage on sequence ticket_numbers to helpdesk_app

-- next

grant usage on sequence procrastinate_jobs_id_seq to helpdesk_app

-- next

grant usage on sequence procrastinate_events_id_seq to helpdesk_app

-- next

grant usage on sequence procrastinate_periodic_defers_id_seq to helpdesk_app

-- next

alter table tickets enable row level security

-- next

create policy helpdesk_app on tickets to helpdesk_app using (true)

-- next

create policy helpdesk_analytics on tickets to helpdesk_analytics using (true)

-- next

create policy helpdesk_customer on tickets for select to helpdesk_customer using (deleted_at is null and (
    requester_id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint)
    or id = any ((select helpdesk_participations())::bigint[])
    or organization_id = (select helpdesk_shared_organization())
    or id = (select nullif(current_setting('helpdesk.ticket_id', true), '')::bigint)))

-- next

alter table comments enable row level security

-- next

create policy helpdesk_app on comments to helpdesk_app using (true)

-- next

create policy helpdesk_analytics on comments to helpdesk_analytics using (true)

-- next

create policy helpdesk_customer on comments for select to helpdesk_customer using (not is_internal and published_at is not null
    and exists (select 1 from tickets t where t.id = ticket_id))

-- next

alter table attachments enable row level security

-- next

create policy helpdesk_app on attachments to helpdesk_app using (true)

-- next

create policy helpdesk_customer on attachments for select to helpdesk_customer using (exists (select 1 from comments c where c.id = comment_id))

-- next

alter table ticket_participants enable row level security

-- next

create policy helpdesk_app on ticket_participants to helpdesk_app using (true)

-- next

create policy helpdesk_customer on ticket_participants for select to helpdesk_customer using (exists (select 1 from tickets t where t.id = ticket_id))

-- next

alter table users enable row level security

-- next

create policy helpdesk_auth on users to helpdesk_auth using (true)

-- next

create policy helpdesk_app on users to helpdesk_app using (true)

-- next

create policy helpdesk_analytics on users to helpdesk_analytics using (true)

-- next

create policy helpdesk_customer on users for select to helpdesk_customer using (id = (select nullif(current_setting('helpdesk.user_id', true), '')::bigint)
    or is_staff and ((select nullif(current_setting('helpdesk.user_id', true), '')::bigint) is not null or (select nullif(current_setting('helpdesk.ticket_id', true), '')::bigint) is not null)
    or exists (select 1 from tickets t where t.requester_id = users.id)
    or exists (select 1 from comments c where c.author_id = users.id)
    or exists (select 1 from ticket_participants p where p.user_id = users.id))
