"""Walk plain canonical content: dictionaries by member name, lists by index, as `names.0.surname`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def put(tree: dict[str, Any], path: str, value: Any) -> bool:
    """Set the member at a dotted `path`; False when another value stands there."""
    last = path
    if "." in path:
        *parents, last = path.split(".")
        for name in parents:
            tree = tree.setdefault(name, {})
    if last in tree and tree[last] != value:
        return False
    tree[last] = value
    return True


def extend(tree: dict[str, Any], path: str, items: list[Any]) -> int:
    """Append to the list at `path` and return the index of the first new item."""
    *parents, last = path.split(".")
    for name in parents:
        tree = tree.setdefault(name, {})
    found = tree.setdefault(last, [])
    first = len(found)
    found += items
    return first


def look(tree: dict[str, Any], path: str) -> Any:
    """Return what stands at `path`, or None."""
    if "." not in path:
        return tree.get(path)
    found: Any = tree
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    return found


def take(tree: dict[str, Any], path: str) -> Any:
    """Remove and return what stands at `path`, or None; objects that become empty go too."""
    name, _, rest = path.partition(".")
    if name not in tree:
        return None
    if not rest:
        return tree.pop(name)
    if not isinstance(tree[name], dict):
        return None
    found = take(tree[name], rest)
    if not tree[name]:
        del tree[name]
    return found


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value that is no container, with its path."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}.{index}")
    else:
        yield path, value
