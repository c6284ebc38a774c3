"""Retention: what is past its term, erasing it, and holds that keep a family's records. How long things are kept is said by forms."""
