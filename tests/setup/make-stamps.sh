#!/usr/bin/env bash
# Makes tests/vectors/stamp anew: a private authority and time stamps, right and wrong,
# by OpenSSL 3 (ts and cms). The keys are thrown away; certificates and tokens stay.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$PWD/tests/vectors/stamp
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
rm -f "$out"/*
cd "$work"
tst=1.2.840.113549.1.9.16.1.4

# What is stamped: exactly the three lines of a checkpoint, and another such file.
origin=countersign/$(printf 'stamps' | sha256sum | cut -c1-64)/moscow
root() { printf '%s' "$1" | openssl dgst -sha256 -binary | openssl base64; }
printf '%s\n13\n%s\n' "$origin" "$(root one)" > head
printf '%s\n14\n%s\n' "$origin" "$(root two)" > other

cat > ca.cnf <<'CNF'
[ ca ]
default_ca = any
[ any ]
database = index.txt
new_certs_dir = certs
serial = serial
default_md = sha256
policy = named
unique_subject = no
copy_extensions = none
email_in_dn = no
[ named ]
commonName = supplied
[ req ]
distinguished_name = dn
prompt = no
[ dn ]
CN = unused
[ root ]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[ between ]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ mute ]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,cRLSign
[ leaf ]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ loose ]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = timeStamping
[ more ]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping,codeSigning
[ code ]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,codeSigning
[ none ]
basicConstraints = CA:false
[ seals ]
basicConstraints = CA:false
keyUsage = critical,keyEncipherment
extendedKeyUsage = critical,timeStamping
CNF
mkdir -p certs
: > index.txt
echo 1000 > serial

key() { # NAME KIND
    case $2 in
    rsa*) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:"${2#rsa}" -out "$1.key" ;;
    p*) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:"P-${2#p}" -out "$1.key" ;;
    esac
}
certificate() { # NAME SUBJECT EXTENSIONS ISSUER [FROM TO [KEY]]
    openssl req -new -config ca.cnf -key "${7:-$1}.key" -subj "/CN=$2" -out "$1.csr"
    openssl ca -batch -notext -config ca.cnf -in "$1.csr" -extensions "$3" -out "$1.pem" \
        -cert "$4.pem" -keyfile "$4.key" \
        -startdate "${5:-20260101000000Z}" -enddate "${6:-20460101000000Z}" 2> ca.log || { cat ca.log >&2; exit 1; }
}
self() { # NAME SUBJECT [FROM TO]
    openssl req -new -config ca.cnf -key "$1.key" -subj "/CN=$2" -out "$1.csr"
    openssl ca -batch -notext -config ca.cnf -in "$1.csr" -extensions root -out "$1.pem" -selfsign \
        -keyfile "$1.key" -startdate "${3:-20260101000000Z}" -enddate "${4:-20560101000000Z}" 2> ca.log || { cat ca.log >&2; exit 1; }
}

key root rsa3072 && self root "Test Root"
cp root.key past.key && self past "Test Root" 20200101000000Z 20210101000000Z
key same rsa2048 && self same "Test Root"
key between p384 && certificate between "Test Intermediate" between root
key rsa2048 rsa2048 && certificate rsa2048 "Stamps RSA 2048" leaf root
key rsa3072 rsa3072 && certificate rsa3072 "Stamps RSA 3072" leaf root
key p256 p256 && certificate p256 "Stamps P-256" leaf root
key p384 p384 && certificate p384 "Stamps P-384" leaf between
key mute p256 && certificate mute "Test Intermediate that lists" mute root
key under-mute p256 && certificate under-mute "Stamps under it" leaf mute
key rogue p256 && certificate rogue "Stamps P-256" leaf same
key expired p256 && certificate expired "Stamps that ended" leaf root 20200101000000Z 20210101000000Z
for kind in loose more code none seals; do
    key $kind p256 && certificate $kind "Stamps $kind" $kind root
done
# The same key, issuer and serial number in another certificate.
: > index.txt
openssl x509 -in p256.pem -noout -serial | sed 's/serial=//' > serial
certificate twin "Stamps P-256" leaf root 20260201000000Z 20460101000000Z p256

cat > ts.cnf <<'CNF'
[ tsa ]
default_tsa = any
[ any ]
serial = tsserial
default_policy = 1.3.6.1.4.1.32473.1
digests = sha1, sha256, sha384, sha512
ordering = no
ess_cert_id_chain = no
tsa_name = yes
accuracy = secs:1, millisecs:500, microsecs:100
ess_cert_id_alg = sha256
signer_digest = sha256
clock_precision_digits = 0
CNF
echo 01 > tsserial
setting() { # FILE NAME VALUE
    sed -i "s/^$2 =.*/$2 = $3/" "$1"
}
variant() { # NAME (SETTING VALUE)...
    cp ts.cnf "$1.cnf"
    local file=$1.cnf
    shift
    while [ $# -gt 1 ]; do
        setting "$file" "$1" "$2"
        shift 2
    done
}
ask() { # NAME [OPTIONS]
    local name=$1
    shift
    openssl ts -query -data head -sha256 "$@" -out "$name.tsq" 2> /dev/null
}
answer() { # NAME REQUEST LEAF CONFIG [OPTIONS]
    local name=$1 request=$2 leaf=$3 config=$4
    shift 4
    openssl ts -reply -config "$config" -queryfile "$request.tsq" -signer "$leaf.pem" -inkey "$leaf.key" \
        "$@" -out "$out/$name.tsr" 2> ts.log || { cat ts.log >&2; exit 1; }
}

ask usual -cert
ask bare
ask still -cert -no_nonce
cp usual.tsq "$out/usual.tsq"
variant whole accuracy "" && sed -i '/^accuracy/d' whole.cnf
variant unnamed tsa_name no clock_precision_digits 3
variant fraction clock_precision_digits 6
variant sha384 signer_digest sha384 ess_cert_id_alg sha384
variant sha512 signer_digest sha512
variant v1 signer_digest sha512 ess_cert_id_alg sha1

answer rsa2048 usual rsa2048 whole.cnf
answer rsa3072 usual rsa3072 sha512.cnf
answer ess-v1 usual rsa3072 v1.cnf
answer p256 usual p256 fraction.cnf
answer p384 usual p384 sha384.cnf -chain between.pem
answer no-nonce still p256 ts.cnf
answer no-certificates bare p256 ts.cnf
answer rogue usual rogue ts.cnf
answer under-mute usual under-mute ts.cnf -chain mute.pem
answer expired usual expired ts.cnf
openssl ts -query -data head -sha512 -cert -out long.tsq 2> /dev/null
answer sha512-imprint long p256 ts.cnf
openssl ts -query -data head -sha256 -cert -tspolicy 1.3.6.1.4.1.32473.9 -out policy.tsq 2> /dev/null
openssl ts -reply -config ts.cnf -queryfile policy.tsq -signer p256.pem -inkey p256.key \
    -out "$out/not-granted.tsr" 2> /dev/null || true

# What no authority would give: TSTInfo signed by cms.
info() { # NAME CONFIG
    openssl ts -reply -config "$2" -queryfile usual.tsq -signer p256.pem -inkey p256.key -token_out -out "$1.tst" 2> ts.log
    openssl cms -verify -noverify -inform DER -in "$1.tst" -binary -out "$1.der" 2> /dev/null
}
info info unnamed.cnf
info named ts.cnf
sign() { # NAME LEAF [OPTIONS]
    local name=$1 leaf=$2
    shift 2
    openssl cms -sign -binary -nodetach -nosmimecap -outform DER -in "${facts:-info}.der" -signer "$leaf.pem" -inkey "$leaf.key" \
        "$@" -out "$out/$name.tst" 2> cms.log || { cat cms.log >&2; exit 1; }
}
sign cms-p384 p384 -econtent_type $tst -cades -md sha384 -certfile between.pem
sign pss rsa2048 -econtent_type $tst -cades -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:32
sign pss-salt rsa2048 -econtent_type $tst -cades -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20
facts=named sign tsa-name p384 -econtent_type $tst -cades -certfile between.pem
facts=named sign cms-named p256 -econtent_type $tst -cades
sign by-key-id p256 -econtent_type $tst -cades -keyid
sign purpose-not-critical loose -econtent_type $tst -cades
sign purpose-more more -econtent_type $tst -cades
sign purpose-other code -econtent_type $tst -cades
sign purpose-none none -econtent_type $tst -cades
sign key-use seals -econtent_type $tst -cades
sign no-ess p256 -econtent_type $tst
sign no-attributes p256 -econtent_type $tst -noattr
sign data p256 -cades
openssl cms -sign -binary -nodetach -nosmimecap -outform DER -in info.der -econtent_type $tst -cades \
    -signer p256.pem -inkey p256.key -signer rsa2048.pem -inkey rsa2048.key -out "$out/two-signers.tst"

# Some authorities do not sort the signed attributes; OpenSSL does, so they are turned
# round and signed again here.
openssl cms -sign -binary -nodetach -nosmimecap -outform DER -in info.der -econtent_type $tst -cades \
    -signer p256.pem -inkey p256.key -out sorted.tst
python3 - sorted.tst p256.key "$out/unsorted.tst" <<'PY'
import subprocess, sys

def read(data):
    items, at = [], 0
    while at < len(data):
        tag, length, start = data[at], data[at + 1], at + 2
        if length > 127:
            start += length & 127
            length = int.from_bytes(data[at + 2:start], "big")
        body = data[start:start + length]
        items.append([tag, read(body) if tag & 32 else body])
        at = start + length
    return items

def write(items):
    out = b""
    for tag, body in items:
        body = write(body) if isinstance(body, list) else body
        size = len(body).to_bytes(4, "big").lstrip(b"\0")
        length = bytes([len(body)]) if len(body) < 128 else bytes([128 + len(size)]) + size
        out += bytes([tag]) + length + body
    return out

source, key, target = sys.argv[1:]
token = read(open(source, "rb").read())
signer = token[0][1][1][1][0][1][-1][1][0][1]
at = next(n for n, item in enumerate(signer) if item[0] == 0xA0)
signer[at][1].reverse()
message = write([[0x31, signer[at][1]]])
sign = ["openssl", "dgst", "-sha256", "-sign", key]
signer[-1][1] = subprocess.run(sign, input=message, capture_output=True, check=True).stdout
assert signer[-1][0] == 4
open(target, "wb").write(write(token))
PY

cp head other "$out/"
for name in root past same between p256 twin; do
    cp $name.pem "$out/$name.pem"
done
ls -l "$out"
