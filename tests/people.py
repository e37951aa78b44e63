"""Those who use the service in tests, each through HTTP with a token of their own."""

from typing import Any

import httpx

Json = Any


class Client:
    """One bearer token; the verbs assert that the answer is a 200 and give its JSON, `send` gives any answer."""

    def __init__(self, http: httpx.Client, token: str | None) -> None:
        self.http = http
        self.token = token

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return self.http.request(method, path, headers=headers | request.pop("headers", {}), **request)

    def get(self, path: str, **query: object) -> Json:
        return answered(self.send("GET", path, params=_written(query)))

    def post(self, path: str, **body: object) -> Json:
        return answered(self.send("POST", path, json=body))

    def patch(self, path: str, **body: object) -> Json:
        return answered(self.send("PATCH", path, json=body))

    def put(self, path: str, **body: object) -> Json:
        return answered(self.send("PUT", path, json=body))

    def delete(self, path: str, **query: object) -> Json:
        return answered(self.send("DELETE", path, params=_written(query)))

    def store(self, text: str, **more: object) -> str:
        """Store a memory; its id."""
        memory_id: str = self.post("/api/memory", text=text, **more)["memoryId"]
        return memory_id

    def store_all(self, *texts: str) -> list[str]:
        """Store many memories, the first one first; their ids."""
        results = self.post("/api/memories/bulk", memories=list(texts))["results"]
        return [result["memoryId"] for result in results]

    def bucket(self, name: str) -> int:
        """Make a bucket; its id."""
        return int(self.post("/api/buckets", name=name)["id"])

    def texts(self, **query: object) -> list[str]:
        """The texts that GET /api/memory answers."""
        return [memory["text"] for memory in self.get("/api/memory", **query)["data"]]

    def found(self, query: str, **more: object) -> list[str]:
        """The texts that a search answers, best first."""
        return [hit["text"] for hit in self.get("/api/search", query=query, **more)["hits"]]

    def general(self) -> int:
        """The id of General."""
        return int(self.get("/api/buckets")[0]["id"])

    def with_token(self, name: str = "another", /, **wanted: object) -> "Client":
        """The same person with another, new token."""
        return Client(self.http, self.post("/api/tokens", **({"name": name} | wanted))["token"])

    def token_id(self, name: str = "another") -> str:
        """The id of the token with this name."""
        return next(str(token["id"]) for token in self.get("/api/tokens") if token["name"] == name)


class Person(Client):
    """A user with a first token."""

    def __init__(self, http: httpx.Client, token: str, user_id: str, name: str) -> None:
        super().__init__(http, token)
        self.user_id = user_id
        self.name = name


def answered(response: httpx.Response) -> Json:
    """The JSON of an answer that must be a 200."""
    assert response.status_code == 200, (response.status_code, response.text[:500])
    return response.json()


def refused(response: httpx.Response, status: int) -> str:
    """The sentence of an answer that must be this failure in the contract's shape."""
    assert response.status_code == status, (response.status_code, response.text[:500])
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"]
    body = response.json()
    assert set(body) <= {"error", "text", "score", "rejectedIds"}
    sentence: str = body["error"]
    assert len(sentence) > 10
    assert "Traceback" not in sentence
    return sentence


def _written(query: dict[str, object]) -> dict[str, str]:
    """Query parameters as clients write them."""
    return {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in query.items() if v is not None}
