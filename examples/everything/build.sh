#!/bin/sh
# A ledger in which every kind and field that the stories leave out is used once. Made up.
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

for member in group mission moscow washington; do
    c key new "$member" --out "$member" --no-passphrase
done
c charter new --title "Every kind and field" --file "$here/charter.toml" --out charter.json \
    --party moscow/moscow.pub --party washington/washington.pub \
    --observer mission/mission.pub --drafter group/group.pub
for member in group mission moscow washington; do
    c init charter.json --as "$member" --key "$member/$member.key" --dir "$member/ledger" --yes
done

# 0  Who stands behind a side; one actor described by both
as moscow actor mid --name "Ministry of Foreign Affairs" --name "ru=Министерство иностранных дел" \
    --class state --may adopt,notice,ask,answer,statement --until 2030-12-31 \
    --mandate "$here/paper.txt" --contact "the duty desk, at every hour"              # moscow/1
as moscow actor adviser --name "A former envoy" --class state --under mid \
    --capacity former-official                                                        # moscow/2
as washington actor radio --name "A radio station" --class state-funded               # washington/1
as moscow actor radio --of washington --name "A radio station" --class state          # moscow/3
c key new moscow/second --out moscow --no-passphrase
as moscow key add second --key moscow/moscow.key --new-key moscow/moscow.second.key                           # moscow/4
exchange

# 1  Square brackets in a draft; then terms and baskets alone; a side's own terms beside them
as group propose --draft --file "$here/brackets.toml"                                 # group/1
as group propose --file "$here/glossary.toml"                                         # group/2
exchange
as washington adopt group/2                                                           # washington/2
as moscow adopt group/2                                                               # moscow/5
as washington propose --file "$here/terminology.toml"                                 # washington/3
exchange

# 2  A text that uses them; a counter-proposal; several proposals open at once
as group propose --file "$here/code.toml"                                             # group/3
exchange
as moscow ask proposal --to washington --about group/3 --reply-by 2027-02-01 \
    "We propose that both adopt it."                                                  # moscow/6
as moscow ask proposal --to washington "We propose a yearly meeting."                 # moscow/7
exchange
as washington answer moscow/6 will-answer "We are reading it."                        # washington/4
as washington propose --file "$here/counter.toml"                                     # washington/5
as washington answer moscow/6 counter --counter washington/5 "We put another in its place." # washington/6
exchange

# 3  Steps towards adoption, on a condition and in return for something
as washington adopt group/3 --initialled                                              # washington/7
as washington adopt group/3 --to-be-confirmed                                         # washington/8
exchange
as moscow adopt group/3 --provisional --condition '{ adopted = ["washington"] }' \
    --in-return-for "The list of the first provision." --styled signature \
    --understand "c3: To invite is not to pay." --about moscow/6                      # moscow/8
as washington adopt group/3 --confirmed                                               # washington/9
exchange
as washington answer "moscow/8#c3" accept                                             # washington/10

# 4  Questions and answers; what a side assures, expects, will not have, reads
as moscow ask clarification --to washington --about "group/3#c1" "Which year?"        # moscow/9
as moscow ask consultation --to washington "Let us meet."                             # moscow/10
as moscow ask concern --to washington --about "group/3#c3" "No invitation is here."   # moscow/11
exchange
as washington answer moscow/9 explain "The year before."                              # washington/11
as washington answer moscow/10 no-objection                                           # washington/12
as washington answer moscow/11 object --contests who-did-it "It was not for us."      # washington/13
as washington state --as assurance "We plan no campaign." --about "group/2#b1"        # washington/14
as moscow state --as red-line "An attack on the count itself."                        # moscow/12
as moscow state --as interpretation --about "group/3#c3" --speaker mid "One is one."  # moscow/13
exchange

# 5  A part rests, and no longer rests
as washington notice suspend group/3 --only c3 --effective 2027-09-01                 # washington/15
exchange
as washington notice resume group/3 --only c3                                         # washington/16
as washington notice withdraw group/2 --only b2                                       # washington/17

# 6  A monitor: an incident by two accounts, a look that saw nothing, a place without access
as mission report "group/2#d2" --with place=bridge --happened 2027-05-02T10:00Z..2027-05-02T11:00Z \
    --place "the bridge" --attach "$here/paper.txt" "Three shots were heard."         # mission/1
as mission report "group/2#d2" --with place=bridge --happened 2027-05-02 --same-as mission/1 \
    "The second post heard two."                                                      # mission/2
as mission report "group/2#d2" --with place=mill --found nothing-seen "Looked from noon to six." # mission/3
as mission report "group/2#d2" --with place=ford --found no-access "The road was closed." # mission/4
exchange

# 7  Envelopes: two in one slot, one opened for all, one for a single reader
as moscow envelope --slot 1 --open-by 2027-12-31 --cover "Our offer." "We offer ten."  # moscow/14
as moscow envelope --slot 1 --to washington "We would take eight."                     # moscow/15
exchange
c open moscow/15 --to-file for-washington --dir moscow/ledger
c open --read for-washington --dir washington/ledger
as washington answer moscow/15 received-content                                       # washington/18
as moscow open moscow/14                                                              # moscow/16
exchange

# 8  Later texts: amended, corrected, replaced, ended, each where both adopt it
for relation in amends corrects replaces ends; do
    as group propose --file "$here/$relation.toml"                                    # group/4 to group/7
done
exchange
as moscow adopt group/4                                                               # moscow/17
as washington adopt group/4                                                           # washington/19
exchange
as mission seen                                                                       # mission/5
exchange

# 9  The same words, tabled by the other side too; two accounts of one year, side by side
as moscow propose --file "$here/counter.toml"                                         # moscow/18
as moscow state "Our account of that year: we did nothing of the kind."               # moscow/19
as washington state "Our account of that year is another."                            # washington/20
exchange

c publish snapshot --dir mission/ledger
