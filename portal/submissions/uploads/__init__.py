"""What may be uploaded, judged by content and made harmless. Pure: bytes in, bytes out; storing them is `attachments`."""

from portal.submissions.uploads.inspection import Accepted, inspect
from portal.submissions.uploads.refusal import FileRefused

__all__ = ["Accepted", "FileRefused", "inspect"]
