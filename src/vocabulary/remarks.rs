//! What `text check` asks a writer to look at.

super::phrases! {
    NO_TITLE "the text has no title" "у текста нет названия";
    TITLE_LANGUAGE "the title is not there in {tag}" "названия нет на языке {tag}";
    TRANSLATION "{tag} is called a translation; {some} of {all} provisions have it" "{tag} назван переводом; он есть у {some} из {all} положений";
    TERM_UNUSED "{id} \"{term}\" is a term that no commitment uses" "{id} «{term}»: термин, который не использует ни одно обязательство";
    TERM_PROPOSED "{id} has the words of {of} \"{term}\"; if they are meant so: uses = [\"{of}\"]" "{id} содержит слова термина {of} «{term}»; если имеется в виду он: uses = [\"{of}\"]";
    BASKET_EMPTY "{id} holds no provision" "{id}: в корзине нет положений";
    UNTIL_OPEN "{id}: `until` may never come about; an outer limit is a day, or a report with `days` that a side can make" "{id}: условие `until` может никогда не наступить; внешний предел: дата или сообщение стороны с `days`";
    TREATY_WORDS "{id} ({tag}) uses words of a treaty in a political text: {words}; no saving says that it creates no rights or duties in law" "{id} ({tag}): слова договора в политическом тексте: {words}; нет оговорки о том, что он не создаёт прав и обязанностей по праву";
    ORIGINAL_ABSENT "the text calls itself legal and names no `original`, the signed paper" "текст назван юридическим, но `original` (подписанный документ) не указан";
    LANGUAGES_PARAGRAPHS "{id}: {first} has {one} paragraphs, {second} has {other}" "{id}: абзацев на языке {first}: {one}, на языке {second}: {other}";
    LANGUAGES_NUMBERS "{id}: the numbers differ: {first} has {one}, {second} has {other}" "{id}: числа различаются: на языке {first}: {one}, на языке {second}: {other}";
    LANGUAGES_LENGTH "{id}: {second} is much shorter or longer than {first}" "{id}: текст на языке {second} намного короче или длиннее, чем на {first}";
    LANGUAGES_TERM "{id} has a term in {first} and words in {second} without one" "{id}: термин на языке {first} есть, а на языке {second} есть лишь слова";
    MIXED_SCRIPTS "{id} ({tag}): letters of more than one script in one word: \"{word}\" ({points})" "{id} ({tag}): буквы разных письменностей в одном слове: «{word}» ({points})";
    LOOKALIKE "{id} ({tag}): \"{word}\" is in {script} letters and looks like \"{like}\" ({points})" "{id} ({tag}): «{word}»: письменность {script}, выглядит как «{like}» ({points})";
    HIDDEN "{id} ({tag}): a character that is not seen, {point}, as character {at}" "{id} ({tag}): невидимый знак {point}, место {at}";
    NUMBER_TWICE "{id} is printed as {no}, and so is {other}" "{id} печатается под номером {no}, как и {other}";
    ALTERNATIVES "{id} is another wording of {other}; while both stand the text cannot be adopted in that place" "{id}: другая редакция {other}; пока есть обе, текст в этом месте принять нельзя";
    ID_AGAIN "{id} stands in {text} too, with other words" "{id} есть и в {text}, с другими словами";
    COMMENTS "comments, from here on, are not signed" "комментарии, начиная отсюда, не подписываются";
    LANGUAGE_FILE "{file} stands beside it and was not named; it is read where it is given too" "рядом есть {file}, файл не указан; он читается, если его указать";
    UNHELD "{cited} is looked up when the text is tabled; no ledger folder is here" "{cited} будет найдено при внесении текста; папки реестра здесь нет";
}
