//! Time stamps, and what was and was not looked at.

super::phrases! {
    HEAD
        "{log} 0 to {last}"
        "{log} с 0 по {last}";
    HEAD_ELSEWHERE
        "{origin}, {size} entries, of no log in this ledger"
        "{origin}, записей: {size}, журнал не из этого реестра";
    HEAD_UNKNOWN
        "a head that is not held here ({imprint})"
        "состояние журнала, которого здесь нет ({imprint})";
    STAMP
        "time stamp over {head}"
        "метка времени: {head}";
    CLOCK
        "{time} by the clock of \"{tsa}\""
        "{time} по часам «{tsa}»";
    CLOCK_UNNAMED
        "{time} by the clock of an authority that it does not name"
        "{time} по часам службы, которая в метке не названа";
    ERROR
        "the clock may be off by {error} s"
        "погрешность часов: {error} с";
    NO_ERROR
        "how far the clock may be off is not said"
        "погрешность часов не указана";
    NUMBERED
        "number {serial}, policy {policy}"
        "номер {serial}, политика {policy}";
    ANSWERS
        "answers the request in {file}"
        "ответ на запрос из {file}";
    NOT_COMPARED
        "not compared with a request: --request FILE.tsq"
        "с запросом не сопоставлено: --request FILE.tsq";
    NOT_LOOKED_AT
        "signature and certificates not looked at: --ca ROOT.pem"
        "подпись и сертификаты не проверялись: --ca ROOT.pem";
    CHECKED
        "signature, certificates and purpose checked up to the root in {name}"
        "подпись, сертификаты и их назначение проверены до корня из {name}";
    EXISTED_BY
        "existed by {time}"
        "существовало к {time}";
    NOT_BEFORE
        "an entry that names this time stamp: not before {time}"
        "запись, в которой названа эта метка: не раньше {time}";
    NOT_SHOWN
        "no time shown under {name}: {code}, {why}"
        "с корнем из {name} время не показано: {code}, {why}";
    HELD_AS
        "in {file}"
        "файл: {file}";
    ASKED
        "asked for a time stamp over {head}; none is held"
        "запрошена метка времени: {head}; метки здесь нет";
    COSIGNED
        "a checkpoint with signature lines"
        "контрольная точка со строками подписей";
    NOT_UNDERSTOOD
        "held, not understood by this version"
        "хранится; этой версии программы не понятно";
    NOTHING
        "No evidence of time is held here."
        "Свидетельств времени здесь нет.";
    REQUEST
        "request for a time stamp over {head}: {file}"
        "запрос метки времени: {head}: {file}";
}
