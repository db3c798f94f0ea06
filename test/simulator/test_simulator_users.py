"""Authentication: passwords, tokens, RunAs."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from test.simulator.clock import Clock
from test.simulator.http_client import TEXT, XML, HttpClient
from vidispine.simulator import Simulator


def authenticated_user(vidicore: Simulator, authorization: str | None, run_as: str | None = None) -> Any:
    """Return the name of the authenticated user, or the status of the error."""
    with HttpClient(vidicore.url, None) as anybody:
        headers = {"Authorization": authorization, "RunAs": run_as}
        given = {name: value for name, value in headers.items() if value is not None}
        response = anybody.get("/whoami", accept=TEXT, headers=given)
    return response.text if response.status == 200 else response.status


def basic(name: str, password: str, scheme: str = "Basic") -> str:
    return f"{scheme} {b64encode(f'{name}:{password}'.encode()).decode()}"


class TestPasswords:
    def test_valid_credentials(self, vidicore: Simulator) -> None:
        vidicore.users.add("\u00e5sa", "p\u00e4ss:w\u00f6rd")
        assert authenticated_user(vidicore, basic("admin", "admin")) == "admin"
        assert authenticated_user(vidicore, basic("admin", "admin", "basic")) == "admin"
        assert authenticated_user(vidicore, basic("\u00e5sa", "p\u00e4ss:w\u00f6rd")) == "\u00e5sa"

    @pytest.mark.parametrize(
        "authorization",
        [
            None,
            "",
            basic("admin", "wrong"),
            basic("admin", ""),
            basic("nobody", "admin"),
            basic("", ""),
            "Basic !!!",
            "Basic",
            "Bearer abc",
            "token abc",
            "token",
            "Digest username=admin",
        ],
    )
    def test_invalid_credentials(self, vidicore: Simulator, authorization: str | None) -> None:
        assert authenticated_user(vidicore, authorization) == 401
        assert authenticated_user(vidicore, basic("admin", "admin")) == "admin"
        assert authenticated_user(vidicore, authorization) == 401

    def test_challenge(self, vidicore: Simulator) -> None:
        with HttpClient(vidicore.url, None) as anybody:
            response = anybody.get("/job")
            assert response.headers["WWW-Authenticate"] == 'Basic realm="vidispine"'
            assert response.error == ("notAuthorized", {"explanation": "this request needs credentials"})
            assert "Set-Cookie" not in response.headers
            assert anybody.get("/job", accept=XML).xml.tag.endswith("ExceptionDocument")
            # Authentication precedes all other checks.
            assert anybody.get("/job", {"nonsense": "1"}).status == 401

    def test_changed_password(self, vidicore: Simulator) -> None:
        vidicore.users.add("bob", "old")
        assert authenticated_user(vidicore, basic("bob", "old")) == "bob"
        vidicore.users.add("bob", "new")
        assert authenticated_user(vidicore, basic("bob", "old")) == 401
        assert authenticated_user(vidicore, basic("bob", "new")) == "bob"

    def test_disabled_user(self, vidicore: Simulator) -> None:
        vidicore.users.add("bob", "b")
        assert authenticated_user(vidicore, basic("bob", "b")) == "bob"
        vidicore.users.disable("bob")
        assert authenticated_user(vidicore, basic("bob", "b")) == 401
        vidicore.users.enable("bob")
        assert authenticated_user(vidicore, basic("bob", "b")) == "bob"

    def test_passwords_are_stored_as_hashes(self, vidicore: Simulator) -> None:
        vidicore.users.add("bob", "s3cr3t-pw")
        assert authenticated_user(vidicore, basic("bob", "s3cr3t-pw")) == "bob"
        state = vidicore._state
        with state.timeline.transaction():
            dump = "\n".join(state.database._connection.iterdump())
        assert "bob" in dump
        assert "s3cr3t-pw" not in dump
        assert "s3cr3t-pw" not in repr(vars(vidicore.users))

    def test_hashes_in_a_file_are_slow(self, tmp_path: Path) -> None:
        with Simulator(db=tmp_path / "state.db") as vidicore:
            vidicore.users.add("bob", "s3cr3t-pw")
            state = vidicore._state
            with state.timeline.transaction():
                rows = list(state.database._connection.execute("SELECT password FROM user"))
        assert len(rows) == 2
        assert all(row[0].startswith("pbkdf2:sha256:50000$") for row in rows)

    @pytest.mark.parametrize(
        ("name", "password", "roles"),
        [
            ("", "p", None),
            ("a:b", "p", None),
            ("a\n", "p", None),
            ("a", 5, None),
            ("a", "p", ["admin"]),
            ("a", "p", "x"),
        ],
    )
    def test_invalid_users(self, vidicore: Simulator, name: str, password: Any, roles: Any) -> None:
        with pytest.raises(ValueError, match=r"^[^\n]+$"):
            vidicore.users.add(name, password, roles=roles)

    def test_unknown_users_cannot_be_disabled(self, vidicore: Simulator) -> None:
        with pytest.raises(ValueError, match="there is no user 'eve'"):
            vidicore.users.disable("eve")


class TestTokens:
    def token(self, http: HttpClient, **query: Any) -> str:
        response = http.get("/token", query)
        assert response.status == 200
        assert response.json["user"]
        return str(response.json["token"])

    def test_token_authenticates_the_user(self, vidicore: Simulator, bob: HttpClient) -> None:
        assert authenticated_user(vidicore, f"token {self.token(bob)}") == "bob"
        assert authenticated_user(vidicore, f"Token {self.token(bob)}") == "bob"
        assert authenticated_user(vidicore, f"token {bob.get('/token', accept=TEXT).text}") == "bob"
        assert bob.get("/token", accept=XML).xml.tag.endswith("AuthenticationTokenDocument")

    def test_default_lifetime_is_60_seconds(self, vidicore: Simulator, bob: HttpClient, clock: Clock) -> None:
        token = f"token {self.token(bob)}"
        clock.advance(59.999)
        assert authenticated_user(vidicore, token) == "bob"
        clock.advance(0.001)
        assert authenticated_user(vidicore, token) == 401

    def test_requested_lifetime(self, vidicore: Simulator, http: HttpClient, bob: HttpClient, clock: Clock) -> None:
        short, long = f"token {self.token(bob, seconds=5)}", f"token {self.token(http, seconds=3600)}"
        clock.advance(4.999)
        assert authenticated_user(vidicore, short) == "bob"
        clock.advance(0.001)
        assert authenticated_user(vidicore, short) == 401
        clock.advance(3594)
        assert authenticated_user(vidicore, long) == "admin"

    def test_long_lifetime_needs_a_role(self, bob: HttpClient) -> None:
        assert bob.get("/token", {"seconds": 60}).status == 200
        assert bob.get("/token", {"seconds": 61}).status == 403

    @pytest.mark.parametrize("seconds", ["0", "-1", "soon", "9" * 17])
    def test_invalid_lifetime(self, http: HttpClient, seconds: str) -> None:
        response = http.get("/token", {"seconds": seconds})
        assert (response.status, response.error[1]["id"]) == (400, "seconds")

    def test_refresh_extends_after_ten_seconds(self, vidicore: Simulator, bob: HttpClient, clock: Clock) -> None:
        token = f"token {self.token(bob, autoRefresh='true')}"
        begin = clock.seconds
        for at, expected in ((8, "bob"), (16, "bob"), (25, "bob"), (75.9, "bob"), (135, "bob"), (194.9, "bob")):
            clock.seconds = begin + at
            assert authenticated_user(vidicore, token) == expected
        clock.seconds = begin + 255
        assert authenticated_user(vidicore, token) == 401

    def test_use_within_ten_seconds_does_not_extend(self, vidicore: Simulator, bob: HttpClient, clock: Clock) -> None:
        begin = clock.seconds
        token = f"token {self.token(bob, autoRefresh='true')}"
        clock.seconds = begin + 8
        assert authenticated_user(vidicore, token) == "bob"
        clock.seconds = begin + 60
        assert authenticated_user(vidicore, token) == 401
        clock.seconds = begin
        token = f"token {self.token(bob, autoRefresh='true')}"

    def test_use_at_8_and_16_extends_to_76(self, vidicore: Simulator, bob: HttpClient, clock: Clock) -> None:
        begin = clock.seconds
        tokens = [f"token {self.token(bob, autoRefresh='true')}" for _ in range(2)]
        for at in (8, 16):
            clock.seconds = begin + at
            assert [authenticated_user(vidicore, token) for token in tokens] == ["bob", "bob"]
        clock.seconds = begin + 75.999
        assert authenticated_user(vidicore, tokens[0]) == "bob"
        clock.seconds = begin + 76
        assert authenticated_user(vidicore, tokens[1]) == 401

    def test_token_for_another_user(self, http: HttpClient, bob: HttpClient, vidicore: Simulator) -> None:
        response = http.get("/user/bob/token", accept=TEXT)
        assert authenticated_user(vidicore, f"token {response.text}") == "bob"
        assert bob.get("/user/bob/token", accept=TEXT).status == 200
        assert bob.get("/user/admin/token", accept=TEXT).status == 403
        assert http.get("/user/eve/token", accept=TEXT).status == 404
        assert http.get("/user/bob/token", {"seconds": 3600}, accept=TEXT).status == 200
        assert bob.get("/user/bob/token", {"seconds": 3600}, accept=TEXT).status == 403

    def test_disabled_user(self, http: HttpClient, bob: HttpClient, vidicore: Simulator) -> None:
        token = self.token(bob)
        vidicore.users.disable("bob")
        assert authenticated_user(vidicore, f"token {token}") == 401
        response = http.get("/user/bob/token", accept=TEXT)
        assert (response.status, response.text.splitlines()[1:3]) == (409, ["Type: User", "ID: bob"])

    def test_tokens_are_stored_as_hashes(self, http: HttpClient, vidicore: Simulator) -> None:
        token = self.token(http)
        state = vidicore._state
        with state.timeline.transaction():
            assert token not in "\n".join(state.database._connection.iterdump())


class TestRunAs:
    def test_administrator_acts_as_user(self, http: HttpClient, bob: HttpClient, vidicore: Simulator) -> None:
        assert http.get("/whoami", accept=TEXT, headers={"RunAs": "bob"}).text == "bob"
        assert http.send("POST", "/job", {"type": "EXPORT"}, headers={"RunAs": "bob"}).json["user"] == "bob"
        assert (http.ids(), bob.ids()) == ([], ["VX-1"])
        assert http.send("PUT", "/job/VX-1", {"priority": "IMMEDIATE"}, headers={"RunAs": "bob"}).status == 403
        token = http.get("/token").json["token"]
        assert authenticated_user(vidicore, f"token {token}", "bob") == "bob"

    def test_run_as_needs_an_administrator(self, bob: HttpClient) -> None:
        response = bob.get("/whoami", accept="application/json", headers={"RunAs": "admin"})
        assert (response.status, response.error[0]) == (403, "forbidden")

    def test_unknown_user(self, http: HttpClient) -> None:
        response = http.get("/whoami", accept="application/json", headers={"RunAs": "eve"})
        assert response.error == ("notFound", {"type": "User", "id": "eve", "context": None})
