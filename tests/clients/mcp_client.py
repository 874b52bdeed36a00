"""The client of the official Python SDK: lists tools, searches, runs a script, and prints the results as JSON.

Called with `stdio COMMAND [ARGUMENT ...]` or `http URL`, then the script on standard input.
"""

import asyncio
import json
import sys

from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client


def server(kind, rest):
    if kind == "http":
        return rest[0]
    return stdio_client(StdioServerParameters(command=rest[0], args=rest[1:]))


def text(result):
    return "".join(block.text for block in result.content if block.type == "text")


async def main(kind, rest, script):
    async with Client(server(kind, rest)) as client:
        tools = await client.list_tools()
        found = await client.call_tool("search_tools", {"query": "current time"})
        progress = []

        async def told(done, total, message):
            progress.append(message)

        ran = await client.call_tool("run_script", {"code": script}, progress_callback=told)
        failed = await client.call_tool("run_script", {"code": "throw new Error('on purpose')"})
        resources = await client.list_resources()
        print(json.dumps({
            "tools": [tool.name for tool in tools.tools],
            "found": text(found),
            "value": ran.structured_content,
            "failed": [failed.is_error, text(failed)],
            "resources": len(resources.resources),
            "progress": progress,
        }))


asyncio.run(main(sys.argv[1], sys.argv[2:], sys.stdin.read()))
