"""Memories as other programs keep them: one file for each format, and one table that knows them all."""
