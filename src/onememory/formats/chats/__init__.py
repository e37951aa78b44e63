"""Exports of other AI tools, read one conversation at a time into the archive's normal form."""
