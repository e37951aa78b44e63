"""File formats: bytes to memories, and memories to bytes. No I/O."""
