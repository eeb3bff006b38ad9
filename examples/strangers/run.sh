#!/bin/sh
# Two sides, three witnesses, an authority of time, an ordinary file server; and a stranger
# who has the ledger's id and nothing else, and asks four verifiers. Made up.
#
#   sh examples/strangers/run.sh      everything is made in a new folder, and removed
#
# Needs countersign on the path, OpenSSL 3, and what tests/setup/go.sh, aics.sh and
# python.sh put into target.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
desk=$(mktemp -d)
running=
ended() {
    for process in $running; do kill "$process" 2> /dev/null || true; done
    wait 2> /dev/null || true
    rm -rf "$desk"
}
trap ended EXIT
trap 'exit 130' INT TERM
cd "$desk"

c() { countersign "$@" > out 2> talk || { cat out talk >&2; exit 1; }; }
said() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"; }
# The first line that a server writes holds its port.
until_said() {
    tries=0
    until grep -q "$2" "$1" 2> /dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || { cat "$1" >&2; echo "a server did not start" >&2; exit 1; }
        sleep 0.1
    done
}

# 1  Two sides, each with its own keys and folder
for side in moscow washington; do c key new "$side" --out "$side" --no-passphrase; done
c charter new --title "Checked by strangers" --party moscow/moscow.pub \
    --party washington/washington.pub --out charter.json
for side in moscow washington; do
    c init charter.json --as "$side" --key "$side/$side.key" --dir "$side/ledger" --yes
done
c pledge "We will publish no private letters." --refrain --sign --yes --dir moscow/ledger
c publish from-moscow --dir moscow/ledger
c pull from-moscow --dir washington/ledger
c adopt moscow/1 --sign --yes --dir washington/ledger
mkdir -p public
c publish public/snapshot --dir washington/ledger
c pull public/snapshot --dir moscow/ledger
echo "sides       moscow, washington"

# 2  A witness of ours by file, one over HTTP, and aics-witness
c witness key w1.example/file --out w1 --no-passphrase
c witness request -o request --dir moscow/ledger
c witness sign request --key w1/w1.example_file.witness.key --state w1/state --charter charter.json -o answer
c witness add answer --key "$(cat w1/w1.example_file.witness.pub)" --dir moscow/ledger

mkdir w2
cp charter.json w2/
c witness key w2.example/http --out w2/key --no-passphrase
mkdir w2/snapshot
cp charter.json w2/snapshot/
(cd w2 && exec countersign serve snapshot --listen 127.0.0.1:0 --json --witness key/w2.example_http.witness.key \
    --state state --charter charter.json > ../w2.out 2> ../w2.talk) &
running="$running $!"
until_said w2.out listen
c witness ask "http://$(said w2.out listen)/witness" --allow-private --dir moscow/ledger \
    --key "$(cat w2/key/w2.example_http.witness.pub)"

c charter show charter.json --json
mv out keys.json
python3 - > log << 'PYTHON'
import json
log = [member for member in json.load(open("keys.json"))["members"] if member["id"] == "moscow"][0]
print(log["origin"], log["log_vkey"])
PYTHON
read -r origin log_key < log
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir w3
aics=$root/target/aics-venv/bin
"$aics/aics-witness" init --name w3.example/aics --listen "127.0.0.1:$port" --config w3/witness.json > w3.out
"$aics/aics-witness" add-log --origin "$origin" --vkey "$log_key" --config w3/witness.json > /dev/null
w3_key=$(tr -s ' ",' '\n' < w3.out | grep '^w3.example/aics+' | head -n 1)
"$aics/aics-witness" serve --config w3/witness.json > w3.talk 2>&1 &
running="$running $!"
tries=0
until countersign witness ask "http://127.0.0.1:$port" --allow-private --dir moscow/ledger --witness w3.example/aics \
    --key "$w3_key" > out 2> talk; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { cat talk w3.talk >&2; exit 1; }
    sleep 0.2
done
echo "witnesses   w1.example/file, w2.example/http, w3.example/aics"

# 3  An authority of time
mkdir tsa
cat > tsa/tsa.cnf << 'CNF'
[ req ]
distinguished_name = dn
prompt = no
[ dn ]
CN = unused
[ root ]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[ leaf ]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ tsa ]
default_tsa = one
[ one ]
serial = tsa/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
CNF
echo 01 > tsa/serial
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=A root" -config tsa/tsa.cnf -extensions root \
    -keyout tsa/root.key -out tsa/root.pem 2> talk
openssl req -newkey rsa:2048 -nodes -subj "/CN=An authority of time" -config tsa/tsa.cnf \
    -keyout tsa/tsa.key -out tsa/tsa.csr 2> talk
openssl x509 -req -in tsa/tsa.csr -CA tsa/root.pem -CAkey tsa/root.key -CAcreateserial -days 30 \
    -extfile tsa/tsa.cnf -extensions leaf -out tsa/tsa.pem 2> talk
c stamp request -o q.tsq --dir moscow/ledger
openssl ts -reply -config tsa/tsa.cnf -queryfile q.tsq -signer tsa/tsa.pem -inkey tsa/tsa.key \
    -chain tsa/root.pem -out a.tsr 2> talk
c stamp add a.tsr --request q.tsq --ca tsa/root.pem --dir moscow/ledger
echo "authority   openssl ts"

# 4  The next entry names the evidence; the folder lies behind a file server
c state "Three witnesses have seen this log." --sign --yes --dir moscow/ledger
grep 'holds evidence' talk > holds || true
echo "named       $(grep -c . holds) pieces of evidence, by moscow's next entry"
c publish public/snapshot --dir moscow/ledger
cp -r public/snapshot public/tampered
python3 - public/tampered/logs/moscow << 'PYTHON'
import pathlib, sys
bundle = next(path for path in pathlib.Path(sys.argv[1]).rglob("tile/entries/**/*") if path.is_file())
data = bytearray(bundle.read_bytes())
data[len(data) // 2] ^= 1
bundle.write_bytes(data)
PYTHON
# It lists every folder, also one that has an index.html.
python3 -u - > server.out 2> server.talk << 'PYTHON' &
import functools, http.server, os
class Lists(http.server.SimpleHTTPRequestHandler):
    def send_head(self):
        path = self.translate_path(self.path)
        return self.list_directory(path) if os.path.isdir(path) else super().send_head()
handler = functools.partial(Lists, directory="public")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print("port", server.server_port)
server.serve_forever()
PYTHON
running="$running $!"
until_said server.out 'port [0-9]'
url=http://127.0.0.1:$(sed -n 's/.*port \([0-9]*\).*/\1/p' server.out | head -n 1)

# 5  A stranger, who was told the id of the ledger and which verifier keys to rely on
id=$(sha256sum < charter.json | cut -c 1-64)
mkdir stranger
fetch() { # every file below an address, by the listings of the file server
    python3 - "$1/" "$2" << 'PYTHON'
import pathlib, re, sys, urllib.request
def fetch(url, path):
    body = urllib.request.urlopen(url).read()
    if not url.endswith("/"):
        path.write_bytes(body)
        return
    path.mkdir()
    for name in re.findall(r'<li><a href="([^"]+)"', body.decode()):
        fetch(url + name, path / name.rstrip("/"))
fetch(sys.argv[1], pathlib.Path(sys.argv[2]))
PYTHON
}
verdict() {
    python3 -c 'import json, sys; print(json.loads(sys.stdin.readlines()[-1])["verdict"])'
}
agree() { # a copy, and the verdict that is due
    fetch "$url/$1" "stranger/$1"
    countersign verify "$url/$1" --ledger "$id" --allow-private --json 2> talk | verdict > stranger/said.countersign || true
    "$root/target/python-venv/bin/python" "$root/examples/verify.py" "stranger/$1" --ledger "$id" 2> talk |
        awk '$1 == "verdict" { print $2 }' > stranger/said.verify.py || true
    "$root/target/interop/verify" trees "stranger/$1" keys.json > stranger/said.go 2> talk || true
    "$aics/python" "$root/tests/interop/trees.py" "stranger/$1" keys.json > stranger/said.aics-tlog 2> talk || true
    for who in countersign verify.py go aics-tlog; do
        word=$(head -n 1 "stranger/said.$who")
        printf '%-11s %-12s %s\n' "$1" "$who" "$word"
        [ "$word" = "$2" ] || { echo "$who says $word of $1, due: $2" >&2; exit 1; }
    done
}
agree snapshot whole
agree tampered damaged

c init charter.json --dir stranger/ledger
c pull "$url/snapshot" --allow-private --dir stranger/ledger
countersign witness list moscow --dir stranger/ledger --key "$(cat w1/w1.example_file.witness.pub)" \
    --key "$(cat w2/key/w2.example_http.witness.pub)" --key "$w3_key" > cosigned 2> talk
grep -E '^moscow [0-9]+: w[123]' cosigned | sed 's/^/cosigned    /'
cd stranger/snapshot/notes
for file in *; do
    imprint=$(openssl ts -reply -in "$file" -text 2> /dev/null | sed -n 's/^ *0[01]0 - //p;s/^    00[01]0 - //p' | sed 's/   .*//' | tr -d ' \n-' || true)
    [ -n "$imprint" ] || continue
    openssl ts -verify -data "$imprint" -in "$file" -CAfile ../../../tsa/root.pem 2> /dev/null | sed 's/^/stamped     openssl ts, /'
done
cd ../../..
countersign stamp list --dir stranger/ledger --ca tsa/root.pem > stamps 2> talk
grep 'existed by' stamps | sed 's/^ */stamped     countersign, /'

# 6  Whose word counts is the stranger's own policy: two of three witnesses, and the authority
{
    echo "witness w1 $(cat w1/w1.example_file.witness.pub)"
    echo "witness w2 $(cat w2/key/w2.example_http.witness.pub)"
    echo "witness w3 $w3_key"
    echo "tsa t1 $(openssl x509 -in tsa/root.pem -outform DER | sha256sum | cut -c 1-64) 1.2.3.4.1 5"
    echo "group witnesses 2 w1 w2 w3"
    echo "group both all witnesses t1"
    echo "quorum both"
} > policy
judged() { # a command of the stranger, under that policy
    countersign "$@" --policy policy --ca tsa/root.pem --dir stranger/ledger 2> talk > out || true
}
judged show moscow/1
sed -n 's/^ *existed  */moscow\/1    existed /p' out | head -n 1
sed -n 's/^ *reached  */moscow\/1    /p' out
judged show moscow/2
sed -n 's/^ *existed *not before/moscow\/2    not before/p' out
judged order moscow/1 moscow/2
head -n 1 out | sed 's/^/order       /'
judged verify --without w1 --without w2
sed -n 's/^ *moscow 0-[0-9]*: witnesses/without     w1, w2: witnesses/p' out
echo "four verifiers, one verdict on each copy"
