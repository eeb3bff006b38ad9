//! Words that were looked for, and the entries of all logs as a graph.

super::phrases! {
    TITLES "titles" "названия";
    PROVISIONS "provisions" "положения";
    WORDS "words of acts" "слова актов";
    NAMES "names" "имена";
    CONTENTS "contents of opened envelopes" "содержание вскрытых конвертов";
    FOUND "Found: {number}" "Найдено: {number}";
    LOOKED_IN "Looked in {rooms} of {number} entries: {logs}." "Искали: {rooms}; записей: {number}: {logs}.";
    NOT_LOOKED_IN
        "Not looked in: the provisions of {texts}, whose documents are not held here."
        "Не искали в положениях {texts}: их документы здесь не хранятся.";

    MARK "an entry" "запись";
    RECEIPT "← what it newly receipts" "← что впервые получено";
    BRANCH "{log}, second branch" "{log}, вторая ветвь";
    GRAPH_WAY "Each entry stands below all that it receipts." "Каждая запись стоит ниже всего, что в ней получено.";
}
