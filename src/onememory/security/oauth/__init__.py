"""Pure rules of the authorisation server, a module for each document that they come from."""
