"""The authorisation server's JSON endpoints: metadata, registration, tokens, revocation."""
