"""Which unknown entries of a table with totals follow from the others.

Each withheld entry joins its row to its column. Its value follows from the sums of rows and columns exactly
where no other way of withheld entries leads round it: where it is a bridge of that graph. (Row and column of
the totals are lines like the others, whose entries add up with the other sign.) R. Gusfield, "A Graph
Theoretic Approach to Statistical Data Security", SIAM J. Comput. 17 (1988).
"""

from collections.abc import Collection, Iterator

Entry = tuple[str, str]
Node = tuple[int, str]


def bridges(entries: Collection[Entry]) -> list[Entry]:
    """The entries (row, column) that are the only way between two parts of the graph."""
    around: dict[Node, list[tuple[Node, Entry]]] = {}
    for entry in entries:
        row, column = (0, entry[0]), (1, entry[1])
        around.setdefault(row, []).append((column, entry))
        around.setdefault(column, []).append((row, entry))
    order: dict[Node, int] = {}
    found: list[Entry] = []
    for start in around:
        if start not in order:
            found += _from(start, around, order)
    return found


def _from(start: Node, around: dict[Node, list[tuple[Node, Entry]]], order: dict[Node, int]) -> list[Entry]:
    """One connected part, searched in depth without recursion: a table may be thousands of lines deep."""
    found: list[Entry] = []
    order[start] = len(order)
    least = {start: order[start]}
    path: list[tuple[Node, Entry | None, Iterator[tuple[Node, Entry]]]] = [(start, None, iter(around[start]))]
    while path:
        node, came_by, rest = path[-1]
        step = next(rest, None)
        if step is None:
            path.pop()
            if path and came_by is not None:
                parent = path[-1][0]
                least[parent] = min(least[parent], least[node])
                if least[node] > order[parent]:
                    found.append(came_by)
        elif step[1] != came_by:
            other, entry = step
            if other in order:
                least[node] = min(least[node], order[other])
            else:
                order[other] = least[other] = len(order)
                path.append((other, entry, iter(around[other])))
    return found
