# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every form in which the API may answer, and what becomes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.response import read_response
from hypothesis import given
from hypothesis import strategies as st

APP = {"projectId": "prj-1", "id": "app-1", "url": "https://x.nodana.app:1", "seed": "a b c"}


def failure(status: int, body: Any, **options: Any) -> errors.NodanaError:
    """Return the error that reading this response raises."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(errors.NodanaError) as caught:
        read_response(status, raw, **options)
    return caught.value


@pytest.mark.parametrize("data", [[], {}, None, 0, "", [{"id": "prj-1"}], {"id": "app-1"}])
def test_data_is_given_as_it_is(data: Any) -> None:
    assert read_response(200, json.dumps({"data": data}).encode()) == data


def test_an_error_of_null_is_none() -> None:
    assert read_response(200, b'{"data": [1], "error": null}') == [1]


def test_a_new_app_comes_with_or_without_data() -> None:
    assert read_response(200, json.dumps({"data": APP}).encode(), allow_unwrapped=True) == APP
    assert read_response(200, json.dumps(APP).encode(), allow_unwrapped=True) == APP


def test_the_bare_form_is_for_creates_only() -> None:
    assert failure(200, APP).__class__ is errors.Unreadable
    assert failure(200, {"url": "https://x.example"}, allow_unwrapped=True).__class__ is errors.Unreadable


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("BadRequestError", 400, errors.Invalid),
        ("UnauthorizedError", 401, errors.Unauthorized),
        ("ForbiddenError", 403, errors.Forbidden),
        ("NotFoundError", 404, errors.NotFound),
        ("ConflictError", 409, errors.Conflict),
        ("ValidationError", 422, errors.Invalid),
        ("TooManyRequestsError", 429, errors.RateLimited),
        ("InternalServerError", 500, errors.ServerFault),
        ("ServiceUnavailableError", 503, errors.ServerFault),
        ("TeapotError", 418, errors.NodanaError),
    ],
)
@pytest.mark.parametrize("real_status", [False, True])
def test_a_named_error_is_known_by_its_number(
    name: str, code: int, kind: type[errors.NodanaError], real_status: bool
) -> None:
    body = {"message": "It did not work", "error": name, "statusCode": code}
    error = failure(code if real_status else 200, body)
    assert error.__class__ is kind
    assert (error.code, error.name) == (code, name)
    assert f'{name} {code}: "It did not work"' in error.message


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("UnauthorizedError", errors.Unauthorized),
        ("AuthenticationError", errors.Unauthorized),
        ("ForbiddenError", errors.Forbidden),
        ("NotFoundError", errors.NotFound),
        ("RateLimitError", errors.RateLimited),
        ("TooManyRequests", errors.RateLimited),
        ("BadRequestError", errors.Invalid),
        ("InternalServerError", errors.ServerFault),
        ("SomethingElse", errors.NodanaError),
    ],
)
def test_without_a_number_the_name_tells(name: str, kind: type[errors.NodanaError]) -> None:
    assert failure(200, {"message": "x", "error": name}).__class__ is kind


def test_a_code_of_the_api_stays_readable() -> None:
    error = failure(200, {"message": "x", "error": "ForbiddenError", "statusCode": 403, "code": "PROJECT_NOT_EMPTY"})
    assert error.__class__ is errors.Forbidden


@pytest.mark.parametrize(
    ("code", "kind"), [(429, errors.RateLimited), (403, errors.Forbidden), (500, errors.ServerFault)]
)
def test_a_failing_number_without_a_name_is_a_failure_too(code: int, kind: type[errors.NodanaError]) -> None:
    error = failure(200, {"message": "Too many", "statusCode": code}, allow_unwrapped=True)
    assert error.__class__ is kind
    assert '"Too many"' in error.message


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "unauthorized", errors.Unauthorized),
        (403, "insufficient_scope", errors.Forbidden),
        (404, "not_found", errors.NotFound),
        (404, "NODE_NOT_FOUND", errors.NotFound),
        (409, "node_busy", errors.Conflict),
        (429, "rate_limited", errors.RateLimited),
        (500, "internal", errors.ServerFault),
        (200, "rate_limited", errors.RateLimited),
    ],
)
def test_an_error_may_be_an_object(status: int, code: str, kind: type[errors.NodanaError]) -> None:
    error = failure(status, {"error": {"code": code, "message": "Said so"}})
    assert error.__class__ is kind
    assert error.name == code
    assert '"Said so"' in error.message


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"<html><h1>404 Not Found</h1></html>"),
        (404, b""),
        (404, b'{"message": "no Route matched"}'),
        (404, b'{"statusCode": 404, "message": "Cannot GET /v2/projects", "error": "Not Found"}'),
        (404, b'{"error": {"code": "404", "message": "The page could not be found"}}'),
    ],
)
def test_a_404_that_is_not_the_apis_own_does_not_mean_that_something_is_gone(status: int, body: bytes) -> None:
    error = failure(status, body)
    assert error.__class__ is errors.MissingRoute
    assert "api_url" in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.Invalid),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (407, errors.NodanaError),
        (429, errors.RateLimited),
        (500, errors.ServerFault),
        (502, errors.ServerFault),
        (599, errors.ServerFault),
    ],
)
@pytest.mark.parametrize("body", [b"", b"Internal Server Error", b"<html>x</html>", b'{"data": []}', b"[1]", b"null"])
def test_a_real_status_without_the_apis_words_is_told_by_its_number(
    status: int, kind: type[errors.NodanaError], body: bytes
) -> None:
    error = failure(status, body)
    assert error.__class__ is kind
    assert error.code == status
    assert f"HTTP {status}" in error.message


DOCUMENTED = [400, 401, 403, 404, 405, 409, 415, 422, 429]


@pytest.mark.parametrize("code", DOCUMENTED)
@pytest.mark.parametrize("real_status", [False, True])
def test_a_documented_error_proves_that_nothing_was_changed(code: int, real_status: bool) -> None:
    body = {"message": "No", "error": "NotFoundError" if code == 404 else "SomeError", "statusCode": code}
    assert not failure(code if real_status else 200, body).unclear


@pytest.mark.parametrize("name", ["ForbiddenError", "NotFoundError", "bad_request", "ValidationError"])
def test_a_documented_name_without_a_number_proves_it_too(name: str) -> None:
    assert not failure(200, {"error": name}).unclear


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *((status, b"<html>x</html>") for status in (*DOCUMENTED, 402, 407, 408, 418, 425, 451, 499, 500, 502, 504)),
        *((200, {"error": "TeapotError", "statusCode": code}) for code in (200, 402, 408, 418, 425, 499, 500, 503)),
        *((status, {"error": "ForbiddenError", "statusCode": 403}) for status in (302, 404, 408, 500, 502)),
        (200, {"error": "x"}),
        (200, {"error": {"code": "x", "message": "y"}}),
        (200, {"error": "InvalidStateOfUpstream"}),
        (404, {"error": "Not Found", "statusCode": 404}),
        (200, {"error": "ForbiddenError", "statusCode": 403, "data": {"id": "app-1"}}),
        (200, b""),
        (204, b""),
        (200, b'{"data": {"id": "app-1", "se'),
        *((status, {"data": {"id": "app-1"}}) for status in (302, 307, 400, 499)),
    ],
)
def test_any_other_answer_does_not_prove_that_nothing_was_changed(status: int, body: Any) -> None:
    assert failure(status, body).unclear


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_an_answer(status: int) -> None:
    assert "redirect" in failure(status, {"data": []}).message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b"<html>Welcome</html>",
        b'{"data": [',
        b"[]",
        b'"x"',
        b"1",
        b"null",
        b"{}",
        b'{"message": "OK"}',
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("allow_unwrapped", [False, True])
def test_what_is_neither_data_nor_error_is_unreadable(body: bytes, allow_unwrapped: bool) -> None:
    assert failure(200, body, allow_unwrapped=allow_unwrapped).__class__ is errors.Unreadable


def test_endlessly_nested_json_is_unreadable_and_nothing_worse() -> None:
    assert failure(200, b"[" * 200_000).__class__ is errors.Unreadable
    assert failure(500, b'{"a":' * 200_000).__class__ is errors.ServerFault


def test_data_beside_an_error_is_not_trusted() -> None:
    error = failure(200, {"data": [], "error": "NotFoundError", "statusCode": 404})
    assert error.__class__ is errors.Unreadable


@pytest.mark.parametrize("more", [{"next": "/x"}, {"nextPage": 2}, {"nextCursor": "c"}, {"hasMore": True}])
def test_one_page_of_several_is_refused(more: dict[str, Any]) -> None:
    assert "page" in failure(200, {"data": [], **more}).message
    assert read_response(200, json.dumps({"data": [], **dict.fromkeys(more)}).encode()) == []


def test_hidden_words_are_cut_out_before_a_long_text_is_cut_off() -> None:
    secret = "0201036c6e64" * 40
    body = {"message": f"{'x' * 250} {secret}", "error": f"Bad {secret}", "statusCode": 400}
    error = failure(200, body, hidden={secret})
    assert secret[:12] not in error.message + error.name
    assert len(error.message) < 700


def test_a_hidden_text_of_several_lines_is_cut_out_as_well() -> None:
    key = "-----BEGIN KEY-----\nabcdef\n-----END KEY-----"
    assert "abcdef" not in failure(200, {"message": f"Not good: {key}", "error": "X"}, hidden={key}).message


texts = st.text(max_size=600)
envelopes = st.fixed_dictionaries(
    {},
    optional={
        "data": st.none() | texts | st.lists(texts, max_size=2),
        "error": st.none() | texts | st.booleans() | st.dictionaries(st.sampled_from(["code", "message"]), texts),
        "message": texts | st.integers(),
        "statusCode": st.integers(-1000, 1000) | texts,
        "id": texts,
        "next": texts,
    },
)
bodies = st.binary(max_size=300) | envelopes.map(lambda envelope: json.dumps(envelope).encode())


@given(status=st.integers(100, 599), body=bodies, allow_unwrapped=st.booleans())
def test_whatever_arrives_is_data_or_one_readable_line(status: int, body: bytes, allow_unwrapped: bool) -> None:
    result = outcome_of(status, body, allow_unwrapped)
    if isinstance(result, errors.NodanaError):
        assert str(result).isprintable()
        assert len(str(result)) < 1200
        return
    envelope = json.loads(body)
    assert status < 300
    assert envelope.get("error") is None
    assert result == envelope["data"] if "data" in envelope else (allow_unwrapped and result == envelope)


def outcome_of(status: int, body: bytes, allow_unwrapped: bool) -> Any:
    """Return the result, or the error of this collection. Other errors are not caught."""
    try:
        return read_response(status, body, allow_unwrapped=allow_unwrapped)
    except errors.NodanaError as error:
        return error


@given(body=st.binary(min_size=30, max_size=300), status=st.integers(100, 599))
def test_a_raw_body_is_never_repeated(body: bytes, status: int) -> None:
    marked = b"<p>raw-mark</p>" + body
    assert "raw-mark" not in str(failure(status, marked))
