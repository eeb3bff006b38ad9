//! Fields of provisions, read back as sentences.

super::phrases! {
    ONE_DAY "{n} day" "{n} день";
    FEW_DAYS "{n} days" "{n} дня";
    MANY_DAYS "{n} days" "{n} дней";
    ONE_HOUR "{n} hour" "{n} час";
    FEW_HOURS "{n} hours" "{n} часа";
    MANY_HOURS "{n} hours" "{n} часов";
    AND "{first} and {last}" "{first} и {last}";

    IN_BASKET "in {of}" "корзина: {of}";
    USES "uses {of}" "использует термины: {of}";
    WITH "a report of it gives: {names}" "сообщение об этом указывает: {names}";
    HELD_BY "a view of {names}" "позиция: {names}";
    ALTERNATIVE_TO "another wording of {of}; neither is settled" "другая редакция {of}; выбор не сделан";
    BEARER_EACH "taken on by each who adopts it" "принимает на себя каждый, кто принимает текст";
    BEARER_AUTHOR "taken on by whoever tabled it; an adopter may mirror it" "принимает на себя тот, кто внёс текст; принимающий может принять зеркально";
    BEARER_NAMED "taken on by {names}" "принимают на себя: {names}";
    THROUGH "covers acts of: {names}" "охватывает действия: {names}";
    DUE "to be done by {day}, to the end of that day (UTC)" "срок исполнения: {day}, до конца дня (UTC)";
    APPLIES_FROM "applies from {day} on (UTC)" "действует с {day} (UTC)";
    EXPIRES "its words run to the end of {day} (UTC)" "слова действуют до конца {day} (UTC)";
    APPLIES_FROM_ALL "the text applies from {day} on (UTC)" "текст действует с {day} (UTC)";
    EXPIRES_ALL "the words of the text run to the end of {day} (UTC)" "слова текста действуют до конца {day} (UTC)";
    PARTS_WHOLE "is adopted as a whole" "принимается целиком";
    PARTS_BASKETS "may be adopted by baskets" "может приниматься по корзинам";
    PARTS_PROVISIONS "may be adopted by provisions" "может приниматься по положениям";
    RESERVATIONS_ANY "reservations: any" "оговорки: любые";
    RESERVATIONS_NONE "reservations: none" "оговорки: не допускаются";
    RESERVATIONS_ON "reservations: on {names}" "оговорки: к {names}";
    REPLY "an answer is expected within {hours} of receipt" "ожидаемый срок ответа: {hours} с момента получения";
    SUSPENSION "suspension takes {days}" "приостановление занимает {days}";
    WITHDRAWAL "withdrawal takes {days}" "выход занимает {days}";
    COUNTED_FROM_RECEIPT "counted from receipt" "считая с получения";
    COUNTED_FROM_NOTICE "counted from the notice" "считая с уведомления";
    INSTRUMENT "names: {name}" "называет: {name}";
    INSTRUMENT_PLACE "there: {name}" "место в нём: {name}";
    INSTRUMENT_DATED "dated {day}" "датировано: {day}";
    INSTRUMENT_COPY "the copy relied on: docs/{digest}" "использованный экземпляр: docs/{digest}";
    FORM "its form: {name}" "форма: {name}";
    NATURE "by its own words: {name}" "по собственным словам: {name}";
    NUMBERED "printed as {name}" "печатается под номером {name}";

    UNTIL "until {what}" "до момента, когда {what}";
    UNTIL_OF "until {what}" "до {what}";
    WHEN "from the moment when {what}" "с момента, когда {what}";
    WHEN_OF "from {what}" "с {what}";
    EFFECT "takes effect when {what}" "начинает применяться, когда {what}";
    EFFECT_OF "takes effect at {what}" "начинает применяться с {what}";
    EFFECT_ALL "a commitment takes effect when {what}" "положения начинают применяться, когда {what}";
    EFFECT_ALL_OF "a commitment takes effect at {what}" "положения начинают применяться с {what}";
    FORCE "enters into force when {what}" "вступает в силу, когда {what}";
    FORCE_OF "enters into force at {what}" "вступает в силу с {what}";
    FORCE_ALL "the text enters into force when {what}" "текст вступает в силу, когда {what}";
    FORCE_ALL_OF "the text enters into force at {what}" "текст вступает в силу с {what}";
    ADOPTED_WHEN "counts once {what}" "учитывается, когда {what}";
    ADOPTED_WHEN_OF "counts from {what}" "учитывается с {what}";

    EARLIER "the earlier of" "более раннего из моментов, когда";
    EARLIEST "the earliest of" "самого раннего из моментов, когда";
    LATER "the later of" "более позднего из моментов, когда";
    LATEST "the last of" "самого позднего из моментов, когда";
    NESTED_EARLIER "the earlier of" "наступил более ранний из моментов, когда";
    NESTED_EARLIEST "the earliest of" "наступил самый ранний из моментов, когда";
    NESTED_LATER "the later of" "наступил более поздний из моментов, когда";
    NESTED_LATEST "the last of" "наступил самый поздний из моментов, когда";

    DAY_COMES "{day} begins (UTC)" "наступает {day} (UTC)";
    AFTER "{days} after {what}" "прошло {days} после того, как {what}";
    EACH_OBSERVER "each observer has reported {of}" "каждым наблюдателем сообщено: {of}";
    ANY_OBSERVER "any observer has reported {of}" "любым из наблюдателей сообщено: {of}";
    EITHER_SIDE "either side has reported {of}" "любой из сторон сообщено: {of}";
    BOTH_SIDES "both sides have reported {of}" "обеими сторонами сообщено: {of}";
    NAMED_REPORTS "{names} has reported {of}" "участником {names} сообщено: {of}";
    NAMED_EACH_REPORT "{names} have each reported {of}" "каждым из участников {names} сообщено: {of}";
    SAME ", same {names}" ", совпадает: {names}";
    EACH_ADOPTED "each side has adopted it" "текст принят каждой стороной";
    NAMED_ADOPTED "{names} has adopted it" "текст принят участником {names}";
    NAMED_EACH_ADOPTED "{names} have each adopted it" "текст принят каждым из участников {names}";
    EACH_CONSENTED "each of the parties has expressed consent to it" "каждая Сторона выразила согласие";
    NAMED_CONSENTED "{names} has expressed consent to it" "{names}: согласие выражено";
    NAMED_EACH_CONSENTED "{names} have each expressed consent to it" "{names}: согласие выражено каждой Стороной";
    IN_EFFECT "{of} is in effect" "{of} применяется";
    IN_EFFECT_FOR "{of} is in effect for {names}" "{of} применяется для: {names}";
    IN_FORCE "{of} is in force" "{of} в силе";
    IN_FORCE_FOR "{of} is in force for {names}" "{of} в силе для: {names}";

    STATE "state" "государственные органы";
    STATE_FUNDED "state-funded" "финансируемые государством";
    PARASTATE "parastate" "окологосударственные";
    PRIVATE "private" "частные лица";
    INTERNATIONAL "international" "международные";
    ON_ITS_TERRITORY "on its territory" "на своей территории";

    TREATY "treaty" "договор";
    EXECUTIVE_AGREEMENT "executive agreement" "межправительственное соглашение";
    CODE_OF_CONDUCT "code of conduct" "кодекс поведения";
    EXCHANGE_OF_LETTERS "exchange of letters" "обмен письмами";
    JOINT_STATEMENT "joint statement" "совместное заявление";
    UNILATERAL_DECLARATION "unilateral declaration" "одностороннее заявление";
    CONFIDENCE_BUILDING_MEASURE "confidence-building measure" "мера укрепления доверия";
    WORKING_PAPER "working paper" "рабочий документ";
    LEGAL "legal" "юридический";
    POLITICAL "political" "политический";
    NONE_STATED "none stated" "характер не указан";
}
