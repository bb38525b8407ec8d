"""Packs an unpacked yaml-test-suite data folder (tag data-2022-01-17) into yaml-test-suite.json.

usage: python3 make.py FOLDER

FOLDER holds one folder a test (229Q/, 236B/, ...), some with numbered subfolders. Each case becomes
one line: id, name, yaml, event, and either error (true) or json (a list with one value a document;
absent where the suite states none). No third-party package is needed.
"""
import json
import pathlib
import sys


def documents(text):
    """The values of a file that holds several JSON texts one after the other."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            return found
        value, at = decoder.raw_decode(text, at)
        found.append(value)


def read(path):
    return path.read_bytes().decode("utf-8")


def case(folder, root):
    entry = {"id": str(folder.relative_to(root)), "name": "", "yaml": read(folder / "in.yaml")}
    for title in (folder / "===", folder.parent / "==="):
        if title.exists():
            entry["name"] = read(title).strip()
            break
    entry["event"] = read(folder / "test.event")
    if (folder / "error").exists():
        entry["error"] = True
    elif (folder / "in.json").exists():
        entry["json"] = documents(read(folder / "in.json"))
    return entry


root = pathlib.Path(sys.argv[1])
folders = sorted(
    path.parent for path in root.rglob("in.yaml")
    if path.relative_to(root).parts[0] not in ("name", "tags"))
lines = [json.dumps(case(folder, root), ensure_ascii=False) for folder in folders]
target = pathlib.Path(__file__).with_name("yaml-test-suite.json")
target.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
print(len(lines), "cases")
