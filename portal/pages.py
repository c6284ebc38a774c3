"""What every page shares: layout variables, filters, static files by content hash, compression, how the reader likes to see pages."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as BaseResponse

from portal import language, timekeeping
from portal.access import can, public
from portal.accounts import sign_in_state
from portal.accounts.return_to import local_path
from portal.councils.languages import service_in
from portal.display import CONTRASTS, SIZES, look_of
from portal.files import store
from portal.forms.guidance_text import guidance_html
from portal.publishing.in_force import council_in_force, council_of
from portal.settings import Settings
from portal.signatures import vary_by

try:
    from isal.isal_zlib import compress as _deflate

    PACKING_LEVEL = 3
except ImportError:
    from zlib import compress as _deflate

    PACKING_LEVEL = 5
GZIP_BITS = 31
"""Pages are packed by isal where it is there: about as small in a third of the time."""

STATIC = Path(__file__).parent / "static"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".png": "image/png"}
STANDING_PAGES = {"privacy": "Privacy notice", "cookies": "Cookies", "accessibility": "Accessibility statement"}
COMPRESS_FROM = 600
ENOUGH_FREE = 2_000_000_000
MOST_STANDING = 500

STAFF_LINKS = (
    ("worklist.view", "episodes.work_list", "Work list"),
    ("document.produce", "bulk.choose", "Documents"),
    ("user.list", "users.everyone", "Accounts"),
    ("job.list", "jobs.failed_work", "Failed work"),
    ("definition.view", "publishing.in_force", "Forms and rules"),
    ("template.change", "word_templates.every", "Word templates"),
    ("audit.view", "audit.events", "Audit trail"),
    ("retention.hold", "retention.overview", "Keeping and erasing"),
    ("outbox.view", "notifications.outbox", "Outbox"),
)
"""The head of a staff page: what each link needs, where it leads, its words."""

doors = Blueprint("pages", __name__)


class SharedTemplate(Template):
    """A template whose macros are made ready once: no page of ours hands in globals of its own, for which Jinja looks at every import."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class StandingParts:
    """Parts of pages that are the same for everybody, such as the foot: drawn once for each language and kept.

    `{% call standing("foot", layout) %}…{% endcall %}`: what is drawn inside may hang on the words given, the language spoken and the
    council's own texts, and on nothing else: never on who reads, on cookies, or on the page.
    """

    def __init__(self) -> None:
        self._kept: dict[object, Markup] = {}

    def __call__(self, *named: str, caller: Callable[[], str]) -> Markup:
        """What stands inside, drawn now if it is the first time."""
        key = (named, language.current(), request.script_root)
        standing = self._kept.get(key)
        if standing is None:
            if len(self._kept) >= MOST_STANDING:
                self._kept.clear()
            standing = self._kept[key] = Markup(caller())
        return standing


class RecordId(BaseConverter):
    """A record's unguessable id in a URL."""

    regex = "[a-z2-7]{20}"


class Slug(BaseConverter):
    """A kebab-case id in a URL; views receive it as the snake_case id of the definition."""

    regex = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*"

    def to_python(self, value: str) -> str:
        return value.replace("-", "_")

    def to_url(self, value: str) -> str:
        return value.replace("_", "-")


class StaticFile:
    """A file as it is sent: plain and compressed bytes, with the hash that names it."""

    def __init__(self, content: bytes, kind: str) -> None:
        self.content = content
        self.kind = kind
        self.packed = _packed(content)
        self.name = hashlib.sha256(content).hexdigest()[:12]


@cache
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def start(app: Flask, settings: Settings) -> None:
    """Register converters, filters, layout variables and static files."""
    app.url_map.converters.update(record_id=RecordId, slug=Slug)
    app.extensions["portal.static"] = _static_files(settings)
    app.extensions["portal.addresses"] = {}
    app.jinja_env.filters.update(
        guidance=guidance_html, show_date=timekeeping.show_date, show_moment=timekeeping.show_moment, show_time=timekeeping.show_time
    )
    app.jinja_env.globals.update(language.TEMPLATE_WORDS)
    app.jinja_env.globals["standing"] = StandingParts()
    app.context_processor(_layout_variables)
    app.after_request(_compress)
    app.register_blueprint(doors)


def _static_files(settings: Settings) -> dict[str, StaticFile]:
    files = {}
    service = council_of(settings).service
    for path in sorted(STATIC.rglob("*")):
        if path.suffix in TYPES:
            content = path.read_bytes()
            if path.name == "portal.css":
                content += _council_colours(service.colour, service.font)
            files[path.relative_to(STATIC).as_posix()] = StaticFile(content, TYPES[path.suffix])
    icon = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="{service.colour}"/><path d="M16 25 8 17a5 5 0 0 1 8-6 5 5 0 0 1 8 6z" fill="#fff"/></svg>'
    files["icon.svg"] = StaticFile(icon.encode(), TYPES[".svg"])
    return files


def _council_colours(colour: str, font: str) -> bytes:
    family = f"--portal-font-family:{font};" if font else ""
    return f":root{{--portal-brand:{colour};--govuk-brand-colour:{colour};{family}}}".encode()


def asset(name: str) -> str:
    """The address of a static file, which changes with its content."""
    addresses = current_app.extensions["portal.addresses"]
    key = (name, request.script_root)
    if key not in addresses:
        addresses[key] = url_for("pages.static_file", digest=current_app.extensions["portal.static"][name].name, name=name)
    return addresses[key]


def _layout_variables() -> dict[str, object]:
    council = council_in_force()
    size, contrast = look_of(request.cookies.get("display", ""))
    service = service_in(council, language.current().code)
    shared = {"council": council, "service": service, "standing_pages": STANDING_PAGES, "asset": asset, "staff_links": staff_links, "disk_warning": disk_warning}
    return shared | {"display_size": size, "display_contrast": contrast}


def staff_links() -> list[dict[str, str]]:
    """Where whoever is signed in may go; nothing for the public. The outbox is there in the demonstration only."""
    person = sign_in_state.person()
    shown = STAFF_LINKS if current_app.extensions["portal.settings"].demonstration else STAFF_LINKS[:-1]
    return [{"href": url_for(endpoint), "text": text} for action, endpoint, text in shown if person is not None and can(person, action)]


def disk_warning() -> str:
    """Words for whoever looks after the portal while its disk is nearly full; '' for everybody else and otherwise."""
    person = sign_in_state.person()
    if person is None or not can(person, "job.list"):
        return ""
    free = store().free()
    if free >= ENOUGH_FREE:
        return ""
    return f"The disk is nearly full: {free // 1_000_000:,} MB are free where this service keeps its data. Make room before requests can no longer be kept."


@doors.get("/static/<string(length=12):digest>/<path:name>")
@public
def static_file(digest: str, name: str) -> Response:
    """A static file; its address holds its hash, so it may be kept for ever."""
    file = current_app.extensions["portal.static"].get(name)
    if file is None or file.name != digest:
        abort(404)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(file.packed if packed else file.content, content_type=file.kind)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@doors.get("/display")
@public
def display() -> str:
    """Choose text size and contrast."""
    return render_template("layout/display.html", back=_place_before(request.referrer))


@doors.post("/display")
@public
def choose_display() -> BaseResponse:
    """Keep the choice in a cookie for a year and go back to where the reader was."""
    size, contrast = request.form.get("size", ""), request.form.get("contrast", "")
    response = redirect(_place_before(request.form.get("back")), 303)
    if size in SIZES and contrast in CONTRASTS:
        secure = request.is_secure
        response.set_cookie("display", f"{size}-{contrast}", max_age=timedelta(days=365), httponly=True, samesite="Lax", secure=secure)
    return response


def _place_before(address: str | None) -> str:
    """The page of this portal that the reader came from; the first page for any other address."""
    path = local_path(address, host=request.host)
    return path if path and path != "/display" else "/"


@doors.get("/page/<slug:name>")
@public
def text_page(name: str) -> str:
    """One of the council's standing texts: privacy, cookies, accessibility."""
    if name not in STANDING_PAGES:
        abort(404)
    return render_template("layout/text_page.html", heading=STANDING_PAGES[name], text=getattr(service_in(council_in_force(), language.current().code).pages, name), name=name)


def _compress(response: Response) -> Response:
    headers = response.headers
    kind = headers.get("Content-Type", "")
    if "gzip" not in request.environ.get("HTTP_ACCEPT_ENCODING", "") or not kind.startswith(("text/", "application/json")):
        return response
    if response.direct_passthrough or response.is_streamed or "Content-Encoding" in headers or (response.content_length or 0) < COMPRESS_FROM:
        return response
    response.set_data(_deflate(response.get_data(), PACKING_LEVEL, GZIP_BITS))
    headers["Content-Encoding"] = "gzip"
    vary_by(response, "Accept-Encoding")
    return response
