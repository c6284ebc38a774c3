"""The families of error a verb may raise. Doors never catch these; `error_pages` turns each into a page."""


class PortalError(Exception):
    """A thing that went wrong in words a person can act on. `status` is the HTTP status its page answers with."""

    status = 500

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(PortalError):
    """There is no such thing, or none that this person may see: the two are told alike."""

    status = 404


class Forbidden(PortalError):
    """This person's roles lack the action altogether."""

    status = 403


class Conflict(PortalError):
    """Somebody else changed the same thing first."""

    status = 409


class RuleBroken(PortalError):
    """A rule of the service was broken. Subclass once per rule."""

    status = 422


class Unavailable(PortalError):
    """Nothing was kept because the database or disk could not take it; trying again later is the cure."""

    status = 503
