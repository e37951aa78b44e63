"""Our own export: everything of an account, so that nothing is lost."""
