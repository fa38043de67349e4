"""Write `reserved-keys.txt`: the keys of all reserved theorems, each list read in the database that it was made for.

    python plugins/metamath/tools/reserve.py

The lists name theorems of set.mm and of iset.mm; both databases must be installed. Keys speak of symbols and not of
labels, so with them the reserved statements are known in any database.
"""

from __future__ import annotations

from pathlib import Path

from fwd_metamath.env import MetamathEnv
from fwd_metamath.keys import bare_goal
from fwd_metamath.reserved import DATA, KEYS, LISTS
from fwd_metamath.settings import MetamathConfig


def reserved_keys() -> list[str]:
    """All keys, sorted. A reserved label that its database does not have counts for nothing."""
    keys = set()
    for database, labels in LISTS.items():
        env = MetamathEnv(MetamathConfig(database=database))
        assertions = env.database.assertions
        for label in (DATA / labels).read_text(encoding="ascii").split():
            if label in assertions:
                keys.add(env.key(bare_goal(assertions[label])))
    return sorted(keys)


if __name__ == "__main__":
    (Path(str(DATA)) / KEYS).write_text("\n".join(reserved_keys()) + "\n", encoding="ascii")
