"""Kept facts: who did or read what, when. Rows are only ever added. Knows names and ids, never other rooms' classes."""

from portal.audit.log import note_read, record, refused, write_pending

__all__ = ["note_read", "record", "refused", "write_pending"]
