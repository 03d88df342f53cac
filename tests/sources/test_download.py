"""A file at a secret address: fetched in bounded time and size, and the secret kept."""

from __future__ import annotations

import socket
import ssl
import time

import pytest

from netkeep_sync.errors import SourceError
from netkeep_sync.sources.download import MAX_BYTES, Download, Network, download
from tests.sources.web import Web, make_certificate

ICS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def web():
    web = Web()
    web.put("/secret.ics", ICS)
    yield web
    web.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def secure(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    web = Web(context)
    web.put("/secret.ics", ICS)
    yield web
    web.close()


def network(certificate, **addresses):
    """A network where names ending in .web.test have these addresses, and all of them are this machine."""
    return Network(
        resolve=lambda host, _: addresses.get(host.partition(".")[0], ["127.0.0.1"]),
        connect=lambda _, port, timeout_s: socket.create_connection(("127.0.0.1", port), timeout=timeout_s),
        context=lambda: ssl.create_default_context(cafile=certificate),
    )


def refusal(*arguments, **options):
    with pytest.raises(SourceError) as refused:
        download(*arguments, **options)
    return str(refused.value)


def test_what_is_there_comes_whole(web):
    assert download(web.address()).content == ICS


def test_it_comes_over_tls_from_whom_the_certificate_names(secure, certificate):
    assert download(secure.address(), network=network(certificate)).content == ICS


def test_a_certificate_that_nobody_vouches_for_is_refused(secure):
    told = refusal(secure.address())
    assert told.startswith("its certificate is no good")


def test_a_certificate_of_another_is_refused(secure, certificate):
    told = refusal(secure.address(host="other.example"), network=network(certificate))
    assert told.startswith("its certificate is no good")


def test_without_tls_only_this_machine_is_asked(web, certificate):
    of = network(certificate, far=["203.0.113.7"])
    assert refusal(web.address(host="far.web.test"), network=of) == "it is not https"
    assert web.asked == []


def test_the_query_and_odd_characters_of_the_path_arrive(web):
    web.put("/a%20b/%C3%A9.ics?token=x&y=%2F", ICS)
    assert download(web.address("/a b/é.ics?token=x&y=%2F")).content == ICS


def test_nothing_is_sent_that_was_not_asked_for(web):
    download(web.address())
    [(_, headers)] = web.asked
    assert headers == {
        "host": f"127.0.0.1:{web.port}",
        "accept": "text/calendar, */*;q=0.5",
        "accept-encoding": "identity",
        "connection": "close",
        "user-agent": "netkeep-sync",
    }


# -- again ----------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(web):
    web.put("/secret.ics", ICS, ETag='"1"', Last_Modified="Mon, 23 Nov 2026 10:00:00 GMT")
    first = download(web.address())
    web.put("/secret.ics", status=304)
    assert download(web.address(), known=first) is first
    assert web.asked[1][1]["if-none-match"] == '"1"'
    assert "if-modified-since" not in web.asked[1][1]


def test_where_there_is_no_etag_the_date_will_do(web):
    web.put("/secret.ics", ICS, Last_Modified="Mon, 23 Nov 2026 10:00:00 GMT")
    download(web.address(), known=download(web.address()))
    assert web.asked[1][1]["if-modified-since"] == "Mon, 23 Nov 2026 10:00:00 GMT"


def test_what_has_changed_takes_the_place_of_what_was_known(web):
    assert download(web.address(), known=Download(content=b"old", etag='"0"')).content == ICS


# -- failures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (404, "it answers 404; perhaps its address was renewed"),
        (403, "it answers 403; perhaps its address was renewed"),
        (500, "it answers 500"),
        (304, "it answers 304"),
    ],
)
def test_any_other_answer_is_a_failure(web, status, told):
    web.put("/secret.ics", status=status)
    assert refusal(web.address()) == told


def test_a_server_that_is_not_there_is_a_failure():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert refusal(f"http://127.0.0.1:{port}/secret.ics") == "it can't be reached (ConnectionRefusedError)"


def test_the_next_address_is_tried_where_one_does_not_answer(web):
    def connect(address, port, timeout_s):
        if address == "127.0.0.2":
            raise OSError
        return socket.create_connection((address, port), timeout=timeout_s)

    of = Network(resolve=lambda *_: ["127.0.0.2", "127.0.0.1"], connect=connect)
    assert download(web.address(), network=of).content == ICS


def test_what_is_too_large_is_not_read_to_its_end(web):
    web.put("/secret.ics", b"x" * (MAX_BYTES + 70_000))
    assert refusal(web.address()) == "it is larger than 10 MB"


def test_what_breaks_off_is_a_failure(web):
    web.put("/secret.ics", ICS, Content_Length="1000")
    assert refusal(web.address()) == "it broke off"


def test_compressed_text_is_refused(web):
    web.put("/secret.ics", ICS, Content_Encoding="gzip")
    assert "compressed" in refusal(web.address())


def test_a_byte_at_a_time_is_not_waited_for(web):
    def drip(request):
        request.send_response(200)
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.05)
        return 200, {}, b""

    web.pages["/secret.ics"] = drip
    start_s = time.monotonic()
    assert refusal(web.address(), timeout_s=0.3) in ("no answer within 0.3 seconds", "it takes too long")
    assert time.monotonic() - start_s < 2


def test_a_name_that_is_looked_up_for_ever_is_not_waited_for():
    def resolve(*_):
        time.sleep(1)
        raise OSError

    assert refusal("https://slow.test/", timeout_s=0.1, network=Network(resolve=resolve)) == (
        "no answer within 0.1 seconds"
    )


@pytest.mark.parametrize("address", ["https://[::1/x", "https://a:99999/x", "https:///x", "https://\x00/x"])
def test_what_is_no_address_is_a_failure(address):
    refusal(address, timeout_s=2)


def test_no_failure_tells_the_address(web):
    web.put("/secret-path.ics", status=404)
    web.put("/loop-path.ics", status=302, Location=web.address("/loop-path.ics"))
    for path in ("/secret-path.ics", "/loop-path.ics", "/secret-path.ics\x00"):
        told = refusal(web.address(path, user="ana:pass@"))
        assert "path" not in told
        assert "ana" not in told


# -- redirects ------------------------------------------------------------------------------------


def test_a_redirect_is_followed_to_https(web, secure, certificate):
    web.put("/secret.ics", status=301, Location=secure.address())
    assert download(web.address(), network=network(certificate)).content == ICS


def test_a_relative_redirect_stays_on_its_server(secure, certificate):
    secure.put("/a.ics", status=302, Location="secret.ics")
    assert download(secure.address("/a.ics"), network=network(certificate)).content == ICS


def test_a_redirect_from_https_to_http_is_refused(web, secure, certificate):
    secure.put("/secret.ics", status=302, Location=web.address())
    told = refusal(secure.address(), network=network(certificate))
    assert told == "it redirects to what is not https"
    assert web.asked == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "", "https://"])
def test_a_redirect_to_what_is_no_web_server_is_refused(web, location):
    web.put("/secret.ics", status=302, Location=location)
    assert refusal(web.address()) == "it redirects to what is not https"


def test_three_redirects_are_followed_and_no_fourth(secure, certificate):
    of = network(certificate)
    for number in range(4):
        secure.put(f"/{number}", status=302, Location=f"/{number + 1}" if number < 3 else "/secret.ics")
    assert download(secure.address("/1"), network=of).content == ICS
    assert refusal(secure.address("/0"), network=of) == "it redirects more than 3 times"


PRIVATE = [
    *("127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "224.0.0.1"),
]


@pytest.mark.parametrize("inside", PRIVATE)
def test_a_public_server_cannot_redirect_into_a_private_network(secure, certificate, inside):
    of = network(certificate, public=["93.184.216.34"], inside=["93.184.216.35", inside])
    secure.put("/secret.ics", status=302, Location=secure.address("/admin", host="inside.web.test"))
    told = refusal(secure.address(host="public.web.test"), network=of)
    assert told == "it redirects into a private network"
    assert [path for path, _ in secure.asked] == ["/secret.ics"]


def test_a_public_server_may_redirect_to_another(secure, certificate):
    of = network(certificate, public=["93.184.216.34"], other=["2606:2800:220:1::1"])
    secure.put("/a.ics", status=302, Location=secure.address(host="other.web.test"))
    assert download(secure.address("/a.ics", host="public.web.test"), network=of).content == ICS


def test_a_server_of_the_owners_own_network_may_be_named_and_may_redirect_there(secure, certificate):
    of = network(certificate, home=["192.168.1.5"], other=["192.168.1.6"])
    secure.put("/a.ics", status=302, Location=secure.address(host="other.web.test"))
    assert download(secure.address("/a.ics", host="home.web.test"), network=of).content == ICS


def test_a_password_is_sent_to_its_own_server_and_to_no_other(secure, certificate):
    of = network(certificate)
    secure.put("/a.ics", status=302, Location="/b.ics")
    secure.put("/b.ics", status=302, Location=secure.address(host="other.web.test", user="eve:evil@"))
    download(secure.address("/a.ics", host="home.web.test", user="ana:p%40ss@"), network=of)
    sent = [headers.get("authorization") for _, headers in secure.asked]
    assert sent == ["Basic YW5hOnBAc3M=", "Basic YW5hOnBAc3M=", None]
