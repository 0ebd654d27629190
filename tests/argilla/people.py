"""People at work in Argilla, through the same endpoints as its page."""

from __future__ import annotations

import weakref
from typing import Any

import httpx


class Person:
    """Someone who logged in by name and password."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self.name = name
        self.http = httpx.Client(base_url=url, timeout=60)
        weakref.finalize(self, self.http.close)
        answer = self.http.post("/api/v1/token", data={"username": name, "password": password})
        answer.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def datasets(self) -> dict[str, str]:
        """Ids of the datasets they see, by name."""
        return {one["name"]: one["id"] for one in self.asked("GET", "/api/v1/me/datasets")["items"]}

    def queue(self, dataset: str, count: int = 10, **query: Any) -> list[dict[str, Any]]:
        """Records that wait for them, asked for as the page does, in the order they are shown."""
        waiting = [
            {"type": "terms", "scope": {"entity": entity, "property": "status"}, "values": ["pending"]} for entity in ("response", "record")
        ]
        found = self.search(dataset, count, filters={"type": "and", "and": waiting}, **query)
        return [one["record"] for one in found["items"]]

    def search(self, dataset: str, count: int = 10, **query: Any) -> dict[str, Any]:
        """What the search endpoint says."""
        params = {"limit": count, "include": ["responses", "suggestions"]}
        return self.asked("POST", f"/api/v1/me/datasets/{dataset}/records/search", json=query, params=params)

    def find(self, dataset: str, words: str) -> int:
        """How many records the search box finds."""
        return int(self.search(dataset, query={"text": {"q": words}})["total"])

    def respond(self, record: str, status: str = "submitted", **answers: Any) -> dict[str, Any]:
        """Answer a record that they have not answered yet."""
        values = {name: {"value": value} for name, value in answers.items()}
        return self.asked("POST", f"/api/v1/records/{record}/responses", json={"status": status, "values": values})

    def change(self, response: str, status: str = "submitted", **answers: Any) -> dict[str, Any]:
        """Answer anew."""
        values = {name: {"value": value} for name, value in answers.items()}
        return self.asked("PUT", f"/api/v1/responses/{response}", json={"status": status, "values": values})

    def asked(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of an answer. Raises httpx.HTTPStatusError for a refusal."""
        answer = self.http.request(method, path, **options)
        answer.raise_for_status()
        return answer.json()
