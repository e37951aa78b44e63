"""New passwords as they are typed: twice."""

from onememory.domain.errors import InvalidInput
from onememory.web.visits import Form


def new_password(form: Form) -> str:
    """The new password of a form; raises InvalidInput where it was typed in two ways."""
    if form.one("password") != form.one("again"):
        raise InvalidInput("The two new passwords differ. Type the same one twice.")
    return form.one("password")
