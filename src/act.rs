//! What an entry is called in words: its kind, and what kind of it.

use crate::body::Body;
use crate::body::question::{Asked, Stance};
use crate::body::standing::Act;
use crate::body::statement::Manner;
use crate::body::text::{Standing, Step};
use crate::entry::Entry;
use crate::vocabulary::{Phrase, Tongue, acts};

/// What kind of act it is, in words of a tongue.
pub fn words(tongue: Tongue, entry: &Entry) -> String {
    let phrase = match Body::of(entry) {
        Body::Join if entry.author.is_further() => acts::VOLUME,
        Body::Join => acts::JOINED,
        Body::Key(_) => acts::KEYS,
        Body::Actor(_) => acts::ACTOR,
        Body::Text(text) => match text.standing {
            Standing::Draft => acts::DRAFT_TEXT,
            Standing::Proposal => acts::TABLED,
            Standing::Pledge => acts::PLEDGE,
        },
        Body::Adopt(adoption) => match adoption.step {
            Some(Step::Initialled) => acts::INITIALLED,
            Some(Step::ToBeConfirmed) => acts::TO_BE_CONFIRMED,
            Some(Step::Confirmed) => acts::CONFIRMED,
            _ if adoption.only.is_empty() && adoption.except.is_empty() => acts::ADOPTED,
            _ => acts::ADOPTED_IN_PART,
        },
        Body::Notice(notice) => match notice.act {
            Act::Withdraw => acts::WITHDRAWAL,
            Act::Suspend => acts::SUSPENSION,
            Act::Resume => acts::RESUMPTION,
            Act::Revoke => acts::REVOKED,
        },
        Body::Statement(statement) => match statement.manner {
            None => acts::STATEMENT,
            Some(Manner::Assurance) => acts::ASSURANCE,
            Some(Manner::Expectation) => acts::EXPECTATION,
            Some(Manner::RedLine) => acts::RED_LINE,
            Some(Manner::Interpretation) => acts::INTERPRETATION,
        },
        Body::Report(_) => acts::REPORT,
        Body::Ask(ask) => asked(ask.act),
        Body::Answer(answer) => stance(answer.stance),
        Body::Envelope(_) => acts::SEALED_WORDS,
        Body::Open(_) => acts::OPENED,
        Body::Seen => acts::RECEIVED,
        Body::NotUnderstood(_) => return acts::NOT_UNDERSTOOD.with(tongue, &[("kind", &entry.kind)]),
    };
    phrase.of(tongue).to_owned()
}

/// What is asked for.
pub fn asked(act: Asked) -> Phrase {
    match act {
        Asked::Proposal => acts::PROPOSAL,
        Asked::Clarification => acts::CLARIFICATION,
        Asked::Consultation => acts::CONSULTATION,
        Asked::Concern => acts::CONCERN,
        Asked::Protest => acts::PROTEST,
    }
}

/// How an answer replies.
pub fn stance(stance: Stance) -> Phrase {
    match stance {
        Stance::WillAnswer => acts::WILL_ANSWER,
        Stance::Accept => acts::ACCEPTS,
        Stance::Decline => acts::DECLINES,
        Stance::Object => acts::OBJECTS,
        Stance::NoObjection => acts::NO_OBJECTION,
        Stance::Explain => acts::EXPLAINS,
        Stance::Counter => acts::COUNTERS,
        Stance::ReceivedContent => acts::RECEIVED_CONTENT,
    }
}
