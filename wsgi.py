"""The WSGI application for any WSGI server; settings come from `PORTAL_…` environment variables."""

from portal import create_app

app = create_app()
