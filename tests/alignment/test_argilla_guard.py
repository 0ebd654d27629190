import asyncio

import pytest

from alignment.argilla_server.guard import guarded
from alignment.argilla_server.logins import MOST_WRONG, Logins

HOST = b"127.0.0.1:6900"


def asked(*, compress=False, status=200, logins=None, **scope):
    """What the guard answers, what the application saw, and whose deletion was told."""
    seen, answers, deleted = [], [], []

    async def app(scope, receive, send):
        seen.append(scope)
        await send({"type": "http.response.start", "status": status, "headers": [(b"x-app", b"1")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async def send(message):
        answers.append(message)

    async def receive():
        return {"type": "http.request"}

    guard = guarded(app, hosts=["127.0.0.1:6900", "localhost:6900"], compress=compress, user_deleted=deleted.append, logins=logins)
    values = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", HOST)]} | scope
    asyncio.run(guard(values, receive, send))
    return answers, seen, deleted


@pytest.mark.parametrize("host", [b"kotu.example", b"127.0.0.1", b"127.0.0.1:6901", b"", b"127.0.0.1:6900.kotu.example"])
def test_an_unknown_host_is_refused_before_the_application_sees_it(host):
    answers, seen, _ = asked(headers=[(b"host", host)])
    assert (answers[0]["status"], seen) == (421, [])


def test_a_request_without_a_host_is_refused():
    assert asked(headers=[])[0][0]["status"] == 421


@pytest.mark.parametrize("origin", [b"http://kotu.example", b"null", b"http://127.0.0.1:6901", b"file://"])
def test_a_foreign_origin_is_refused(origin):
    answers, seen, _ = asked(headers=[(b"host", HOST), (b"origin", origin)])
    assert (answers[0]["status"], seen) == (403, [])


@pytest.mark.parametrize("origin", [b"http://127.0.0.1:6900", b"https://localhost:6900", b"HTTP://LOCALHOST:6900"])
def test_its_own_origin_comes_in(origin):
    assert asked(headers=[(b"host", HOST), (b"origin", origin)])[0][0]["status"] == 200


def test_every_answer_carries_the_policy_refusals_too():
    for answers, _, _ in (asked(), asked(headers=[])):
        headers = dict(answers[0]["headers"])
        assert b"default-src 'self'" in headers[b"content-security-policy"]
        assert headers[b"x-content-type-options"] == b"nosniff"


def test_on_this_machine_nothing_is_compressed():
    headers = [(b"host", HOST), (b"accept-encoding", b"br")]
    assert b"accept-encoding" not in dict(asked(headers=headers)[1][0]["headers"])
    assert b"accept-encoding" in dict(asked(headers=headers, compress=True)[1][0]["headers"])


USER = "/api/v1/users/3395AF03-87a4-4895-a70d-b6a6964f8cec"


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("DELETE", USER, 200, ["3395af03-87a4-4895-a70d-b6a6964f8cec"]),
        ("DELETE", USER, 403, []),
        ("GET", USER, 200, []),
        ("DELETE", USER + "/x", 200, []),
    ],
)
def test_a_deleted_person_is_told_once_it_is_done(method, path, status, told):
    assert asked(method=method, path=path, status=status)[2] == told


def test_websockets_are_closed():
    answers, seen, _ = asked(type="websocket")
    assert (answers, seen) == ([{"type": "websocket.close", "code": 1008}], [])


def test_the_applications_own_life_goes_through():
    answers, seen, _ = asked(type="lifespan")
    assert len(seen) == 1
    assert answers[0]["headers"] == [(b"x-app", b"1")]


LOGIN = {"method": "POST", "path": "/api/v1/token", "client": ("10.0.0.7", 5000)}


def test_wrong_passwords_must_wait_and_then_may_try_again():
    now = [0.0]
    logins = Logins(lambda: now[0])
    assert [asked(logins=logins, status=401, **LOGIN)[0][0]["status"] for _ in range(MOST_WRONG)] == [401] * MOST_WRONG
    now[0] = 20.0
    answers, seen, _ = asked(logins=logins, **LOGIN)
    assert (answers[0]["status"], dict(answers[0]["headers"])[b"retry-after"], seen) == (429, b"40", [])
    assert asked(logins=logins, **LOGIN | {"client": ("10.0.0.8", 5000)})[0][0]["status"] == 200
    now[0] = 60.0
    assert asked(logins=logins, **LOGIN)[0][0]["status"] == 200


def test_right_passwords_and_other_requests_never_wait():
    logins = Logins()
    for _ in range(3 * MOST_WRONG):
        assert asked(logins=logins, **LOGIN)[0][0]["status"] == 200
        assert asked(logins=logins, status=401, client=LOGIN["client"])[0][0]["status"] == 401
    assert asked(logins=logins, **LOGIN)[0][0]["status"] == 200


def test_addresses_that_are_long_gone_are_forgotten():
    now = [0.0]
    logins = Logins(lambda: now[0])
    for number in range(10_000):
        logins.begin(str(number))
    now[0] = 61.0
    logins.begin("yeni")
    assert list(logins._begun) == ["yeni"]
