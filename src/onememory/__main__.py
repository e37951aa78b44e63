"""`python -m onememory` is the command `onememory`."""

from onememory.cli.main import run

run()
