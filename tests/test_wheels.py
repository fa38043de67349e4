"""What is installed is whole: each distribution's wheel says what it is, and has its licence and its types."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

pytest.importorskip("hatchling")

ROOT = Path(__file__).parents[1]
DISTRIBUTIONS = [path.parent for path in (*ROOT.glob("*/pyproject.toml"), *ROOT.glob("plugins/*/pyproject.toml"))]
BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"


@pytest.mark.parametrize("home", DISTRIBUTIONS, ids=lambda home: home.name)
def test_a_wheel(home, tmp_path):
    subprocess.run([sys.executable, "-c", BUILD, tmp_path], cwd=home, check=True, capture_output=True)
    (path,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        (about,) = [name for name in names if name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(wheel.read(about).decode())
        (licence,) = [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
        assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()
    package = next(path.name for path in (home / "src").iterdir() if (path / "__init__.py").exists())
    assert f"{package}/py.typed" in names
    sources = [path for path in (home / "src").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {str(path.relative_to(home / "src")) for path in sources} <= set(names)
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Summary"]
    assert metadata.get_payload().startswith(f"# {metadata['Name']}\n")
    assert {"Typing :: Typed", "Operating System :: POSIX :: Linux"} <= set(metadata.get_all("Classifier"))
    assert metadata["Requires-Python"] == ">=3.11"


def test_distributions_agree_on_versions():
    """A plugin asks for the very core that it was made with."""
    import tomllib

    projects = [tomllib.loads((home / "pyproject.toml").read_text())["project"] for home in DISTRIBUTIONS]
    (version,) = {project["version"] for project in projects}
    wanted = {one for project in projects for one in project["dependencies"] if one.startswith("fwd-")}
    assert wanted == {f"fwd-core=={version}"}
