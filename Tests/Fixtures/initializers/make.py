"""Initial values without randomness, by torch.nn.init."""
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from oracle_form import case, write

write(__file__, "identity", [
    case("identity", "torch.nn.init.eye_", {"shape": list(shape)}, {},
         {"w": torch.nn.init.eye_(torch.empty(shape))})
    for shape in [(3, 3), (2, 4), (4, 2)]
])
write(__file__, "dirac", [
    case("dirac", "torch.nn.init.dirac_", {"shape": list(shape), "groups": groups}, {},
         {"w": torch.nn.init.dirac_(torch.empty(shape), groups)})
    for shape, groups in [
        ((3, 3, 3, 3), 1), ((4, 2, 3, 3), 1), ((2, 4, 3, 5), 1), ((6, 2, 3, 3), 3), ((4, 2, 2, 4), 2),
        ((3, 2, 5), 1),
    ]
])
