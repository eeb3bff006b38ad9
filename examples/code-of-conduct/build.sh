#!/bin/sh
# The source story as a record: a track 1.5 group tables a code of conduct, two sides adopt
# it, one with a reservation and one without a basket; a statement, an observer's report, a
# protest and its answer; a notice of withdrawal, taken back. All of it is made up, and the
# dates lie in the future: each entry bears the day of the story (--dated).
#
#   sh build.sh DIR         makes DIR with the four members' folders and DIR/snapshot
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir "$1"
cd "$1"

c() { countersign "$@" > /dev/null 2>> talk; }
as() { member=$1; shift; c "$@" --dir "$member/ledger" --sign --yes; }
exchange() {
    for member in group mission moscow washington; do
        c publish "$member/public" --dir "$member/ledger"
    done
    for member in group mission moscow washington; do
        for from in group mission moscow washington; do
            [ "$member" = "$from" ] || c pull "$from/public" --dir "$member/ledger"
        done
    done
}

# Keys, a charter, and the four logs.
c key new group --out group --no-passphrase
c key new group/ivan --out group --no-passphrase
c key new mission --out mission --no-passphrase
c key new moscow/mid --out moscow --no-passphrase
c key new washington/state --out washington --no-passphrase
c charter new --title "Code of conduct, 2027" --file "$here/charter.toml" --out charter.json \
    --party moscow/moscow.mid.pub --party washington/washington.state.pub \
    --observer mission/mission.pub --drafter group/group.pub --drafter group/group.ivan.pub
pens="--key group/group.key --key group/group.ivan.key"
# shellcheck disable=SC2086
c init charter.json --as group $pens --dir group/ledger --yes
c init charter.json --as mission --key mission/mission.key --dir mission/ledger --yes
c init charter.json --as moscow --key moscow/moscow.mid.key --dir moscow/ledger --yes
c init charter.json --as washington --key washington/washington.state.key --dir washington/ledger --yes

# 0  Who speaks for a side
as moscow actor mid --name "Ministry of Foreign Affairs" --class state \
    --may adopt,notice,ask,answer,statement --key moscow/mid --dated 2027-02-01
as washington actor state --name "Department of State" --class state \
    --may adopt,notice,ask,answer,statement --key washington/state --dated 2027-02-01

# 1  The group tables the text
# shellcheck disable=SC2086
as group propose --file "$here/code.toml" --file "$here/code.ru.toml" $pens
exchange

# 2  Both adopt: one with a reservation, one without a basket; an objection
as washington adopt group/1 --dated 2027-04-12 \
    --reserve "c1: Publication that a statute or a court requires is not covered."
exchange
as moscow adopt group/1 --except b3 --dated 2027-04-20
as moscow answer "washington/2#c1" object --between-us stands --dated 2027-05-06 \
    "A reservation of this width leaves little of c1."
exchange
as washington seen

# 3  A statement
as moscow state --speaker mid --dated 2028-11-08 \
    "We have followed the campaign. The candidates did not have equal access to the media."
exchange

# 4  The observer's report, tied to the definition in the text
as mission report "group/1#d8" --with election=us-2028-11-07 --happened 2028-11-09T14:00Z \
    --dated 2028-11-09 "The mission has published its preliminary findings."
exchange

# 5  Protest and answer. The protest links the statement to the commitment; nobody else does
as washington ask protest --to moscow --about moscow/4 --about "group/1#c3" \
    --with election=us-2028-11-07 --dated 2028-11-10 \
    "moscow/4 is in our view a public assessment (d7), made before any mission had reported. We protest and ask for an explanation."
exchange
as moscow seen
as moscow answer washington/4 decline --contests what-the-text-covers --dated 2028-11-12 \
    "moscow/4 speaks of the campaign. It does not say whether the election was free, fair or genuine, and so is no public assessment (d7)."
exchange

# 6  Notice of withdrawal, taken back before it takes effect
as washington notice withdraw group/1 --effective 2029-03-01 --dated 2028-12-01 \
    --grounds "Our participation is under review."
exchange
as moscow seen
exchange
as washington notice revoke washington/5 --dated 2029-02-10
exchange
as moscow seen
exchange

c publish snapshot --dir moscow/ledger
