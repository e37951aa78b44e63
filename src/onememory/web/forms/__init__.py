"""What people fill in, and what addresses of pages say: read, checked and written again."""
