"""DOCX and ODT documents: refused when they hold macros, embedded files, links that load by themselves, or a password."""

from __future__ import annotations

import re

from portal.submissions.uploads.packages import Package
from portal.submissions.uploads.refusal import FileRefused

_MAIN_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ODT = b"application/vnd.oasis.opendocument.text"
_DOCX_MEMBERS = re.compile(r"vbaproject|vbadata|(^|/)(activex|embeddings|customui|macrosheets|afchunk)|\.(bin|exe|dll|js|vbs|html?|mht|rtf|docm|dotm|swf|jar)$", re.IGNORECASE)
_HARMLESS_BIN = re.compile(r"(^|/)printersettings\d*\.bin$", re.IGNORECASE)
_ODT_MEMBERS = re.compile(r"^(basic|scripts|dialogs|object \d+|obj\d+)(/|$)|macrosignatures|\.(bin|exe|dll|js|vbs|html?|jar|class|py)$", re.IGNORECASE)
_LINKS_ALLOWED = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
_OWN_TEMPLATE = re.compile(r"([\w .-]+|file:///[a-z]:[\\/][^|<>]*)\.do[tc][xm]?$", re.IGNORECASE)
_RELATIONS_REFUSED = {"attachedtemplate", "oleobject", "package", "frame", "subdocument", "afchunk", "vbaproject", "control", "mailmergesource"}
_BEGIN, _END = "\x01", "\x02"
_FIELDS_REFUSED = re.compile(
    r"\x01\s*(\x01|(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE|MACROBUTTON|QUOTE)\b)", re.IGNORECASE
)


def check_docx(data: bytes, shown: str) -> None:
    """Raises FileRefused, saying what to do, for anything but a plain Word document."""
    package = Package(data, shown)
    if "[Content_Types].xml" not in package.names or "word/document.xml" not in package.names:
        raise _not_a_document(shown)
    if any(_DOCX_MEMBERS.search(name) and not _HARMLESS_BIN.search(name) for name in package.names):
        raise package.refused("active", "contains macros or other files inside it")
    main = False
    for element in package.elements("[Content_Types].xml"):
        kind = element.get("ContentType", "")
        if "macroenabled" in kind.lower() or "vbaproject" in kind.lower() or "oleobject" in kind.lower():
            raise package.refused("active", "contains macros")
        main = main or (element.get("PartName") == "/word/document.xml" and kind == _MAIN_DOCX)
    if not main:
        raise _not_a_document(shown)
    for name in package.names:
        if name.endswith(".rels"):
            _check_relationships(package, name)
        elif name.lower().endswith(".xml") and name != "[Content_Types].xml":
            _check_fields(package, name)


def _check_relationships(package: Package, name: str) -> None:
    for element in package.elements(name):
        kind, target = element.get("Type", "").rsplit("/", 1)[-1].lower(), element.get("Target", "")
        if kind == "attachedtemplate" and _OWN_TEMPLATE.match(target):
            continue
        if kind in _RELATIONS_REFUSED:
            raise package.refused("remote", "contains or loads another file")
        if element.get("TargetMode", "").lower() != "external":
            continue
        if kind != "hyperlink" or not _LINKS_ALLOWED.match(target):
            raise package.refused("remote", "loads something from another place when it is opened")


def _check_fields(package: Package, name: str) -> None:
    """Refuse fields that fetch or run. Their words may be split over many elements, so they are joined before judging."""
    words: list[str] = []
    for element in package.elements(name):
        local = element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
        if local == "instrText":
            words.append(element.text or "")
        elif local == "fldSimple":
            words.append(_BEGIN + next((value for key, value in element.attrib.items() if key.endswith("}instr")), "") + _END)
        elif local == "fldChar":
            begins = any(key.endswith("}fldCharType") and value == "begin" for key, value in element.attrib.items())
            words.append(_BEGIN if begins else _END)
    if _FIELDS_REFUSED.search("".join(words)):
        raise package.refused("active", "contains a field that loads or runs something")


def check_odt(data: bytes, shown: str) -> None:
    """Raises FileRefused, saying what to do, for anything but a plain OpenDocument text."""
    package = Package(data, shown)
    if package.names[:1] != ["mimetype"] or package.bytes_of("mimetype", 200) != _ODT or "content.xml" not in package.names:
        raise _not_a_document(shown)
    if any(_ODT_MEMBERS.search(name) for name in package.names):
        raise package.refused("active", "contains macros or other files inside it")
    for name in package.names:
        if name.lower().endswith((".xml", ".rdf")):
            _check_odt_part(package, name)


def _check_odt_part(package: Package, name: str) -> None:
    for element in package.elements(name):
        local = element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
        if local in ("event-listener", "script", "dde-source", "dde-connection", "dde-connection-decl", "object", "object-ole", "applet", "plugin", "floating-frame"):
            raise package.refused("active", "contains macros or other files inside it")
        if local == "encryption-data":
            raise package.refused("password", "is protected with a password")
        target = next((value for key, value in element.attrib.items() if key.endswith("xlink}href")), "")
        loads = local in ("image", "fill-image", "background-image", "section-source", "template", "audio", "video")
        if target and (":" in target or target.startswith(("//", "../.."))) and (loads or not _LINKS_ALLOWED.match(target)):
            raise package.refused("remote", "loads something from another place when it is opened")


def _not_a_document(shown: str) -> FileRefused:
    return FileRefused("not_allowed", f"“{shown}” is not a Word or OpenDocument text. Save it as DOCX, ODT or PDF, then add it again")
