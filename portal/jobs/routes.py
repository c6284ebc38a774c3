"""The door of work that failed: seen and tried again by whoever looks after the portal."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal.access import needs
from portal.accounts import sign_in_state
from portal.db import db
from portal.jobs import queue, tidy
from portal.jobs.models import Job

blueprint = Blueprint("jobs", __name__, url_prefix="/failed-work")
BLUEPRINTS = (blueprint,)
TASKS = (tidy.forget_done,)
MOST_JOBS = 2**31


def find(job_id: int) -> Job | None:
    """The failed job with this number, or None."""
    job = db.session.get(Job, job_id) if job_id < MOST_JOBS else None
    return job if job is not None and job.status == "failed" else None


@blueprint.get("")
@needs("job.list")
def failed_work() -> str:
    """Work that was given up after its last try."""
    return render_template("jobs/failed_work.html", jobs=queue.failed())


@blueprint.post("/<int:job_id>/retry")
@needs("job.retry", find)
def retry(job: Job) -> BaseResponse:
    """Let it run again now."""
    queue.retry(job, by=sign_in_state.me().id)
    flash("It will be tried again in a moment", "success")
    return redirect(url_for(".failed_work"), 303)
