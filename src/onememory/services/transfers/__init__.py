"""Files in and out: looked through, imported, taken back, exported."""
