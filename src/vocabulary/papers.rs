//! Files of words, and the documents printed from them.

super::phrases! {
    SIZE "{name}: {all} provisions ({terms}, {baskets}, {commitments}), {size} kB of 64 kB" "{name}: положений: {all} ({terms}, {baskets}, {commitments}), {size} КБ из 64 КБ";
    TERMS "terms: {n}" "термины: {n}";
    BASKETS "baskets: {n}" "корзины: {n}";
    COMMITMENTS "commitments: {n}" "обязательства: {n}";
    APART "Too long for one entry: the provisions go into a document beside it, named by its digest." "Для одной записи слишком велик: положения выносятся в документ рядом, названный своим дайджестом.";
    HOW_READ "How the program reads the fields. Where a field and the words differ, the words govern; change the field before you table the text." "Как программа читает поля. При расхождении поля и слов определяющими являются слова; измените поле до внесения текста.";
    NO_FIELDS "No provision has a field that a program reads." "Полей, которые читает программа, нет.";
    TO_LOOK_AT "To look at" "На что посмотреть";
    LINE "line {line}" "строка {line}";
    NOTHING_STANDS "Nothing stands in the way of tabling." "Внести текст можно.";
    DIGEST "digest of the words: {digest}" "дайджест слов: {digest}";
    DIGEST_LATER "digest of the words: known where the texts that it names are held" "дайджест слов: известен там, где есть названные тексты";
    DRAFT "draft, adopted by nobody" "проект, никем не принят";
    TABLED "tabled by {name}; adopted by nobody in the entries held here" "внесено: {name}; в имеющихся записях никем не принято";
    PLEDGED "pledged by {name}" "принимает на себя: {name}";
    ADOPTED_BY "tabled by {name}; acts of adoption: {names}" "внесено: {name}; акты принятия: {names}";
    ABSTRACT "abstract: words of whoever wrote the entry, not of the document" "изложение: слова автора записи, а не документа";
    BETWEEN "between {names}" "между: {names}";
    DATED "dated {day}" "датировано: {day}";
    DATED_BETWEEN "dated between {day} and {last}" "датировано: между {day} и {last}";
    ITS_AUTHOR_DATES "its author dates it {time}" "время, указанное автором: {time}";
    NO_DATE "without a date of its author" "автор даты не указал";
    AUTHENTIC "{tag}: authentic" "{tag}: аутентичный";
    TRANSLATED "{tag}: translation" "{tag}: перевод";
    VIEW_OF "View of {names}: {words}" "Позиция ({names}): {words}";
    ACTS "Acts of all sides about this text" "Акты всех сторон по этому тексту";
    NO_ACTS "No act about it is in the entries held here." "В имеющихся записях актов по нему нет.";
    ABOUT "about {of}" "о {of}";
    ALL_BUT "all but {of}" "кроме {of}";
    PARTS_ALONE "{of} and no more" "{of} и не более";
    OF_PROVISIONS "text of {n} provisions" "текст, положений: {n}";
    QUALIFIED_RESERVATION "reservation{on}" "оговорка{on}";
    QUALIFIED_UNDERSTANDING "understanding{on}" "заявление о понимании{on}";
    QUALIFIED_LIMITATION "limitation{on}" "ограничение{on}";
    ON " on {of}" " к {of}";
    THE_FIELDS "How a program reads the fields" "Как программа читает поля";
}
