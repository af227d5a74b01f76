"""A database's address, which may name several servers, as one address for each of them."""

from urllib.parse import parse_qsl, urlencode, urlsplit


class WrongAddress(Exception):
    """The address does not say, in a way we understand, which servers are meant."""


def each_of(url: str) -> list[str]:
    """The address of each server in `postgresql://user@one:5432,two:5432/database` or `…?host=/one,/two&port=1,2`.

    Without `target_session_attrs`: that says which of them is meant, not where they are.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    query.pop("target_session_attrs", None)
    login, at, netloc = parts.netloc.rpartition("@")
    names, hosts = netloc.split(","), query.pop("host", "").split(",")
    ports = query.pop("port", "").split(",")
    if netloc and hosts != [""]:
        raise WrongAddress("The database's address names servers before the path and in host=: leave one out.")
    count = max(len(names), len(hosts))
    if len(ports) not in (1, count):
        raise WrongAddress(f"The database's address names {count} servers and {len(ports)} ports.")
    made = []
    for place in range(count):
        of = {"host": hosts[place % len(hosts)], "port": ports[place % len(ports)]}
        asked = urlencode({**query, **{key: value for key, value in of.items() if value}}, safe="/")
        address = f"{parts.scheme}://{login}{at}{names[place % len(names)]}{parts.path}"
        made.append(f"{address}?{asked}" if asked else address)
    return made


def wanted_of(url: str) -> str:
    """Its `target_session_attrs`: which of the servers is meant; the primary, where it does not say."""
    return dict(parse_qsl(urlsplit(url).query)).get("target_session_attrs", "primary")


def name_of(url: str) -> str:
    """The server's host and port, or its socket's folder, to be shown to people: without login and secrets."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return parts.netloc.rpartition("@")[2] or ":".join(query[key] for key in ("host", "port") if key in query) or "here"
