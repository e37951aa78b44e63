"""Rows as nouns, and nouns as rows: portable SQL, a file for each noun."""
