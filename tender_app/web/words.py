"""Every Persian text of a template is looked up, with no mark in the template; and how Babel finds the texts of the house.

A template is translated when it is compiled, once for each language; in Persian it is compiled as it is written.
"""

import ast
import re
from collections.abc import Container, Iterator
from typing import IO, Any

from flask import Flask
from jinja2 import Environment, Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from tender_app.kernel.words import _, in_force

LETTER = re.compile("[\u0621-\u064a\u0671-\u06d3]")  # neither a digit nor a mark
RUN = re.compile(r'[^\s<>"](?:[^<>"\n]*[^\s<>"])?')  # text up to a tag, a quote or a line's end, without outer spaces
WHOLE = re.compile(".+", re.DOTALL)

Found = tuple[int, str, str, list[str]]


class Words(Extension):
    """Reads a template in the language in force: each run of its text, and each string of its expressions, looked up.

    Not looked up: the keys of a dictionary, and what `replace` searches for.
    """

    def filter_stream(self, stream: TokenStream) -> TokenStream | Iterator[Token]:
        """Give the parser the tokens in the language in force."""
        return stream if in_force() is None else _translated(stream)


class Shelf(dict[Any, Template]):
    """The compiled templates, those of each language apart."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return a template of the language in force."""
        return super().get((in_force(), key), default)

    def __setitem__(self, key: Any, template: Template) -> None:
        super().__setitem__((in_force(), key), template)


def register(app: Flask) -> None:
    """Look up the texts of every template of `app`."""
    app.jinja_env.add_extension(Words)
    app.jinja_env.cache = Shelf()


def in_template(file: IO[bytes], _keywords: object, _tags: object, **_options: object) -> Iterator[Found]:
    """Yield every text of a template as Babel asks for it: line, function, text, comments."""
    for token, part in _spoken(Environment().lexer.tokenize(file.read().decode())):  # noqa: S701 -- read, not rendered
        for found in part.finditer(token.value) if part else ():
            if LETTER.search(found[0]):
                yield token.lineno + token.value.count("\n", 0, found.start()), "_", found[0], []


def in_python(file: IO[bytes], keywords: Container[str], _tags: object, **_options: object) -> Iterator[Found]:
    """Yield every marked text of a module, and the label of every word of an enumeration."""
    for node in ast.walk(ast.parse(file.read())):
        match node:
            case ast.Call(ast.Name(name), [ast.Constant(str(text))]) if name in keywords:
                yield node.lineno, name, text, []
            case ast.Assign([ast.Name()], ast.Tuple([ast.Constant(str()), ast.Constant(str(label))])):
                if LETTER.search(label):
                    yield node.lineno, "_", label, []


def _spoken(stream: TokenStream) -> Iterator[tuple[Token, re.Pattern[str] | None]]:
    """Pair each token with the shape of what people read in it, or None."""
    tokens = list(stream)
    for place, token in enumerate(tokens):
        if token.type == "data":
            yield token, RUN
        elif token.type == "string" and not _is_key(tokens, place):
            yield token, WHOLE
        else:
            yield token, None


def _is_key(tokens: list[Token], place: int) -> bool:
    return tokens[place + 1].type == "colon" or [t.value for t in tokens[place - 2 : place]] == ["replace", "("]


def _translated(stream: TokenStream) -> Iterator[Token]:
    for token, part in _spoken(stream):
        yield Token(token.lineno, token.type, part.sub(_looked_up, token.value)) if part else token


def _looked_up(found: re.Match[str]) -> str:
    return _(found[0]) if LETTER.search(found[0]) else found[0]
