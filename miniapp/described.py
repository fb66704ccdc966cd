"""What the description of the JSON door says beyond what its routes say of themselves."""

from typing import Any

REFUSED = {
    "type": "object",
    "required": ["code", "message", "details"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "details": {"type": "object"},
    },
}
"""The shape of every no."""


def whole(spec: Any) -> Any:  # noqa: ANN401 - a description may also be text to APIFlask
    """Complete the description: bodies are required, and every no has one shape."""
    refused = {"description": "refused", "content": {"application/json": {"schema": REFUSED}}}
    for path in spec["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                if "requestBody" in operation:
                    operation["requestBody"]["required"] = True
                for status in ("400", "401", "403", "404", "409", "422", "503"):
                    operation["responses"][status] = refused
    return spec
