"""Who is here: the accounts of people, from the first to the end of each."""
