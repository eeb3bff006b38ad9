//! `explain`: what a code means and what to do.

use countersign::failure::{Failure, Outcome, Why};
use countersign::fault::Code;
use countersign::timestamp::StampCode;

use super::hint;
use super::row::paragraph;
use super::session::Session;
use super::terminal::{json, line, shown};

/// Explain a code.
#[derive(clap::Args)]
pub struct Explain {
    /// The code; without one, all are listed.
    code: Option<String>,
}

/// Runs `explain`.
pub fn run(session: &Session, command: &Explain) -> Outcome<u8> {
    let Some(name) = &command.code else {
        if session.common.json {
            let bytes = Code::ALL.iter().map(|code| (code.as_str(), code.verdict().exit_code()));
            let whys = Why::ALL.iter().map(|why| (why.as_str(), why.exit().number()));
            let stamps = StampCode::ALL.iter().map(|code| (code.as_str(), code.exit_code()));
            let all = bytes
                .chain(stamps)
                .chain(whys)
                .map(|(code, exit)| serde_json::json!({"code": code, "exit": exit}));
            json(&serde_json::json!({"format": "countersign.codes/1", "codes": all.collect::<Vec<_>>()}));
            return Ok(0);
        }
        for code in Code::ALL {
            line(&format!("{:<22} {}", code.as_str(), code.says()));
        }
        for code in StampCode::ALL {
            line(&format!("{:<22} {}", code.as_str(), code.says()));
        }
        for why in Why::ALL {
            let first = why.explains().split(". ").next().unwrap_or_default();
            line(&format!("{:<22} exit {}: {first}", why.as_str(), why.exit().number()));
        }
        return Ok(0);
    };
    let found = Code::from_name(name)
        .map(|code| (code.says(), code.explains(), code.verdict().exit_code()))
        .or_else(|| StampCode::from_name(name).map(|code| (code.says(), code.explains(), code.exit_code())))
        .or_else(|| Why::from_name(name).map(|why| ("", why.explains(), why.exit().number())));
    let Some((says, explains, exit)) = found else {
        let stamps = StampCode::ALL.iter().map(|code| code.as_str());
        let bytes = Code::ALL.iter().map(|code| code.as_str()).chain(stamps);
        let near = hint::did_you_mean(name, bytes.chain(Why::ALL.iter().map(|why| why.as_str())));
        let what = format!("there is no code {}{near}", shown(name));
        return Err(Failure::new(Why::Usage, what).next("countersign explain"));
    };
    if session.common.json {
        json(&serde_json::json!({
            "format": "countersign.explain/1", "code": name, "says": says, "explains": explains, "exit": exit,
        }));
        return Ok(0);
    }
    line(&format!("{name}  (exit {exit})"));
    if !says.is_empty() {
        line(says);
    }
    for row in paragraph(explains, "  ") {
        row.print();
    }
    Ok(0)
}
