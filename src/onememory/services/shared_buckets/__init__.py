"""Buckets that several people use: letting others in, joining, and who wrote what."""
