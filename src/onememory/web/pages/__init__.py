"""A module for each page, and the only list of their paths."""

from onememory.web.pages import connections, consent, home, sign_in
from onememory.web.routes import Page

PAGES: tuple[Page, ...] = (
    Page(home.PATH, home.show),
    Page(sign_in.PATH, sign_in.show, sign_in.enter),
    Page(sign_in.SIGN_OUT, act=sign_in.leave),
    Page(sign_in.SIGN_OUT_EVERYWHERE, act=sign_in.leave_everywhere),
    Page(consent.PATH, consent.ask, consent.decide),
    Page(connections.PATH, connections.show),
    Page(connections.REVOKE, connections.ask_to_revoke, connections.revoke),
)
