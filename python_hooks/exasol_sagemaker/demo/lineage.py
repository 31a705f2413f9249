"""The lineage that dbt recorded, as a tree for the terminal."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Lineage:
    """Nodes of a dbt manifest and what follows from what.

    Args:
        kinds: of each node, by unique id: its materialization, or `source`, `seed`, ….
        names: of each node, by unique id.
        relations: of each node that has one, by unique id: its name in SQL.
        children: of each node, by unique id.
    """

    kinds: Mapping[str, str]
    names: Mapping[str, str]
    relations: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]]

    def roots(self) -> list[str]:
        """Nodes that nothing precedes."""
        followers = {child for children in self.children.values() for child in children}
        return sorted(node for node in self.names if node not in followers)

    def node(self, name: str) -> str:
        """Unique id of the node of that name."""
        return next(node for node, its in self.names.items() if its == name)

    def relation(self, name: str) -> str:
        """Name in SQL of the node of that name."""
        return self.relations[self.node(name)]

    def descendants(self, node: str) -> Iterator[str]:
        """All that follows from a node, without the node."""
        waiting, seen = [node], {node}
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
                    yield child

    def parents(self, node: str) -> list[str]:
        """What a node reads."""
        return sorted(parent for parent, children in self.children.items() if node in children)

    def deepest_parents(self) -> dict[str, str]:
        """For each node but the roots, the parent that is farthest from a root: a tree shows it there."""
        depth = dict.fromkeys(self.roots(), 0)
        parents: dict[str, str] = {}
        waiting = list(depth)
        while waiting:
            node = waiting.pop()
            for child in self.children.get(node, ()):
                if depth.get(child, -1) <= depth[node]:
                    depth[child] = depth[node] + 1
                    parents[child] = node
                    waiting.append(child)
        return parents

    def life_cycle(self, model: str) -> "Lineage":
        """Only what follows from the autopilot_model of that name, and what all this is made from."""
        start = self.node(model)
        wanted = {start, *self.descendants(start)}
        waiting = list(wanted)
        while waiting:
            for parent in self.parents(waiting.pop()):
                if parent not in wanted:
                    wanted.add(parent)
                    waiting.append(parent)
        return replace(
            self,
            names={node: name for node, name in self.names.items() if node in wanted},
            children={
                node: tuple(child for child in children if child in wanted)
                for node, children in self.children.items()
                if node in wanted
            },
        )


def read_lineage(manifest: Path) -> Lineage:
    """The lineage in a `target/manifest.json`, without tests."""
    content = json.loads(manifest.read_text(encoding="utf-8"))
    kinds, names, relations = {}, {}, {}
    for node_id, node in {**content["sources"], **content["nodes"]}.items():
        kind = node["resource_type"]
        if kind in ("test", "analysis", "operation"):
            continue
        kinds[node_id] = node["config"].get("materialized", kind) if kind == "model" else kind
        names[node_id] = f"{node['source_name']}.{node['name']}" if kind == "source" else node["name"]
        if node.get("relation_name"):
            relations[node_id] = node["relation_name"]
    children = {
        node_id: tuple(sorted(child for child in content["child_map"].get(node_id, ()) if child in names))
        for node_id in names
    }
    return Lineage(kinds, names, relations, children)
