"""Static files as served: one stylesheet, one set of names, small enough for a first view."""

import gzip
import re
import shutil
from pathlib import Path

import pytest

from matchmaking.storage import (
    STYLESHEETS,
    JoinedStaticFilesStorage,
    StylesheetError,
    squeeze,
)

STATIC = Path(__file__).resolve().parents[2] / "matchmaking" / "static"
IMPORTED = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);')


def storage_of(folder: Path, files: dict[str, str]) -> JoinedStaticFilesStorage:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return JoinedStaticFilesStorage(location=folder, base_url="/static/")


def collect(folder: Path) -> dict[str, str]:
    """Original name to served name, after what collectstatic does with our own files."""
    shutil.copytree(STATIC, folder, dirs_exist_ok=True)
    storage = JoinedStaticFilesStorage(location=folder, base_url="/static/")
    names = [
        path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()
    ]
    paths = {name: (storage, name) for name in names}
    served = {}
    for name, hashed, processed in storage.post_process(paths):
        assert not isinstance(processed, Exception), (name, processed)
        if hashed and not hashed.endswith(".gz"):
            served[name] = hashed
    return served


def test_a_first_view_loads_one_stylesheet(tmp_path: Path) -> None:
    served = collect(tmp_path)
    for name in STYLESHEETS:
        assert "@import" not in (tmp_path / served[name]).read_text()
    assert re.fullmatch(r"css/puente\.[0-9a-f]{12}\.css", served["css/puente.css"])


def test_the_served_stylesheet_holds_every_file_in_its_layer(tmp_path: Path) -> None:
    served = collect(tmp_path)
    text = (tmp_path / served["css/puente.css"]).read_text()
    imports = IMPORTED.findall((STATIC / "css" / "puente.css").read_text())
    assert len(imports) > 30
    for name, layer in imports:
        inner = squeeze((STATIC / "css" / name).read_text()).strip()
        assert f"@layer {layer} {{ {inner} }}" in text, name


def test_collecting_again_brings_what_only_an_imported_file_changed(tmp_path: Path) -> None:
    """Collectstatic leaves the joined file: it is newer than the unchanged one it came from."""
    source = storage_of(
        tmp_path / "source",
        {"css/puente.css": '@import url("one.css") layer(a);', "css/one.css": "p { color: red }"},
    )
    served = tmp_path / "served"
    shutil.copytree(tmp_path / "source", served)
    storage = JoinedStaticFilesStorage(location=served, base_url="/static/")
    found = {name: (source, name) for name in ("css/puente.css", "css/one.css")}
    list(storage.post_process(dict(found)))
    (tmp_path / "source/css/one.css").write_text("p { color: blue }")
    shutil.copy(tmp_path / "source/css/one.css", served / "css/one.css")
    list(storage.post_process(dict(found)))
    assert "blue" in (served / "css/puente.css").read_text()


def test_every_stylesheet_of_the_tree_is_imported() -> None:
    imported = {name for name, _ in IMPORTED.findall((STATIC / "css" / "puente.css").read_text())}
    present = {path.relative_to(STATIC).as_posix() for path in (STATIC / "css").rglob("*.css")}
    assert {f"css/{name}" for name in imported} == present - set(STYLESHEETS)


def test_own_css_and_js_with_htmx_stay_under_60_kb_compressed() -> None:
    htmx = Path(pytest.importorskip("django_htmx").__file__).parent / "static" / "django_htmx"
    pages = [path for path in STATIC.rglob("*.css") if path.name != "admin.css"]
    files = [*pages, *STATIC.rglob("*.js"), htmx / "htmx-2.min.js"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 60_000


def test_without_collecting_the_browser_follows_the_same_imports(tmp_path: Path) -> None:
    storage = storage_of(
        tmp_path,
        {
            "css/puente.css": '@layer a, b;\n@import url("one.css") layer(a);\n',
            "css/one.css": '/* why */\n@import url("deep/two.css") layer(b);\np { color: red }\n',
            "css/deep/two.css": "q { color: blue }",
        },
    )
    assert squeeze(storage.join("css/puente.css")) == (
        "@layer a, b; @layer a { @layer b { q { color: blue } } p { color: red } }\n"
    )


def test_a_missing_import_names_both_files(tmp_path: Path) -> None:
    storage = storage_of(tmp_path, {"css/puente.css": '@import url("gone.css");'})
    with pytest.raises(StylesheetError, match=r"css/puente\.css needs css/gone\.css"):
        storage.join("css/puente.css")


def test_a_circle_of_imports_is_refused(tmp_path: Path) -> None:
    storage = storage_of(
        tmp_path, {"css/a.css": '@import url("b.css");', "css/b.css": '@import url("a.css");'}
    )
    with pytest.raises(StylesheetError, match="a circle"):
        storage.join("css/a.css")


def test_a_relative_address_in_an_imported_file_is_refused(tmp_path: Path) -> None:
    storage = storage_of(
        tmp_path,
        {"css/a.css": '@import url("b.css");', "css/b.css": "p { background: url(dot.png) }"},
    )
    with pytest.raises(StylesheetError, match=r"css/b\.css has a relative url"):
        storage.join("css/a.css")


def test_hatches_and_data_addresses_survive_joining(tmp_path: Path) -> None:
    storage = storage_of(
        tmp_path,
        {
            "css/a.css": '@import url("b.css");',
            "css/b.css": "p { stroke: url(#tie); background: url(data:image/png;base64,AA) }",
        },
    )
    assert "url(#tie)" in storage.join("css/a.css")
