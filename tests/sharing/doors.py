"""The doors through which one person acts on a shared bucket; each method answers all that was shown."""

import re
from abc import ABC, abstractmethod

from commands import Commands
from people import Client
from visitors import Visitor


class Door(ABC):
    """What every door can do."""

    @abstractmethod
    def read(self, memory_id: str) -> str: ...

    @abstractmethod
    def listed(self, bucket: int) -> str: ...

    @abstractmethod
    def everything(self) -> str: ...

    @abstractmethod
    def found(self, words: str) -> str: ...

    @abstractmethod
    def buckets(self) -> str: ...

    @abstractmethod
    def add(self, bucket: int, text: str) -> str: ...

    @abstractmethod
    def edit(self, memory_id: str, text: str) -> str: ...

    @abstractmethod
    def delete(self, memory_id: str) -> str: ...

    @abstractmethod
    def move(self, memory_id: str, bucket: int) -> str: ...


class Household(Door):
    """A door through which buckets are looked after as well."""

    @abstractmethod
    def rename(self, bucket: int, name: str) -> str: ...

    @abstractmethod
    def drop(self, bucket: int) -> str: ...

    @abstractmethod
    def people(self, bucket: int) -> str: ...

    @abstractmethod
    def invite(self, bucket: int, name: str) -> str: ...

    @abstractmethod
    def promote(self, bucket: int, user_id: str) -> str: ...

    @abstractmethod
    def take_out(self, bucket: int, user_id: str) -> str: ...

    @abstractmethod
    def link(self, bucket: int) -> str: ...

    @abstractmethod
    def unlink(self, bucket: int) -> str: ...


class Rest(Household):
    def __init__(self, client: Client) -> None:
        self.client = client

    def _sent(self, method: str, path: str, **body: object) -> str:
        return self.client.send(method, path, json=body).text

    def _got(self, path: str, **query: str) -> str:
        return self.client.send("GET", path, params=query).text

    def read(self, memory_id: str) -> str:
        return self._got(f"/api/memories/{memory_id}") + self._got(f"/api/memories/{memory_id}/versions")

    def listed(self, bucket: int) -> str:
        query = {"bucketId": str(bucket)}
        return self._got("/api/v2/memory", v="2", **query) + self._got("/api/memories", **query)

    def everything(self) -> str:
        return self._got("/api/memory", all="true") + self._got("/api/memories")

    def found(self, words: str) -> str:
        return self._got("/api/search", query=words) + self._got("/api/memory", query=words)

    def buckets(self) -> str:
        return self._got("/api/buckets")

    def add(self, bucket: int, text: str) -> str:
        return self._sent("POST", "/api/memory", text=text, bucketId=bucket)

    def edit(self, memory_id: str, text: str) -> str:
        return self._sent("POST", "/api/v2/memory/update", memoryId=memory_id, text=text)

    def delete(self, memory_id: str) -> str:
        return self.client.send("DELETE", f"/api/memories/{memory_id}").text

    def move(self, memory_id: str, bucket: int) -> str:
        return self._sent("POST", "/api/v2/memory/update", memoryIds=[memory_id], bucketId=bucket)

    def rename(self, bucket: int, name: str) -> str:
        return self._sent("PATCH", f"/api/buckets/{bucket}", name=name)

    def drop(self, bucket: int) -> str:
        return self.client.send("DELETE", f"/api/buckets/{bucket}", params={"trash": "true"}).text

    def people(self, bucket: int) -> str:
        return self._got(f"/api/buckets/{bucket}/members")

    def invite(self, bucket: int, name: str) -> str:
        return self._sent("POST", f"/api/buckets/{bucket}/members", name=name)

    def promote(self, bucket: int, user_id: str) -> str:
        return self._sent("PATCH", f"/api/buckets/{bucket}/members/{user_id}", role="editor")

    def take_out(self, bucket: int, user_id: str) -> str:
        return self.client.send("DELETE", f"/api/buckets/{bucket}/members/{user_id}").text

    def link(self, bucket: int) -> str:
        return self._sent("POST", f"/api/buckets/{bucket}/links")

    def unlink(self, bucket: int) -> str:
        return self.client.send("DELETE", f"/api/buckets/{bucket}/links").text


class Mcp(Door):
    def __init__(self, client: Client) -> None:
        self.client = client

    def _called(self, name: str, **arguments: object) -> str:
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        headers = {"accept": "application/json, text/event-stream"}
        return self.client.send("POST", "/mcp", json=call, headers=headers).text

    def read(self, memory_id: str) -> str:
        return self._called("fetch", id=memory_id)

    def listed(self, bucket: int) -> str:
        return self._called("get_memories_and_buckets", bucketId=bucket)

    def everything(self) -> str:
        return self._called("get_memories_and_buckets", all=True)

    def found(self, words: str) -> str:
        return self._called("search_memories", query=words) + self._called("search", query=words)

    def buckets(self) -> str:
        return self._called("list_buckets")

    def add(self, bucket: int, text: str) -> str:
        return self._called("store_memory", text=text, bucketId=bucket)

    def edit(self, memory_id: str, text: str) -> str:
        return self._called("update_or_move_memories", memoryId=memory_id, text=text)

    def delete(self, memory_id: str) -> str:
        return self._called("delete_memories", memoryIds=[memory_id])

    def move(self, memory_id: str, bucket: int) -> str:
        return self._called("update_or_move_memories", memoryIds=[memory_id], bucketId=bucket)


class Web(Household):
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def _sent(self, path: str, **fields: object) -> str:
        return self.visitor.send(path, **fields).text

    def _got(self, path: str, **query: str) -> str:
        return self.visitor.see(path, **query).text

    def read(self, memory_id: str) -> str:
        return self._got(f"/memories/{memory_id}")

    def listed(self, bucket: int) -> str:
        return self._got("/memories", bucket=str(bucket)) + self._got(f"/buckets/{bucket}")

    def everything(self) -> str:
        return self._got("/memories")

    def found(self, words: str) -> str:
        return " ".join(re.findall(r'class="memory-text">[^<]*', self._got("/memories", q=words)))

    def buckets(self) -> str:
        return " ".join(re.findall(r'href="/buckets/\d+"><bdi>[^<]*', self._got("/buckets")))

    def add(self, bucket: int, text: str) -> str:
        return self._sent("/memories/new", text=text, bucket=bucket)

    def edit(self, memory_id: str, text: str) -> str:
        return self._sent(f"/memories/{memory_id}/edit", text=text)

    def delete(self, memory_id: str) -> str:
        return self._sent("/memories/selected", act="delete", id=memory_id)

    def move(self, memory_id: str, bucket: int) -> str:
        return self._sent("/memories/selected", act="move", id=memory_id, to=bucket)

    def rename(self, bucket: int, name: str) -> str:
        return self._sent(f"/buckets/{bucket}", name=name)

    def drop(self, bucket: int) -> str:
        return self._sent(f"/buckets/{bucket}/delete", where="trash")

    def people(self, bucket: int) -> str:
        return self._got(f"/buckets/{bucket}/people")

    def invite(self, bucket: int, name: str) -> str:
        return self._sent(f"/buckets/{bucket}/people", name=name, role="contributor")

    def promote(self, bucket: int, user_id: str) -> str:
        return self._sent(f"/buckets/{bucket}/people/change", who=user_id, act="role", role="editor")

    def take_out(self, bucket: int, user_id: str) -> str:
        return self._sent(f"/buckets/{bucket}/people/change", who=user_id, act="remove")

    def link(self, bucket: int) -> str:
        return self._sent(f"/buckets/{bucket}/people/link", role="contributor", days=7)

    def unlink(self, bucket: int) -> str:
        return self._sent(f"/buckets/{bucket}/people/unlink")


class Cli(Household):
    def __init__(self, commands: Commands, url: str, token: str) -> None:
        self.commands = commands
        self.where = ("--url", url, "--token", token)

    def _ran(self, *arguments: object) -> str:
        ran = self.commands.run(*arguments, *self.where, "--json")
        return ran.out + ran.err

    def read(self, memory_id: str) -> str:
        return self._ran("show", memory_id)

    def listed(self, bucket: int) -> str:
        return self._ran("list", "--bucket", bucket)

    def everything(self) -> str:
        return self._ran("list", "--all")

    def found(self, words: str) -> str:
        return self._ran("search", words)

    def buckets(self) -> str:
        return self._ran("buckets", "list")

    def add(self, bucket: int, text: str) -> str:
        return self._ran("add", text, "--bucket", bucket)

    def edit(self, memory_id: str, text: str) -> str:
        return self._ran("edit", memory_id, text)

    def delete(self, memory_id: str) -> str:
        return self._ran("rm", memory_id)

    def move(self, memory_id: str, bucket: int) -> str:
        return self._ran("move", memory_id, "--to", bucket)

    def rename(self, bucket: int, name: str) -> str:
        return self._ran("buckets", "rename", bucket, name)

    def drop(self, bucket: int) -> str:
        return self._ran("buckets", "delete", bucket, "--trash")

    def people(self, bucket: int) -> str:
        return self._ran("buckets", "members", bucket)

    def invite(self, bucket: int, name: str) -> str:
        return self._ran("buckets", "share", bucket, name)

    def promote(self, bucket: int, user_id: str) -> str:
        return self._ran("buckets", "role", bucket, user_id, "editor")

    def take_out(self, bucket: int, user_id: str) -> str:
        return self._ran("buckets", "unshare", bucket, user_id)

    def link(self, bucket: int) -> str:
        return self._ran("buckets", "link", bucket)

    def unlink(self, bucket: int) -> str:
        return self._ran("buckets", "unlink", bucket)
