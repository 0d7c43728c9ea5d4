"""Holds the tables of porting.md to the modules themselves: every public name has its row.

    python3 -W ignore names.py PORTING.MD

Names that are missing are printed.  Ends with 77 where this Python has the modules no more.
"""

import inspect
import re
import sys

try:
    import asynchat
    import asyncore
except ImportError:
    print("SKIPPED: this Python has no asyncore")
    sys.exit(77)

CLASSES = [
    asyncore.dispatcher,
    asyncore.dispatcher_with_send,
    asyncore.file_dispatcher,
    asyncore.file_wrapper,
    asynchat.async_chat,
    asynchat.simple_producer,
]


def public(names):
    return {n for n in names if not n.startswith("_")}


def names_of_modules():
    for module in asyncore, asynchat:
        for name, value in vars(module).items():
            if not inspect.ismodule(value):
                yield name
        for name, value in vars(module).items():
            if inspect.isfunction(value) and not name.startswith("_"):
                yield from inspect.signature(value).parameters


def names_of_classes():
    for each in CLASSES:
        yield from vars(each)
        yield from re.findall(r"self\.([a-z_]+) = ", inspect.getsource(each))


def main(page):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    tables = text[text.index("## Every name") : text.index("## Every difference")]
    first_column = " ".join(re.findall(r"^\| (.*?) \|", tables, re.MULTILINE))
    named = set(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", first_column))
    if "EAGAIN" in named:  # the row of all the error numbers
        named |= {n for n in vars(asyncore) if re.fullmatch(r"E[A-Z]+", n)}
    # Parameters whose meaning the row of their function tells.
    named |= {"obj", "flags", "haystack", "needle"}
    missing = sorted(public([*names_of_modules(), *names_of_classes()]) - named)
    for name in missing:
        print(f"{page}: no row names {name}")
    sys.exit(1 if missing else 0)


main(sys.argv[1])
