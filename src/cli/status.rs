//! `status`: what is held, who adopted what, what is asked, which notices run, what is
//! not shown; in one's own folder also drafts, and what came in and a receipt of which
//! would start a period.

use std::path::PathBuf;

use countersign::audit::Audit;
use countersign::body::Body;
use countersign::body::provision::CountedFrom;
use countersign::body::standing::Act as Noticed;
use countersign::bracket::Timed;
use countersign::charter::Role;
use countersign::checkpoint::Checkpoint;
use countersign::draft;
use countersign::entry::Signed;
use countersign::failure::Outcome;
use countersign::fingerprint::Fingerprint;
use countersign::ledger::Ledger;
use countersign::mark::{Mark, Presence};
use countersign::publish;
use countersign::status::RULES;
use countersign::status::threads::{Openness, Question};
use countersign::strand::Strand;
use countersign::vocabulary::{Phrase, dates, evidence, ledger as rows, receipt, standing};

use super::account::{Account, AsOf};
use super::entries;
use super::findings::finding_json;
use super::page::in_tongue;
use super::session::Session;
use super::sight::Sight;
use super::terminal::json;

/// Columns of the labels.
const LABELS: usize = 12;

/// Columns of a log, what is held and what is sealed of it.
const TABLE: usize = 31;

/// Show the state of the record.
#[derive(clap::Args)]
pub struct Status {
    /// A snapshot; else the ledger folder.
    path: Option<PathBuf>,
    #[command(flatten)]
    as_of: AsOf,
}

/// Runs `status`.
pub fn run(session: &Session, command: &Status) -> Outcome<u8> {
    let sight = Sight::open(session, command.path.as_deref())?.with_index();
    let heard = command.as_of.hear(session, &sight)?;
    let timed = Timed::of(sight.audit(), &heard.brackets);
    let mut account = Account::of(&sight, &command.as_of, &heard, &timed)?;
    let drafts = match sight.ledger() {
        Some(ledger) => draft::names(&session.disk, &ledger.folder)?,
        None => Vec::new(),
    };
    let behind = match sight.ledger() {
        Some(ledger) => behind(session, ledger)?,
        None => None,
    };
    if session.common.json {
        json(&as_json(&account, behind.as_deref(), &drafts));
        return account.print_nothing();
    }
    account.splits();
    head(&mut account);
    logs(&mut account);
    witnesses(&mut account);
    for finding in &sight.audit().findings {
        let line = format!("{}: {}: {}", finding.code, finding.place, finding.message);
        put(&mut account, rows::FOUND, &line);
    }
    if let Some(behind) = &behind {
        let next = format!("countersign pull SNAPSHOT{}", session.dir_words());
        let line = account.say(rows::NEXT, &[("what", behind), ("next", &next)]);
        put(&mut account, rows::BEHIND, &line);
    }
    texts(&mut account);
    asked(&mut account);
    notices(&mut account);
    for part in [slots, mandates, not_shown] {
        account.block(0, |there| {
            part(there);
            Some(())
        });
    }
    if let Some(ledger) = sight.ledger() {
        own(session, &mut account, ledger, &drafts);
    }
    account.print()
}

/// A block of one line behind its label.
fn put(account: &mut Account<'_>, label: Phrase, line: &str) {
    let label = account.word(label);
    account.page.pair(0, LABELS, &label, line, "");
}

/// A line below the label of its block.
fn below(account: &mut Account<'_>, line: &str, cite: &str) {
    account.page.pair(0, LABELS, "", line, cite);
}

fn head(account: &mut Account<'_>) {
    let charter = std::sync::Arc::clone(&account.status.record.charter);
    let title = in_tongue(account.sight.tongue, &charter.title).to_owned();
    put(account, rows::LEDGER, &title);
    let line = account.say(rows::ID, &[("id", &charter.id().to_string())]);
    below(account, &line, "");
    let digits = Fingerprint::of_ledger(&charter.id()).digits();
    let line = account.say(rows::DIGITS, &[("digits", &digits)]);
    below(account, &line, "");
    for (role, row) in
        [(Role::Party, rows::SIDES), (Role::Observer, rows::OBSERVERS), (Role::Drafter, rows::DRAFTERS)]
    {
        let names = account.naming.list(account.status.record.in_role(role));
        if !names.is_empty() {
            let line = account.say(row, &[("names", &names)]);
            below(account, &line, "");
        }
    }
    if let Some(ledger) = account.sight.ledger() {
        let folder = ledger.folder.display().to_string();
        let line = match &ledger.local.member {
            Some(member) => account.say(rows::MEMBER_IN, &[("member", member.as_str()), ("folder", &folder)]),
            None => account.say(rows::READER_IN, &[("folder", &folder)]),
        };
        put(account, rows::YOU, &line);
    }
    let places = [("heads", account.heads()), ("rules", RULES.to_string())];
    let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let line = account.say(standing::UP_TO, &places);
    put(account, rows::AS_OF, &line);
    let line = account.days();
    below(account, &line, "");
    let newest = account.heard.judged.pieces.iter().map(|piece| &piece.existed_by).max();
    let line = match newest {
        None => account.word(rows::NO_EVIDENCE),
        Some(time) => account.say(evidence::NEWEST, &[("time", &dates::bound(account.sight.tongue, time))]),
    };
    below(account, &line, "");
}

fn logs(account: &mut Account<'_>) {
    let columns = |log: &str, held: &str, sealed: &str| format!("{log:<13} {held:<7} {sealed:<8} ");
    let (held, sealed) = (account.word(rows::HELD), account.word(rows::SEALED));
    let line = format!("{}{}", columns("", &held, &sealed), account.word(rows::BY));
    account.page.gap();
    put(account, rows::LOGS, &line);
    let audit = account.sight.audit();
    for strand in audit.strands.values() {
        let by = received_by(audit, strand);
        let by = if by.is_empty() { account.word(rows::BY_NOBODY) } else { by };
        let label = columns(strand.log().as_str(), &strand.size().to_string(), &strand.sealed().to_string());
        account.page.pair(LABELS, TABLE, label.trim_end(), &by, "");
    }
    let line = account.word(receipt::RECEIVED);
    below(account, &line, "");
}

/// How each log stands under the reader's policy, and since when it was heard.
fn witnesses(account: &mut Account<'_>) {
    let (heard, audit, tongue) = (account.heard, account.sight.audit(), account.sight.tongue);
    let Some((_, name)) = &heard.policy else {
        if heard.files > 0 {
            let number = heard.files.to_string();
            let line = account.say(evidence::NO_POLICY, &[("number", &number)]);
            account.page.gap();
            put(account, evidence::WITNESSES, &line);
        }
        return;
    };
    account.page.gap();
    let line = account.say(evidence::POLICY, &[("name", name)]);
    put(account, evidence::WITNESSES, &line);
    if !heard.without.is_empty() {
        let line = account.say(evidence::LEFT_OUT, &[("names", &heard.without.join(", "))]);
        below(account, &line, "");
    }
    for strand in audit.strands.values() {
        for line in heard.groups(audit, tongue, strand) {
            below(account, &line, "");
        }
    }
    for line in heard.idle(tongue) {
        below(account, &line, "");
    }
    let Some(today) = account.status.record.cut.day.clone() else { return };
    for strand in audit.strands.values() {
        let last = strand.size().checked_sub(1).and_then(|last| strand.entry(last));
        let Some(time) = last.and_then(|last| account.shown_by(&last.hash())) else { continue };
        let days = (today.number() - time.day().number()).max(0).to_string();
        let time = dates::bound(tongue, &time);
        let due = account.status.record.charter.heartbeat_days.map(|days| days.to_string());
        let mut places = vec![("log", strand.log().as_str()), ("time", &*time), ("days", &*days)];
        let row = if due.is_some() { evidence::HEARTBEAT } else { evidence::HEARD };
        places.extend(due.as_deref().map(|due| ("due", due)));
        let line = account.say(row, &places);
        below(account, &line, "");
    }
}

fn texts(account: &mut Account<'_>) {
    let digests = account.digests();
    account.page.gap();
    let none = if digests.is_empty() { account.word(standing::NO_TEXTS) } else { String::new() };
    put(account, rows::TEXTS, &none);
    for digest in digests {
        account.text_where_it_stands(LABELS, &digest, Account::text_in_short);
    }
    account.unheld(LABELS);
}

fn asked(account: &mut Account<'_>) {
    if account.keys(|status| status.questions.iter().map(|one| one.by).collect()).is_empty() {
        return;
    }
    account.page.gap();
    put(account, rows::ASKED, "");
    account.questions(LABELS, &|_| true);
}

fn notices(account: &mut Account<'_>) {
    let all = account.keys(|status| status.notices().all().iter().map(|given| given.by).collect());
    if all.is_empty() {
        return;
    }
    account.page.gap();
    put(account, rows::NOTICES, "");
    for by in all {
        account.notice_where_it_stands(&by, LABELS);
    }
}

fn slots(account: &mut Account<'_>) {
    let slots = account.status.slots.clone();
    if slots.is_empty() {
        return;
    }
    account.page.gap();
    put(account, rows::SLOTS, "");
    for ((log, slot), envelopes) in slots {
        let name = account.say(rows::SLOT, &[("slot", &slot.to_string()), ("log", log.as_str())]);
        let line = account.say(rows::SLOT_OF, &[("number", &envelopes.len().to_string())]);
        account.page.line(LABELS, &format!("{name}: {line}"), "");
        for one in envelopes {
            let mut says = Vec::new();
            match &one.opened {
                Some(by) => says.push(account.say(rows::OPENED_BY, &[("entry", &account.cite(by))])),
                None => says.push(account.word(rows::NOT_OPENED)),
            }
            if let Some(day) = one.open_by.as_ref().map(|day| account.sight.day(day)) {
                let row = if one.has_passed { rows::DAY_PASSED } else { rows::OPEN_BY_DAY };
                says.push(account.say(row, &[("day", &day)]));
            }
            if let Some(why) = &one.without {
                says.push(account.say(rows::WITHOUT_EFFECT, &[("why", &why.of(account.sight.tongue))]));
            }
            for by in &one.received {
                let name = account.act(by).map(|act| account.name_of(act)).unwrap_or_default();
                let places = [("name", name.as_str()), ("entry", &account.cite(by))];
                says.push(account.say(rows::CONTENT_RECEIVED, &places));
            }
            let cite = account.cite(&one.by);
            account.page.line(LABELS + 2, &says.join("; "), &cite);
        }
    }
}

fn mandates(account: &mut Account<'_>) {
    let all = account.status.mandates.clone();
    if all.is_empty() {
        return;
    }
    account.page.gap();
    put(account, rows::MANDATES, "");
    let without: Vec<_> = all.iter().filter(|(_, by)| by.is_none()).map(|(act, _)| *act).collect();
    for (act, by) in all.into_iter().filter(|(_, by)| by.is_some()) {
        let keys = account.act(&act).map_or_else(String::new, |act| {
            let entry = act.signed.entry();
            entry.signers.iter().map(|label| entry.pen(label)).collect::<Vec<_>>().join(", ")
        });
        let mandate = match &by {
            Some(by) => account.say(standing::MANDATE_IN, &[("entry", &account.cite(by))]),
            None => account.word(standing::NO_MANDATE),
        };
        let places = [("entry", account.cite(&act)), ("keys", keys), ("mandate", mandate)];
        let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let line = account.say(rows::WITH_KEY, &places);
        below(account, &line, "");
    }
    if !without.is_empty() {
        let line = format!("{}: {}", account.word(standing::NO_MANDATE), account.cites(&without));
        below(account, &line, "");
    }
}

/// Receipts of last entries that no entry shows, and reports that a question's text
/// would take and that nobody made.
fn not_shown(account: &mut Account<'_>) {
    let audit = account.sight.audit();
    let mut lines = Vec::new();
    let is_side = |strand: &&Strand| {
        let member = account.status.record.charter.member(strand.log().member());
        member.is_some_and(|member| member.role == Role::Party)
    };
    for of in audit.strands.values().filter(is_side) {
        let size = of.size().min(account.status.record.cut.size(of.log()));
        let Some(last) = size.checked_sub(1) else { continue };
        let all = audit.strands.values().filter(is_side);
        for by in all.filter(|by| by.log().member() != of.log().member()) {
            if audit.receipt_of(by, of, last).is_none() {
                let name = account.naming.name(by.log().member());
                let places = [("name", name.as_str()), ("entry", &format!("{}/{last}", of.log()))];
                lines.push(account.say(rows::WHEN_RECEIVED, &places));
            }
        }
    }
    lines.extend(account.unreported());
    if lines.is_empty() {
        return;
    }
    account.page.gap();
    for (at, line) in lines.iter().enumerate() {
        if at == 0 {
            put(account, rows::NOT_SHOWN, line);
        } else {
            below(account, line, "");
        }
    }
}

/// What concerns the holder of the folder.
fn own(session: &Session, account: &mut Account<'_>, ledger: &Ledger, drafts: &[String]) {
    account.page.gap();
    if let Some(own) = ledger.own() {
        to_read(account, own);
        if own.size() > own.sealed() {
            let number = (own.size() - own.sealed()).to_string();
            let next = format!("countersign seal{}", session.dir_words());
            let line = account.say(rows::OWN_ENTRIES, &[("number", &number), ("next", &next)]);
            put(account, rows::UNSEALED, &line);
        }
    }
    if let Some(first) = drafts.first() {
        let next = format!("countersign sign {first}{}", session.dir_words());
        let line = account.say(rows::NEXT, &[("what", &drafts.join(", ")), ("next", &next)]);
        put(account, rows::DRAFTS, &line);
    }
}

/// What the mark of the log key knows and the folder does not hold.
fn behind(session: &Session, ledger: &Ledger) -> Outcome<Option<String>> {
    let (Some(log), Some(key)) = (ledger.own_log(), &ledger.local.log_key) else { return Ok(None) };
    let mark = Mark::beside(key, &ledger.charter()?.id(), &log).sealed(&session.disk)?;
    let Presence::Held(head) = mark else { return Ok(None) };
    if ledger.audit.branches_of(&log).any(|strand| strand.reaches(&head)) {
        return Ok(None);
    }
    let here = ledger.own().map_or(0, Strand::size);
    Ok(Some(format!("the mark of the log key knows {} sealed entries of {log}, {here} are here", head.size)))
}

/// What each other log has receipted of this one.
fn received_by(audit: &Audit, strand: &Strand) -> String {
    let others = audit.strands.values().filter(|other| other.log() != strand.log());
    let by: Vec<String> = others
        .filter_map(|other| {
            let size = other.chain.receipted().get(strand.log())?;
            Some(format!("{} 0-{}", other.log(), size - 1))
        })
        .collect();
    by.join(", ")
}

/// Entries of others that no own entry has receipted.
fn unread<'a>(audit: &'a Audit, own: &'a Strand) -> impl Iterator<Item = (&'a Strand, u64)> {
    audit.strands.values().filter(|strand| strand.log().member() != own.log().member()).flat_map(
        move |strand| {
            let before = own.chain.receipted().get(strand.log()).copied().unwrap_or(0);
            let until = publish::newest_seal(audit, strand).map_or(0, Checkpoint::size).min(strand.size());
            (before..until).map(move |seq| (strand, seq))
        },
    )
}

/// Most entries that are listed as not receipted.
const MOST_TO_READ: usize = 20;

fn to_read(account: &mut Account<'_>, own: &Strand) {
    let audit = account.sight.audit();
    let found: Vec<(&Strand, u64)> = unread(audit, own).collect();
    for (at, (strand, seq)) in found.iter().take(MOST_TO_READ).enumerate() {
        let Some(signed) = strand.entry(*seq) else { continue };
        let label = if at == 0 { account.word(rows::TO_READ) } else { String::new() };
        let act = entries::act_in(account.sight.tongue, signed.entry());
        let words = entries::summary(audit, signed.entry());
        let line = if words.is_empty() { act } else { format!("{act}: {words}") };
        account.page.pair(0, LABELS, &label, &line, &signed.cite());
        if let Some(what) = starts(account, own, &signed) {
            let line = account.say(rows::STARTS, &[("what", &what)]);
            below(account, &line, "");
        }
    }
    let more = found.len().saturating_sub(MOST_TO_READ);
    if more > 0 {
        let line = account.say(rows::MORE, &[("number", &more.to_string())]);
        below(account, &line, "");
    }
}

/// The period that a receipt of an entry would start, by the words of a text.
fn starts(account: &Account<'_>, own: &Strand, signed: &Signed) -> Option<String> {
    let member = own.log().member();
    match Body::of(signed.entry()) {
        Body::Notice(notice) => {
            let (words, _) = account.status.text_of(&notice.of.entry)?;
            let procedure = &words.procedure;
            let period = match notice.act {
                Noticed::Withdraw => procedure.withdraw_days.as_ref(),
                Noticed::Suspend => procedure.suspend_days.as_ref(),
                Noticed::Resume | Noticed::Revoke => None,
            };
            let (days, at) = period.filter(|_| procedure.counted_from == CountedFrom::Receipt)?;
            let places = [("entry", signed.cite()), ("days", days.to_string()), ("at", at.to_string())];
            let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
            Some(account.say(rows::PERIOD_WOULD_RUN, &places))
        }
        Body::Ask(ask) if ask.to.contains(member) => {
            let question = account.status.questions.iter().find(|one| one.by == signed.hash())?;
            let (hours, at, _) = question.expected.as_ref()?;
            let places = [("entry", signed.cite()), ("hours", hours.to_string()), ("at", at.to_string())];
            let places: Vec<(&str, &str)> = places.iter().map(|(k, v)| (*k, v.as_str())).collect();
            Some(account.say(rows::HOURS_WOULD_RUN, &places))
        }
        _ => None,
    }
}

fn as_json(account: &Account<'_>, behind: Option<&str>, drafts: &[String]) -> serde_json::Value {
    let audit = account.sight.audit();
    let ledger = account.sight.ledger();
    let logs = audit.strands.values().map(|strand| {
        let received = audit.strands.values().filter_map(|other| {
            let size = other.chain.receipted().get(strand.log())?;
            Some((other.log().to_string(), (*size).into()))
        });
        serde_json::json!({
            "log": strand.log().to_string(),
            "size": strand.size(),
            "sealed": strand.sealed(),
            "received_by": received.collect::<serde_json::Map<_, _>>(),
        })
    });
    let own = ledger.and_then(Ledger::own);
    let unread: Vec<serde_json::Value> = own
        .map(|own| {
            let each = unread(audit, own).map(|(strand, seq)| {
                let starts = strand.entry(seq).and_then(|signed| starts(account, own, &signed));
                serde_json::json!({"entry": format!("{}/{seq}", strand.log()), "starts": starts})
            });
            each.collect()
        })
        .unwrap_or_default();
    let is_open = |one: &&Question| matches!(one.openness, Openness::Open | Openness::ToBeAnswered);
    let open = account.keys(|status| status.questions.iter().filter(is_open).map(|one| one.by).collect());
    serde_json::json!({
        "format": "countersign.status/1",
        "ledger": account.status.record.charter.id().to_string(),
        "as": ledger.and_then(|ledger| ledger.local.member.as_ref()).map(ToString::to_string),
        "verdict": audit.verdict.as_str(),
        "cut": account.cut_json(),
        "splits": account.splits_json(),
        "logs": logs.collect::<Vec<_>>(),
        "texts": account.texts_json(&account.digests()),
        "questions": account.questions_json(&|_| true),
        "open_questions": open.len(),
        "notices": account.notices_json(),
        "envelopes": account.slots_json(),
        "mandates": account.mandates_json(),
        "unread": unread,
        "behind": behind,
        "findings": audit.findings.iter().map(finding_json).collect::<Vec<_>>(),
        "drafts": drafts,
    })
}
