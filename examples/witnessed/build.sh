#!/bin/sh
# Two sides and two witnesses, all by files: what each fact about time rests on. Made up.
#
#   sh build.sh DIR         makes DIR with both members' folders, DIR/policy and DIR/snapshot
set -eu
mkdir "$1"
cd "$1"

c() { countersign "$@" > /dev/null 2>> talk; }
as() { member=$1; shift; c "$@" --dir "$member/ledger" --sign --yes; }
seen_by() { # a witness, and the member whose newest seal it is shown
    c witness request -o request --witness "$1.example/log" --dir "$2/ledger"
    c witness sign request --key "$1/$1.example_log.witness.key" --state "$1/state" --charter charter.json -o answer
    c witness add answer --key "$(cat "$1/$1.example_log.witness.pub")" --dir "$2/ledger"
    rm request answer
}

for member in moscow washington; do
    c key new "$member" --out "$member" --no-passphrase
done
c charter new --title "Seen by others" --out charter.json \
    --party moscow/moscow.pub --party washington/washington.pub
for member in moscow washington; do
    c init charter.json --as "$member" --key "$member/$member.key" --dir "$member/ledger" --yes
done
for witness in w1 w2; do
    c witness key "$witness.example/log" --out "$witness" --no-passphrase
done

# A witness is a name, the line in its .pub file, and the address at which it serves what it
# cosigned, where it has one. Whose word counts is the reader's to say.
{
    echo "witness w1 $(cat w1/w1.example_log.witness.pub) https://w1.example/log"
    echo "witness w2 $(cat w2/w2.example_log.witness.pub)"
    echo "group two 2 w1 w2"
    echo "quorum two"
} > policy

# Moscow pledges, and both witnesses see it. Washington is seen before it takes that in.
as moscow pledge --refrain "We will publish no private letters."                # moscow/1
seen_by w1 moscow
seen_by w2 moscow
sleep 2
as washington state "Our answer will follow within the month."                  # washington/1
seen_by w1 washington
seen_by w2 washington

# Washington's next entry names what it holds; so it was not made before that.
c publish moscow/public --dir moscow/ledger
c pull moscow/public --dir washington/ledger
sleep 2
as washington adopt moscow/1                                                    # washington/2
seen_by w1 washington
seen_by w2 washington

# Moscow says something more, and a witness serves it; Washington's next entry bears no receipt.
as moscow state --about moscow/1#c1 "We keep this without an end."              # moscow/2
seen_by w1 moscow
seen_by w2 moscow
sleep 2
as washington state "Our ratification is on its way."                           # washington/3
seen_by w1 washington
seen_by w2 washington
c publish moscow/public --dir moscow/ledger
c pull moscow/public --dir washington/ledger
c publish snapshot --dir washington/ledger
