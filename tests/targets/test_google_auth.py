"""Signing in to Google, against a stand-in on loopback and through Google's own libraries."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials

from netkeep_sync.errors import AuthLost, SettingsError, TargetError
from netkeep_sync.targets.google_auth import GOOGLE, credentials, endpoints_from, revoke, translated
from netkeep_sync.targets.google_calendars import known_calendar, remember_calendar
from netkeep_sync.targets.google_consent import (
    Consent,
    DesktopClient,
    ServiceAccount,
    WrongReply,
    client_in,
    keep_service_account,
    read_client,
)
from netkeep_sync.targets.google_token import (
    APP_CREATED,
    EVENTS,
    EVENTS_OWNED,
    FREEBUSY,
    connect_command,
    default_token_file,
    needed_scopes,
    signed_in,
)
from tests.fakes.google_sign_in import ACCOUNT, Google, GoogleServer, client_file, follow, id_token, key_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = "http://127.0.0.1:4711/"
COMMAND = "netkeep-sync connect google"


@pytest.fixture
def google(monkeypatch: Any, tmp_path: Path) -> Iterator[Google]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with GoogleServer() as server:
        yield server


@pytest.fixture
def token_file(google: Google) -> Path:
    path = default_token_file()
    path.parent.mkdir()
    return path


@pytest.fixture
def ask(google: Google, token_file: Path) -> Any:
    """Return a consent for a client file like Google's."""

    def consent(*scopes: str, **changes: Any) -> Consent:
        client = read_client(client_file(token_file.parent / "client.json", **changes))
        assert isinstance(client, DesktopClient)
        return Consent(
            client,
            scopes or needed_scopes(),
            redirect_uri=HERE,
            token_file=token_file,
            endpoints=google.endpoints,
        )

    return consent


@pytest.fixture
def sign_in(ask: Any) -> Any:
    def run(*scopes: str, ago: timedelta = timedelta()) -> Any:
        consent = ask(*scopes)
        code = consent.code_in(follow(consent.address))
        return consent.redeem(code, now=datetime.now(UTC) - ago)

    return run


def held(path: Path) -> Any:
    return json.loads(path.read_text())


def change(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(held(path) | changes))


# The consent


def test_signing_in_asks_for_the_least_and_who_it_is(google, sign_in):
    sign_in()

    assert google.last("/auth")["scope"].split() == [
        "openid",
        "https://www.googleapis.com/auth/userinfo.email",
        APP_CREATED,
    ]


@pytest.mark.parametrize(
    ("options", "scopes"),
    [
        ({}, (APP_CREATED,)),
        ({"busy": True}, (APP_CREATED, FREEBUSY)),
        ({"existing_calendar": True}, (EVENTS_OWNED,)),
        ({"busy": True, "existing_calendar": True}, (EVENTS_OWNED, FREEBUSY)),
    ],
)
def test_each_need_has_its_scope(options, scopes):
    assert needed_scopes(**options) == scopes


def test_the_sign_in_says_who_and_what_and_when(sign_in):
    found = sign_in()

    assert found.account == ACCOUNT
    assert APP_CREATED in found.scopes
    assert datetime.now(UTC) - found.made_at < timedelta(minutes=1)
    assert found.ends_at is None


def test_the_end_that_google_gives_a_client_in_testing_is_kept(google, sign_in):
    google.is_testing = True

    found = sign_in()

    assert found.ends_at - found.made_at == timedelta(seconds=604799)


def test_google_auth_itself_can_read_the_token_file(sign_in, token_file):
    sign_in()

    read = Credentials.from_authorized_user_file(str(token_file))

    assert read.valid
    assert read.refresh_token == held(token_file)["refresh_token"]


def test_two_consents_share_neither_state_nor_verifier(google, ask):
    for _ in range(2):
        follow(ask().address)
    first, second = (asked for path, asked in google.asked if path == "/auth")

    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


def test_an_address_without_its_http_is_taken(ask):
    consent = ask()
    reply = follow(consent.address)

    assert consent.code_in(f"  {reply.removeprefix('http://')}\n").startswith("4/0code")


def test_an_address_that_the_terminal_broke_is_taken(ask):
    consent = ask()
    reply = follow(consent.address)

    assert consent.code_in(f'"{reply[:40]}\n  {reply[40:]}"').startswith("4/0code")


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("", "nothing was pasted"),
        ("4/0AbCdEf", "that is no address"),
        ("http://[", "that is no address"),
        ("https://example.com/?code=1&state=2", "that is another address"),
        ("http://127.0.0.1:1/?code=1&state=2", "that is another address"),
        ("https://127.0.0.1:4711/?code=1&state=2", "that is another address"),
        ("http://127.0.0.1:4711/?code=1", "cut short"),
        ("http://127.0.0.1:4711/?code=1&state=2", "to another sign-in"),
        ("http://127.0.0.1:4711/?error=access_denied&state=2", "to another sign-in"),
        ("http://127.0.0.1:4711/?" + "a=1&" * 100, "that is no address"),
    ],
)
def test_a_wrong_paste_is_told_what_it_is(ask, pasted, told):
    with pytest.raises(WrongReply, match=told):
        ask().code_in(pasted)


def test_the_address_to_open_is_not_the_one_to_paste(ask):
    consent = ask()

    with pytest.raises(WrongReply, match="Google's own page"):
        consent.code_in(consent.address)


def test_an_answer_without_its_code_is_cut_short(ask):
    consent = ask()
    reply = follow(consent.address).replace("code=", "edoc=")

    with pytest.raises(WrongReply, match="cut short"):
        consent.code_in(reply)


def test_a_no_is_told_with_the_command(google, ask, token_file):
    google.owner.says_no = True
    consent = ask(APP_CREATED, FREEBUSY)

    with pytest.raises(AuthLost, match=f"`{COMMAND} --busy`"):
        consent.code_in(follow(consent.address))
    assert not token_file.exists()


def test_what_was_not_ticked_is_told_and_the_old_sign_in_stands(google, sign_in, token_file):
    sign_in()
    before = token_file.read_bytes()
    google.owner.allows = {APP_CREATED, "openid"}

    with pytest.raises(
        AuthLost, match=r"see when you are busy \(calendar\.freebusy\).*--busy.*tick every box"
    ):
        sign_in(APP_CREATED, FREEBUSY)
    assert token_file.read_bytes() == before


def test_an_account_that_google_does_not_tell_is_no_fault(google, sign_in):
    google.owner.allows = {APP_CREATED}

    assert sign_in().account == ""


@pytest.mark.parametrize("claims", ["", "a.b.c", "a.e30.c", id_token("x")[:-30]])
def test_an_unreadable_id_token_is_an_account_untold(google, ask, claims):
    consent = ask()
    code = consent.code_in(follow(consent.address))
    token = {"access_token": "a", "refresh_token": "r", "expires_in": 1, "id_token": claims}

    assert consent._object(token, [APP_CREATED], datetime.now(UTC))["account"] == ""
    assert code


def test_a_code_is_good_for_one_sign_in(ask):
    consent = ask()
    code = consent.code_in(follow(consent.address))
    consent.redeem(code, now=datetime.now(UTC))

    with pytest.raises(AuthLost, match="used before"):
        consent.redeem(code, now=datetime.now(UTC))


def test_a_code_is_of_no_use_to_another_consent(ask):
    consent, thief = ask(), ask()
    code = consent.code_in(follow(consent.address))

    with pytest.raises(AuthLost):
        thief.redeem(code, now=datetime.now(UTC))


def test_a_client_that_google_does_not_know_is_a_wrong_file(ask):
    consent = ask(client_secret="GOCSPX-other")  # noqa: S106
    code = consent.code_in(follow(consent.address))

    with pytest.raises(SettingsError, match="Create client"):
        consent.redeem(code, now=datetime.now(UTC))


@pytest.mark.parametrize("trouble", [(503, "{}"), (200, "<html>"), (502, "<html>Bad Gateway</html>")])
def test_trouble_while_signing_in_may_pass(google, ask, trouble):
    consent = ask()
    code = consent.code_in(follow(consent.address))
    google.trouble = trouble

    with pytest.raises(TargetError) as failed:
        consent.redeem(code, now=datetime.now(UTC))
    assert not failed.value.permanent


def test_a_sign_in_that_can_not_be_renewed_is_refused(google, ask, token_file):
    consent = ask()
    code = consent.code_in(follow(consent.address))
    google.trouble = (200, json.dumps({"access_token": "a", "expires_in": 9, "token_type": "Bearer"}))

    with pytest.raises(AuthLost, match="connections"):
        consent.redeem(code, now=datetime.now(UTC))
    assert not token_file.exists()


def test_the_endpoints_of_a_client_file_are_not_used(google, ask):
    nobody = {f"{name}_uri": f"http://127.0.0.1:9/{name}" for name in ("auth", "token")}
    consent = ask(**nobody)
    code = consent.code_in(follow(consent.address))

    assert consent.redeem(code, now=datetime.now(UTC)).account == ACCOUNT


# The client file


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is no client file"),
        ("[1]", "is no client file"),
        ("[" * 100_000, "is no client file"),
        ("{}", "is no client file"),
        ('{"web": {"client_id": "a", "client_secret": "b"}}', 'of the type "Web application"'),
        ('{"installed": {"client_id": "a"}}', "Add secret"),
        ('{"refresh_token": "a", "client_id": "b"}', "is a sign-in"),
        ('{"type": "service_account"}', "is no client file"),
    ],
)
def test_a_wrong_client_file_is_told_with_what_to_click(tmp_path, content, told):
    path = tmp_path / "client.json"
    path.write_text(content)

    with pytest.raises(SettingsError, match=told) as failed:
        read_client(path)
    assert "https://console.cloud.google.com/auth/clients" in str(failed.value)
    assert failed.value.exit_status == 2


def test_a_missing_client_file_is_told_with_what_to_click(tmp_path):
    with pytest.raises(SettingsError, match=r'there is no client file .*"Desktop app"'):
        read_client(tmp_path / "none.json")


def test_a_client_file_that_can_not_be_read_says_why(tmp_path):
    with pytest.raises(SettingsError, match="can't be read: Is a directory"):
        read_client(tmp_path)


def test_the_sign_in_remembers_its_client(sign_in, token_file):
    sign_in()

    assert client_in(token_file) == read_client(token_file.parent / "client.json")


@pytest.mark.parametrize("content", ["", "{}"])
def test_a_file_that_is_no_sign_in_remembers_no_client(tmp_path, content):
    (tmp_path / "token").write_text(content)

    assert client_in(tmp_path / "token") is None


def test_secrets_stay_out_of_what_is_printed_of_a_client(tmp_path):
    assert "secret" not in repr(read_client(client_file(tmp_path / "client.json"))).replace(
        "client_secret", ""
    )
    assert "PRIVATE" not in repr(read_client(key_file(tmp_path / "key.json")))


# Credentials


def test_credentials_that_are_valid_cost_no_request(google, sign_in, token_file):
    sign_in()

    assert credentials(token_file, [APP_CREATED], endpoints=google.endpoints).valid
    assert google.refreshes() == 0


def test_credentials_that_have_run_out_are_refreshed_and_kept(google, sign_in, token_file):
    sign_in(ago=timedelta(hours=2))
    before = held(token_file)

    found = credentials(token_file, [APP_CREATED], endpoints=google.endpoints)
    again = credentials(token_file, [APP_CREATED], endpoints=google.endpoints)

    after = held(token_file)
    assert google.refreshes() == 1
    assert found.token == again.token == after["token"] != before["token"]
    assert {key for key in after if after[key] != before[key]} == {"token", "expiry"}


@pytest.mark.parametrize("expiry", [None, "", "soon", 5])
def test_a_token_whose_end_is_not_known_is_refreshed(google, sign_in, token_file, expiry):
    sign_in()
    change(token_file, expiry=expiry)

    assert credentials(token_file, [APP_CREATED], endpoints=google.endpoints).valid
    assert google.refreshes() == 1


def test_other_keys_of_the_file_outlive_a_refresh(google, sign_in, token_file):
    sign_in()
    change(token_file, quota_project_id="mine")

    credentials(token_file, [], endpoints=google.endpoints, must_refresh=True)

    assert held(token_file)["quota_project_id"] == "mine"


def test_a_refresh_never_writes_over_a_sign_in_made_meanwhile(google, sign_in, token_file):
    sign_in(ago=timedelta(hours=2))
    older = token_file.with_name("older.json")
    token_file.rename(older)
    sign_in(APP_CREATED, FREEBUSY)
    newer = token_file.read_bytes()
    race(older, google, meanwhile=f"os.replace({str(token_file)!r}, {str(older)!r})")

    assert older.read_bytes() == newer


def test_a_refresh_never_brings_back_a_sign_in_revoked_meanwhile(google, sign_in, token_file):
    sign_in(ago=timedelta(hours=2))
    race(token_file, google, meanwhile=f"os.unlink({str(token_file)!r})")

    assert not token_file.exists()


def race(path: Path, google: Google, *, meanwhile: str) -> None:
    """Get credentials in a process in which something happens at the moment that it asks Google."""
    run(
        f"""
        import os
        done = []
        def hook(event, arguments):
            if event == "socket.connect" and not done:
                done.append(event)
                {meanwhile}
        sys.addaudithook(hook)
        assert credentials(Path({str(path)!r}), [], endpoints=endpoints).valid and done
        """,
        google,
    )


def run(script: str, google: Google, *, status: int = 0) -> None:
    start = """
        import sys
        from pathlib import Path
        from netkeep_sync.targets.google_auth import credentials, endpoints_from
        endpoints = endpoints_from({"NETKEEP_GOOGLE_STAND_IN": sys.argv[1]})
        """
    done = subprocess.run(
        [sys.executable, "-c", dedent(start) + dedent(script), google.base],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stderr


def test_two_processes_that_refresh_at_once_both_get_in(google, sign_in, token_file):
    sign_in(ago=timedelta(hours=2))
    code = (
        "import sys; from pathlib import Path\n"
        "from netkeep_sync.targets.google_auth import *\n"
        "endpoints = endpoints_from({STAND_IN_VARIABLE: sys.argv[1]})\n"
        "sys.stdin.readline()\n"
        "for _ in range(20):\n"
        "    assert credentials(Path(sys.argv[2]), [], endpoints=endpoints, must_refresh=True).valid\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, google.base, token_file],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    ended = [process.communicate(b"go\n", timeout=60) for process in started]

    assert [process.returncode for process in started] == [0, 0], ended
    assert google.refreshes() == 40
    assert held(token_file)["token"] in google.secrets
    assert sorted(path.name for path in token_file.parent.iterdir()) == ["client.json", token_file.name]


def test_a_process_killed_before_the_rename_leaves_the_old_token(google, sign_in, token_file):
    sign_in(ago=timedelta(hours=2))
    before = token_file.read_bytes()
    run(
        f"""
        import os, signal
        def hook(event, arguments):
            if event == "os.rename":
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
        credentials(Path({str(token_file)!r}), [], endpoints=endpoints)
        """,
        google,
        status=-signal.SIGKILL,
    )

    assert token_file.read_bytes() == before
    assert credentials(token_file, [], endpoints=google.endpoints).valid


def test_all_files_are_for_their_owner_only_whatever_the_umask(google, sign_in, token_file):
    before = os.umask(0)
    try:
        token_file.parent.rmdir()
        token_file.parent.mkdir(mode=0o700)
        sign_in()
        credentials(token_file, [], endpoints=google.endpoints, must_refresh=True)
        remember_calendar(token_file, "Check-ins", "abc")
    finally:
        os.umask(before)
    token_file.with_name("client.json").unlink()

    assert [path.stat().st_mode & 0o777 for path in token_file.parent.iterdir()] == [0o600] * 3


def test_the_file_is_never_readable_by_others_while_it_is_written(google, sign_in, token_file):
    sign_in(ago=timedelta(hours=2))
    run(
        f"""
        import os
        os.umask(0)
        seen = []
        def hook(event, arguments):
            if event == "open" and str(arguments[0]).endswith(".tmp"):
                seen.append(arguments)
            if event in ("os.rename", "os.chmod"):
                seen.append(oct(os.stat(arguments[0]).st_mode & 0o777))
        sys.addaudithook(hook)
        credentials(Path({str(token_file)!r}), [], endpoints=endpoints)
        assert len(seen) == 2 and seen[1] == "0o600", seen
        """,
        google,
    )


def test_a_folder_that_is_made_is_for_its_owner_only(google, ask, token_file):
    consent = ask()
    consent._token_file = token_file.parent / "new" / "token.json"
    consent.redeem(consent.code_in(follow(consent.address)), now=datetime.now(UTC))

    assert (token_file.parent / "new").stat().st_mode & 0o777 == 0o700


def test_a_token_file_that_can_not_be_written_is_told(google, ask, token_file):
    consent = ask()
    consent._token_file = token_file.parent / "client.json" / "token.json"

    with pytest.raises(TargetError, match="can't be kept in"):
        consent.redeem(consent.code_in(follow(consent.address)), now=datetime.now(UTC))


def test_a_symbolic_link_stays_one(google, sign_in, token_file):
    sign_in()
    real = token_file.with_name("real.json")
    token_file.rename(real)
    token_file.symlink_to(real)

    credentials(token_file, [], endpoints=google.endpoints, must_refresh=True)

    assert token_file.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o600


def test_a_token_file_that_others_can_read_is_refused(google, sign_in, token_file):
    sign_in()
    token_file.chmod(0o640)

    with pytest.raises(TargetError, match="chmod 600"):
        credentials(token_file, [APP_CREATED], endpoints=google.endpoints)


def test_nobody_signed_in_is_told_with_the_command(token_file):
    with pytest.raises(AuthLost, match=f"not signed in to Google yet; run `{COMMAND} --busy`") as lost:
        credentials(token_file, [APP_CREATED, FREEBUSY])
    assert lost.value.exit_status == 4
    assert lost.value.permanent


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"client_id": 1, "client_secret": 2, "refresh_token": 3}']
)
def test_a_damaged_token_file_is_told_with_the_command(token_file, content):
    token_file.write_text(content)
    token_file.chmod(0o600)

    with pytest.raises(AuthLost, match=f"holds no sign-in; run `{COMMAND}`"):
        credentials(token_file, [APP_CREATED])


def test_a_scope_that_was_not_granted_is_told_without_a_request(google, sign_in, token_file):
    sign_in()

    with pytest.raises(AuthLost, match=rf"see when you are busy.*run `{COMMAND} --busy`"):
        credentials(token_file, [APP_CREATED, FREEBUSY], endpoints=google.endpoints, must_refresh=True)
    assert google.refreshes() == 0


def test_a_scope_that_was_taken_back_is_told_at_the_refresh(google, sign_in, token_file):
    sign_in(APP_CREATED, FREEBUSY)
    google.trouble = (200, json.dumps({"access_token": "a", "expires_in": 3599, "scope": APP_CREATED}))

    with pytest.raises(AuthLost, match=r"calendar\.freebusy"):
        credentials(token_file, [APP_CREATED, FREEBUSY], endpoints=google.endpoints, must_refresh=True)
    assert signed_in(token_file).scopes == (APP_CREATED,)


def test_a_file_elsewhere_is_in_the_command(tmp_path, google, sign_in, token_file):
    sign_in(ago=timedelta(days=1))
    other = tmp_path / "with space.json"
    token_file.rename(other)
    google.alive.clear()

    with pytest.raises(AuthLost, match=f"run `{COMMAND} --token-file '{other}'`"):
        credentials(other, [APP_CREATED], endpoints=google.endpoints)


def test_a_sign_in_that_died_young_is_told_what_to_click(google, sign_in, token_file):
    sign_in(ago=timedelta(days=7))
    google.alive.clear()

    with pytest.raises(AuthLost, match=f"soon after it was made; run `{COMMAND}`.*--status") as lost:
        credentials(token_file, [APP_CREATED], endpoints=google.endpoints)
    assert "Publish app" in lost.value.advice
    assert "https://console.cloud.google.com/auth/audience" in lost.value.advice


def test_a_sign_in_that_had_lasted_was_not_in_testing(google, sign_in, token_file):
    sign_in(ago=timedelta(days=30))
    change(token_file, expiry=(datetime.now(UTC) - timedelta(days=20)).isoformat())
    google.alive.clear()

    with pytest.raises(AuthLost, match=f"has ended your sign-in; run `{COMMAND}`$") as lost:
        credentials(token_file, [APP_CREATED], endpoints=google.endpoints)
    assert lost.value.advice == ""


@pytest.mark.parametrize("code", ["invalid_client", "deleted_client", "unauthorized_client"])
def test_a_client_that_is_gone_is_told(google, sign_in, token_file, code):
    sign_in(ago=timedelta(hours=2))
    google.refresh_error = code

    with pytest.raises(AuthLost, match=f"no longer knows the client.*`{COMMAND} --client-file FILE`"):
        credentials(token_file, [APP_CREATED], endpoints=google.endpoints)


def test_an_administrator_who_forbids_the_client_is_named(google, sign_in, token_file):
    sign_in(ago=timedelta(hours=2))
    google.refresh_error = "admin_policy_enforced"

    with pytest.raises(AuthLost, match="your organisation"):
        credentials(token_file, [APP_CREATED], endpoints=google.endpoints)


@pytest.mark.parametrize(
    "trouble",
    [
        (200, "<html>a proxy's page</html>"),
        (200, "{}"),
        (200, '{"access_token": "a", "expires_in": "soon"}'),
        (403, "<html>blocked</html>"),
        (400, '{"error": {"code": 400}}'),
        (400, '{"error": "something_new"}'),
        (503, '{"error": "invalid_grant"}'),
        (400, '{"error": "Robert\'); DROP TABLE"}'),
    ],
)
def test_trouble_at_the_refresh_may_pass_and_changes_nothing(google, sign_in, token_file, trouble):
    sign_in(ago=timedelta(hours=2))
    before = token_file.read_bytes()
    google.trouble = trouble

    with pytest.raises(TargetError, match="can't be used now") as failed:
        credentials(token_file, [APP_CREATED], endpoints=google.endpoints)
    assert not failed.value.permanent
    assert failed.value.exit_status == 1
    assert "DROP" not in str(failed.value)
    assert token_file.read_bytes() == before


def test_no_connection_may_pass(sign_in, token_file):
    sign_in(ago=timedelta(hours=2))
    nobody = endpoints_from({"NETKEEP_GOOGLE_STAND_IN": "http://127.0.0.1:9"})

    with pytest.raises(TargetError) as failed:
        credentials(token_file, [APP_CREATED], endpoints=nobody)
    assert not failed.value.permanent


def test_an_error_in_the_middle_of_a_pass_means_the_same(sign_in, token_file):
    sign_in()
    error = RefreshError("invalid_grant: gone", {"error": "invalid_grant"})

    assert isinstance(translated(error, token_file, [APP_CREATED]), AuthLost)
    assert isinstance(translated(error, token_file.with_name("none.json")), AuthLost)


def test_a_file_that_can_not_be_written_back_is_no_fault(google, sign_in, token_file):
    sign_in(ago=timedelta(hours=2))
    before = token_file.read_bytes()
    run(
        f"""
        def hook(event, arguments):
            if event == "open" and str(arguments[0]).endswith(".tmp"):
                raise OSError(30, "Read-only file system")
        sys.addaudithook(hook)
        assert credentials(Path({str(token_file)!r}), [], endpoints=endpoints).valid
        """,
        google,
    )

    assert token_file.read_bytes() == before


def test_nothing_secret_is_logged(google, sign_in, token_file, caplog):
    caplog.set_level(logging.DEBUG)
    sign_in(ago=timedelta(hours=2))
    credentials(token_file, [APP_CREATED], endpoints=google.endpoints)
    revoke(token_file, endpoints=google.endpoints)

    assert caplog.text
    assert [secret for secret in google.secrets if secret in caplog.text] == []


# Service accounts


def test_a_service_account_needs_no_consent(google, tmp_path, token_file):
    client = read_client(key_file(tmp_path / "key.json"))
    assert isinstance(client, ServiceAccount)

    found = keep_service_account(
        client, [APP_CREATED], token_file=token_file, now=datetime.now(UTC), endpoints=google.endpoints
    )

    assert found.is_service_account
    assert found.account == client.email
    assert token_file.stat().st_mode & 0o777 == 0o600
    assert credentials(token_file, [APP_CREATED, FREEBUSY], endpoints=google.endpoints).valid
    assert isinstance(client_in(token_file), ServiceAccount)


def test_a_key_file_may_stand_in_place_of_a_token(google, tmp_path):
    key = key_file(tmp_path / "key.json")

    assert credentials(key, [APP_CREATED], endpoints=google.endpoints).valid
    assert signed_in(key).made_at is None


def test_a_service_account_reaches_calendars_that_are_shared_with_it(google, tmp_path):
    found: Any = credentials(key_file(tmp_path / "key.json"), [EVENTS_OWNED], endpoints=google.endpoints)

    assert found.scopes == [EVENTS]


def test_a_key_that_google_refuses_is_not_kept(google, tmp_path, token_file, sign_in):
    sign_in()
    before = token_file.read_bytes()
    client = read_client(key_file(tmp_path / "key.json"))
    assert isinstance(client, ServiceAccount)
    google.refresh_error = "invalid_grant"

    with pytest.raises(AuthLost, match=r"service account's key.*clock"):
        keep_service_account(
            client, [], token_file=token_file, now=datetime.now(UTC), endpoints=google.endpoints
        )
    assert token_file.read_bytes() == before


def test_a_damaged_key_is_told(google, tmp_path):
    with pytest.raises(AuthLost, match="damaged"):
        credentials(key_file(tmp_path / "key.json", private_key="x"), [], endpoints=google.endpoints)


# Revocation


def test_revoking_ends_the_sign_in_at_google_and_here(google, sign_in, token_file):
    sign_in()

    assert revoke(token_file, endpoints=google.endpoints)
    assert google.alive == {}
    assert not token_file.exists()


def test_revoking_what_google_has_ended_removes_the_file(google, sign_in, token_file):
    sign_in()
    google.alive.clear()

    assert not revoke(token_file, endpoints=google.endpoints)
    assert not token_file.exists()


@pytest.mark.parametrize("trouble", [(503, "{}"), (500, "")])
def test_the_file_stays_while_google_can_not_be_asked(google, sign_in, token_file, trouble):
    sign_in()
    google.trouble = trouble

    with pytest.raises(TargetError, match="can't be used now"):
        revoke(token_file, endpoints=google.endpoints)
    assert token_file.exists()


def test_a_file_that_others_can_read_can_be_revoked(google, sign_in, token_file):
    sign_in()
    token_file.chmod(0o644)

    assert revoke(token_file, endpoints=google.endpoints)


def test_revoking_nothing_is_no_error(google, token_file):
    assert not revoke(token_file, endpoints=google.endpoints)


# Calendars


def test_a_calendar_is_remembered_by_its_name(sign_in, token_file):
    sign_in()
    remember_calendar(token_file, "Check-ins", "abc@group.calendar.google.com")
    remember_calendar(token_file, "Friends", "def@group.calendar.google.com")

    assert known_calendar(token_file, "Check-ins") == "abc@group.calendar.google.com"
    assert known_calendar(token_file, "Friends") == "def@group.calendar.google.com"
    assert known_calendar(token_file, "Other") is None


def test_a_calendar_outlives_a_new_sign_in(google, sign_in, token_file):
    sign_in()
    remember_calendar(token_file, "Check-ins", "abc")
    revoke(token_file, endpoints=google.endpoints)
    sign_in(APP_CREATED, FREEBUSY)

    assert known_calendar(token_file, "Check-ins") == "abc"


def test_another_account_has_other_calendars(sign_in, token_file):
    sign_in()
    remember_calendar(token_file, "Check-ins", "abc")
    change(token_file, account="joan@example.com")

    assert known_calendar(token_file, "Check-ins") is None


@pytest.mark.parametrize("content", ["", "[]", '{"ana@example.com": 1}'])
def test_a_damaged_memory_makes_no_second_calendar(sign_in, token_file, content):
    sign_in()
    token_file.with_name("google-calendar.json").write_text(content)

    for act in (lambda: known_calendar(token_file, "A"), lambda: remember_calendar(token_file, "A", "b")):
        with pytest.raises(TargetError, match="restore it, or remove it"):
            act()


# Endpoints


def test_google_is_asked_unless_a_stand_in_is_named():
    assert endpoints_from({}) is GOOGLE
    assert all(uri.startswith("https://") for uri in (GOOGLE.auth_uri, GOOGLE.token_uri, GOOGLE.revoke_uri))


@pytest.mark.parametrize(
    "base", ["https://example.com", "http://127.0.0.1:80@example.com", "http://127.0.0.1:8/x"]
)
def test_a_stand_in_elsewhere_is_refused(base):
    with pytest.raises(SettingsError, match=r"127\.0\.0\.1"):
        endpoints_from({"NETKEEP_GOOGLE_STAND_IN": base})


def test_the_command_names_what_is_needed(token_file):
    assert connect_command(token_file, [EVENTS_OWNED, FREEBUSY]) == f"{COMMAND} --existing-calendar --busy"
