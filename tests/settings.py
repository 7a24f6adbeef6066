"""The project's settings for a test run, over a throw-away database unless DATABASE_URL is set.

The first process of the run names the folder; workers of pytest-xdist inherit the name. The server
itself starts with the first test that connects, and tests/conftest.py removes it at the end.
"""

import os

from tests import throwaway

# A developer's own settings must not decide whether a test passes.
for name in [name for name in os.environ if name.startswith("PUENTE_")]:
    if not name.startswith("PUENTE_THROWAWAY_"):
        del os.environ[name]
throwaway.claim()

from matchmaking.settings import *  # noqa: E402, F403 - they read the environment set above
