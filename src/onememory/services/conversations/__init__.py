"""The archive: past conversations with AIs, kept, read, listed and erased."""
