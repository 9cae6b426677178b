grant select, insert, update, delete on ticket_reads to helpdesk_app;
grant select, insert, update, delete on drafts to helpdesk_app;
grant select, insert, update, delete on staged_files to helpdesk_app;
