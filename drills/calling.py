"""Somebody with an HTTP client and a token."""

from typing import Any

import httpx2


class Caller:
    """A caller of a running program, signed in by a token."""

    def __init__(self, address: str, token: str) -> None:
        self.token = token
        self.http = httpx2.Client(
            base_url=f"{address}/api/v1", timeout=60, headers={"authorization": f"Bearer {token}"}
        )

    def ask(self, method: str, path: str, status: int, **options: Any) -> httpx2.Response:
        """Send a request that must be answered with this status."""
        answer = self.http.request(method, path, **options)
        if answer.status_code != status:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:1000]}")
        return answer
