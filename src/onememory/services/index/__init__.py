"""What is derived from the rows so that they are found: words, vectors, and the model that makes these."""
