"""Pure rules of security: secrets, hashes, rates. No I/O."""
