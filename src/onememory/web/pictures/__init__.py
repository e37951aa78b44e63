"""Pictures: where their parts stand, in the units of their `viewBox`; the templates draw them."""
