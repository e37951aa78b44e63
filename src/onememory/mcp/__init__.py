"""The MCP door: tools, resources and prompts for AI tools, over every transport."""
