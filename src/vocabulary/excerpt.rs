//! Excerpts, and what is and is not in them.

super::phrases! {
    ENTRY
        "one entry, {entry}, under a seal of its log"
        "одна запись, {entry}, под печатью её журнала";
    ENTRY_ALONE
        "What other entries say of it is not in this file."
        "Что говорится о ней в других записях, в этом файле не содержится.";
    WHOLE
        "{of}, with every entry of every log up to the cut"
        "{of} и все записи всех журналов до указанного предела";
    CUT
        "the cut: {log} 0 to {last}"
        "предел: {log} с 0 по {last}";
    PART
        "{of}, with the entries that bear on it, as whoever made the file chose them"
        "{of} и относящиеся к нему записи, отобранные составителем файла";
    LEFT_OUT
        "not in this file: {log} {numbers}"
        "нет в этом файле: {log} {numbers}";
    LEFT_OUT_SAYS
        "What the entries that are not in this file say is not shown by it."
        "Что говорится в записях, которых нет в этом файле, из него не следует.";
    COMPARED
        "The record in {place} was compared with it: no entry that bears on it is left out."
        "Сверено с записями в {place}: относящиеся к нему записи не пропущены.";
}
