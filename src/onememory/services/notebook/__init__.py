"""Memories in their buckets: written, changed, reviewed, moved and restored, each change in one way."""
