"""Other AI tools on this machine, their settings, and how those are changed and put back."""
