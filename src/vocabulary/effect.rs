//! Why an act is without effect, by the rules.

super::phrases! {
    DRAFTERS_ADOPT_NOTHING "{member} is in the role of drafters, which adopts nothing" "{member} в роли составителя, который ничего не принимает";
    OBSERVER_ADOPTS_NOTHING "{member} is in the role of observer, which adopts nothing" "{member} в роли наблюдателя, который ничего не принимает";
    TOO_FEW_PENS "{needed} labels sign this kind by the set in force; {signed} did" "по действующему набору такие записи подписывают меток: {needed}; подписало: {signed}";
    NOT_HELD "the entry {entry} is not held here" "запись {entry} здесь не хранится";
    OUTSIDE "{entry} is outside this cut" "{entry} вне этого среза";
    NOT_RECEIVED "{entry} was not received before" "{entry} до этого не получено";
    NO_ACT "{entry} is no act that this can be about" "{entry} не такой акт, о котором это может быть";
    NO_MEMBER "{member} is no member of this ledger" "{member} не участник этого реестра";
    NO_SUCH_PROVISION "the text has no provision {id}" "в тексте нет положения {id}";
    HAS_NO_PROVISION "{entry} has no provision {id}" "в {entry} нет положения {id}";
    RESERVATION_NOT_ALLOWED "the text allows no such reservation" "текст не допускает такой оговорки";
    NO_TEXT "{entry} is no text" "{entry} не текст";
    A_DRAFT "{entry} is a draft" "{entry} — проект";
    WITHOUT_EFFECT "{entry} is without effect itself" "{entry} само без действия";
    OTHER_WORDS "its digest is not that of the words of {entry}" "указанный хеш не от слов {entry}";
    NO_DOCUMENT "the document of {entry} is not held here" "документ {entry} здесь не хранится";
    AS_A_WHOLE "{entry} is adopted as a whole" "{entry} принимается целиком";
    BY_BASKETS "{entry} is adopted by baskets; {id} is none" "{entry} принимается по корзинам; {id} не корзина";
    TWO_WORDINGS "{entry} holds two wordings of {id}" "в {entry} две редакции {id}";
    NOTHING_TO_CONFIRM "nothing of {entry} was to be confirmed" "в {entry} ничто не ждало подтверждения";
    ADOPTED_NOTHING "{member} has adopted nothing of {entry}" "{member} ничего не принял из {entry}";
    ACT_OF_ANOTHER "{entry} is an act of {member}" "{entry} — акт участника {member}";
    TAKEN_BACK "{entry} was taken back before" "{entry} уже отозвано";
    TOOK_EFFECT "{entry} took effect as it was given" "{entry} начало действовать сразу";
    TOOK_EFFECT_ON "{entry} took effect on {day}, by the days that its author gives" "{entry} начало действовать {day}, по дням, указанным автором";
    NO_QUALIFICATION "{entry} makes no reservation, understanding or limitation on {id}" "в {entry} нет оговорки, заявления о понимании или ограничения к {id}";
    NO_NUMBER "{entry} makes no reservation, understanding or limitation of the number {number}" "в {entry} нет оговорки, заявления о понимании или ограничения под номером {number}";
    NUMBER_NOT_ON "what {entry} says under the number {number} is not on {id}" "сказанное в {entry} под номером {number} не относится к {id}";
    NUMBER_TAKEN_BACK "what {entry} says under the number {number} was taken back before" "сказанное в {entry} под номером {number} уже отозвано";
    TAKES_BACK_ITSELF "{entry} takes something back itself" "{entry} само отзывает другое";
    LEFT_BY_NOTICE "{entry} is taken back by a notice of withdrawal, or not at all" "{entry} отзывается уведомлением о выходе или никак";
    OWN_ENTRY "{entry} is an entry of {member} itself" "{entry} — собственная запись участника {member}";
    NO_COUNTER "the counter-proposal {entry} is no text that is held here" "встречное предложение {entry} — не текст, который здесь хранится";
    NO_ENVELOPE "{entry} is no envelope" "{entry} не конверт";
    COPIED "its commitment is that of {entry}" "обязывающий хеш тот же, что в {entry}";
    ENVELOPE_OF "{entry} is an envelope of {member}" "{entry} — конверт участника {member}";
    OPENED_BEFORE "{entry} was opened by {by}" "{entry} вскрыто записью {by}";
    OPENS_NOTHING "its words and nonce are not what {entry} commits to" "эти слова и число не те, хеш которых стоит в {entry}";
}
