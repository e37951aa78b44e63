"""What is asked of memories and conversations, what is found, and what was asked before."""
