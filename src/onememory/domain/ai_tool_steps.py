"""What a person does to connect a tool whose settings cannot be written for them."""

CHATGPT = """\
As an app, with every tool:
1. On chatgpt.com open Settings, Apps and connectors, Advanced, and switch developer mode on.
2. Add a custom MCP server with the URL {mcp_url} and the authentication OAuth.
3. Sign in on the page that opens, look at what ChatGPT asks for, and allow it.
As a custom GPT, with the common operations: import {url}/openapi-gpt.json as an Action; the authentication is
"API key", type "Bearer", with a token of `onememory token create chatgpt --policy propose`."""

CLAUDE = """\
1. On claude.ai open Settings, Connectors, Add custom connector.
2. Give it the name onememory and the URL {mcp_url}.
3. Choose Connect, sign in on the page that opens, look at what Claude asks for, and allow it.
The connector is then there on the web, on the desktop and on the phone."""

LIBRECHAT = """\
1. Add integrations/librechat/librechat.yaml to yours, with the URL {mcp_url}
   Each person then gives a token of their own under MCP servers; this one is yours: {token}
   Or, only if you are its only user, for then everybody who can sign in sees your memories:
   mcpServers:
     onememory:
       type: streamable-http
       url: {mcp_url}
       headers:
         Authorization: "Bearer {token}"
2. Restart LibreChat, and choose onememory under the MCP servers of a chat or an agent.
LibreChat calls no private address unless librechat.yaml allows it, under mcpSettings, allowedAddresses."""

OPEN_WEBUI = """\
1. In Admin settings, External tools, add a connection.
2. Choose the type MCP (Streamable HTTP) with the URL {mcp_url} and OAuth, by which each person signs in.
   Or, only if you are its only user, for then everybody who can sign in sees your memories: the type OpenAPI with the
   URL {url}, the path openapi-gpt.json, and as Bearer the key {token}
3. For recall without being asked, add integrations/open-webui/memory_filter.py as a function, and set the URL {url}
   in its valves. Each person gives a token of their own in its user valves; the one above is yours."""

TYPINGMIND = """\
1. Under Plugins choose Create plugin, JSON, and paste integrations/typingmind/plugin.json.
2. In the plugin's settings give the server URL {url} and the token {token}
3. The functions run in your browser: let TypingMind's page call the server, which is started again with
   ONEMEMORY_BROWSER_ORIGINS=https://www.typingmind.com onememory serve"""

N8N = """\
1. Make a credential of the type Bearer Auth with the token {token}
2. Import integrations/n8n/workflow.json, or add an MCP Client Tool node with the endpoint {mcp_url}, the transport
   HTTP Streamable and the authentication Bearer.
3. In HTTP Request nodes use the same credential with {url}/api/search and {url}/api/memory."""
