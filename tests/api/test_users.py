"""Other people's accounts over REST: for administrators alone, and never what is in them."""

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from housemates import acting
from onememory.domain.accounts import TokenDraft
from people import Client, Person, refused
from servers import Server
from visitors import PASSWORD, Visitor, session_of, with_password


def _path(person: Person) -> str:
    return f"/api/users/{person.user_id}"


REQUESTS = [
    ("GET", "", None),
    ("PATCH", "", {"isAdmin": True}),
    ("DELETE", "", {"name": "x"}),
    ("POST", "/password-link", None),
]


@pytest.mark.parametrize(("method", "behind", "body"), REQUESTS)
def test_only_administrators_may(
    ben: Person, cy: Person, method: str, behind: str, body: dict[str, object] | None
) -> None:
    refused(ben.send(method, _path(cy) + behind, json=body), 403)


@pytest.mark.parametrize(("method", "behind", "body"), REQUESTS)
def test_who_is_not_there_cannot_be_found(
    ada: Person, method: str, behind: str, body: dict[str, object] | None
) -> None:
    refused(ada.send(method, f"/api/users/nobody{behind}", json=body), 404)


def test_an_administrator_sees_how_much_and_not_what(ada: Person, ben: Person, server: Server) -> None:
    ben.store("the zebrafish sleeps")
    session_of(server, ben)
    known = ada.get(_path(ben))

    assert (known["memories"], known["bytes"], known["sessions"], known["tokens"]) == (1, 40, 1, 1)
    assert "zebrafish" not in json.dumps(known)


def test_deactivation_ends_sessions_tokens_and_connections_at_once(ada: Person, ben: Person, server: Server) -> None:
    ben.store("one")
    with Visitor(server) as visitor:
        visitor.arrive(server, ben)
        known = ada.patch(_path(ben), isActive=False)
        assert visitor.see("/settings").url.path in {"/sign-in", "/set-up"}
    refused(ben.send("GET", "/api/memory", params={"all": "true"}), 401)

    assert (known["sessions"], known["tokens"], known["memories"]) == (0, 0, 1)


def test_who_is_reactivated_signs_in_again_and_connects_anew(ada: Person, ben: Person, server: Server) -> None:
    with_password(server, ben)
    ada.patch(_path(ben), isActive=False)
    with Visitor(server) as visitor:
        assert visitor.sign_in(ben.name).status_code == 401
        ada.patch(_path(ben), isActive=True)
        assert visitor.sign_in(ben.name).status_code == 303
    refused(ben.send("GET", "/api/buckets"), 401)


def test_what_was_under_way_at_a_deactivation_opens_nothing_afterwards(
    ada: Person, ben: Person, server: Server
) -> None:
    ada.patch(_path(ben), isActive=False)
    late = server.run(server.services.accounts.create_token(acting(ben), TokenDraft("late"))).secret
    ada.patch(_path(ben), isActive=True)

    refused(Client(server.http, late).send("GET", "/api/buckets"), 401)


def test_a_role_counts_with_the_next_request(ada: Person, ben: Person) -> None:
    ada.patch(_path(ben), isAdmin=True)
    assert ada.get(_path(ben))["user"]["isAdmin"]
    ada.patch(_path(ben), isAdmin=False)

    assert not ada.get(_path(ben))["user"]["isAdmin"]


def test_a_link_chooses_a_password_once(ada: Person, ben: Person, server: Server) -> None:
    ben_there = session_of(server, ben)
    path = urlsplit(ada.post(f"{_path(ben)}/password-link")["url"]).path
    with Visitor(server) as visitor:
        assert ben.name in visitor.see(path).text
        assert visitor.send(path, password=PASSWORD, again="another one").status_code == 400
        assert visitor.send(path, password=PASSWORD, again=PASSWORD).status_code == 303
        assert visitor.see(path).status_code == 404
        assert visitor.sign_in(ben.name).status_code == 303
    assert server.run(server.services.sessions.presence(ben_there)) is None


def test_whose_password_was_set_with_a_link_sees_whose_link_it_was(ada: Person, ben: Person, server: Server) -> None:
    with_password(server, ben)
    path = urlsplit(ada.post(f"{_path(ben)}/password-link")["url"]).path
    with Visitor(server) as visitor:
        visitor.arrive(server, ben)
        assert "Your password was set" not in visitor.see("/").text
        visitor.see(path)
        visitor.send(path, password=PASSWORD, again=PASSWORD)
        visitor.sign_in(ben.name)
        for _ in range(2):
            (told,) = re.findall(r"Your password was set on .* made\.", visitor.see("/").text)
            assert ada.name in told
        assert "and your password was set with it" in visitor.see("/activity").text
    acts = [act for act in ben.get("/api/audit") if "author" in act]
    assert [(act["action"], act["author"], act["tokenId"]) for act in acts] == [
        ("password.reset", ada.name, None),
        ("password.link", ada.name, None),
    ]


def test_a_link_is_of_no_use_when_there_is_a_newer_one_or_it_is_too_old(
    ada: Person, ben: Person, server: Server
) -> None:
    paths = [urlsplit(ada.post(f"{_path(ben)}/password-link")["url"]).path for _ in range(2)]
    with Visitor(server) as visitor:
        assert [visitor.see(path).status_code for path in paths] == [404, 200]
        server.installation.clock.advance(timedelta(days=3, minutes=1))
        assert visitor.see(paths[1]).status_code == 404


def test_a_link_is_of_no_use_when_one_has_chosen_another_password_oneself(
    ada: Person, ben: Person, server: Server
) -> None:
    with_password(server, ben)
    path = urlsplit(ada.post(f"{_path(ben)}/password-link")["url"]).path
    server.run(server.services.own_account.change_password(acting(ben), PASSWORD, "another horse"))
    with Visitor(server) as visitor:
        assert visitor.see(path).status_code == 404


def test_deactivation_takes_a_link_back(ada: Person, ben: Person, server: Server) -> None:
    path = urlsplit(ada.post(f"{_path(ben)}/password-link")["url"]).path
    ada.patch(_path(ben), isActive=False)
    refused(ada.send("POST", f"{_path(ben)}/password-link"), 409)
    ada.patch(_path(ben), isActive=True)
    with Visitor(server) as visitor:
        assert visitor.see(path).status_code == 404


@pytest.mark.sqlite
def test_erasing_takes_the_name_and_says_what_backups_hold(ada: Person, ben: Person) -> None:
    backup = ada.post("/api/backups")["name"]
    refused(ada.send("DELETE", _path(ben), json={"name": "somebody"}), 400)
    answer = ada.send("DELETE", _path(ben), json={"name": ben.name}).json()
    ada.delete(f"/api/backups/{backup}")

    assert answer["backups"] >= 1
    refused(ada.send("GET", _path(ben)), 404)
    refused(ben.send("GET", "/api/buckets"), 401)


def test_nothing_to_change_is_a_mistake(ada: Person, ben: Person) -> None:
    assert "isActive" in refused(ada.send("PATCH", _path(ben), json={}), 400)


def test_what_was_done_to_others_stands_in_the_administrators_log(ada: Person, ben: Person) -> None:
    ada.patch(_path(ben), isActive=False)
    ada.patch(_path(ben), memoryQuota=3)
    acts = ada.get("/api/audit", kind="access")

    assert {"user.deactivate", "user.quota"} <= {act["action"] for act in acts if act["items"] == [ben.user_id]}


def test_users_are_listed_by_name_and_in_parts(ada: Person) -> None:
    names = [f"{ada.name}-{letter}" for letter in "cab"]
    for name in names:
        ada.post("/api/users", name=name)
    part = ada.get("/api/users", q=f"{ada.name.upper()}-", limit=2)
    rest = ada.get("/api/users", q=f"{ada.name}-", after=part[-1]["name"])

    assert [user["name"] for user in [*part, *rest]] == sorted(names)
