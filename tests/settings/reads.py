"""Which fields of configuration models the package reads: attribute access, traced through annotations.

What is traced is the *classes a value mentions*, not its exact type: a tuple of send types, a dictionary of them and
one of them all mention ``SendType``. That is enough to tell ``pool.min_performance`` from ``row.min_performance``.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

Mentions: TypeAlias = frozenset[str]
NOTHING: Mentions = frozenset()
SETTINGS = "eros_assets.settings"
_CHECKS = ("_", "check_", "require_")
_TYPES = (ast.Subscript, ast.BinOp)
_HASHES = ("text_rules_version", "config_hash")


@dataclass
class Module:
    """One source file: what its names stand for."""

    name: str
    tree: ast.Module
    names: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    """All modules, the attributes of their classes, what their functions return, and the fields read so far."""

    modules: dict[str, Module]
    attributes: dict[str, dict[str, Mentions]] = field(default_factory=lambda: defaultdict(dict))
    bases: dict[str, list[str]] = field(default_factory=dict)
    returns: dict[str, Mentions] = field(default_factory=dict)
    aliases: dict[str, tuple[Module, ast.expr]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    reads: set[tuple[str, str]] = field(default_factory=set)

    def full_name(self, module: Module, name: str) -> str:
        """The definition behind a name, through imports and re-exports."""
        for _ in range(5):
            target = module.names.get(name)
            if target is None:
                return f"{module.name}.{name}"
            home, _, name = target.rpartition(".")
            if home not in self.modules:
                return target
            module = self.modules[home]
        return f"{module.name}.{name}"

    def attribute(self, owner: str, name: str) -> Mentions | None:
        """What an attribute of a class mentions, None where the class has no such attribute."""
        for known in (owner, *self.bases.get(owner, ())):
            if name in self.attributes.get(known, {}):
                return self.attributes[known][name]
        return None


def read_fields(root: Path, packages: tuple[str, ...]) -> set[tuple[str, str]]:
    """(class, field) of everything that the packages under ``root`` read, classes by full name."""
    modules = {}
    for path in sorted(p for package in packages for p in (root / package).rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        modules[name] = Module(name, ast.parse(path.read_text(encoding="utf-8")))
    world = World(modules, words=frozenset(_words(modules)))
    for module in modules.values():
        _learn_names(module, world)
    for module in modules.values():
        _learn_classes(module, world)
    for _ in range(2):  # attributes set on ``self`` become known in the first pass
        for module in modules.values():
            Tracer(module, world).block(module.tree.body)
    return world.reads


def _words(modules: dict[str, Module]) -> Iterator[str]:
    """Every string of the packages, and of the settings the closed lists of names."""
    for module in modules.values():
        if not module.name.startswith(SETTINGS) or module.name.endswith(".types"):
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def _learn_names(module: Module, world: World) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            module.names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef):
            world.attributes[f"{module.name}.{node.name}"] = {}
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, _TYPES):
            world.aliases[f"{module.name}.{node.targets[0].id}"] = module, node.value


def _learn_classes(module: Module, world: World) -> None:
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef):
            world.returns[f"{module.name}.{node.name}"] = mentioned(node.returns, module, world)
        if not isinstance(node, ast.ClassDef):
            continue
        own = world.attributes[f"{module.name}.{node.name}"]
        world.bases[f"{module.name}.{node.name}"] = [
            world.full_name(module, base.id) for base in node.bases if isinstance(base, ast.Name)
        ]
        for part in node.body:
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                own[part.target.id] = mentioned(part.annotation, module, world)
            elif isinstance(part, ast.FunctionDef):
                own[part.name] = mentioned(part.returns, module, world)


def mentioned(
    annotation: ast.expr | None, module: Module, world: World, seen: frozenset[str] = frozenset()
) -> Mentions:
    """Classes of the packages that an annotation names, whatever the containers around them."""
    found: set[str] = set()
    for node in ast.walk(annotation) if annotation is not None else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            node = ast.Name(node.value)
        if isinstance(node, ast.Name):
            full = world.full_name(module, node.id)
            if full in world.attributes:
                found.add(full)
            elif full in world.aliases and full not in seen:
                home, meaning = world.aliases[full]
                found |= mentioned(meaning, home, world, seen | {full})
    return frozenset(found)


class Tracer:
    """Follows what the names of one scope mention, and records the fields read from them."""

    def __init__(self, module: Module, world: World, scope: dict[str, Mentions] | None = None, counts: bool = True):
        self.module, self.world = module, world
        self.scope = dict(scope or {})
        self.counts = counts

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef):
            self.function(node, None)
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    self.function(part, f"{self.module.name}.{node.name}")
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self.bind(target, node.value)
        elif isinstance(node, ast.AnnAssign):
            said = mentioned(node.annotation, self.module, self.world)
            self.put(node.target, said | (self.expression(node.value) if node.value else NOTHING))
        elif isinstance(node, ast.For):
            self.bind(node.target, node.iter)
            self.block([*node.body, *node.orelse])
        else:
            self.parts(node)

    def parts(self, node: ast.AST) -> None:
        """What stands inside a statement, a handler or a context manager, in its order."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self.statement(child)
            elif isinstance(child, ast.expr):
                self.expression(child)
            elif isinstance(child, ast.withitem) and child.optional_vars:
                self.bind(child.optional_vars, child.context_expr)
            else:
                self.parts(child)

    def function(self, node: ast.FunctionDef, owner: str | None) -> None:
        is_check = self.module.name.startswith(SETTINGS) and node.name.startswith((*_CHECKS, *_HASHES))
        inner = Tracer(self.module, self.world, self.scope, counts=self.counts and not is_check)
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        for argument in arguments:
            inner.scope[argument.arg] = mentioned(argument.annotation, self.module, self.world)
        if owner and arguments and arguments[0].arg == "self":
            inner.scope["self"] = frozenset([owner])
        inner.block(node.body)

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        pairs = (ast.Tuple, ast.List)
        if isinstance(target, pairs) and isinstance(value, pairs) and len(target.elts) == len(value.elts):
            for one, other in zip(target.elts, value.elts, strict=True):
                self.bind(one, other)
        else:
            self.put(target, self.expression(value))

    def put(self, target: ast.expr, found: Mentions) -> None:
        if isinstance(target, ast.Name):
            self.scope[target.id] = self.scope.get(target.id, NOTHING) | found
        elif isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self.put(part, found)
        elif isinstance(target, ast.Starred):
            self.put(target.value, found)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            for owner in self.scope.get("self", ()):
                own = self.world.attributes[owner]
                own[target.attr] = own.get(target.attr, NOTHING) | found
        elif isinstance(target, ast.Subscript):
            self.expression(target)

    def expression(self, node: ast.expr) -> Mentions:
        if isinstance(node, ast.Name):
            return self.scope.get(node.id, NOTHING)
        if isinstance(node, ast.Attribute):
            return self.read(self.expression(node.value), node.attr)
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            return Tracer(self.module, self.world, self.scope, self.counts).comprehension(node)
        if isinstance(node, ast.Lambda):
            return self.expression(node.body)
        if isinstance(node, ast.NamedExpr):
            self.bind(node.target, node.value)
        return self.all_of([child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)])

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Mentions:
        for part in node.generators:
            for name in ast.walk(part.target):
                if isinstance(name, ast.Name):
                    self.scope[name.id] = NOTHING
            self.bind(part.target, part.iter)
            self.all_of(part.ifs)
        return self.all_of([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])

    def call(self, node: ast.Call) -> Mentions:
        given = self.all_of([a for a in node.args if not isinstance(a, ast.Lambda)])
        for argument in node.args + [k.value for k in node.keywords]:
            if isinstance(argument, ast.Lambda):
                for name in argument.args.args:
                    self.scope[name.arg] = self.scope.get(name.arg, NOTHING) | given | self.all_of([node.func])
            given |= self.expression(argument)
        if isinstance(node.func, ast.Name):
            if node.func.id == "getattr":
                return self.by_name(self.expression(node.args[0]), node.args[1])
            full = self.world.full_name(self.module, node.func.id)
            if full in self.world.attributes:
                return frozenset([full])
            return self.world.returns.get(full, given)
        if isinstance(node.func, ast.Attribute) and node.func.attr.startswith("model_dump"):
            return self.by_name(self.expression(node.func.value), None)
        return given | self.expression(node.func)

    def by_name(self, owners: Mentions, name: ast.expr | None) -> Mentions:
        """Fields read by a name: with none given all of them, by a computed one those named in some string."""
        if isinstance(name, ast.Constant):
            return self.read(owners, str(name.value))
        fields = {f for owner in owners for f in self.world.attributes[owner]}
        return frozenset().union(*(self.read(owners, f) for f in (fields & self.world.words if name else fields)))

    def read(self, owners: Mentions, name: str) -> Mentions:
        found, is_known = NOTHING, False
        for owner in owners:
            attribute = self.world.attribute(owner, name)
            if attribute is not None:
                is_known, found = True, found | attribute
                if self.counts:
                    self.world.reads.add((owner, name))
        return found if is_known else owners  # a method of a container or frame

    def all_of(self, nodes: list[ast.expr]) -> Mentions:
        return frozenset().union(*(self.expression(node) for node in nodes)) if nodes else NOTHING
