"""What acts for a person: programs that they let in, and the tokens that say what each may do."""
