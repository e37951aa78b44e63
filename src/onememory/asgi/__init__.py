"""What every HTTP door shares: who is asking, limits on bodies, the error body, request ids, the log and metrics."""
