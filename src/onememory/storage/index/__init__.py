"""The derived indexes in either dialect: packed postings, and columns of recently active users in memory."""
