"""Adapters that fetch what strangers publish on the internet."""
