"""The heart: tickets, their conversation, who may see them and what can be done to them."""
