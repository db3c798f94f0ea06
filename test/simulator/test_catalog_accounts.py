"""Users, groups, roles, access keys and access controls."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

import vidispine
from test.simulator.catalog_harness import CatalogHarness
from test.simulator.http_client import NAMESPACE, TEXT, XML, HttpClient
from vidispine.simulator import Simulator

NS = f"{{{NAMESPACE}}}"
MD5 = hashlib.md5(b"b0b").hexdigest()


@pytest.fixture
def users(catalog: CatalogHarness) -> Any:
    """The API of users, with the user bob, who has no roles."""
    api = vidispine.UserApi(catalog.client)
    api.create_user({"userName": "bob", "realName": "Bob Smith", "password": "b0b"}, password_type="raw")
    return api


@pytest.fixture
def groups(catalog: CatalogHarness) -> Any:
    return vidispine.GroupApi(catalog.client)


def can_authenticate(vidicore: Simulator, name: str, password: str) -> bool:
    with HttpClient(vidicore.url, name, password) as http:
        response = http.get("/whoami", accept=TEXT)
    assert response.status in (200, 401)
    return response.status == 200


class TestUsers:
    def test_create_and_get_user(self, users: Any, http: HttpClient, vidicore: Simulator) -> None:
        assert can_authenticate(vidicore, "bob", "b0b")
        assert http.get("/user/bob").json == {
            "userName": "bob",
            "loc": f"{http.url}/API/user/bob",
            "realName": "Bob Smith",
            "disabled": False,
            "origin": "VX",
        }
        assert http.get("/user/bob", accept=XML).xml.findtext(f"{NS}userName") == "bob"
        assert "b0b" not in http.get("/user/bob").text
        with pytest.raises(vidispine.ConflictException):
            users.create_user({"userName": "bob"})
        assert http.get("/user/eve").error[1]["type"] == "User"

    def test_password_is_a_hash_by_default(self, users: Any, vidicore: Simulator) -> None:
        users.create_user({"userName": "eve", "password": MD5.upper()})
        assert can_authenticate(vidicore, "eve", "b0b")
        with pytest.raises(vidispine.BadRequestException, match="raw"):
            users.update_user_password("eve", "s3cret")
        users.update_user_password("eve", "s3cret", type="raw")
        assert [can_authenticate(vidicore, "eve", password) for password in ("b0b", "s3cret")] == [False, True]
        assert [users.validate_user_password("eve", w, type="raw") for w in ("b0b", "s3cret")] == ["false", "true"]

    def test_update_user(self, users: Any) -> None:
        changed = users.update_user("bob", {"userName": "bob", "realName": "Robert"})
        assert changed.real_name == "Robert"
        users.update_user_real_name("bob", "Rob")
        assert users.get_user_real_name("bob") == "Rob"
        with pytest.raises(vidispine.BadRequestException, match="renamed"):
            users.update_user("bob", {"userName": "rob"})
        users.update_user_metadata("bob", {"field": [{"key": "department", "value": "sports"}]})
        assert users.get_user_metadata_key("bob", "department") == "sports"
        assert users.get_user("bob").metadata.field[0].key == "department"

    def test_disable_and_enable_user(self, users: Any, vidicore: Simulator, http: HttpClient) -> None:
        assert http.send("DELETE", "/user/bob").status == 204
        assert (users.get_user("bob").disabled, can_authenticate(vidicore, "bob", "b0b")) == (True, False)
        users.enable_user("bob")
        assert (users.get_user("bob").disabled, can_authenticate(vidicore, "bob", "b0b")) == (False, True)
        assert http.send("DELETE", "/user/bob", {"hard": "true"}).status == 501
        assert http.send("DELETE", "/user/admin").status == 403

    def test_list_and_search_users(self, users: Any) -> None:
        users.create_user({"userName": "alice", "realName": "Alice Jones"})
        assert [user.user_name for user in users.get_users().user] == ["admin", "alice", "bob"]
        page = users.get_users(first=2, number=1)
        assert (page.hits, [user.user_name for user in page.user]) == (3, ["alice"])
        assert [user.user_name for user in users.get_users(name=["bob"]).user] == ["bob"]

        def found(*conditions: tuple[str, str], **more: Any) -> list[str | None]:
            document = {"field": [{"name": name, "value": value} for name, value in conditions], **more}
            return [user.user_name for user in users.search_users(document).user or []]

        assert found(("username", "B*")) == ["bob"]
        assert found(("realname", "*jones"), ("username", "bob")) == []
        assert found(sort=[{"field": "username", "order": "descending"}]) == ["bob", "alice", "admin"]
        either = [{"name": "username", "value": "bob"}, {"name": "username", "value": "admin"}]
        assert found(operator={"operation": "OR", "field": either}) == ["admin", "bob"]
        with pytest.raises(vidispine.BadRequestException, match="shoesize"):
            found(("shoesize", "42"))

    def test_roles(self, users: Any, vidicore: Simulator) -> None:
        with HttpClient(vidicore.url, "bob", "b0b") as bob:
            assert bob.get("/user/bob").status == 200
            assert bob.send("PUT", "/user/bob/password", {"type": "raw"}, body="n3w", content_type=TEXT).status == 200
        with HttpClient(vidicore.url, "bob", "n3w") as bob:
            for method, path, body in (
                ("GET", "/user/admin", None),
                ("GET", "/user", None),
                ("POST", "/user", {"userName": "eve"}),
                ("PUT", "/user/admin/password", "0" * 32),
                ("PUT", "/user/bob", {"userName": "bob", "groupList": {"group": [{"groupName": "_administrator"}]}}),
                ("PUT", "/group/_administrator/user/bob", None),
                ("POST", "/user/bob/key", None),
            ):
                response = bob.send(
                    method, path, body=body, content_type=TEXT if isinstance(body, str) else "application/json"
                )
                assert (response.status, response.error[0]) == (403, "forbidden"), path


class TestGroups:
    def test_create_get_and_delete_group(self, groups: Any, users: Any, http: HttpClient) -> None:
        document = {"groupName": "editors", "description": "Sports", "userList": {"user": [{"userName": "bob"}]}}
        groups.update_or_create_group("editors", document)
        read = groups.get_group("editors")
        assert (read.description, read.role, [u.user_name for u in read.user_list.user]) == ("Sports", False, ["bob"])
        groups.update_group_description("editors", "News")
        assert groups.get_group_description("editors") == "News"
        members = {"user": [{"userName": "bob", "remove": True}, {"userName": "admin"}]}
        groups.update_or_create_group("editors", {"userList": members})
        assert [user.user_name for user in groups.get_group_users("editors").user] == ["admin"]
        assert http.send("DELETE", "/group/editors").status == 200
        assert http.get("/group/editors").error[1] == {"type": "Group", "id": "editors", "context": None}

    def test_roles_cannot_be_deleted(self, groups: Any, http: HttpClient) -> None:
        groups.update_or_create_group("editors", {})
        assert [group.group_name for group in groups.get_groups(role=False).group] == ["editors"]
        roles = [group.group_name for group in groups.get_groups(role=True).group]
        assert {"_administrator", "_job_read", "_metadata_write"} <= set(roles)
        assert (groups.get_group_role("_job_read"), groups.get_group_role("editors")) == ("true", "false")
        assert http.send("DELETE", "/group/_job_read").status == 403
        assert http.send("PUT", "/group/_new", body={}).status == 404
        search = {"field": [{"name": "groupname", "value": "_job*"}]}
        assert groups.search_groups(search, number=1).hits == 4

    def test_roles_of_parent_groups_are_inherited(self, groups: Any, users: Any, vidicore: Simulator) -> None:
        for name in ("newsroom", "editors"):
            groups.update_or_create_group(name, {})
        groups.add_group_to_group("newsroom", "editors")
        groups.add_group_to_group("_user_read", "newsroom")
        groups.add_user_to_group("editors", "bob")
        assert [g.group_name for g in groups.get_group_children("_user_read", traverse=True).group] == [
            "editors",
            "newsroom",
        ]
        assert [g.group_name for g in groups.get_group_parents("editors", traverse=True).group] == [
            "_user_read",
            "newsroom",
        ]
        assert [u.user_name for u in groups.get_group_users("newsroom", traverse=True).user] == ["bob"]
        assert [g.group_name for g in users.get_user_groups("bob").group] == ["editors"]
        assert [g.group_name for g in users.get_user_groups("bob", traverse=True).group] == ["editors", "newsroom"]
        assert [g.group_name for g in users.get_user_roles("bob").group] == ["_user_read"]
        with HttpClient(vidicore.url, "bob", "b0b") as bob:
            assert bob.get("/user").status == 200
            groups.delete_group_from_group("newsroom", "editors")
            assert bob.get("/user").status == 403
        with pytest.raises(vidispine.BadRequestException, match="itself"):
            groups.add_group_to_group("newsroom", "newsroom")

    def test_groups_of_a_user(self, groups: Any, users: Any) -> None:
        for name in ("editors", "desk"):
            groups.update_or_create_group(name, {})
        users.add_user_to_groups("bob", {"group": [{"groupName": "editors"}]})
        users.add_user_to_groups("bob", {"group": [{"groupName": "desk"}]}, move=True)
        assert [g.group_name for g in users.get_user_groups_and_roles("bob").group] == ["desk"]
        groups.delete_user_from_group("desk", "bob")
        assert users.get_user_groups("bob").group is None
        with pytest.raises(vidispine.NotFoundException):
            users.add_user_to_groups("bob", {"group": [{"groupName": "nobody"}]})


class TestKeys:
    def test_create_use_and_delete_key(
        self, users: Any, catalog: CatalogHarness, vidicore: Simulator, http: HttpClient
    ) -> None:
        keys: Any = vidispine.AccessKeyApi(catalog.client)
        made = keys.create_user_access_key("bob", name="playout")
        assert made.id is not None
        assert (made.id[:4], len(made.id), len(made.secret or ""), made.status) == ("VSID", 20, 40, "ACTIVE")
        with HttpClient(vidicore.url, made.id, made.secret or "") as by_key:
            assert by_key.get("/whoami", accept=TEXT).text == "bob"
        assert not can_authenticate(vidicore, made.id, "wrong")
        read = http.get(f"/user/bob/key/{made.id}").json
        assert read == {"id": made.id, "status": "ACTIVE", "created": "2023-11-14T22:13:20.000+0000", "name": "playout"}
        keys.update_user_access_key("bob", made.id, {"status": "INACTIVE", "created": read["created"]})
        assert not can_authenticate(vidicore, made.id, made.secret or "")
        assert [key.status for key in keys.get_user_access_keys("bob").key] == ["INACTIVE"]
        keys.delete_user_access_key("bob", made.id)
        assert http.get("/user/bob/key").json == {"hits": 0}
        assert http.get(f"/user/bob/key/{made.id}").status == 404

    def test_keys_of_a_disabled_user(self, users: Any, catalog: CatalogHarness, vidicore: Simulator) -> None:
        made = vidispine.AccessKeyApi(catalog.client).create_user_access_key("bob")
        users.disable_user("bob")
        assert not can_authenticate(vidicore, made.id or "", made.secret or "")


class TestAccess:
    @pytest.fixture
    def access(self, catalog: CatalogHarness, users: Any) -> Any:
        catalog.item()
        return vidispine.AccessApi(catalog.client)

    def test_owner_of_a_new_item(self, access: Any, http: HttpClient) -> None:
        (owner,) = http.get("/item/VX-1/access").json["access"]
        assert (owner["user"], owner["permission"], owner["loc"]) == (
            "admin",
            "OWNER",
            f"{http.url}/API/item/VX-1/access/{owner['id']}",
        )
        assert http.send("DELETE", f"/item/VX-1/access/{owner['id']}").status == 400
        access.update_owner("item", "VX-1", "bob")
        (owner,) = http.get("/item/VX-1/access").json["access"]
        assert owner["user"] == "bob"

    def test_create_list_and_delete_access_controls(self, access: Any) -> None:
        made = access.create_access_control("item", "VX-1", {"permission": "READ", "user": "bob", "recursive": True})
        assert (made.user, made.permission, made.grantor, made.recursive) == ("bob", "READ", "admin", True)
        assert made.id is not None
        again = access.create_access_control(
            "item", "VX-1", {"permission": "READ", "user": "bob"}, allow_duplicate=False
        )
        assert again.id == made.id
        assert access.get_access_control("item", "VX-1", made.id).user == "bob"
        more = access.create_access_controls(
            "item", "VX-1", {"access": [{"permission": "WRITE", "user": "bob"}]}
        ).access
        assert len(access.get_access_controls("item", "VX-1").access) == 3
        access.delete_access_controls("item", "VX-1", {"access": [{"id": more[0].id, "permission": "WRITE"}]})
        access.delete_access_control("item", "VX-1", made.id)
        assert [entry.permission for entry in access.get_access_controls("item", "VX-1").access] == ["OWNER"]

    @pytest.mark.parametrize(
        ("control", "status"),
        [
            ({"permission": "READ"}, 400),
            ({"permission": "READ", "user": "bob", "group": "x"}, 400),
            ({"permission": "OWNER", "user": "bob"}, 400),
            ({"permission": "READ", "user": "nobody"}, 404),
            ({"permission": "READ", "group": "nobody"}, 404),
        ],
    )
    def test_invalid_access_control(self, access: Any, http: HttpClient, control: dict[str, str], status: int) -> None:
        assert http.send("POST", "/item/VX-1/access", body=control).status == status

    def test_permissions_on_an_item(self, access: Any, groups: Any, vidicore: Simulator) -> None:
        for role in ("_metadata_read", "_metadata_write", "_item_write"):
            groups.add_user_to_group(role, "bob")
        groups.update_or_create_group("editors", {"userList": {"user": [{"userName": "bob"}]}})
        with HttpClient(vidicore.url, "bob", "b0b") as bob:

            def permissions() -> list[bool]:
                read, write = bob.get("/item/VX-1"), bob.send("PUT", "/item/VX-1/metadata", body={})
                assert {read.status, write.status} <= {200, 403}
                return [read.status == 200, write.status == 200]

            assert permissions() == [False, False]
            access.create_access_control("item", "VX-1", {"permission": "READ", "user": "bob"})
            assert permissions() == [True, False]
            assert bob.send("DELETE", "/item/VX-1").status == 403
            access.create_access_control("item", "VX-1", {"permission": "WRITE", "group": "editors"})
            assert permissions() == [True, True]
            assert bob.send("DELETE", "/item/VX-1").status == 200

    def test_get_merged_access(self, access: Any, groups: Any, catalog: CatalogHarness) -> None:
        groups.update_or_create_group("editors", {"userList": {"user": [{"userName": "bob"}]}})
        catalog.collections.create_collection({"content": [{"id": "VX-1", "type": "item"}]})
        access.create_access_control("collection", "VX-1", {"permission": "WRITE", "group": "editors"})
        title = {"permission": "READ", "user": "bob", "operation": {"metadata": {"field": "title"}}}
        access.create_access_control("item", "VX-1", title)
        merged = access.get_merged_access("item", "VX-1", username="bob", permission="WRITE")
        assert (merged.query.username, merged.query.permission) == ("bob", "WRITE")
        by_group, of_field = sorted(merged.access, key=lambda entry: entry.type)
        assert (by_group.group, by_group.collection, by_group.matches) == ("editors", "VX-1", True)
        assert (of_field.type, of_field.extradata, of_field.matches) == ("METADATA", "title", False)
        grouped = access.get_merged_access_for_group("item", "VX-1").access
        assert [(entry.group, entry.permission) for entry in grouped] == [("editors", "WRITE")]

    def test_access_controls_of_all_items(self, access: Any, catalog: CatalogHarness) -> None:
        catalog.item()
        access.create_access_control_for_all_items({"permission": "READ", "user": "bob"})
        assert [len(access.get_access_controls("item", f"VX-{n}").access) for n in (1, 2)] == [2, 2]
        access.delete_access_controls_from_all_items()
        assert [len(access.get_access_controls("item", f"VX-{n}").access) for n in (1, 2)] == [1, 1]
