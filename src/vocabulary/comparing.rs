//! What changed from one text to another.

super::phrases! {
    HEAD "FROM ONE TEXT TO ANOTHER" "ОТ ОДНОГО ТЕКСТА К ДРУГОМУ";
    FROM "from" "было";
    TO "to" "стало";
    SAME_WORDS "The words are the same, field by field: digest {digest}." "Слова те же, поле за полем: дайджест {digest}.";
    NOTHING "No provision differs." "Ни одно положение не отличается.";
    REMOVED_AND_NARROWED "REMOVED, AND FIELDS THAT NARROW" "УДАЛЕНО, И ПОЛЯ, КОТОРЫЕ СУЖАЮТ";
    NOTHING_REMOVED "No provision is removed, and no field narrows." "Ни одно положение не удалено, ни одно поле не сужает.";
    REMOVED "removed" "удалено";
    ADDED_AND_NARROWS "added; what is of this type narrows" "добавлено; положение этого вида сужает";
    TERM_USED "changed; used by {ids}" "изменено; используется в {ids}";
    WAS "was" "было";
    IS "is" "стало";
    NOT_SET "not set" "не задано";
    USED_AGAIN "THE ID IS USED AGAIN FOR OTHER WORDS" "ТО ЖЕ ИМЯ, ДРУГИЕ СЛОВА";
    OTHER_TYPE "{was}, then {is}" "{was}, затем {is}";
    CHANGED_WORDS "CHANGED WORDS" "ИЗМЕНЁННЫЕ СЛОВА";
    HOW_MARKED "[-removed-] {marks}" "[-удалено-] {marks}";
    MARKED_ADDED "added" "добавлено";
    OF_TERM "{id}, its term" "{id}, термин";
    OTHER_FIELDS "OTHER FIELDS" "ДРУГИЕ ПОЛЯ";
    OF_THE_TEXT "the text" "текст";
    MOVED "THE SAME WORDS UNDER ANOTHER ID" "ТЕ ЖЕ СЛОВА ПОД ДРУГИМ ИМЕНЕМ";
    MOVED_FROM "{was} is {is} now" "{was} теперь {is}";
    ADDED "ADDED" "ДОБАВЛЕНО";
    UNCHANGED "Provisions that are the same in every field: {number}." "Положений, одинаковых во всех полях: {number}.";
    REORDERED "What is in both stands in another order." "То, что есть в обоих, стоит в другом порядке.";
    RULE
        "What narrows is a rule on fields (docs/GUIDE.md, Reading). It says nothing on what words mean."
        "Что сужает, решает правило о полях (docs/GUIDE.md, Reading). О смысле слов оно ничего не говорит.";
}
