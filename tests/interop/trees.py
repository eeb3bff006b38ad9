"""Checkpoints, tiles, inclusion and consistency of a snapshot, by aics-tlog: one word is printed.

    trees.py SNAPSHOT CHARTER.json   (the output of `countersign charter show --json`)
"""
import json
import pathlib
import sys

import aics_tlog as aics


def judge(folder, vkey):
    """One log; raises where it does not hold."""
    key = aics.parse_vkey(vkey)
    note = aics.parse_note((folder / "checkpoint").read_bytes())
    result = aics.verify_checkpoint(note, key, expected_origin=key.name)
    if not result.ok:
        raise ValueError(result.error)
    if aics.parse_checkpoint(note.text).extension_lines:
        raise ValueError("an extension line")
    reader, size, root = aics.FileSystemTileReader(folder), result.size, result.root
    if aics.tree_root_from_tiles(reader, size) != root:
        raise ValueError("another root than the one sealed")
    for index in range(size):
        entry = aics.read_entry(reader, index, size)
        proof = aics.inclusion_proof_from_tiles(reader, index, size)
        if not aics.verify_leaf_inclusion(entry, index, size, proof, root):
            raise ValueError(f"entry {index} is not under the seal")
    for old in range(1, size + 1):
        before = aics.tree_root_from_tiles(reader, old, size)
        proof = aics.consistency_proof_from_tiles(reader, old, size)
        if not aics.verify_consistency(old, size, before, root, proof):
            raise ValueError(f"not consistent from {old}")


def main(snapshot, charter):
    """The worst of all logs that are here."""
    worst = "whole"
    for member in json.loads(pathlib.Path(charter).read_text())["members"]:
        folder = pathlib.Path(snapshot) / "logs" / member["id"]
        try:
            if folder.is_dir():
                judge(folder, member["log_vkey"])
        except FileNotFoundError:
            worst = "damaged" if worst == "damaged" else "incomplete"
        except ValueError as error:
            print(folder.name, error, file=sys.stderr)
            worst = "damaged"
    print(worst)


main(*sys.argv[1:])
