# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Define the errors of the API with the names and codes that the service uses."""

from __future__ import annotations

import re
from typing import Any


class ApiError(Exception):
    """An error of a call: its name, the status code in its body and a message."""

    name = "ApiError"
    status = 500

    def envelope(self) -> dict[str, Any]:
        """Return the body of the response to a failed call in the generations seed and apps."""
        return {"message": str(self), "error": self.name, "statusCode": self.status}

    def node_envelope(self) -> dict[str, Any]:
        """Return the body of the response to a failed call in the generation nodes."""
        code = re.sub("(?<=[a-z])(?=[A-Z])", "_", self.name[: -len("Error")]).lower()
        return {"error": {"code": code, "message": str(self)}}


class BadRequest(ApiError):
    """The input is invalid."""

    name = "BadRequestError"
    status = 400


class Unauthorized(ApiError):
    """The key is missing or unknown."""

    name = "UnauthorizedError"
    status = 401


class Forbidden(ApiError):
    """The key is valid, but must not make this call."""

    name = "ForbiddenError"
    status = 403


class NotFound(ApiError):
    """The object does not exist or belongs to another account."""

    name = "NotFoundError"
    status = 404


class MissingRoute(NotFound):
    """The host does not have this route."""


class MethodNotAllowed(ApiError):
    """The path exists, but not with this method."""

    name = "MethodNotAllowedError"
    status = 405


class Conflict(ApiError):
    """The object is in a state in which this call is not possible."""

    name = "ConflictError"
    status = 409


class UnsupportedMediaType(ApiError):
    """The body is not declared as JSON."""

    name = "UnsupportedMediaTypeError"
    status = 415


class TooManyRequests(ApiError):
    """The request came sooner than the rate limit of the key allows."""

    name = "TooManyRequestsError"
    status = 429
