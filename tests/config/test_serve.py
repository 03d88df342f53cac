"""`serve`: the address that links are built from, and the proxy that knows the owner."""

import pytest

from netkeep_sync.config.addresses import parse_public_url
from netkeep_sync.core.roster import Proxy

HEAD = "owner: {name: Ana}\ntimezone: UTC\n"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://checkins.example.com", "https://checkins.example.com"),
        ("HTTPS://Checkins.Example.com/", "https://checkins.example.com"),
        ("https://a.example:443", "https://a.example"),
        ("http://nas:80/", "http://nas"),
        ("http://nas.local:8017", "http://nas.local:8017"),
        ("http://192.168.1.2:8017", "http://192.168.1.2:8017"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_address_is_written_in_one_way(parsed, written, url):
    assert parsed(f"{HEAD}serve: {{public_url: '{written}'}}\n").serve.public_url == url


@pytest.mark.parametrize("written", ["serve:", "serve: {}", "serve: {public_url: }", ""])
def test_without_one_only_this_machine_reaches_it(parsed, written):
    assert parsed(f"{HEAD}{written}\n").serve.public_url == ""


_USUAL = 'write it like "https://checkins.example.com"'


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("checkins.example.com", '"checkins.example.com" is no address of a web server', _USUAL),
        ("ftp://a.example", '"ftp://a.example" is no address of a web server', _USUAL),
        ("https://", '"https://" is no address of a web server', _USUAL),
        ("https://a.example:x", '"https://a.example:x" is no address', _USUAL),
        ("https://[::1", '"https://[::1" is no address', _USUAL),
        ("https://a.example:0", "there is no port 0", _USUAL),
        ("https://ana:s3cret@a.example", "a public_url has no user in it", _USUAL),
        (
            "https://a.example/?x=1",
            'a public_url ends before any "?" or "#"',
            'write "https://a.example"',
        ),
        ("https://a.example#", 'a public_url ends before any "?" or "#"', 'write "https://a.example"'),
        (
            "https://a.example:8443/checkins",
            "the pages need a host name of their own, and no path",
            'write "https://a.example:8443", and let that lead here',
        ),
        ("https://a_b.example", '"a_b.example" is no name of a host', _USUAL),
        (
            "https://bücher.example",
            '"bücher.example" is no name of a host',
            'write it as "xn--bcher-kva.example"',
        ),
        ("https://a..example", '"a..example" is no name of a host', _USUAL),
        ("https://[fe80::1%25eth0]", '"fe80::1%25eth0" is no name of a host', _USUAL),
    ],
)
def test_what_is_no_address_for_links_is_told(text, message, advice):
    with pytest.raises(ValueError) as raised:
        parse_public_url(text)

    assert raised.value.args == (message, advice)


def test_an_unknown_key_is_told(refused):
    [told] = refused(f"{HEAD}serve: {{public_ulr: https://a.example}}\n")

    assert '"public_ulr" is unknown in "serve"; did you mean "public_url"?' in told


def test_a_key_of_it_at_the_top_is_told_where_it_belongs(refused):
    [told] = refused(f"{HEAD}public_url: https://a.example\n")

    assert told.endswith('"public_url" is unknown; it belongs under "serve"')


def test_an_address_right_after_it_is_no_map(refused):
    [told] = refused(f"{HEAD}serve: https://a.example\n")

    assert 'such as "public_url: https://checkins.example.com"' in told


def served(text):
    return f"{HEAD}serve: {{public_url: https://a.example, proxy: {{{text}}}}}\n"


@pytest.mark.parametrize(
    ("written", "proxy"),
    [
        (
            "from: 127.0.0.1, user: ana",
            Proxy(networks=("127.0.0.1/32",), header="Remote-User", users=("ana",)),
        ),
        ("from: 127.0.0.1", Proxy(networks=("127.0.0.1/32",), header="Remote-User", users=())),
        (
            "from: [10.1.2.3/8, '::1', '::1'], header: X-Forwarded-User, user: [ana, ana@example.com, ana]",
            Proxy(
                networks=("10.0.0.0/8", "::1/128"),
                header="X-Forwarded-User",
                users=("ana", "ana@example.com"),
            ),
        ),
    ],
)
def test_a_proxy_says_who_is_there(parsed, written, proxy):
    assert parsed(served(written)).serve.proxy == proxy


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("user: ana", 'the proxy has no address; write "from: 127.0.0.1" if it runs on this machine'),
        ("from: 0.0.0.0/0, user: ana", '"0.0.0.0/0" is everybody; write the address of the proxy alone'),
        ("from: '::/0', user: ana", '"::/0" is everybody; write the address of the proxy alone'),
        ("from: proxy, user: ana", '"proxy" is no address of a machine; write an address or a network'),
        ("from: 127.0.0.1, user: ana, header: 'a:b'", '"a:b" is no name of a header; write it like'),
        ("from: 127.0.0.1, usr: ana", 'did you mean "user"?'),
    ],
)
def test_what_is_no_proxy_is_told(refused, written, told):
    assert any(told in one for one in refused(served(written)))


def test_a_proxy_without_an_address_to_come_to_is_told(refused):
    [told] = refused(f"{HEAD}serve: {{proxy: {{from: 127.0.0.1, user: ana}}}}\n")

    assert told.endswith('write "public_url: https://checkins.example.com" beside it')


def test_a_proxy_that_is_a_word_is_told(refused):
    [told] = refused(f"{HEAD}serve: {{public_url: https://a.example, proxy: nginx}}\n")

    assert 'such as "from: 127.0.0.1"' in told
