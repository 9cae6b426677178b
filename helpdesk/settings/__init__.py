"""What an admin can change at run time: a typed catalogue, each change audited."""
