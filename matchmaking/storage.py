"""Static files as served: hashed names, compressed, and the stylesheet tree joined into one file."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLESHEETS = ("css/puente.css", "css/admin.css")
IMPORT = re.compile(
    r"""@import\s+url\(\s*["']?(?P<path>[^"')]+)["']?\s*\)(?:\s+layer\((?P<layer>[\w.-]+)\))?\s*;"""
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ADDRESS = re.compile(r"""url\(\s*["']?(?![#"']|data:|/)""")
SPACES = re.compile(r"\s+")


class StylesheetError(ValueError):
    """A stylesheet tree that cannot be joined; says which file and why."""


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Joins each stylesheet of `STYLESHEETS` with what it imports, then hashes and compresses.

    Without `collectstatic` (development, tests) the browser follows the imports itself, so both
    ways give the same cascade: an import with a layer becomes a block of that layer.
    """

    def post_process(
        self,
        paths: dict[str, Any],
        dry_run: bool = False,
        **options: Any,
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        if not dry_run:
            # Django reads each file where it was found; the joined one is found here.
            joined = {name: (self, name) for name in STYLESHEETS if name in paths}
            for name in joined:
                # A collected one that looks up to date was joined last time, with old imports.
                storage, path = paths[name]
                with storage.open(path) as source:
                    text = source.read().decode()
                self._replace(name, text)
                self._replace(name, squeeze(self.join(name)))
            paths = {**paths, **joined}
        yield from super().post_process(paths, dry_run, **options)

    def join(self, name: str, above: tuple[str, ...] = ()) -> str:
        """The text of a stylesheet with its imports resolved.

        Raises StylesheetError for a missing file, a circle, or a relative address that would
        point elsewhere after joining.
        """
        if name in above:
            raise StylesheetError(f"{' imports '.join((*above, name))}: a circle")
        if not self.exists(name):
            raise StylesheetError(
                f"{above[-1] if above else 'collectstatic'} needs {name}: missing"
            )
        with self.open(name) as file:
            text = COMMENT.sub("", file.read().decode())
        folder = posixpath.dirname(name)

        def imported(match: re.Match[str]) -> str:
            inner = self.join(
                posixpath.normpath(posixpath.join(folder, match["path"])), (*above, name)
            )
            return f"@layer {match['layer']} {{\n{inner}\n}}" if match["layer"] else inner

        joined = IMPORT.sub(imported, text)
        if above and ADDRESS.search(joined):
            raise StylesheetError(f"{name} has a relative url(); write it from the root")
        return joined

    def _replace(self, name: str, text: str) -> None:
        self.delete(name)
        self._save(name, ContentFile(text.encode()))


def squeeze(text: str) -> str:
    """CSS without comments and with single spaces; nothing else is rewritten."""
    return SPACES.sub(" ", COMMENT.sub("", text)).strip() + "\n"
