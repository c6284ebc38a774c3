"""Work to do later, enqueued with the change it follows and run by the worker. Knows task names, never other rooms."""

from portal.jobs.queue import enqueue, newest, retry
from portal.jobs.registry import task

__all__ = ["enqueue", "newest", "retry", "task"]
