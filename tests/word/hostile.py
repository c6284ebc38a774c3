"""The inputs that break plain docxtpl, each with the text that must be read back: the cleaned one."""

LONG = "A long account. " * 6400

HOSTILE: tuple[tuple[str, str], ...] = (
    ("A & B", "A & B"),
    ("A & B <x>", "A & B <x>"),
    ("5 < 10", "5 < 10"),
    ("</w:t></w:r></w:p>", "</w:t></w:r></w:p>"),
    ("]]>", "]]>"),
    ("&lt;", "&lt;"),
    ("&copy;", "&copy;"),
    ("a\x00b", "ab"),
    ("a\x0bb", "a\nb"),
    ("a\x1bb", "ab"),
    ("a\ufffeb", "ab"),
    ("cut off \ud83d", "cut off "),
    ("bell\aring", "bellring"),
    ("form\ffeed", "form\nfeed"),
    ("{_{ x }_}", "{_{ x }_}"),
    ("{_% if x %_}", "{_% if x %_}"),
    ("one\r\ntwo", "one\ntwo"),
    ("one\rtwo", "one\ntwo"),
    ("one\ntwo", "one\ntwo"),
    ("one\n\ntwo", "one\n\ntwo"),
    ("name\tvalue", "name\tvalue"),
    ("   leading blanks", "   leading blanks"),
    ("trailing blanks   ", "trailing blanks   "),
    (LONG, LONG),
    ("family 👩‍👩‍👧 and café", "family 👩‍👩‍👧 and café"),
    ("שלום وأهلا", "שלום وأهلا"),
    ("line\u2028separator", "line\u2028separator"),
    ("10\u00a0May", "10\u00a0May"),
    ("{{ 7*7 }}", "{{ 7*7 }}"),
    ("{% for x in y %}", "{% for x in y %}"),
    ("{# gone? #}", "{# gone? #}"),
    ("She said \"hi\" & 'bye'", "She said \"hi\" & 'bye'"),
    ('<?xml version="1.0"?><!DOCTYPE x>', '<?xml version="1.0"?><!DOCTYPE x>'),
)

OUR_OWN: tuple[tuple[str, str], ...] = (
    ("\ufdd00\ufdd1", "\ufdd00\ufdd1"),
    ("\x01\x02\x03\x07\x08d7\x08\x0e", "d7"),
    ("<?mark p+?><?tag 0?>", "<?mark p+?><?tag 0?>"),
    ("_x000D_", "_x000D_"),
)
"""The engine's own marks, typed by a person."""
