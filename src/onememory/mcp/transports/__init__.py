"""How clients reach the MCP server: over HTTP, or over standard input and output."""
