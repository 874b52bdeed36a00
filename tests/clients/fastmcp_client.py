"""FastMCP's client: lists tools, searches, runs a script, and prints the results as JSON.

Called with `stdio COMMAND [ARGUMENT ...]` or `http URL`, then the script on standard input.
"""

import asyncio
import json
import sys

from fastmcp import Client
from fastmcp.client.transports import StdioTransport


def server(kind, rest):
    return rest[0] if kind == "http" else StdioTransport(command=rest[0], args=rest[1:])


def text(result):
    return "".join(block.text for block in result.content if block.type == "text")


async def main(kind, rest, script):
    async with Client(server(kind, rest)) as client:
        tools = await client.list_tools()
        found = await client.call_tool("search_tools", {"query": "current time"})
        ran = await client.call_tool("run_script", {"code": script})
        failed = await client.call_tool(
            "run_script", {"code": "throw new Error('on purpose')"}, raise_on_error=False)
        resources = await client.list_resources()
        print(json.dumps({
            "tools": [tool.name for tool in tools],
            "found": text(found),
            "value": ran.structured_content,
            "failed": [failed.is_error, text(failed)],
            "resources": len(resources),
        }))


asyncio.run(main(sys.argv[1], sys.argv[2:], sys.stdin.read()))
