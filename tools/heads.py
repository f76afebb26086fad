"""Check that the database's migrations form one line that ends in one head."""

import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Print the heads; 1 unless there is exactly one."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    heads = ScriptDirectory.from_config(config).get_heads()
    print(f"migration heads: {', '.join(heads) or 'none'}")
    return 0 if len(heads) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
