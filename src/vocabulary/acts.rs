//! Acts: the kinds of entry and what they may be called.

super::phrases! {
    JOINED "joined" "вступление";
    VOLUME "opened a further volume" "открыт следующий том";
    KEYS "change of keys" "смена ключей";
    ACTOR "body or person" "орган или лицо";
    DRAFT_TEXT "draft text" "проект текста";
    TABLED "text tabled" "текст внесён";
    PLEDGE "pledge" "обязательство";
    ADOPTED "adopted" "принято";
    ADOPTED_IN_PART "adopted in part" "принято частично";
    INITIALLED "initialled" "парафировано";
    TO_BE_CONFIRMED "signed, to be confirmed" "подписано, требуется подтверждение";
    CONFIRMED "confirmed" "подтверждено";
    WITHDRAWAL "notice of withdrawal" "уведомление о выходе";
    SUSPENSION "notice of suspension" "уведомление о приостановлении";
    RESUMPTION "notice of resumption" "уведомление о возобновлении";
    REVOKED "revoked an act of its own" "отозван собственный акт";
    STATEMENT "statement" "заявление";
    ASSURANCE "assurance" "заверение";
    EXPECTATION "expectation" "ожидание";
    RED_LINE "red line" "красная линия";
    INTERPRETATION "interpretation" "толкование";
    REPORT "report" "сообщение";
    PROPOSAL "proposal" "предложение";
    CLARIFICATION "request for clarification" "просьба о разъяснении";
    CONSULTATION "request for consultation" "предложение о консультациях";
    CONCERN "concern" "озабоченность";
    PROTEST "protest" "протест";
    WILL_ANSWER "will answer" "ответит позднее";
    ACCEPTS "accepts" "принимает";
    DECLINES "declines" "отклоняет";
    OBJECTS "objects" "возражает";
    NO_OBJECTION "has no objection" "не возражает";
    EXPLAINS "explains" "поясняет";
    COUNTERS "makes a counter-proposal" "вносит встречное предложение";
    RECEIVED_CONTENT "received its content" "получил содержание";
    SEALED_WORDS "sealed words" "запечатанные слова";
    OPENED "opened" "вскрыто";
    RECEIVED "received" "получено";
    NOT_UNDERSTOOD "{kind}, not understood by this version" "{kind}, этой версии непонятно";
}
