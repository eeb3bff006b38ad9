//! Words that an author chooses from the format, as the format spells them.

use super::{Phrase, Tongue};

super::phrases! {
    STATE "state" "орган государства";
    STATE_FUNDED "state-funded" "финансируется государством";
    PARASTATE "parastate" "вне органов государства, направляется им";
    PRIVATE "private" "частное";
    INTERNATIONAL "international" "международное";
    OFFICE "official" "должностное лицо";
    PERSONAL "official in a personal capacity" "должностное лицо в личном качестве";
    FORMER "former official" "бывшее должностное лицо";
    EXPERT "expert" "эксперт";
    NOTHING_SEEN "nothing seen" "ничего не видно";
    NO_ACCESS "no access" "доступа не было";
    CONTESTS_WHAT "what happened" "само событие";
    CONTESTS_WHO "who did it" "чьё это действие";
    CONTESTS_COVER "what the text covers" "охват текста";
    STANDS "stands" "применяется";
    DOES_NOT_STAND "does not stand" "не применяется";
    LEGAL "legal" "юридический";
    POLITICAL "political" "политический";
    NONE_STATED "none stated" "не указан";
    AUTHENTIC "authentic" "аутентичный";
    TRANSLATION "translation" "перевод";
    TREATY "treaty" "договор";
    EXECUTIVE_AGREEMENT "executive agreement" "соглашение исполнительной власти";
    CODE_OF_CONDUCT "code of conduct" "кодекс поведения";
    EXCHANGE_OF_LETTERS "exchange of letters" "обмен письмами";
    JOINT_STATEMENT "joint statement" "совместное заявление";
    UNILATERAL_DECLARATION "unilateral declaration" "одностороннее заявление";
    CONFIDENCE_BUILDING "confidence-building measure" "мера доверия";
    WORKING_PAPER "working paper" "рабочий документ";
    RESERVATION "reservation" "оговорка";
    UNDERSTANDING "understanding" "заявление о понимании";
    LIMITATION "limitation" "ограничение";
    ADOPT "adopt" "принятие";
    ANSWER "answer" "ответ";
    ASK "ask" "запрос";
    NOTICE "notice" "уведомление";
    PLEDGE "pledge" "обязательство";
    PROPOSE "propose" "внесение текста";
    REPORT "report" "сообщение";
    STATEMENT "statement" "заявление";
    EXTENDS "extends" "дополняет";
    AMENDS "amends" "изменяет";
    REPLACES "replaces" "заменяет";
    CORRECTS "corrects" "исправляет";
    ENDS "ends" "прекращает";
}

/// A word of the format in a tongue; one that has no row stands as it is.
pub fn word(tongue: Tongue, chosen: &str) -> String {
    let row = ALL.iter().map(|(_, row)| row).find(|row: &&Phrase| row.en == chosen);
    row.map_or(chosen, |row| row.of(tongue)).to_owned()
}
