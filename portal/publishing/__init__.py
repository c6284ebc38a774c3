"""Immutable versions of forms, council rules and templates: numbered, kept by content hash. Does not read what is in them."""

from portal.publishing.ledger import PublishedMeanwhile, by_hash, content, current, publish, versions

__all__ = ["PublishedMeanwhile", "by_hash", "content", "current", "publish", "versions"]
