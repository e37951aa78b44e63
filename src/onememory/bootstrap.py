"""Settings to adapters to use cases, as one context; the only place that knows which adapters exist."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from onememory import __version__
from onememory.blobs import backups as backups  # noqa: PLC0414 - for commands, which must not know adapters
from onememory.blobs.backups import BackupFolder, Origin
from onememory.blobs.keys import kept_key, present_key
from onememory.blobs.uploads import DiskUploads
from onememory.domain.accounts import User
from onememory.domain.errors import OneMemoryError
from onememory.domain.models import ModelIdentity
from onememory.embedding import EmbedderOptions, build_embedder
from onememory.embedding.catalogue import HUB, folder_of
from onememory.embedding.shelf import FetchedModels
from onememory.embedding.tokens import BundledTokens
from onememory.fetching.guarded import GuardedFetcher, Limits
from onememory.formats.chats.tools.cursor import ALL_COMPOSERS, BUBBLE, COMPOSER, LEGACY_PANEL
from onememory.ports import Clock, Embedder, Store
from onememory.ports.identity_provider import IdentityProvider
from onememory.ports.moving import MovableStore
from onememory.scanning import LibraryScanner
from onememory.security.addresses import is_public, is_public_or_inside
from onememory.security.rate_limits import Rate
from onememory.security.signed_links import KEY_BYTES
from onememory.services import Outside, Rules, Services, make_services
from onememory.services.moving import accounts
from onememory.services.moving.belongings import End
from onememory.services.users.newcomers import Newcomers
from onememory.settings import SETTINGS_FILE, Settings
from onememory.storage.postgres.migrate import form, has_tables, make, migrations, script
from onememory.storage.postgres.shapes import shape_for
from onememory.storage.postgres.store import PostgresStore
from onememory.storage.sqlite.backup import is_in_use
from onememory.storage.sqlite.key_values import SqliteKeyValueFiles, copy_rows
from onememory.storage.sqlite.store import DATABASE, SqliteStore

if TYPE_CHECKING:
    from onememory.embedding.downloads import Progress
    from onememory.embedding.fastembed_models import Fetched

logger = logging.getLogger(__name__)

MODELS = "models"  # fetched ones, in the data directory
UPLOADS = "uploads"
BACKUPS = "backups"
LINK_KEY = "links.key"
PROVIDER = Limits(seconds=10, size=512 * 1024, rate=Rate(1_200))  # of the server that the settings name
BACKED_UP = (DATABASE, "blobs", SETTINGS_FILE)  # of the data directory; all else can be made again


class SystemClock:
    """The machine's clock; implements the port Clock."""

    def now(self) -> datetime:
        """The present in UTC, cut to milliseconds."""
        now = datetime.now(UTC)  # noqa: TID251 - this is the clock
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def today(self) -> date:
        """The present day where the machine is."""
        return datetime.now().astimezone().date()  # noqa: TID251 - this is the clock, made aware at once


class ConfiguredEmbedders:
    """The embedder of the settings, and those of earlier settings as they are asked for; implements Embedders."""

    def __init__(self, settings: Settings) -> None:
        self._options = EmbedderOptions(
            models_dir=settings.data / MODELS,
            url=settings.embedder_url,
            key=settings.embedder_key,
            dimension=settings.embedder_dimension,
        )
        self._current = build_embedder(settings.embedder, self._options)
        self._earlier: dict[str, Embedder | None] = {}

    @property
    def current(self) -> Embedder:
        """The one that the settings name, or that was chosen since."""
        return self._current

    def choose(self, name: str) -> None:
        """Put another one in force; the present one stays for its vectors."""
        known = (embedder for embedder in self._earlier.values() if embedder and embedder.identity.name == name)
        embedder = next(known, None) or build_embedder(name, self._options)
        self._earlier[self._current.identity.key] = self._current
        self._earlier.pop(embedder.identity.key, None)
        self._current = embedder

    def stamped(self, key: str) -> Embedder | None:
        """The one that made vectors with this stamp, where it can still be built."""
        if key == self._current.identity.key:
            return self._current
        if key not in self._earlier:
            self._earlier[key] = self._rebuilt(key)
        return self._earlier[key]

    def _rebuilt(self, key: str) -> Embedder | None:
        try:
            embedder = build_embedder(ModelIdentity.from_key(key).name, self._options)
        except OneMemoryError as error:
            logger.warning("an earlier model cannot be built", extra={"model": key, "reason": str(error)})
            return None
        return embedder if embedder.identity.key == key else None  # a changed model gives other vectors

    async def close(self) -> None:
        """Give back what they hold."""
        for embedder in [self._current, *self._earlier.values()]:
            if embedder is not None:
                await embedder.close()


def open_store(settings: Settings) -> MovableStore:
    """The database that the settings name, its schema brought up to date; the data directory is made either way."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    room = settings.index_memory_mb * 1024**2
    if settings.database_url is None:
        return SqliteStore(settings.data, room)
    store = PostgresStore(settings.database_url, room)
    logger.info("the data are in PostgreSQL; vectors are searched in this process, and pgvector is not used")
    return store


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[Services, Store]]:
    """The use cases of an installation, and the store for those who tend it; all is closed at the end."""
    async with contextlib.AsyncExitStack() as stack:
        store = await asyncio.to_thread(open_store, settings)
        stack.push_async_callback(store.close)
        embedders = ConfiguredEmbedders(settings)
        stack.push_async_callback(embedders.close)
        clock = SystemClock()
        fetcher = GuardedFetcher(clock) if settings.client_documents else None
        if fetcher:
            stack.callback(fetcher.close)
        provider = None
        if settings.oidc_issuer:
            speaker = GuardedFetcher(
                clock, is_allowed=is_public_or_inside if settings.oidc_inside else is_public, limits=PROVIDER
            )
            stack.callback(speaker.close)
            provider = make_provider(settings, speaker, clock)
        rules = Rules(settings.presets, settings.text_limit, Newcomers(settings.default_quota), settings.create_users)
        outside = Outside(
            embedders,
            BundledTokens(),
            FetchedModels(settings.data / MODELS),
            BackupFolder(settings.data / BACKUPS, backup_origin(store, settings)),
            DiskUploads(settings.data / UPLOADS),
            SqliteKeyValueFiles(settings.data / UPLOADS),
            LibraryScanner(),
            clock,
            await link_key(store, settings.data / LINK_KEY),
            fetcher,
            provider,
        )
        services = make_services(store, outside, rules)
        stack.push_async_callback(services.audit.flush)
        stack.push_async_callback(services.asked.flush)
        stack.push_async_callback(services.backups.finish)
        stack.push_async_callback(services.model_fetching.close)
        stack.push_async_callback(services.background.close)
        await services.installation.refresh()
        yield services, store


async def link_key(store: Store, path: Path) -> bytes:
    """The key that signs links: of the data directory, or where processes share a database, of the database.

    The first process to come brings the key of its data directory along, so that what it signed stays good.
    """
    if not isinstance(store, PostgresStore):
        return await asyncio.to_thread(kept_key, path, KEY_BYTES)
    own = await asyncio.to_thread(present_key, path, KEY_BYTES)
    key = await store.shared_key(path.stem, own or secrets.token_bytes(KEY_BYTES))
    if own is not None and own != key:
        logger.warning("the database has another key; this file is of no use any more", extra={"file": str(path)})
    return key


@contextlib.asynccontextmanager
async def moving(source: Settings, target: Settings) -> AsyncIterator[accounts.AccountMoves]:
    """The use cases of moving accounts between two installations; the target is made where it is not there."""
    async with contextlib.AsyncExitStack() as stack:
        folders = {end.data.resolve(): DiskUploads(end.data / UPLOADS) for end in (source, target)}
        ends: list[End] = []
        for settings in (source, target):
            store = await asyncio.to_thread(_opened_end, settings)
            stack.push_async_callback(store.close)
            ends.append(End(settings.stores_in, store, folders[settings.data.resolve()]))
        yield accounts.AccountMoves(ends[0], ends[1], SystemClock())


async def reopen(settings: Settings, name: str | None) -> list[User]:
    """Let a user in again whose move from here was given up, or everybody; raises NotFound and Conflict."""
    store = await asyncio.to_thread(open_store, settings)
    try:
        return await accounts.reopen(store, name)
    finally:
        await store.close()


def _opened_end(settings: Settings) -> MovableStore:
    try:
        return open_store(settings)
    except OneMemoryError as error:
        raise type(error)(f"{settings.stores_in}: {error.detail}") from error


def make_provider(settings: Settings, fetcher: GuardedFetcher, clock: Clock) -> IdentityProvider:
    """The OpenID provider of the settings, which must name one."""
    # By name, because its module loads a library of cryptography, which no other start should wait for.
    module = import_module("onememory.identity.provider")
    registration = module.Registration(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.oidc_name
    )
    return cast("IdentityProvider", module.OpenIdProvider(registration, fetcher, clock))


def is_set_up(data: Path, database_url: str | None = None) -> bool:
    """Whether there is a database to open: one that is named, or one in the data directory."""
    return database_url is not None or (data / DATABASE).is_file()


def is_begun(settings: Settings) -> bool:
    """Whether the database that the settings name has its tables, which nothing is made to find out.

    Raises Unavailable where PostgreSQL cannot be reached.
    """
    if settings.database_url is None:
        return is_set_up(settings.data)
    return has_tables(settings.database_url)


def make_tables(database_url: str, partitions: int | None, *, is_cluster: bool) -> list[str]:
    """Make the tables of an empty PostgreSQL database, in partitions or spread by Citus where asked; what ran.

    Raises Conflict for a database that has them, and Unavailable where Citus is asked for and not there.
    """
    return make(database_url, shape_for(partitions, is_cluster=is_cluster))


def tables_form(database_url: str) -> str:
    """How the tables of a PostgreSQL database lie, such as `in 4 partitions`."""
    return form(database_url)


def tables_script(partitions: int | None, *, is_cluster: bool) -> str:
    """The same as SQL."""
    return script(migrations(), shape_for(partitions, is_cluster=is_cluster))


def backup_origin(store: Store, settings: Settings) -> Origin:
    """What a backup copies."""
    database, *others = BACKED_UP
    return Origin(settings.data, database, others, __version__, store.backup)


def is_held(data: Path) -> bool:
    """Whether a server or another process works with the database in this data directory now."""
    return is_in_use(data / DATABASE)


def copy_chats(database: Path, target: Path) -> None:
    """Copy the chats of a database of Cursor's into a new file, without all else that it holds, such as access tokens.

    Raises InvalidInput for another database, and OSError where it cannot be read.
    """
    copy_rows(database, target, (COMPOSER, BUBBLE, ALL_COMPOSERS, LEGACY_PANEL))


def fetch_model(
    name: str, settings: Settings, base_url: str | None, on_progress: "Callable[[Progress], None]"
) -> "Fetched":
    """Download a model of the catalogue into the data directory, where `fastembed:NAME` finds it.

    Raises InvalidInput for a name that is not in the catalogue and Unavailable when the download fails.
    """
    # By name, because its module loads onnxruntime, which no other start should wait for.
    models = import_module("onememory.embedding.fastembed_models")
    folder = folder_of(name, settings.data / MODELS)
    return cast("Fetched", models.fetch_model(name, folder, base_url or HUB, on_progress))


def described_model(name: str) -> str:
    """What fetching would download, in a sentence; raises InvalidInput for a name that is not in the catalogue."""
    return cast("str", import_module("onememory.embedding.fastembed_models").described(name))
