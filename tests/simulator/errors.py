# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The failures that the API answers with, named as the service names them."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A call that failed: its error name, its status code in the body and a message."""

    name = "ApiError"
    status = 500

    def envelope(self) -> dict[str, Any]:
        """The body of a failed call."""
        return {"message": str(self), "error": self.name, "statusCode": self.status}


class BadRequest(ApiError):
    """The input cannot be understood."""

    name = "BadRequestError"
    status = 400


class Unauthorized(ApiError):
    """No key, or one that the service does not know."""

    name = "UnauthorizedError"
    status = 401


class Forbidden(ApiError):
    """The key is known, and may not do this."""

    name = "ForbiddenError"
    status = 403


class NotFound(ApiError):
    """No such route or thing, or one of another account."""

    name = "NotFoundError"
    status = 404


class MethodNotAllowed(ApiError):
    """The path is right, the method is not."""

    name = "MethodNotAllowedError"
    status = 405


class UnsupportedMediaType(ApiError):
    """A body that does not say that it is JSON."""

    name = "UnsupportedMediaTypeError"
    status = 415


class TooManyRequests(ApiError):
    """The key came sooner than its rate allows."""

    name = "TooManyRequestsError"
    status = 429
