"""Canonical rows and the derived index, behind the Store port."""
