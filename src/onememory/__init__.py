"""One memory for every AI you use, on your own machine."""

__version__ = "0.1.0"
