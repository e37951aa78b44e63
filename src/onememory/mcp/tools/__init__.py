"""What a model can call: one catalogue of tools, and what each takes and answers."""
