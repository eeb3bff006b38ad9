#!/bin/sh
# The record of 1933-35 as a ledger: a replay from published papers. The keys are made here
# and are the example's own; every word is an abstract by the editors (--abstract), and every
# entry bears the day of its paper (--dated), while the day on which it is signed is today.
#
# What reached the other side or the public is an entry of its side. A paper that stayed at
# home is a report by the archive: as an entry of Washington, an instruction that was never
# delivered would read as notice given.
#
#   sh build.sh DIR         makes DIR with the three members' folders and DIR/snapshot
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir "$1"
cd "$1"

c() { countersign "$@" > /dev/null 2>> talk; }
as() { member=$1; shift; c "$@" --dir "$member/ledger" --sign --yes; }
exchange() {
    for member in archive moscow washington; do
        c publish "$member/public" --dir "$member/ledger"
    done
    for member in archive moscow washington; do
        for from in archive moscow washington; do
            [ "$member" = "$from" ] || c pull "$from/public" --dir "$member/ledger"
        done
    done
}

# Keys, a charter that says what this is, and the three logs.
for member in archive moscow washington; do
    c key new "$member" --out "$member" --no-passphrase
done
c charter new --title "Letters of 1933, a replay" --file "$here/charter.toml" --out charter.json \
    --party moscow/moscow.pub --party washington/washington.pub --observer archive/archive.pub
for member in archive moscow washington; do
    c init charter.json --as "$member" --key "$member/$member.key" --dir "$member/ledger" --yes
done

# 1  The letters of 16 November 1933
as moscow pledge --file "$here/letters.toml" --file "$here/letters.ru.toml"
exchange
as washington adopt moscow/1 --mirrored --styled "exchange of letters" \
    --dated 1933-11-16 --dated-at Washington --abstract \
    --limit "whole: So far as the Constitution and the statutes leave that in the power of the Executive."
as washington state --as expectation --dated 1933-11-16 --dated-at Washington --abstract \
    "Thanks for a letter on legal protection, which is not collected here. Expects notice of an arrest and prompt access to whoever is held, a fair and public trial, choice of counsel; is ready to negotiate a consular convention."
exchange

# 2  1934 and 1935, before the protest
as archive report --about moscow/1 --dated 1934-06-20 --abstract \
    --said-by "washington:Moore" --said-to "moscow:Troyanovsky" \
    --source "Moore's own note of the talk" \
    "Moscow seems to have broken its pledge on propaganda: it lets the Third International call for the overthrow of governments. By the note, the Ambassador shrugged."
as archive report --about "moscow/1#4" --dated 1934-08-14 --abstract \
    --said-by "washington:Secretary of State" --said-to "washington:Bullitt" \
    --source "instruction no. 202, which stayed within Washington" \
    "Lists what Washington holds to be breaches, of paragraph 4 above all: a plenum of the Comintern's executive in Moscow in December 1933, with American delegates; a radio message of January 1934 to an American newspaper. The rest of the list was not seen."
as archive report --about "moscow/1#4" --dated 1935-07-02..1935-07-31 --abstract \
    --said-by "washington:Secretary of State" --said-to "washington:Bullitt" \
    --source "instruction no. 143, which stayed within Washington" \
    "Three tests for a Comintern body that meets on Soviet soil: it debates the policy of the American party; it decides on plans for the United States; delegates of that party take part. To be stated if Moscow asks."
as archive report --about "moscow/1#4" --dated 1935-07-13 --dated-at Moscow --abstract \
    --said-by "moscow:Litvinov" --said-to "washington:Bullitt" \
    --source "Bullitt alone, telegram no. 282" \
    "First that he knows of no congress; then that he remembers having said that he could promise nothing about the Third International."
exchange

# 3  The protest, its answer, and what was said of the answer
as washington ask protest --to moscow --about "moscow/1#4" --dated 1935-08-25 --dated-at Moscow --abstract \
    "What the Seventh Congress of the Comintern does on Soviet territory is interference in American affairs and breaks the pledge, paragraph 4 above all. What such a congress is for cannot be unknown to Moscow, so proofs need not be set out."
exchange
as archive report --about washington/3 --dated 1935-08-21..1935-08-25 --abstract \
    --said-by "washington:Secretary of State" --said-to "washington:Bullitt" \
    --source "instruction no. 195, which stayed within Washington" \
    "A formal protest in writing is needed; a draft is sent. The note goes to the press in both capitals as soon as it is delivered."
as archive report --about washington/3 --dated 1935-08-26 --abstract \
    --said-by "moscow:Krestinski" --said-to "moscow:Stalin" \
    --source "a letter in a Soviet documentary edition, seen in part" \
    "Puts forward two drafts of a reply to the protest. Both allude to words of Litvinov to Roosevelt on 12 November 1933."
as archive report --about "moscow/1#4" --dated 1935-08-26 --abstract \
    --said-by "moscow:Litvinov" --said-to "washington:Roosevelt" --happened 1933-11-12 \
    --source "Krestinski's letter (archive/6)" \
    "That Moscow would not try to influence the Communist International or the American party."
as moscow answer washington/3 decline --contests what-happened,meaning \
    --dated 1935-08-27 --dated-at Moscow --abstract \
    "Moscow has always met its obligations, the mutual one on non-interference among them. The note gives no facts. Moscow cannot take on obligations about the Communist International, and never did. Known from the summary of a news agency."
exchange
as washington state --about moscow/2 --dated 1935-08-31..1935-09-01 --abstract \
    "The question is whether, against an express agreement, groups on Soviet soil may plan and steer movements against the American order. In 1933 the terms were put in writing first, and this pledge weighed among the most."
exchange

# 4  Three accounts of one oral statement
as archive report --about "moscow/1#4" --dated 1935-11-05..1935-11-30 --abstract \
    --said-by "moscow:Litvinov" --said-to "washington:Roosevelt" \
    --happened-after moscow/1 --same-as archive/7 \
    --source "Bullitt, telegram no. 478: what Litvinov told him at a lunch" \
    "That he could not answer for the Third International; he said it to the President after signing."
as archive report --about "moscow/1#4" --dated 1935-11-05..1935-11-30 --abstract \
    --said-by "moscow:Litvinov" --said-to "washington:Roosevelt" \
    --happened-before moscow/1 --same-as archive/7 \
    --source "Bullitt, telegram no. 478: his own memory" \
    "That he could not answer for the Third International; but the pledge was signed after he had said so."
as archive report --about "moscow/1#4" --about washington/1 --dated 1936-03-01 --abstract \
    --said-by "moscow:Stalin" --said-to "Roy Howard" \
    --source "the interview as printed in Stalin's works; he held no post in the government" \
    "Howard quotes paragraph 4. The duties are such as Moscow can carry out; it has carried them out and will. They are mutual: what of the emigrants who are active on American soil?"
exchange

c publish snapshot --dir archive/ledger
