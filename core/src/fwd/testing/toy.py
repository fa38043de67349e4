"""The toy env: the order of a few letters. Small enough to read in a sitting, complete enough that core's own tests
train on it and prove with it in seconds.

Statements are `a<b`, `a<=b` and `a~b` (the two are comparable) over the letters a to h. A goal's condition `"a b"`
says that the two differ. Most goals are about order, a graph has little room, and half of the rules lead astray: that
is what there is to learn. The rules are in `toy_rules`; `toy_env` judges steps and proofs, `toy_codec` holds tokens and
grammar, `toy_data` makes goals with proofs, and `toy_plugin` registers it all as the env "toy".
"""

from fwd.testing.toy_codec import ToyCodec
from fwd.testing.toy_data import ToyHuman, ToySynthetic
from fwd.testing.toy_env import ToyConfig, ToyEnv

__all__ = ["ToyCodec", "ToyConfig", "ToyEnv", "ToyHuman", "ToySynthetic"]
