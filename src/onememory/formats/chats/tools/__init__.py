"""The tools that chats come from: a file for each format of theirs."""
