#!/usr/bin/env python3
"""verify.py SNAPSHOT --ledger ID: verifies a Countersign snapshot offline, by docs/SPEC.md alone.
Needs Python 3.9 and `cryptography`; gives the program's verdict, exit code and first finding. It
leaves out: further volumes (`unread`), of charters all but members, forms of fields and bodies,
JSON's depth, range and characters, torsion, roles and possession of keys, the order of receipts,
names in notes/, docs/, faults/ (`sha256sum`), of faults/ all but seals, links, wider tiles."""
import base64, functools, hashlib, json, pathlib, re, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7
SMALL = {0, 1, P - 1, Y8, P - Y8}  # the y of points of small order
B, END = "[A-Za-z0-9+/]", "[AEIMQUYcgkosw048]="  # base64, one spelling
B64 = f"(?:{B}{{4}})*(?:{B}{{4}}|{B}{{2}}{END}|{B}[AQgw]==)"
VERDICT = {0: "whole", 3: "incomplete", 4: "damaged", 5: "contradicted"}
EXIT = dict(receipt_seal=5, head_absent=3, bytes_absent=3, split=5, fork=5, bad_entry=5, unread=3)
class Fault(Exception):
    """Bytes that do not hold; its argument is a code of section 12."""
def need(holds, code):
    if not holds:
        raise Fault(code)
def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()
def parse(line):  # 1.1: strings of one spelling; beside them digits and signs of structure
    bare = re.sub(r'"([^"\\\0-\x1f]|\\["\\n])+"', '"', line)
    again = json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    need(re.fullmatch(r'[][{}:,"0-9]+', bare) and again == line, "json_form")
    return json.loads(line)
def note(data, code):  # section 1: the text, and its lines as (name, base64)
    form = f"((?:[^\0-\x1f]+\n)+)\n((?:— [^\\s+\0-\x1f]+ {B64}\n)+)"
    found = re.fullmatch(form, data.decode(errors="ignore"))
    need(found and found[0].encode() == data, code)
    return found[1], [line.split(" ")[1:] for line in found[2].splitlines()]
def good(text, name, key, seal):  # section 2: the bytes first, then the library
    seal = base64.b64decode(seal).ljust(68, b"\xff")  # a shorter one has S of at least L
    r, s, a = (int.from_bytes(part, "little") for part in (seal[4:36], seal[36:], key))
    if seal[:4] != sha(name.encode(), b"\n\1", key)[:4] or s >= L or a % 2**255 >= P:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(seal[4:], text.encode())
        return not SMALL & {r % 2**255 % P, a % 2**255}
    except InvalidSignature:
        return False

class Log:  # a branch of a log: the leaves of all its bytes, and the entries that the chain took
    def __init__(self, ledger, side, folder):
        self.ledger, self.name, self.folder = ledger, side["id"], folder
        self.origin, self.key = f"countersign/{ledger}/{self.name}", bytes.fromhex(side["log_key"])
        self.keys, self.threshold, self.pointer = side["keys"], side["threshold"], None
        self.leaves, self.taken, self.stop, self.sealed, self.head = [], [], None, 0, None
    @functools.lru_cache(None)
    def root(self, first, end):  # RFC 6962, section 2.1
        if end - first == 1:
            return self.leaves[first]
        middle = first + (1 << (end - first - 1).bit_length() - 1)
        return sha(b"\1", self.root(first, middle), self.root(middle, end))
    def checkpoint(self, data):  # section 8: the size and the root
        text, lines = note(data, "checkpoint_form")
        found = re.fullmatch(rf"{self.origin}\n([1-9][0-9]{{,15}})\n({B}{{42}}{END})\n", text)
        need(found and int(found[1]) < 2**53, "checkpoint_form")
        own = dict(lines).get(self.origin, "")
        need(good(text, self.origin, self.key, own), "checkpoint_signature")
        return int(found[1]), base64.b64decode(found[2])
    def take(self, data, size):  # sections 1, 3 and 6
        text, lines = note(data, "note_form")
        need(text.startswith("countersign/v1 entry\n") and len(data) <= 65535, "first_line")
        e, keys = parse(text[21:-1]), {pen["label"]: pen["key"] for pen in self.keys}
        need((e["ledger"], e["author"], e["seq"]) == (self.ledger, self.name, size), "number")
        need(len(lines) == len(e["signers"]) >= self.threshold, "threshold")
        for label, (name, seal) in zip(sorted(set(e["signers"])), lines):
            key, due = bytes.fromhex(keys[label]), f"{self.name}/{label}"
            need(name == due and good(text, name, key, seal), "signature")
        before = (self.leaves[-1].hex(), self.root(0, size).hex()) if size else (None, None)
        need((e.get("prev"), e.get("root"), e.get("keys")) == (*before, self.pointer), "prev")
        need((e["kind"] == "join") == (size == 0), "join_form")
        if e["kind"] == "key":
            self.keys, self.threshold = e["body"]["set"], e["body"]["threshold"]
            self.pointer = size
        self.taken.append(e)
    def check(self):  # section 11, steps 2 and 3
        self.head = size, root = self.checkpoint((self.folder / "checkpoint").read_bytes())
        def tile(level, first, width):  # tlog-tiles
            name = f"{first // 256:03}" + (f".p/{width}" if width < 256 else "")
            return (self.folder / "tile" / level / name).read_bytes()
        for first in range(0, size, 256):
            rest = tile("entries", first, min(256, size - first))
            while rest:
                end = 2 + int.from_bytes(rest[:2], "big")
                try:
                    self.stop or self.take(rest[2:end], len(self.leaves))
                except (Fault, KeyError, TypeError, ValueError, RecursionError) as fault:
                    self.stop = repr(fault)
                self.leaves.append(sha(b"\0", rest[2:end]))
                rest = rest[end:]
        need(len(self.leaves) == size and self.root(0, size) == root, "bundle")
        self.sealed = size
        need(not self.stop, "bad_entry")
        for level, step in ("0", 1), ("1", 256), ("2", 65536):
            nodes = [self.root(at, at + step) for at in range(0, size - step + 1, step)]
            for first, part in [(at, nodes[at:at + 256]) for at in range(0, len(nodes), 256)]:
                need(tile(level, first, len(part)) == b"".join(part), "tile")

def main(snapshot, ledger):  # section 11; the findings as (log, code)
    charter, found, logs, heads = (snapshot / "charter.json").read_bytes(), [], [], []
    need(sha(charter).hex() == ledger, "other_ledger")
    sides = parse(charter[:-1].decode())["members"]
    owner = {side["id"]: functools.partial(Log, ledger, side) for side in sides}
    for path in [*snapshot.glob("logs/*"), *snapshot.glob("branches/*/*")]:
        log = path.relative_to(snapshot).parts[1]
        try:
            logs.append(owner[log](path))
            logs[-1].check()
        except (Fault, OSError, KeyError) as fault:
            code = {KeyError: "unread", Fault: str(fault)}.get(type(fault), "bytes_absent")
            found.append((log, code))
    for fault in [json.loads(path.read_bytes()) for path in snapshot.glob("faults/*")]:
        log, seals = fault["log"], [base64.b64decode(seal) for seal in fault["checkpoints"]]
        heads += [(log, *owner[log](None).checkpoint(seal), fault["code"]) for seal in seals]
    for log in [log for log in logs if log.head]:
        heads.append((log.name, *log.head, "fork"))
        for of, head in [seen for e in log.taken for seen in e.get("seen", {}).items()]:
            by, root = f"countersign/{ledger}/{of}", base64.b64encode(bytes.fromhex(head["root"]))
            text = f"{by}\n{head['size']}\n{root.decode()}\n\n— {by} {head['seal']}\n"
            try:
                heads.append((of, *owner[of](None).checkpoint(text.encode()), "split"))
            except (Fault, KeyError):
                found += [(log.name, "receipt_seal")] if log.sealed and "." not in of else []
    for log, size, root, code in heads:  # reached, contradicted or absent
        held = [one for one in logs if one.name == log and len(one.leaves) >= size]
        others = [one for one in held if one.root(0, size) != root]
        rivals = [one for one in heads if one[:2] == (log, size) and one[2] != root]
        if rivals and code != "fork" or any(one.sealed for one in others):
            found.append((log, code))
        elif held == others and code != "fork":
            found.append((log, "head_absent"))
    rank = [*EXIT, *{code for _, code in found}].index
    return sorted(set(found), key=lambda one: (-EXIT.get(one[1], 4), one[0], rank(one[1]))), logs

if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[2] != "--ledger":
        sys.exit(__doc__)
    try:
        found, logs = main(pathlib.Path(sys.argv[1]), sys.argv[3])
    except (Fault, OSError, ValueError, LookupError, TypeError) as fault:
        found, logs = [("copy", str(fault))], []
    for name in sorted({log.name for log in logs} | {name for name, _ in found}) + ["verdict"]:
        codes = [code for of, code in found if name in ("verdict", of)]
        exit = max([EXIT.get(code, 4) for code in codes] + [0])
        print(f"{name:<12}", VERDICT[exit], *(codes[:1] if name == "verdict" else codes))
    sys.exit(exit)
