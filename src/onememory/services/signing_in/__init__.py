"""How people prove who they are: passwords, codes, links, an identity provider, or a proxy that vouches for them."""
