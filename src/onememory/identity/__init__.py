"""Adapters for servers at which people sign in for many programs."""
