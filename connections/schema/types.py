"""What products have in common in what they tell of their forms."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

# Zoho's word for no value, in lists of values and in what depends on them.
NONE = "-None-"


@dataclass(frozen=True)
class Dependency:
    """Which values of `child` go with each value of `parent`; "" stands for none."""

    parent: str
    child: str
    choices: Mapping[str, tuple[str, ...]]

    @property
    def as_json(self) -> str:
        return json.dumps(self.choices)
