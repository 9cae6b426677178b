"""People: users with their addresses, organizations, teams, roles and what a role permits."""
