"""Secrets handed to people: made here, kept only as a digest."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A fresh URL-safe secret of 256 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """How a secret is stored: SHA-256 in hex. Enough for secrets with full entropy; passwords use argon2."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
