"""Queues: named views of tickets that agents work from."""
