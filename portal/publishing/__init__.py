"""Immutable versions of forms, council rules and templates: numbered, kept by content hash. Does not read what is in them."""

from portal.publishing.ledger import by_hash, content, current, publish, versions

__all__ = ["by_hash", "content", "current", "publish", "versions"]
