"""Words for a person: what was done, found, allowed or refused, and how a thing is done elsewhere."""
