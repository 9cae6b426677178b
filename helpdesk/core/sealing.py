"""Secrets at rest: sealed with the desk's own keys, so that a copy of the database alone does not give them away."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from helpdesk.config import kept_sealing_keys
from helpdesk.core.configuration import configuration
from helpdesk.core.errors import Conflict


class Unsealable(Conflict):
    """A secret was sealed with a key this desk does not have."""

    def __init__(self) -> None:
        super().__init__(
            "A stored password cannot be read: the key it was sealed with is missing. "
            "Bring back the file of keys from a backup, or type the password anew."
        )


def seal(secret: str) -> str:
    """The secret, sealed with the first key."""
    return _keys().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed with any of the keys. Raises Unsealable."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unsealable from None


def reseal(sealed: str) -> str:
    """The same secret, sealed with the first key. Raises Unsealable."""
    try:
        return _keys().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise Unsealable from None


def is_sealed_by_first(sealed: str) -> bool:
    """Whether the first key opens it: nothing older is needed."""
    try:
        Fernet(keys_in_force()[0]).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def keys_in_force() -> tuple[str, ...]:
    """Those of the environment; else those of the data folder as they are now: another process may rotate them."""
    config = configuration()
    return config.sealing_keys or kept_sealing_keys(config.data_dir)


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys_in_force()])
