"""The command line: parser and action together, one file for each group of commands."""
