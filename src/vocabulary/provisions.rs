//! Texts and provisions: every field as a label and a sentence, and conditions.

super::phrases! {
    // A text.
    TITLE "title" "название";
    FORM "form" "форма";
    NATURE "nature" "характер";
    TRACK "track" "дорожка";
    TRACK_ONE "1, between officeholders" "первая, между должностными лицами";
    TRACK_BOTH "1.5, officeholders and others" "полуторная, должностные лица и другие";
    TRACK_TWO "2, others" "вторая, другие лица";
    BETWEEN "between" "между";
    LANGUAGES "languages" "языки";
    ORIGINAL "original" "подлинник";
    ORIGINAL_GOVERNS "the signed paper, which governs; held here" "подписанный документ; он определяющий; здесь хранится";
    ORIGINAL_GOVERNS_ABSENT
        "the signed paper, which governs; not held here"
        "подписанный документ; он определяющий; здесь не хранится";
    EXTENDS "extends" "дополняет";
    AMENDS "amends" "изменяет";
    REPLACES "replaces" "заменяет";
    CORRECTS "corrects" "исправляет";
    ENDS "ends" "прекращает";
    PROVISIONS_ABSENT
        "{number}, in a document that is not held here"
        "{number}, в документе, который здесь не хранится";
    MADE_OF "provisions" "положения";
    TREATY "treaty" "договор";
    EXECUTIVE_AGREEMENT "executive agreement" "межправительственное соглашение";
    CODE_OF_CONDUCT "code of conduct" "кодекс поведения";
    EXCHANGE_OF_LETTERS "exchange of letters" "обмен письмами";
    JOINT_STATEMENT "joint statement" "совместное заявление";
    UNILATERAL_DECLARATION "unilateral declaration" "одностороннее заявление";
    CONFIDENCE_BUILDING "confidence-building measure" "мера укрепления доверия";
    WORKING_PAPER "working paper" "рабочий документ";
    LEGAL "legal, by its own words" "юридический, по собственным словам";
    POLITICAL "political, by its own words" "политический, по собственным словам";
    NONE_STATED "nature not stated" "характер не указан";

    // Types.
    TYPE_BASKET "basket" "корзина";
    TYPE_DECLARE "declares" "заявляет";
    TYPE_DEFINE "defines" "определяет";
    TYPE_DO "to do" "сделать";
    TYPE_MAY "a liberty beside the duties" "право поступать по-своему";
    TYPE_PROCEDURE "procedure" "порядок";
    TYPE_REAFFIRM "recalls" "напоминает";
    TYPE_REFRAIN "not to do" "воздерживаться";
    TYPE_SAVING "saving, travels with every excerpt" "оговорено, следует с каждой выдержкой";
    TYPE_SCOPE_IN "germane" "относится к делу";
    TYPE_SCOPE_OUT "left out; that does not mean allowed" "не охвачено; это не значит, что разрешено";

    // Fields.
    NUMBER "number" "номер";
    TERM "term" "термин";
    BASKET "in" "в корзине";
    USES "terms" "термины";
    WITH "with" "при этом";
    WITH_NAMES "a report of it says which {names}" "сообщение об этом указывает: {names}";
    HELD_BY "held by" "чей взгляд";
    HELD_BY_WHOM "{names}; each confirms it by adopting" "{names}; подтверждается принятием";
    ALTERNATIVE "beside" "вариант";
    ALTERNATIVE_TO "another wording of {place}; neither is settled" "другая редакция {place}; ни одна не окончательна";
    BEARER "borne by" "принимает";
    BEARER_EACH "each side that adopts it" "каждая сторона, которая принимает текст";
    BEARER_AUTHOR "its author, and whoever adopts it mirrored" "автор, и тот, кто принимает зеркально";
    THROUGH "covers" "охват";
    THROUGH_ACTS "acts of: {list}" "действия: {list}";
    ON_ITS_TERRITORY "on its territory" "на его территории";
    STARTS "when" "когда";
    UNTIL "until" "до";
    TAKES_EFFECT "effect" "применение";
    TAKES_EFFECT_WHEN "takes effect when {condition}" "начинает применяться, когда {condition}";
    ENTERS_FORCE_WHEN "enters into force when {condition}" "вступает в силу, когда {condition}";
    DUE "due" "срок";
    DUE_BY "by {day}" "не позднее {day}";
    APPLIES "applies" "начало";
    APPLIES_FROM "from {day}" "с {day}";
    EXPIRES "runs" "действует";
    EXPIRES_ON "until {day}, its last day" "по {day} включительно";
    PARTS "parts" "частями";
    PARTS_WHOLE "adopted as a whole" "принимается целиком";
    PARTS_BASKETS "may be adopted by baskets" "может приниматься по корзинам";
    PARTS_PROVISIONS "may be adopted by provisions" "может приниматься по положениям";
    RESERVATIONS "reserving" "оговорки";
    RESERVATIONS_ANY "on everything" "ко всему";
    RESERVATIONS_NONE "on nothing" "ни к чему";
    RESERVATIONS_ON "on {ids}" "к {ids}";
    REPLY "reply" "ответ";
    REPLY_HOURS "expected within {hours} hours of receipt" "ожидается в течение {hours} ч после получения";
    SUSPENSION "suspension" "перерыв";
    WITHDRAWAL "withdrawal" "выход";
    DAYS_TAKEN "takes {days} days" "занимает {days} дн.";
    COUNTED "counted" "отсчёт";
    COUNTED_RECEIPT "from receipt" "с получения";
    COUNTED_NOTICE "from the notice" "с уведомления";
    INSTRUMENT "instrument" "документ";
    PLACE "place" "место";
    DATED "dated" "дата";
    COPY "copy" "копия";

    // Conditions.
    ON_DAY "{day} has come" "наступило {day}";
    EACH_OBSERVER "each observer has reported {of}" "каждый наблюдатель сообщил о {of}";
    ANY_OBSERVER "an observer has reported {of}" "один из наблюдателей сообщил о {of}";
    EITHER_SIDE "either side has reported {of}" "одна из сторон сообщила о {of}";
    BOTH_SIDES "both sides have reported {of}" "обе стороны сообщили о {of}";
    NAMED_REPORTED "{names} have each reported {of}" "каждый из них сообщил о {of}: {names}";
    SAME "{what} (same {names})" "{what} (то же: {names})";
    DAYS_AFTER "{days} days have passed since {what}" "прошло {days} дн. с того, как {what}";
    ADOPTED_EACH "each side concerned has adopted the text" "каждая сторона, которой он касается, приняла текст";
    ADOPTED_BY_ONE "{name} has adopted the text" "текст принят: {name}";
    ONE_REPORTED "{name} has reported {of}" "о {of} сообщено: {name}";
    ADOPTED_BY "{names} have each adopted the text" "каждый из них принял текст: {names}";
    IN_EFFECT_EACH "{of} is in effect for each" "{of} применяется для каждой стороны";
    IN_EFFECT_FOR "{of} is in effect for {names}" "{of} применяется для: {names}";
    OR "{one}, or {other}" "{one}, или {other}";
    AND "{one}, and {other}" "{one}, и {other}";

    // One provision with all that it needs.
    OF_NO_TITLE "text without a title" "текст без названия";
    TABLED_BY "tabled by {author}; tabling commits nobody" "внесено: {author}; внесение никого не связывает";
    PLEDGED_BY "pledged by {author}" "принято на себя: {author}";
    DRAFT_BY "draft of {author}, adopted by nobody" "проект: {author}, никем не принят";
    ITS_TERMS "ITS TERMS" "ТЕРМИНЫ";
    ITS_SCOPE "WHAT IS GERMANE" "ЧТО ОТНОСИТСЯ К ДЕЛУ";
    ITS_SAVINGS "SAVINGS" "ЧТО ОГОВОРЕНО";
    ITS_LIBERTIES "BESIDE IT" "РЯДОМ С НИМ";
    ITS_PROCEDURE "PROCEDURE" "ПОРЯДОК";
    ITS_ALTERNATIVES "OTHER WORDINGS" "ДРУГИЕ РЕДАКЦИИ";
    REFERRED "REFERRED TO BY" "НА НЕГО ССЫЛАЮТСЯ";
    REFERRED_BY_NOBODY "no entry held here" "ни одна запись, которая здесь хранится";
    TERM_ABSENT "{place}, not held here" "{place}, здесь не хранится";
}
