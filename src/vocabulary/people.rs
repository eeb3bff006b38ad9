//! The bodies and persons behind members, and where descriptions of them differ.

super::phrases! {
    ACTORS "BODIES AND PERSONS BEHIND EACH MEMBER" "ОРГАНЫ И ЛИЦА ЗА КАЖДЫМ УЧАСТНИКОМ";
    EACH_ITS_WORD
        "Each description is the word of whoever wrote the entry; none stands above another."
        "Каждое описание дано со слов автора записи; ни одно не стоит выше другого.";
    NONE "No entry held here describes one." "Ни одна запись, которая здесь хранится, их не описывает.";
    BY_OTHER "described by {author}" "по описанию: {author}";
    UNDER "under {id}" "подчинено {id}";
    MAY "may {acts}" "вправе {acts}";
    KEYS "with the keys {keys}" "ключами {keys}";
    UNTIL "until {day}" "до {day}";
    DOCUMENT "the mandate stands in docs/{digest}" "полномочия даны в docs/{digest}";
    CONTACT "contact {contact}" "связь {contact}";
    EARLIER "earlier descriptions by {author}: {entries}" "ранее описывало: {author}, {entries}";
    DIFFER "WHERE DESCRIPTIONS DIFFER" "ГДЕ ОПИСАНИЯ РАСХОДЯТСЯ";
    DIFFER_NOWHERE
        "No two members describe the same body or person differently, in the entries held here."
        "В записях, которые здесь хранятся, никто не описывает одно и то же по-разному.";
    OF_MEMBER "{id} of {member}" "{id}, участник: {member}";
    NOT_SAID "not said" "не указано";
    NOT_DECIDED "Which description fits is not decided here." "Какое описание подходит, здесь не решается.";
}
