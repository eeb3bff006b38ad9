//! Witnesses: who cosigned what, and what that is worth.

super::phrases! {
    COSIGNED
        "{log} {size}: {witness}, {time}"
        "{log} {size}: {witness}, {time}";
    NO_KEY
        "{log} {size}: {witness} states {time}; its key is not known here"
        "{log} {size}: {witness} указывает {time}; ключ здесь неизвестен";
    NOT_OVER
        "{log} {size}: a line that names {witness} is not over these bytes"
        "{log} {size}: строка с именем {witness} не относится к этим данным";
    NEWEST
        "{log}: {sealed} entries sealed, {cosigned} of them cosigned"
        "{log}: записей под печатью: {sealed}, из них засвидетельствовано: {cosigned}";
    NONE
        "No cosignature is held here."
        "Подписей свидетелей здесь нет.";
    WORTH
        "A cosignature shows: by that moment this witness had seen this log up to this size, each head continuing the one before. It says nothing about the words in it."
        "Подпись свидетеля показывает: к этому моменту свидетель видел журнал до этого места, и каждое состояние продолжало предыдущее. О словах в записях она ничего не говорит.";
    MUTUAL
        "Where sides witness each other, each shows the other one history and a moment. To a reader who relies on neither side this adds little: together they could sign another history. A policy also names witnesses apart from both."
        "Если стороны свидетельствуют друг другу, каждая показывает другой одну историю и момент времени. Читателю, который не полагается ни на одну из сторон, это даёт немного: вместе они могли бы подписать другую историю. В правила включают и свидетелей, не связанных с обеими сторонами.";
}
