"""What Alembic itself says about each fixture: its offline SQL both ways, its heads and its order, as JSON."""
import io
import json
import pathlib
import sys

import alembic
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

FIXTURES = pathlib.Path(__file__).parent / "fixtures"


def render(folder: pathlib.Path) -> dict:
    config = Config()
    config.set_main_option("script_location", str(folder))
    script = ScriptDirectory.from_config(config)

    def offline(run, revisions: str) -> str:
        config.output_buffer = io.StringIO()
        run(config, revisions, sql=True)
        return config.output_buffer.getvalue()

    heads = sorted(script.get_heads())
    # Where a merge comes apart, the order in which Alembic names the parents changes from run to run.
    forks = any(len(each._normalized_down_revisions) > 1 for each in script.walk_revisions())
    return {
        "heads": heads,
        "order": [each.revision for each in script.walk_revisions()][::-1],
        "up": offline(command.upgrade, "head"),
        "down": None if forks else offline(command.downgrade, f"{heads[0]}:base"),
    }


def is_ours(folder: pathlib.Path) -> bool:
    """Whether this version of Alembic can do what the fixture does; the file `requires` says since which one."""
    requires = folder / "requires"
    if not requires.exists():
        return True
    least, own = (tuple(map(int, text.split(".")[:2])) for text in (requires.read_text().strip(), alembic.__version__))
    return own >= least


folders = sorted(path for path in FIXTURES.iterdir() if path.is_dir() and is_ours(path))
json.dump({folder.name: render(folder) for folder in folders}, sys.stdout)
