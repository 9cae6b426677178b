"""The generator of believable desks: for a first look, for tests and for benchmarks."""

from helpdesk.demo.desks import DemoDesk, SignIn, generate, prepare

__all__ = ["DemoDesk", "SignIn", "generate", "prepare"]
