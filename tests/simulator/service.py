# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Process the requests below ``/v1``: arrival, key, rate limit, faults, call, response."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web

from . import faults, routes
from .accounts import Account
from .answers import Answer, failure, node_success, success
from .bodies import read_body
from .drips import drip
from .errors import ApiError, TooManyRequests, Unauthorized
from .journal import Entry
from .keys import account_of, check_scope
from .limits import Arrival, arrive, refuse_abuse
from .world import World


async def answer(world: World, request: web.Request) -> web.StreamResponse:
    """Process and log one request of the API. Drop the connection if a fault requires it."""
    await _jitter(world)
    path = request.rel_url.raw_path[len("/v1") :]
    kind = routes.kind_at(path, world.settings.generation)
    account = account_of(world, request.headers.get("Authorization", ""), kind)
    arrival = arrive(account, world.now(), world.settings) if account else Arrival(None, False)
    entry = _logged(world, request, path, account, arrival)
    raw = await request.read()
    entry.body = _readable(raw)
    reply = await _reply(world, account, arrival, entry, raw)
    entry.outcome = reply.outcome
    if world.settings.jitter_answer:
        await _jitter(world)
    if reply.drip and request.transport is not None:
        await drip(request.transport, reply)
        reply = replace(reply, dropped=True)
    return _sent(request, entry, reply)


async def _jitter(world: World) -> None:
    if world.settings.jitter:
        await asyncio.sleep(random.uniform(0, world.settings.jitter))


def _logged(world: World, request: web.Request, path: str, account: Account | None, arrival: Arrival) -> Entry:
    # An unknown key has no rate limit, so only the time of its request is known.
    at = account.last_arrival if account else None
    return world.journal.add(
        at=world.now() if at is None else at,
        gap=arrival.gap,
        key=account.label if account else "unknown",
        authorized=account is not None,
        method=request.method,
        path=path,
        query=request.rel_url.raw_query_string,
        content_type=request.headers.get("Content-Type"),
        user_agent=request.headers.get("User-Agent"),
        violation=arrival.violation,
    )


def _readable(raw: bytes) -> Any:
    """Return the JSON of a body for the log, or None if it is not valid JSON. Never refuse the request."""
    try:
        return json.loads(raw)
    except ValueError:
        return None


async def _reply(world: World, account: Account | None, arrival: Arrival, entry: Entry, raw: bytes) -> Answer:
    try:
        if account is None:
            raise Unauthorized("Invalid API key")
        refuse_abuse(account, arrival, world.settings)
        return await _faulty(world, entry, partial(_called, world, account, entry, raw))
    except ApiError as error:
        return _failed(world, entry, error)


async def _faulty(world: World, entry: Entry, call: Callable[[], Answer]) -> Answer:
    """Return the response of the call, or the response of the first pending fault that matches this request."""
    fault = world.faults.take(entry.method, entry.path)
    if fault is None:
        return call()
    limit = replace(_failed(world, entry, TooManyRequests("Rate limit exceeded")), outcome=fault.fault)
    if fault.fault == "limit":
        return limit
    if fault.fault == "status_before":
        return faults.page(fault)
    if fault.fault in faults.INSTEAD:
        return replace(faults.INSTEAD[fault.fault], outcome=fault.fault)
    if fault.fault in faults.AFTERWARDS:
        return faults.spoiled(fault, call(), limit)
    if fault.fault == "slow":
        await asyncio.sleep(fault.seconds)
        return replace(call(), outcome=fault.fault)
    reply = call()
    await asyncio.sleep(fault.seconds)
    return replace(reply, outcome=fault.fault)


def _called(world: World, account: Account, entry: Entry, raw: bytes) -> Answer:
    try:
        route, ids = routes.find(entry.method, entry.path, world.settings.generation)
        if route.kind == "nodes":
            check_scope(entry.method, world.settings)
        data = routes.called(world, account, route, ids, read_body(entry.content_type, raw))
    except ApiError as error:
        return _failed(world, entry, error)
    if route.kind == "nodes":
        return node_success(data, route.status)
    return success(data, bare=route is routes.CREATE_APP and world.settings.create_envelope == "bare")


def _failed(world: World, entry: Entry, error: ApiError) -> Answer:
    """Return the response to a failed call in the form of its generation."""
    served = world.settings.generation
    kind = routes.kind_at(entry.path, served) or ("nodes" if set(served) == {"nodes"} else "apps")
    return failure(error, world.settings, real_status=kind == "nodes")


def _sent(request: web.Request, entry: Entry, reply: Answer) -> web.StreamResponse:
    if reply.dropped:
        if request.transport is not None:
            request.transport.close()
        return web.Response()
    entry.status = reply.status
    return web.Response(
        status=reply.status, text=reply.body, content_type=reply.content_type, headers=dict(reply.headers)
    )
