//! A report in words and as JSON; `verify` and `compare` end in one.

use countersign::audit::Audit;
use countersign::charter::Charter;
use countersign::fault::{Code, Finding, Subject, Verdict};
use countersign::fingerprint::Fingerprint;
use countersign::names::LogId;

use super::entries::in_words;
use super::row::Row;
use super::terminal::line;
use countersign::unicode::shown_on_one_line;

/// The JSON of a report.
pub fn as_json(audit: &Audit, verdict: Verdict, findings: &[&Finding]) -> serde_json::Value {
    let logs = audit.logs.iter().map(|log| {
        serde_json::json!({
            "log": log.log.to_string(),
            "size": log.size,
            "sealed": log.sealed,
            "head": log.head.map(|hash| hash.to_string()),
            "root": log.root.map(|hash| hash.to_string()),
            "verdict": log.verdict.as_str(),
        })
    });
    serde_json::json!({
        "format": "countersign.verify/1",
        "program": concat!("countersign ", env!("CARGO_PKG_VERSION")),
        "ledger": audit.charter.as_ref().map(|charter| charter.id().to_string()),
        "pinned": audit.pinned,
        "verdict": verdict.as_str(),
        "checked": {
            "entries": audit.counted.entries,
            "signatures": audit.counted.signatures,
            "links": audit.counted.links,
        },
        "logs": logs.collect::<Vec<_>>(),
        "findings": findings.iter().map(|finding| finding_json(finding)).collect::<Vec<_>>(),
    })
}

/// A finding as JSON.
pub fn finding_json(finding: &Finding) -> serde_json::Value {
    let mut value = serde_json::json!({
        "code": finding.code.as_str(),
        "where": finding.place,
        "message": finding.message,
    });
    if let Some(map) = value.as_object_mut() {
        match &finding.subject {
            Subject::Log(log) => map.insert("log".into(), log.to_string().into()),
            Subject::Copy => map.insert("copy".into(), true.into()),
        };
        if let Some(reason) = finding.reason {
            map.insert("reason".into(), reason.as_str().into());
        }
    }
    value
}

/// What was checked, and how fast.
pub fn counted(audit: &Audit, took: std::time::Duration) -> String {
    let counted = &audit.counted;
    let (entries, micros) = (u128::from(counted.entries), took.as_micros().max(1));
    format!(
        "checked  {} entries, {} signatures, {} links in {}.{:02} s: {} entries a second",
        counted.entries,
        counted.signatures,
        counted.links,
        took.as_secs(),
        took.subsec_millis() / 10,
        entries * 1_000_000 / micros
    )
}

/// Which ledger it is, to compare.
pub fn print_ledger(charter: Option<&Charter>) {
    if let Some(charter) = charter {
        Row::new("LEDGER   ").text(in_words(&charter.title)).print();
        line(&format!("id       {}", charter.id()));
        line(&format!("digits   {}", Fingerprint::of_ledger(&charter.id()).digits()));
    }
}

/// Each finding, and where.
pub fn print_findings(findings: &[&Finding]) {
    for finding in findings {
        let subject = match &finding.subject {
            Subject::Log(log) => log.to_string(),
            Subject::Copy => "this copy".to_owned(),
        };
        line(&format!("{}  {subject}, {}", finding.code, shown_on_one_line(&finding.place)));
        line(&format!("    {}", shown_on_one_line(&finding.message)));
    }
}

/// The report in words.
pub fn print(audit: &Audit, verdict: Verdict, findings: &[&Finding]) {
    print_ledger(audit.charter.as_deref());
    for log in &audit.logs {
        line(&format!(
            "  {:<14} {:>6} entries, {:>6} sealed   {}",
            log.log,
            log.size,
            log.sealed,
            log.verdict.as_str()
        ));
    }
    let members = audit.charter.iter().flat_map(|charter| charter.members.keys()).map(LogId::first);
    for log in members.filter(|log| audit.pinned && !audit.logs.iter().any(|row| row.log == *log)) {
        line(&format!("  {log:<14} no entry of it is here"));
    }
    print_findings(findings);
    if findings.iter().any(|finding| finding.code == Code::OtherLedger) {
        line("ANOTHER LEDGER than the one that was named; nothing else was looked at.");
        return;
    }
    line(&match verdict {
        Verdict::Whole => format!("WHOLE: {} entries, up to the numbers above.", audit.entries_checked),
        Verdict::Incomplete => "INCOMPLETE: what is here holds; something is not here.".to_owned(),
        Verdict::Damaged => "DAMAGED: bytes of this copy are not the ones that were sealed.".to_owned(),
        Verdict::Contradicted => {
            "CONTRADICTED: seals of one log key contradict each other, or the bytes under them.".to_owned()
        }
    });
}
