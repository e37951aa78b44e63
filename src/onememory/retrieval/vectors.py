"""Vectors of texts."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # shape (dimension,) or (texts, dimension); rows of unit length
