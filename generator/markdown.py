"""Generate Markdown for the documentation: links, table cells and notes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from generator.intermediate import Api, Attribute, Description, MixinMember, Model, Operation, Parameter, Vocabulary
from generator.layout import blocks, code, file_of, list_together, literal, one_paragraph
from generator.python import default_text, names_in, returns, returns_text
from vidispine._documents.type_ref import TypeRef

_ARGUMENT_TYPES = {
    "csv": "**list[str]** or **str**",
    "multi": "**list[str]** or **str**",
    "pairs": "**dict**, **list[str]** or **str**",
    "datetime": "**datetime** or **str**",
    "yes/no": "**bool** or **str**",
    "file": "**bytes**, **str**, a path, a binary file or an iterator of **bytes**",
}


def in_cell(text: str) -> str:
    """Return Markdown for one table cell."""
    return re.sub(r"(?<!\\)\|", r"\|", text)


class Pages:
    """Render text for the pages of a description, with links between pages."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self._classes = {*description.models, *description.vocabularies}
        methods = [(api.name, name) for api in description.apis for name in _methods(api)]
        self._apis = {api.name: set(_methods(api)) for api in description.apis}
        counts = Counter(name for _, name in methods)
        self._frequency = Counter(p.name for _, operation in description.operations() for p in operation.keyword_only)
        self._unique = {name: owner for owner, name in methods if counts[name] == 1}
        self._errors = {response.exception for response in description.errors}
        self._errors |= {"ApiConnectionError", "ApiTimeoutError", "ApiResponseError", "ApiDecodeError"}
        self._errors |= {"JobFailedError", "JobTimeoutError"}
        self._find_uses()

    # Text

    def linked(self, text: str, page: str) -> str:
        """Return text in which names in backticks link to their pages. Names on the current page are not linked.

        A paragraph that begins with ``Warning:`` becomes a quotation, which stands out.
        """
        linked = re.sub(r"`([A-Za-z_.]+)`", lambda match: self._link(match.group(1), page), text)
        linked = linked.replace("Undocumented:", "**Undocumented:**")
        return re.sub(r"^(Warning):", r"> **\1:**", linked, flags=re.MULTILINE)

    def _link(self, name: str, page: str) -> str:
        owner, _, member = name.partition(".")
        target = None
        if owner in self._apis and (not member or member in self._apis[owner]):
            target = f"{owner}.md#{member}" if member else f"{owner}.md"
        elif owner in self._classes:
            target = f"{owner}.md"
        elif name in self._apis.get(page, ()):
            target = f"{page}.md#{name}"
        elif name in self._unique:
            target = f"{self._unique[name]}.md#{name}"
        elif name in self._errors:
            target = "errors.md"
        return f"[`{name}`]({target})" if target and target != f"{page}.md" else f"`{name}`"

    def paragraphs(self, text: str, page: str) -> str:
        """Return a description as Markdown with links."""
        return list_together("\n\n".join(blocks(self.linked(text, page))))

    def cell(self, text: str, page: str) -> str:
        """Return text for one table cell, with links."""
        return in_cell(self.linked(one_paragraph(text), page))

    def class_link(self, name: str) -> str:
        """Return a link to the page of a model or vocabulary."""
        return f"[**{name}**]({name}.md)"

    # Operations

    def short_signature(self, operation: Operation) -> str:
        """Return a method's signature without types."""
        arguments = [p.name if p.required else f"{p.name}=None" for p in operation.positional]
        named = [parameter for parameter in self.parameters(operation) if not parameter.is_positional]
        arguments += ["*"] if named else []
        arguments += [f"{parameter.name}={literal(parameter.default)}" for parameter in named]
        return f"{operation.name}({', '.join(arguments)}) -> {returns(operation)}"

    def parameters(self, operation: Operation) -> list[Parameter]:
        """Return the parameters, common ones first: positional ones, those of the example, those of most operations."""
        shown = list(operation.example.arguments) if operation.example else []

        def rank(parameter: Parameter) -> tuple[bool | int, ...]:
            if parameter.is_positional:
                return (False,)
            position = shown.index(parameter.name) if parameter.name in shown else len(shown)
            return True, bool(parameter.deprecated), position, -self._frequency[parameter.name]

        return sorted(operation.parameters, key=rank)

    def argument_type(self, parameter: Parameter) -> str:
        """Return the type of an argument, with a link to its model or vocabulary."""
        if parameter.type in self.description.models:
            return f"{self.class_link(parameter.type)} or **dict**"
        text = _ARGUMENT_TYPES.get(parameter.type, f"**{parameter.type}**")
        if parameter.element not in (None, "str"):
            text = f"**list[{parameter.element}]**"
        return f"{text} ({self.class_link(parameter.vocabulary)})" if parameter.vocabulary else text

    def notes(self, parameter: Parameter) -> str:
        """Return the last column of a table of parameters."""
        if parameter.required:
            return "required"
        default = "" if parameter.default is None else f" [default to {in_cell(code(default_text(parameter.default)))}]"
        return f"[optional]{default}"

    def return_type(self, operation: Operation) -> str:
        """Return the return type of an operation and its description."""
        if operation.result is None:
            return "None (empty response body)"
        link = f"**{returns(operation)}**"
        result = TypeRef.parse(operation.result)
        if result.required.text in self.description.models:
            link = f"{self.class_link(result.name)}{' or **None**' if result.optional else ''}"
        description = returns_text(operation)
        return f"{link}: {description}" if description else link

    def security(self) -> str:
        """Return links to the authentication methods."""
        names = [security.name for security in self.description.securities]
        pages = {"basicAuth": "../README.md"}
        return ", ".join(f"[{name}]({pages.get(name, 'README.md')}#{name})" for name in names) or "None"

    # Mixins

    def mixin_members(self, owner: Api | Model) -> tuple[MixinMember, ...]:
        """Return the hand-written members of a class."""
        return tuple(member for mixin in owner.mixins for member in mixin.members)

    def mixin_signature(self, member: MixinMember) -> str:
        """Return the signature of a hand-written method without types."""
        return member.name if member.is_property else f"{member.name}({member.signature}) -> {member.type}"

    def mixin_type(self, type_: str) -> str:
        """Return a Python type annotation with links."""
        return f"**{self._with_links(type_.replace('|', 'or'))}**"

    def _with_links(self, text: str) -> str:
        return re.sub(r"\w+", lambda name: f"[{name[0]}]({name[0]}.md)" if name[0] in self._classes else name[0], text)

    # Models

    def model_groups(self) -> list[tuple[str, list[Model | Vocabulary]]]:
        """Return the models and enums by the file of the description that has them, such as ``Job``."""
        groups: dict[str, list[Model | Vocabulary]] = defaultdict(list)
        members: list[Model | Vocabulary] = [*self.description.models.values()]
        for member in [*members, *self.description.vocabularies.values()]:
            title = Path(file_of(member.pointer)).stem.replace("-", " ")
            groups[title[:1].upper() + title[1:]].append(member)
        return [(title, sorted(groups[title], key=lambda member: member.name.lower())) for title in sorted(groups)]

    def attribute_type(self, attribute: Attribute) -> str:
        """Return the type of an attribute, with links."""
        text = f"**{self._with_links(attribute.type)}**"
        return f"{text} ({self.class_link(attribute.vocabulary)})" if attribute.vocabulary else text

    def attribute_notes(self, attribute: Attribute) -> str:
        """Return the last column of a table of properties."""
        notes = "required" if attribute.required else "[optional]"
        if attribute.values:
            notes += f" one of {in_cell(', '.join(map(code, attribute.values)))}"
        if attribute.xml == "attribute":
            notes += ", an attribute in XML"
        elif attribute.xml == "text":
            notes += ", the text of the element in XML"
        return notes

    def _find_uses(self) -> None:
        # Links to the operations and models that use a model or vocabulary
        self.uses: dict[str, dict[str, list[str]]] = defaultdict(
            lambda: {"Returned by": [], "Accepted by": [], "Member of": []}
        )
        for api, operation in self.description.operations():
            link = f"[{api.name}.{operation.name}]({api.name}.md#{operation.name})"
            for name in names_in(operation.result or ""):
                self._use(name, "Returned by", link)
            for parameter in operation.parameters:
                for name in names_in(parameter.type) if parameter.location == "body" else ():
                    self._use(name, "Accepted by", link)
                self._use(parameter.vocabulary, "Accepted by", f"{link} (`{parameter.name}`)")
        for model in self.description.models.values():
            for attribute in model.attributes:
                for part in {*names_in(attribute.type), attribute.vocabulary}:
                    self._use(part, "Member of", f"{self.class_link(model.name)} (`{attribute.name}`)")

    def _use(self, name: str | None, how: str, link: str) -> None:
        if name is not None:
            self.uses[name][how].append(link)


def _methods(api: Api) -> Iterator[str]:
    """Yield the names of the methods that have a section on the page of a class."""
    yield from (operation.name for operation in api.operations)
    yield from (member.name for mixin in api.mixins for member in mixin.members)
