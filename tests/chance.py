"""Where chance comes from: the same in each `make test`, anew in each `make soak`.

A gate must not fail by what it drew on a change that has nothing to do with it; what explores is the soak.
NHIPCAU_SEED names the seed of one that is to be repeated: it stands at the head of each run.
"""

import os
import random

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

SOAK = os.environ.get("NHIPCAU_SOAK") == "1"
FIXED = 20261123
# In the environment, so that the workers of a run, and what they start, draw from the same one.
_NEW = random.SystemRandom().randrange(10**9)
SEED = int(os.environ.setdefault("NHIPCAU_SEED", str(_NEW if SOAK else FIXED)))


def settle() -> None:
    """Hypothesis too; a property is not judged by its speed, for machines are shared and noisy."""
    quick = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
    settings.register_profile("the same", derandomize=True, database=None, **quick)
    settings.register_profile("anew", derandomize=False, max_examples=1000, **quick)
    settings.load_profile("anew" if SOAK else "the same")
    if not SOAK:
        # Examples else depend on the numbers written in whatever modules happen to be loaded.
        providers._get_local_constants = providers.Constants
