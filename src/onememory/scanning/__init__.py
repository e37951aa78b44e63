"""Adapters that find secrets with what well-kept libraries know of them; nothing here uses the network."""

from onememory.scanning.scanner import LibraryScanner

__all__ = ["LibraryScanner"]
