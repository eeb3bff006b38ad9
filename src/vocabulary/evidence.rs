//! Evidence of time: bounds, whose word they are, and how far entries have come.

super::phrases! {
    EXISTED "existed" "существовало";
    BY_TIME "by {time} ({source})" "не позднее {time} ({source})";
    NOT_BEFORE "not before {time} ({source})" "не ранее {time} ({source})";
    NO_UPPER "by when: not shown" "не позднее чего: из записей не следует";
    NO_LOWER "not before when: not shown" "не ранее чего: из записей не следует";
    WIDTH "{width} between them" "между ними {width}";
    AUTHOR_INSIDE "its author dates it {time}; inside these bounds" "время, указанное автором: {time}; в этих границах";
    AUTHOR_OUTSIDE "its author dates it {time}; outside these bounds" "время, указанное автором: {time}; вне этих границ";
    NAMES "holds" "содержит";
    LEVEL "reached" "дошло";
    HELD_ONLY "held here; that others received it is not shown" "имеется здесь; получение другими из записей не следует";
    RECEIVED_BY "received by {names}" "получено: {names}";
    WITNESSED_BY "witnessed by {names}" "засвидетельствовано: {names}";
    STAMPED_BY "time-stamped by {names}" "отметка времени: {names}";
    WITNESSES "WITNESSES" "СВИДЕТЕЛИ";
    NO_POLICY "files held: {number}; whose word counts is the reader's policy: --policy FILE" "файлов: {number}; чьё слово учитывать, решает читатель: --policy ФАЙЛ";
    POLICY "policy in use: {name}" "применяемая политика: {name}";
    LEFT_OUT "left out, as asked: {names}" "по запросу не учтено: {names}";
    GROUP "{log} 0-{last}: {group} {have} of {of}{since}" "{log} 0-{last}: {group} {have} из {of}{since}";
    GROUP_LACKS ", {needed} needed; {lacking}" ", нужно {needed}; {lacking}";
    LAST_HEARD "{name} last heard {time}" "{name}: последнее {time}";
    NOT_HEARD "{name} not heard" "{name}: ничего нет";
    QUORUM_MET "{log}: the quorum of the policy covers all of it" "{log}: кворум политики охватывает всё";
    QUORUM_NOT_MET "{log}: the quorum of the policy does not cover its newest entry" "{log}: кворум политики не охватывает последнюю запись";
    COUNTS_FOR_NOTHING "counts for nothing under it: {number} in notes/ ({why})" "по ней не учитывается: {number} в notes/ ({why})";
    NO_SOURCE "no such source: {name}" "нет такого источника: {name}";
    FAILS "{name}: {what}" "{name}: {what}";
    NO_HEAD "its head is not held here" "её вершины здесь нет";
    NOT_UNDERSTOOD "not understood by this version" "этой версии непонятно";
    NEWEST "newest evidence of time held: {time}" "самые поздние данные о времени: {time}";
    DATES_SHOWN "the day by which an entry is shown to have existed, UTC; else as its author gives it" "день, не позднее которого запись существовала, UTC; иначе — указанный автором";
    SHOWN_BY "existed by {time}" "существовало не позднее {time}";
    RECEIVED_BY_TIME "received by {name} by {time} ({entry})" "получено: {name}, не позднее {time} ({entry})";
    HOURS_MOST "{hours} hours after receipt at the most; {at} says {due}" "не более {hours} ч после получения; в {at} — {due}";
    HOURS_LEAST "{hours} hours after receipt at the least; {at} says {due}" "не менее {hours} ч после получения; в {at} — {due}";
    DAYS_LEAST "from receipt: {days} days at the least" "с получения: не менее {days} дн.";
    CAME_BEFORE "{earlier} came before the time that {name} gives, by {hours} hours or more; that time rests on the word of {name}" "{earlier} раньше времени, указанного ({name}), не менее чем на {hours} ч; это время указано: {name}";
    OFFERED_TO "offered to {name} since {time} (served by {source}); receipt not shown" "предложено: {name}, с {time} (через {source}); получение из записей не следует";
    OFFERED_AND_RECEIVED "offered to {name} since {time} (served by {source}); received by it in {entry}" "предложено: {name}, с {time} (через {source}); получено: {entry}";
    NOT_OFFERED "that {entry} was offered to others is not shown: no witness of the policy that has an address there cosigned it" "что {entry} предложено другим, из записей не следует: строк свидетелей, у которых в политике есть адрес, под ней нет";
    COMPLETE_TO "the log of {name} is held to {entry}, which existed by {time}, and receipts {seen}" "журнал {name} имеется до {entry} (существовало не позднее {time}), расписка: {seen}";
    RECEIPTS_NOTHING "nothing of {log}" "ничего из {log}";
    HEARD "{log} heard by {time}; {days} days ago at the least" "{log}: не позднее {time}; не менее {days} дн. назад";
    HEARTBEAT "{log} heard by {time}; {days} days ago at the least, the charter says {due}" "{log}: не позднее {time}; не менее {days} дн. назад, в уставе — {due}";
}
