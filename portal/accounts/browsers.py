"""What a browser says of itself, in the words its owner uses. Kept whole in the sign-ins; only shown like this."""

from __future__ import annotations

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))
"""What stands in the text, and the name; the first that fits, since most name others too."""

MACHINES = (("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "an Android device"), ("Windows", "Windows"), ("CrOS", "a Chromebook"), ("Macintosh", "a Mac"), ("Linux", "Linux"))


def in_words(said: str) -> str:
    """Such as “Edge on Windows”; what the browser said where none of it is known, and “Not known” for nothing."""
    browser = next((name for mark, name in BROWSERS if mark in said), "")
    machine = next((name for mark, name in MACHINES if mark in said), "")
    return " on ".join(part for part in (browser, machine) if part) or said or "Not known"
