"""What the server keeps, in Home Assistant's configuration folder: people's photos, database, token.

Home Assistant's backups take it along. Copied to a server of one's own, or back, it brings everybody.
"""

from pathlib import Path
import shutil
import sqlite3

FACES = "faces"
DATA = "data"
DATABASE = "face.sqlite3"
TOKEN = "admin-token"  # noqa: S105 (a file's name)
# The SHA-256 of the program that ran last, to be run again where a newer one cannot be fetched.
LAST_PROGRAM = "program"
# With less than this, the next photos and sightings soon find no room.
LITTLE_ROOM = 32 * 2**20
# How long a reader of the database waits for its turn.
BUSY_SECONDS = 10.0


class Folder:
    """Its files. Everything here blocks."""

    def __init__(self, path: Path) -> None:
        """Take the folder, which may not be there yet."""
        self.path = path
        self.faces = path / FACES
        self.data = path / DATA
        self._held: sqlite3.Connection | None = None

    @property
    def has_database(self) -> bool:
        """Whether a server ever lived here."""
        return (self.data / DATABASE).exists()

    def prepare(self) -> None:
        """Make what is missing; the data is nobody else's business."""
        self.faces.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)

    def is_full(self) -> bool:
        """Whether the disk of either is full, or nearly; one of them may be a link to another."""
        return min(shutil.disk_usage(folder).free for folder in (self.faces, self.data)) < LITTLE_ROOM

    def token(self) -> str | None:
        """Give the token that the server made at its first start."""
        file = self.data / TOKEN
        return file.read_text(encoding="utf-8").strip() if file.exists() else None

    def keep_token(self, token: str) -> None:
        """Keep another one in its place."""
        file = self.data / TOKEN
        file.touch(mode=0o600)
        file.write_text(f"{token}\n", encoding="utf-8")

    def last_program(self) -> str | None:
        """Give the SHA-256 of the program that ran last."""
        file = self.data / LAST_PROGRAM
        return file.read_text(encoding="utf-8").strip() if file.exists() else None

    def keep_last_program(self, sha256: str) -> None:
        """Remember it."""
        if self.last_program() != sha256:
            (self.data / LAST_PROGRAM).write_text(f"{sha256}\n", encoding="utf-8")

    def hold(self) -> None:
        """Let the database be copied while the server goes on.

        Writes go to the log beside the database, and move into it at checkpoints. A reader that stays holds these up:
        the file does not change, its log only grows, and copies of both fit together, whenever each was made.
        """
        if self._held is not None or not self.has_database:
            return
        held = sqlite3.connect(
            f"file:{self.data / DATABASE}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            # Most of the log moves now, so that little is left to copy.
            held.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            held.execute("BEGIN")
            held.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error:
            held.close()
            raise
        self._held = held

    def release(self) -> None:
        """The copy is made."""
        held, self._held = self._held, None
        if held is not None:
            held.close()
