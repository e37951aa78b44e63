"""Measurements of what the service promises, each printed with its protocol."""
