//! One entry in full: the labels of its fields, and what stands behind them.

super::phrases! {
    // The frame of every entry.
    HASH "hash" "хеш";
    BY "by" "подписи";
    DATED "dated" "дата";
    DATED_BY_AUTHOR
        "{time} by its author; when it existed: not shown"
        "{time} по часам автора; когда существовало: из записей не следует";
    NOT_DATED "not stated" "не указана";
    EFFECT "effect" "действие";
    RECEIPTS "receipts" "расписки";
    SEAL "seal" "печать";
    SEALED "under a seal of its log" "под печатью своего журнала";
    UNSEALED "unsealed" "без печати";
    PENDING "pending" "ждёт";
    PENDING_WHY "it names a head that is not here" "названа вершина, которой здесь нет";
    RECEIVED "received" "получено";
    RECEIVED_BY "by {log} ({entry})" "журналом {log} ({entry})";
    RECEIVED_BY_NOBODY "by nobody, in the entries held here" "никем, по записям, которые здесь хранятся";
    WITHOUT_EFFECT "without effect: {why}" "не действует: {why}";
    NOT_UNDERSTOOD "not understood by this version: {why}" "этой версии непонятно: {why}";
    BODY "body" "данные";

    // What any act may carry.
    ABOUT "about" "о чём";
    BEARS "bears" "на нём";
    BEARS_DATE "the date {date}, by the word of its author" "дата {date}, по словам автора";
    DOCUMENT "document" "документ";
    DOCUMENT_HELD "{name}, held here" "{name}, здесь хранится";
    DOCUMENT_ABSENT "{name}, not held here" "{name}, здесь не хранится";
    RENDERING "rendering" "передача";
    ABSTRACT_WHY
        "the words are an abstract, made by whoever wrote this entry; they are not the words of the document"
        "слова — изложение, его составил автор записи; это не слова документа";
    WORDS "words" "слова";
    GROUNDS "grounds" "основания";
    LANGUAGE "in {tag}" "на языке {tag}";
    AUTHENTIC "authentic language" "аутентичный язык";
    TRANSLATION "translation" "перевод";
    NOT_HELD "{hash}, not held here" "{hash}, здесь не хранится";

    // Keys.
    CONTINUES "continues" "продолжает";
    CONTINUES_WHAT "{log}, {size} entries" "{log}, записей: {size}";
    KEY "key" "ключ";
    LOG_KEY "log key" "печать";
    SIGN "signing" "подписание";
    HOW_MANY_SIGN "{number} of {labels}" "{number} из: {labels}";
    MORE_PENS "{kind}: {number} of them" "{kind}: {number} из них";
    COMPROMISED "declared" "объявлено";
    COMPROMISED_LABEL "{label} compromised, by the word of its member" "ключ {label} скомпрометирован, по слову его участника";
    COMPROMISED_SINCE
        "{label} compromised since {entry}, by the word of its member"
        "ключ {label} скомпрометирован с {entry}, по слову его участника";

    // Actors.
    ID "id" "имя";
    NAMES "names" "названия";
    CLASS "class" "вид";
    CLASS_STATE "state" "государственный орган";
    CLASS_STATE_FUNDED "state-funded" "на средства государства";
    CLASS_PARASTATE "parastate" "под руководством государства";
    CLASS_PRIVATE "private" "частное лицо";
    CLASS_INTERNATIONAL "international" "международная организация";
    UNDER "under" "подчинено";
    CAPACITY "capacity" "качество";
    ACTOR_OF "of" "чей";
    ACTOR_OF_OTHER "{member}, as {author} describes it" "{member}, по описанию {author}";
    MAY_DO "may" "вправе";
    WITH_KEYS "with keys" "ключами";
    UNTIL_DAY "until {day}" "до {day}";
    MANDATE_DOC "mandate" "полномочия";
    CONTACT "contact" "связь";
    DO_ADOPT "adopt" "принимать тексты";
    DO_ANSWER "answer" "отвечать";
    DO_ASK "ask" "спрашивать";
    DO_NOTICE "give notice" "уведомлять";
    DO_PLEDGE "pledge" "брать на себя";
    DO_PROPOSE "table texts" "вносить тексты";
    DO_REPORT "report" "сообщать";
    DO_STATEMENT "make statements" "делать заявления";

    // Consent and notice.
    TEXT "text" "текст";
    DIGEST "digest" "дайджест";
    STEP "step" "стадия";
    STEP_INITIALLED "initialled: the words are settled, nothing is adopted" "парафировано: слова установлены, ничего не принято";
    STEP_TO_BE "signed, to be confirmed by its author" "подписано, требуется подтверждение автора";
    STEP_FINAL "final" "окончательно";
    STEP_CONFIRMED "its author confirms what it signed before" "автор подтверждает подписанное ранее";
    STYLED "styled" "названо";
    ONLY "of it" "из него";
    ONLY_THESE "these parts: {ids}" "эти части: {ids}";
    EXCEPT "left out" "не вошло";
    MIRRORED "mirrored" "зеркально";
    MIRRORED_WHY
        "{author} takes the same upon itself, sides exchanged"
        "{author} принимает на себя то же, стороны меняются местами";
    CONDITION "counts" "считается";
    RETURN "for" "взамен";
    PROVISIONAL "provisional" "временно";
    PROVISIONAL_WHY "applies from now on, before the text takes effect" "применяется уже теперь, до начала применения текста";
    NUMBERED "{name} {number}" "{name} № {number}";
    UNDER_NUMBER "{of}, number {number}" "{of}, номер {number}";
    QUALIFIED "{name} on {on}" "{name} к {on}";
    QUALIFIED_WHOLE "{name} on the whole" "{name} к тексту в целом";
    NAMED_RESERVATION "reservation" "оговорка";
    NAMED_UNDERSTANDING "understanding" "заявление о понимании";
    NAMED_LIMITATION "limitation" "ограничение";
    NOTICE_OF "of" "о чём";
    EFFECTIVE "effective" "с какого дня";
    EFFECTIVE_DAY "date of effect that its author gives: {day}" "дата начала действия, указанная автором: {day}";

    // Statements and reports.
    SPEAKER "speaker" "говорит";
    REPORTS "reports" "сообщает";
    WHAT_DEFINED "an instance of {place}: {words}" "случай, описанный в {place}: {words}";
    INSTANCE "which" "какой";
    SAID_BY "said by" "сказал";
    SAID_TO "said to" "кому";
    OF_MEMBER "{name}, of {member}" "{name}, участник: {member}";
    WHEN "when" "когда";
    BY_ACCOUNT "by that account: {when}" "по этому сообщению: {when}";
    UNTIL_WHEN "until {when}" "до {when}";
    FROM_TO "from {from} to {to}" "с {from} до {to}";
    AFTER_ENTRY "after what {entry} holds" "после того, что в {entry}";
    BEFORE_ENTRY "before what {entry} holds" "до того, что в {entry}";
    WHERE "where" "где";
    KNOWN_FROM "known from" "известно из";
    SAME_AS "same as" "то же, что";
    SAME_AS_WHAT "{entries}: accounts of one occurrence, by the word of this author" "{entries}: сообщения об одном событии, по слову этого автора";
    FOUND "found" "итог";
    FOUND_NOTHING "its author looked and saw nothing" "автор смотрел и ничего не увидел";
    FOUND_NO_ACCESS "its author had no access" "у автора не было доступа";
    ITS_WORD "This rests on the word of {author}." "Это сказано со слов: {author}.";

    // Questions.
    TO "to" "кому";
    ASKED_BY "reply by" "ответ к";
    ANSWERS "answers" "ответ на";
    ANSWERED "answered" "ответы";
    CONTESTS "contests" "оспаривает";
    CONTESTS_WHAT "what came about" "само событие";
    CONTESTS_WHO "who did it" "чьё это действие";
    CONTESTS_COVER "what the text covers" "охват текста";
    BETWEEN "between" "между ними";
    STANDS "the provision stands between the two all the same" "положение между ними всё равно применяется";
    STANDS_NOT "the provision does not stand between the two" "положение между ними не применяется";
    COUNTER "instead" "вместо того";

    // Envelopes.
    SLOT "slot" "ячейка";
    SLOT_NUMBER "{slot} of {log}" "{slot} журнала {log}";
    FOR "for" "для";
    OPEN_BY "to open by" "вскрыть к";
    OPEN_BY_PASSED
        "{day}; the date named for opening has passed, by the clock of this machine"
        "{day}; названный срок вскрытия прошёл, по часам этой машины";
    COMMITMENT "commits to" "хеш слов";
    OPENS "opens" "вскрывает";
    OPENS_NOTHING
        "{entry}, without effect: these words and this number are not what it commits to"
        "{entry}, не действует: эти слова и это число не те, хеш которых в нём стоит";
    OPENS_NO_ENVELOPE "{entry}, without effect: it is no envelope held here" "{entry}, не действует: здесь это не конверт";
    IN_SLOT "Every envelope of {log} in slot {slot}, as far as it is held here" "Все конверты журнала {log} в ячейке {slot}, какие здесь хранятся";
    ENVELOPE_OPENED "opened by {entry}" "вскрыто: {entry}";
    ENVELOPE_UNOPENED "not opened" "не вскрыто";
    ENVELOPE_UNOPENED_PASSED
        "not opened; the date named for opening, {day}, has passed by the clock of this machine"
        "не вскрыто; названный срок вскрытия, {day}, прошёл по часам этой машины";
    ENVELOPE_UNOPENED_BY "not opened; to be opened by {day}" "не вскрыто; назначено вскрыть к {day}";
    OPENING_WITHOUT "{entry} names it and opens nothing" "{entry} называет его и ничего не вскрывает";
    COPY_WITHOUT "{entry} has the same commitment elsewhere, a copy that opens nothing" "{entry} содержит тот же хеш в другом месте; такая копия ничего не вскрывает";
}
