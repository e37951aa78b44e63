"""Settings files of AI tools, changed in one place and left as they are everywhere else."""
