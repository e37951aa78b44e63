"""Files beside the rows."""
