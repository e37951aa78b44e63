"""Nouns and rules of a memory service; needs nothing but the standard library."""
