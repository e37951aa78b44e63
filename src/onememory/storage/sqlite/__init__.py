"""The SQLite dialect: connections, the one writer, the readers, full text and the vector scan."""
