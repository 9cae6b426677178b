"""Every column of the database by class: secret, or called like a secret and none."""

from collections.abc import Mapping

SECRET: Mapping[str, tuple[str, ...]] = {
    "users": ("password_hash",),
    "sessions": ("token_hash",),
    "one_time_tokens": ("token_hash",),
    "ticket_keys": ("token_hash",),
    "authenticators": ("secret",),
    "recovery_codes": ("code_hash",),
    "passkeys": ("credential_id", "public_key", "user_handle"),
    "spent_challenges": ("challenge_hash",),
    "identity_providers": ("client_secret",),
    "mailboxes": (
        "imap_password",
        "smtp_password",
        "oauth_client_secret",
        "oauth_refresh_token",
        "door_secret_hash",
    ),
    "mailbox_states": ("access_token",),
}
"""No answer to anybody has their values: by table, the columns."""
SEALED: Mapping[str, tuple[str, ...]] = {
    "authenticators": ("secret",),
    "identity_providers": ("client_secret",),
    "mailboxes": SECRET["mailboxes"][:-1],
    "mailbox_states": ("access_token",),
}
"""Of these, what was sealed is no less secret."""
NOT_SECRET: Mapping[str, str] = {
    "sha256": "what a file is called by its content; opens nothing",
    "picture_sha256": "the same",
    "email_key": "an address, as it is compared",
    "address_key": "an address, as it is compared",
    "account_key": "an address, as it is compared",
    "signature": "what is said below a letter",
    "sign_in": "the way a mailbox signs in",
    "sign_count": "how often a passkey was used",
    "oauth_token_url": "where a provider gives tokens to who has the secret",
    "token_id": "the number of a row",
    "key": "names a form that was sent, once",
    "row_digests": "of the trail; meant to be compared",
    "digest": "of the trail; meant to be compared",
    "sealed_at": "a moment",
    "sign": "whether a ticket counts since or no longer",
}
"""Columns that are called like secrets, and why they are none."""
CALLED_SO = (
    r"hash|token|secret|seal|passw|(^|_)key$|credential|digest|sha256|proof|^sign|nonce|challenge|handle$"
)
