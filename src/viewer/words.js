// The words of the page's frame: one table, one row a phrase, in English, Russian and
// Hebrew. What the command line says too is printed from the program's own vocabulary
// (`v`), which has two columns; there Hebrew reads the English one.

export const TONGUES = ['en', 'ru', 'he'];

export const WORDS = {
  'skip': ['Skip to the record', 'К записям', 'דילוג אל הרשומה'],
  'brand.snapshot': ['public copy', 'публичная копия', 'עותק ציבורי'],
  'brand.empty': ['viewer', 'просмотр', 'מציג'],
  'languages': ['Language of the page', 'Язык страницы', 'שפת הדף'],
  'list.and': ['{first} and {last}', '{first} и {last}', '{first} ו־{last}'],
  'title.empty': ['Open a record', 'Открыть реестр', 'פתיחת רשומה'],
  'title.untitled': ['A ledger of signed commitments', 'Реестр подписанных обязательств', 'ספר התחייבויות חתומות'],
  'between': ['Between {names}, each with a log of its own of what it signed.', 'Между: {names}; у каждой стороны свой журнал подписанного ею.', 'בין {names}, ולכל צד יומן משלו של מה שחתם.'],
  'facts.texts.one': ['{n} text', '{n} текст', 'טקסט אחד'],
  'facts.texts.few': ['{n} texts', '{n} текста', '{n} טקסטים'],
  'facts.texts.many': ['{n} texts', '{n} текстов', '{n} טקסטים'],
  'facts.texts.other': ['{n} texts', '{n} текста', '{n} טקסטים'],
  'facts.entries.one': ['{n} entry', '{n} запись', 'רישום אחד'],
  'facts.entries.few': ['{n} entries', '{n} записи', '{n} רישומים'],
  'facts.entries.many': ['{n} entries', '{n} записей', '{n} רישומים'],
  'facts.entries.other': ['{n} entries', '{n} записи', '{n} רישומים'],
  'facts.logs.one': ['{n} log', '{n} журнал', 'יומן אחד'],
  'facts.logs.few': ['{n} logs', '{n} журнала', '{n} יומנים'],
  'facts.logs.many': ['{n} logs', '{n} журналов', '{n} יומנים'],
  'facts.logs.other': ['{n} logs', '{n} журнала', '{n} יומנים'],
  'facts.newest': ['newest entry dated by its author {day}', 'последняя запись, по дате автора: {day}', 'הרישום האחרון, לפי תאריך מחברו: {day}'],
  'role.party': ['side', 'сторона', 'צד'],
  'role.observer': ['observer', 'наблюдатель', 'משקיף'],
  'role.drafter': ['drafters', 'составители', 'מנסחים'],

  'state.checking': ['Checking the record', 'Проверка записей', 'הרשומה נבדקת'],
  'state.whole': ['The record is whole. Whose it is, compare with its members.', 'Записи целы. Чьи они — сверьте с участниками.', 'הרשומה שלמה. של מי היא — השוו עם חבריה.'],
  'state.compared': ['The record is whole, and you compared its words.', 'Записи целы, и вы сверили слова реестра.', 'הרשומה שלמה, והשוויתם את מילותיה.'],
  'state.older': ['The record is whole, and older than one seen here.', 'Записи целы, но это более старая копия, чем виденная здесь.', 'הרשומה שלמה, וישנה מזו שכבר נראתה כאן.'],
  'state.incomplete': ['The record is incomplete: something named in it is not here.', 'Записи неполны: того, что в них названо, здесь нет.', 'הרשומה אינה מלאה: דבר שנזכר בה אינו כאן.'],
  'state.damaged': ['This copy is damaged.', 'Эта копия повреждена.', 'העותק הזה פגום.'],
  'state.contradicted': ['Contradicted: what one log sealed does not agree with itself.', 'Противоречие: закрытое одним журналом не согласуется само с собой.', 'סתירה: מה שיומן אחד חתם אינו מתיישב עם עצמו.'],
  'state.uncheckable': ['Not checked: this browser cannot check signatures here.', 'Не проверено: этот браузер здесь не проверяет подписи.', 'לא נבדק: הדפדפן הזה אינו יכול לבדוק כאן חתימות.'],
  'about.checking': ['Every signature, hash and link is being computed again in this browser. Nothing leaves it.', 'Все подписи, хеши и связи вычисляются заново в этом браузере. Ничего никуда не передаётся.', 'כל חתימה, גיבוב וקישור מחושבים מחדש בדפדפן הזה. דבר אינו יוצא ממנו.'],
  'about.whole': ['Your browser computed everything below again, without contacting any server. Anybody can make a record; what shows whose this is are the words below.', 'Браузер заново вычислил всё указанное ниже, не обращаясь ни к какому серверу. Составить реестр может кто угодно; чей он, показывают слова ниже.', 'הדפדפן חישב מחדש את כל שלהלן, בלי לפנות לשום שרת. כל אחד יכול ליצור רשומה; של מי היא — מראות המילים שלהלן.'],
  'about.compared': ['Your browser computed everything below again, and by your own tick the words are those that you had from its members.', 'Браузер заново вычислил всё указанное ниже; по вашей отметке, слова те же, что вы получили от участников.', 'הדפדפן חישב מחדש את כל שלהלן, ולפי סימונכם המילים הן אלה שקיבלתם מחבריה.'],
  'about.older': ['It was seen here with more entries: {what}. Ask for a newer copy.', 'Здесь уже была копия, где записей больше: {what}. Запросите более новую.', 'היא נראתה כאן עם יותר רישומים: {what}. בקשו עותק חדש יותר.'],
  'about.incomplete': ['What is here holds. What is not here is listed below; ask any holder for a newer copy.', 'То, что здесь есть, верно по подписям. Чего нет, перечислено ниже; запросите копию у любого держателя.', 'מה שכאן עומד בבדיקה. מה שאינו כאן מפורט להלן; בקשו עותק חדש ממי שמחזיק בו.'],
  'about.damaged': ['Bytes of this copy are not those that were signed. That says nothing about any member; take a copy from somebody else.', 'Данные этой копии не те, что были подписаны. Об участниках это ничего не говорит; возьмите другую копию.', 'בתים בעותק הזה אינם אלה שנחתמו. אין בכך דבר על מי מהחברים; קחו עותק ממקור אחר.'],
  'about.contradicted': ['What was found is listed with its log; where a log has two branches, both are shown. The other logs stand as they are.', 'Найденное указано при своём журнале; если у журнала две ветви, показаны обе. Прочих журналов это не касается.', 'מה שנמצא רשום ליד יומנו; אם ליומן שני ענפים, שניהם מוצגים. שאר היומנים עומדים כפי שהם.'],
  'about.uncheckable': ['Everything can be read; nothing below was checked.', 'Всё можно прочесть; ничего из указанного ниже не проверено.', 'אפשר לקרוא הכול; דבר להלן לא נבדק.'],
  'why.insecure': ['Browsers check signatures at https addresses, at localhost and in files opened from a disk. This address is none of these: save the page and open the file, or use: countersign verify.', 'Браузеры проверяют подписи по адресам https, на localhost и в файлах с диска. Этот адрес не из них: сохраните страницу и откройте файл или выполните: countersign verify.', 'דפדפנים בודקים חתימות בכתובות https, ב־localhost ובקבצים שנפתחו מדיסק. הכתובת הזאת אינה כזו: שמרו את הדף ופתחו את הקובץ, או הריצו: countersign verify.'],
  'why.old': ['This browser has no Ed25519 signatures. Firefox 129, Safari 17, Chrome 137 and newer have them; or use: countersign verify.', 'Этот браузер не знает подписей Ed25519. Они есть в Firefox 129, Safari 17, Chrome 137 и новее; либо выполните: countersign verify.', 'לדפדפן הזה אין חתימות Ed25519. יש אותן ב־Firefox 129, ב־Safari 17, ב־Chrome 137 ובחדשים מהם; או הריצו: countersign verify.'],
  'why.stopped': ['The check stopped: {what}', 'Проверка остановилась: {what}', 'הבדיקה נעצרה: {what}'],
  'progress': ['Signatures checked', 'Проверено подписей', 'חתימות שנבדקו'],
  'progress.of': ['{done} of {total} signatures', 'подписей: {done} из {total}', '{done} מתוך {total} חתימות'],

  'checked.title': ['Computed again in this browser', 'Вычислено заново в этом браузере', 'חושב מחדש בדפדפן הזה'],
  'checked.signatures.one': ['{n} signature, under entries, receipts and seals', '{n} подпись под записями, расписками и печатями', 'חתימה אחת, על רישומים, קבלות וחותמים'],
  'checked.signatures.few': ['{n} signatures, under entries, receipts and seals', '{n} подписи под записями, расписками и печатями', '{n} חתימות, על רישומים, קבלות וחותמים'],
  'checked.signatures.many': ['{n} signatures, under entries, receipts and seals', '{n} подписей под записями, расписками и печатями', '{n} חתימות, על רישומים, קבלות וחותמים'],
  'checked.signatures.other': ['{n} signatures, under entries, receipts and seals', '{n} подписи под записями, расписками и печатями', '{n} חתימות, על רישומים, קבלות וחותמים'],
  'checked.entries.one': ['{n} entry, its number and the hash of what stands before it', '{n} запись: её номер и хеш предшествующего', 'רישום אחד: מספרו והגיבוב של מה שלפניו'],
  'checked.entries.few': ['{n} entries, their numbers and the hashes of what stands before them', '{n} записи: их номера и хеши предшествующего', '{n} רישומים: מספריהם והגיבובים של מה שלפניהם'],
  'checked.entries.many': ['{n} entries, their numbers and the hashes of what stands before them', '{n} записей: их номера и хеши предшествующего', '{n} רישומים: מספריהם והגיבובים של מה שלפניהם'],
  'checked.entries.other': ['{n} entries, their numbers and the hashes of what stands before them', '{n} записи: их номера и хеши предшествующего', '{n} רישומים: מספריהם והגיבובים של מה שלפניהם'],
  'checked.links.one': ['{n} link from one entry to another', '{n} связь между записями', 'קישור אחד בין רישומים'],
  'checked.links.few': ['{n} links from one entry to another, within a log and across', '{n} связи между записями, внутри журнала и между журналами', '{n} קישורים בין רישומים, בתוך יומן ובין יומנים'],
  'checked.links.many': ['{n} links from one entry to another, within a log and across', '{n} связей между записями, внутри журнала и между журналами', '{n} קישורים בין רישומים, בתוך יומן ובין יומנים'],
  'checked.links.other': ['{n} links from one entry to another, within a log and across', '{n} связи между записями, внутри журнала и между журналами', '{n} קישורים בין רישומים, בתוך יומן ובין יומנים'],
  'checked.seals': ['the seal of each log over all of its entries', 'печать каждого журнала над всеми его записями', 'החותם של כל יומן על כל רישומיו'],
  'checked.time': ['Stamps by RFC 3161 and signatures by ML-DSA are not looked at here; countersign verify does that.', 'Отметки времени RFC 3161 и подписи ML-DSA здесь не проверяются; это делает countersign verify.', 'חותמות זמן לפי RFC 3161 וחתימות ML-DSA אינן נבדקות כאן; countersign verify בודק אותן.'],
  'cannot.title': ['No file can show', 'Ни один файл не покажет', 'מה ששום קובץ אינו מראה'],
  'cannot.unwritten': ['what was said or done and not written here', 'что было сказано или сделано и сюда не записано', 'מה שנאמר או נעשה ולא נכתב כאן'],
  'cannot.newer': ['whether a newer copy exists: ask each member', 'есть ли более новая копия: спросите каждого участника', 'אם קיים עותק חדש יותר: שאלו כל אחד מהחברים'],
  'cannot.words': ['whether what an entry says is so', 'так ли то, что сказано в записи', 'אם מה שנאמר ברישום אכן כך'],
  'cannot.page': ['that this page is the one it should be: see below', 'что эта страница та самая: см. ниже', 'שהדף הזה הוא הדף הנכון לבדיקה: ראו להלן'],
  'logs.title': ['Log by log', 'По журналам', 'יומן אחר יומן'],
  'logs.entries': ['{n}, sealed {sealed}', '{n}, закрыто: {sealed}', '{n}, חתומים: {sealed}'],
  'verdict.whole': ['whole', 'цело', 'שלם'],
  'verdict.incomplete': ['incomplete', 'неполно', 'לא מלא'],
  'verdict.damaged': ['damaged in this copy', 'повреждено в этой копии', 'פגום בעותק הזה'],
  'verdict.contradicted': ['contradicted by its own seals', 'противоречит собственным печатям', 'נסתר בחותמיו שלו'],
  'verdict.unchecked': ['not checked', 'не проверено', 'לא נבדק'],
  'finding.copy': ['This copy', 'Эта копия', 'העותק הזה'],
  'finding.more': ['and {n} more of the kind', 'и ещё таких: {n}', 'ועוד {n} מן הסוג הזה'],

  'keys.title': ['For you to compare: the words of this ledger', 'Сверьте: слова этого реестра', 'להשוואה: מילות הספר הזה'],
  'keys.about': ['They follow from its charter, with the keys of all members. Ask members to read theirs to you, by voice or on paper. All of the words, or all of the digits.', 'Они следуют из устава, где ключи всех участников. Попросите участников прочесть вам свои, голосом или на бумаге. Все слова или все цифры.', 'הן נובעות מן האמנה, שבה מפתחות כל החברים. בקשו מהחברים לקרוא לכם את שלהם, בקול או על נייר. את כל המילים, או את כל הספרות.'],
  'keys.or': ['or in digits', 'или цифрами', 'או בספרות'],
  'keys.compared': ['I compared these with the words that I had from members, not from this page', 'Я сверил(а) их со словами, полученными от участников, а не с этой страницы', 'השוויתי אותן עם המילים שקיבלתי מהחברים, לא מן הדף הזה'],
  'keys.members': ['Members, their roles and their keys', 'Участники, их роли и ключи', 'החברים, תפקידיהם ומפתחותיהם'],
  'keys.purpose': ['In the words of the charter', 'Словами устава', 'במילות האמנה'],

  'contents': ['Contents', 'Содержание', 'תוכן'],
  'commitments': ['Commitments', 'Обязательства', 'התחייבויות'],
  'commitments.about': ['Who adopted which words and when, what each side has said about them. Computed from the signed entries; nobody\u2019s conduct is assessed.', 'Кто, какие слова и когда принял и что о них сказала каждая сторона. Вычислено по подписанным записям; ничьи действия не оцениваются.', 'מי אימץ אילו מילים ומתי, ומה אמר עליהן כל צד. מחושב מן הרישומים החתומים; התנהגותו של איש אינה נשפטת.'],
  'commitments.unread': ['The meaning of the entries could not be computed; the entries themselves are below.', 'Вычислить смысл записей не удалось; сами записи приведены ниже.', 'לא היה אפשר לחשב את משמעות הרישומים; הרישומים עצמם להלן.'],
  'commitments.nothing': ['Nothing here passes the filter.', 'По этому отбору здесь ничего нет.', 'דבר כאן אינו עובר את הסינון.'],
  'terms': ['Terms, savings and procedure of this text', 'Термины, оговорённое и порядок этого текста', 'מונחים, סייגים ונוהל של הטקסט הזה'],
  'full': ['The words of the whole text', 'Слова всего текста', 'מילות הטקסט כולו'],
  'asks': ['Asked and answered', 'Вопросы и ответы', 'שאלות ותשובות'],
  'asks.about': ['Questions by state. Where no answer is recorded, that is all it says.', 'Вопросы по состоянию. Если ответа в записях нет, это не означает ничего иного.', 'שאלות לפי מצבן. אם אין תשובה רשומה, אין בכך אלא זה.'],
  'status': ['State of the record', 'Состояние реестра', 'מצב הרשומה'],
  'strands': ['The logs, entwined', 'Журналы и их связи', 'היומנים השזורים'],

  'filter.title': ['Show', 'Показать', 'הצגה'],
  'filter.side': ['Member', 'Участник', 'חבר'],
  'filter.kind': ['Kind', 'Вид', 'סוג'],
  'filter.basket': ['Basket', 'Корзина', 'סל'],
  'filter.text': ['Text', 'Текст', 'טקסט'],
  'filter.words': ['Words', 'Слова', 'מילים'],
  'filter.all': ['all', 'все', 'הכול'],
  'filter.reset': ['Show all', 'Показать все', 'להציג הכול'],
  'filter.shown': ['{n} of {all} entries pass the filter.', 'По отбору: {n} из {all} записей.', '{n} מתוך {all} רישומים עוברים את הסינון.'],
  'cut.label': ['As of', 'На момент', 'נכון ל־'],
  'cut.whole': ['all that is here', 'всё, что здесь есть', 'כל מה שכאן'],
  'cut.at': ['up to {entry}', 'до {entry} включительно', 'עד {entry}'],
  'cut.hidden.one': ['{n} entry after this cut is not shown. Days named in texts are compared with {day}, the last that an author gives.', '{n} запись после этого среза не показана. Дни сверены с {day}, последним, что указал автор.', 'רישום אחד אחרי החתך אינו מוצג. הימים מושווים ל־{day}, האחרון שציין מחבר.'],
  'cut.hidden.few': ['{n} entries after this cut are not shown. Days named in texts are compared with {day}, the last that an author gives.', '{n} записи после этого среза не показаны. Дни сверены с {day}, последним, что указал автор.', '{n} רישומים אחרי החתך אינם מוצגים. הימים מושווים ל־{day}, האחרון שציין מחבר.'],
  'cut.hidden.many': ['{n} entries after this cut are not shown. Days named in texts are compared with {day}, the last that an author gives.', '{n} записей после этого среза не показаны. Дни сверены с {day}, последним, что указал автор.', '{n} רישומים אחרי החתך אינם מוצגים. הימים מושווים ל־{day}, האחרון שציין מחבר.'],
  'cut.hidden.other': ['{n} entries after this cut are not shown. Days named in texts are compared with {day}, the last that an author gives.', '{n} записи после этого среза не показаны. Дни сверены с {day}, последним, что указал автор.', '{n} רישומים אחרי החתך אינם מוצגים. הימים מושווים ל־{day}, האחרון שציין מחבר.'],
  'cut.order': ['The slider walks through the entries in one order that their links allow; where links leave it open, another order is as good.', 'Ползунок идёт по записям в одном из порядков, допускаемых ссылками; где они порядка не задают, годится и другой.', 'המחוון עובר על הרישומים בסדר אחד שהקישורים מתירים; במקום שאינם קובעים, סדר אחר טוב באותה מידה.'],

  'cite': ['Copy citation', 'Скопировать ссылку', 'העתקת ציטוט'],
  'cite.done': ['The citation was copied.', 'Ссылка скопирована.', 'הציטוט הועתק.'],
  'cite.shown': ['The citation is shown for you to copy.', 'Ссылка показана, её можно скопировать.', 'הציטוט מוצג להעתקה.'],
  'cite.entry': ['Entry {entry} of {member}', 'Запись {entry}, {member}', 'רישום {entry} של {member}'],
  'cite.hash': ['SHA-256 of the entry: {hash}', 'SHA-256 записи: {hash}', 'SHA-256 של הרישום: {hash}'],
  'cite.ledger': ['Ledger: {words} (id {id})', 'Реестр: {words} (номер {id})', 'הספר: {words} (מזהה {id})'],
  'cite.checkpoint': ['Sealed by its log: {size} entries, root {root}', 'Закрыто журналом: записей {size}, корень {root}', 'חתום ביומנו: {size} רישומים, שורש {root}'],
  'cite.check': ['To check: countersign verify PATH --ledger {id}', 'Проверить: countersign verify ПУТЬ --ledger {id}', 'לבדיקה: countersign verify PATH --ledger {id}'],

  'docs': ['Attachments', 'Приложения', 'צרופות'],
  'docs.about': ['Files that entries name by their SHA-256. They are not opened here and are in docs/ beside this page.', 'Файлы, которые записи называют по их SHA-256. Здесь они не открываются и лежат в docs/ рядом со страницей.', 'קבצים שרישומים נוקבים בהם לפי ה־SHA-256 שלהם. אינם נפתחים כאן, ונמצאים ב־docs/ לצד הדף.'],
  'docs.size': ['{n} bytes', 'байт: {n}', '{n} בתים'],

  'times': ['Evidence of time', 'Данные о времени', 'ראיות לזמן'],
  'times.about': ['A witness puts a time under the head of a log: what it covers existed by then. Whose word counts is for you to say.', 'Свидетель ставит время под вершиной журнала: всё, что под ней, к этому времени существовало. Чьё слово учитывать, решаете вы.', 'עד מציב זמן מתחת לראש של יומן: מה שמתחתיו היה קיים עד אז. על דברי מי לסמוך תחליטו אתם.'],
  'times.none': ['No evidence of time is in this copy. Its links show an order, and no entry shows when it was made.', 'В этой копии нет данных о времени. Ссылки показывают порядок; когда сделаны записи, из них не следует.', 'אין בעותק הזה ראיות לזמן. הקישורים מראים סדר, ואף רשומה אינה מראה מתי נעשתה.'],
  'times.others': ['There are files of evidence in this copy, and none is a cosignature over its logs: countersign stamp list.', 'В копии есть файлы с данными о времени, но среди них нет подписей свидетелей под её журналами: countersign stamp list.', 'יש בעותק קובצי ראיות, ואף אחד מהם אינו חתימת עד על היומנים שלו: countersign stamp list.'],
  'times.here': ['These witnesses say that they have seen heads of these logs:', 'Эти свидетели указывают, что видели вершины этих журналов:', 'העדים האלה אומרים שראו ראשים של היומנים האלה:'],
  'times.row': ['{log}, {size} entries, {time}', '{log}, записей: {size}, {time}', '{log}, {size} רשומות, {time}'],
  'times.yes': ['its signature verifies under the key that you gave', 'подпись верна по ключу, который вы дали', 'חתימתו מתאימה למפתח שנתתם'],
  'times.no': ['its signature does not verify under the key that you gave', 'подпись по ключу, который вы дали, неверна', 'חתימתו אינה מתאימה למפתח שנתתם'],
  'times.unchecked': ['this browser has no ML-DSA; countersign verify --policy FILE has it', 'в этом браузере нет ML-DSA; она есть в countersign verify --policy ФАЙЛ', 'בדפדפן הזה אין ML-DSA; יש ב־countersign verify --policy'],
  'times.unknown': ['counts for nothing as long as you name no key of it', 'не учитывается, пока вы не дали его ключа', 'אינו נחשב כל עוד לא נתתם מפתח שלו'],
  'times.trust': ['On whose word you rely: verifier keys of witnesses, or the lines of a policy file', 'На чьё слово вы полагаетесь: ключи проверки свидетелей или строки файла политики', 'על דברי מי אתם סומכים: מפתחות אימות של עדים, או שורות של קובץ מדיניות'],
  'times.use': ['Use these', 'Применить', 'להשתמש באלה'],
  'times.file': ['Take a policy file', 'Взять файл политики', 'לקחת קובץ מדיניות'],
  'times.offered': ['Take the keys that the charter offers', 'Взять ключи, предложенные уставом', 'לקחת את המפתחות שהאמנה מציעה'],
  'times.used.one': ['{n} witness is relied on; each entry says what is shown.', 'Учитывается {n} свидетель; у каждой записи указано, что показано.', 'סומכים על עד אחד; כל רשומה אומרת מה מוצג.'],
  'times.used.few': ['{n} witnesses are relied on; each entry says what is shown.', 'Учитываются {n} свидетеля; у каждой записи указано, что показано.', 'סומכים על {n} עדים; כל רשומה אומרת מה מוצג.'],
  'times.used.many': ['{n} witnesses are relied on; each entry says what is shown.', 'Учитываются {n} свидетелей; у каждой записи указано, что показано.', 'סומכים על {n} עדים; כל רשומה אומרת מה מוצג.'],
  'times.used.other': ['{n} witnesses are relied on; each entry says what is shown.', 'Учитывается {n} свидетеля; у каждой записи указано, что показано.', 'סומכים על {n} עדים; כל רשומה אומרת מה מוצג.'],
  'times.stamps': ['Time stamps by RFC 3161 are not looked at here: countersign log --policy FILE.', 'Отметки времени RFC 3161 здесь не проверяются: countersign log --policy ФАЙЛ.', 'חותמות זמן לפי RFC 3161 אינן נבדקות כאן: countersign log --policy.'],
  'times.unread': ['not understood:', 'непонятно:', 'לא מובן:'],
  'times.borne': ['as the documents bear them; by when entries existed stands with each of them below', 'как в документах; к какому времени записи существовали, указано при каждой ниже', 'כפי שהמסמכים נושאים אותם; עד מתי הרשומות היו קיימות כתוב אצל כל אחת למטה'],
  'folder.title': ['Check the files themselves', 'Проверить сами файлы', 'בדיקת הקבצים עצמם'],
  'folder.about': ['Take a folder of a snapshot, or drop it on this page. The browser may ask whether to upload; nothing leaves this computer.', 'Выберите папку копии или перетащите её на страницу. Браузер может спросить о загрузке; с компьютера ничего не уходит.', 'בחרו תיקייה של עותק או גררו אותה אל הדף. ייתכן שהדפדפן ישאל על העלאה; דבר אינו יוצא מן המחשב הזה.'],
  'folder.pick': ['Choose a folder', 'Выбрать папку', 'בחירת תיקייה'],
  'folder.drop': ['Drop the folder to check it', 'Отпустите папку для проверки', 'שחררו את התיקייה לבדיקה'],
  'folder.none': ['There is no charter.json in what was given, so it is no snapshot.', 'В выбранном нет charter.json, значит, это не копия реестра.', 'אין charter.json במה שנמסר, ולכן אין זה עותק של רשומה.'],
  'folder.unreadable': ['The browser could not read what was dropped; use the button.', 'Браузер не смог прочесть перетащенное; воспользуйтесь кнопкой.', 'הדפדפן לא הצליח לקרוא את מה שנגרר; השתמשו בכפתור.'],
  'folder.equal.one': ['{n} file of the folder is, byte for byte, the one in this page.', '{n} файл папки побайтно совпадает с файлом страницы.', 'קובץ אחד בתיקייה זהה, בית אחר בית, לזה שבדף.'],
  'folder.equal.few': ['{n} files of the folder are, byte for byte, those in this page.', '{n} файла папки побайтно совпадают с файлами страницы.', '{n} קבצים בתיקייה זהים, בית אחר בית, לאלה שבדף.'],
  'folder.equal.many': ['{n} files of the folder are, byte for byte, those in this page.', '{n} файлов папки побайтно совпадают с файлами страницы.', '{n} קבצים בתיקייה זהים, בית אחר בית, לאלה שבדף.'],
  'folder.equal.other': ['{n} files of the folder are, byte for byte, those in this page.', '{n} файла папки побайтно совпадают с файлами страницы.', '{n} קבצים בתיקייה זהים, בית אחר בית, לאלה שבדף.'],
  'folder.differ': ['These differ from the page: {paths}', 'Отличаются от страницы: {paths}', 'אלה שונים מן הדף: {paths}'],
  'folder.only': ['In the folder and not in the page: {paths}', 'Есть в папке, нет на странице: {paths}', 'בתיקייה ולא בדף: {paths}'],
  'folder.lacks': ['In the page and not in the folder: {paths}', 'Есть на странице, нет в папке: {paths}', 'בדף ולא בתיקייה: {paths}'],
  'folder.now': ['What is shown now comes from the folder.', 'Теперь показано содержимое папки.', 'מה שמוצג כעת בא מן התיקייה.'],
  'tail.left-out': ['This page holds the newest part; {n} older files are in the folder beside it. Take the folder to check all of it.', 'На странице новейшая часть; более старых файлов в папке рядом: {n}. Чтобы проверить всё, выберите папку.', 'הדף מחזיק את החלק החדש; {n} קבצים ישנים יותר בתיקייה שלצדו. בחרו בתיקייה כדי לבדוק הכול.'],
  'tail.cut': ['The data of this page end before their last line: the file is not whole.', 'Данные страницы обрываются до последней строки: файл неполон.', 'נתוני הדף נגמרים לפני שורתם האחרונה: הקובץ אינו שלם.'],

  'about': ['Do not take this page\u2019s word for it', 'Не полагайтесь на слово этой страницы', 'אל תסמכו על דברו של הדף'],
  'about.page': ['This page came with the copy, so whoever gave you the copy could have changed the page. There are three ways around it.', 'Страница пришла вместе с копией, и тот, кто дал копию, мог изменить страницу. Есть три способа обойтись без неё.', 'הדף בא עם העותק, ומי שנתן את העותק יכול היה לשנות את הדף. יש שלוש דרכים לעקוף זאת.'],
  'about.command': ['The program, on the folder of the copy:', 'Программа, по папке копии:', 'התוכנה, על תיקיית העותק:'],
  'about.hash': ['The bytes of this page up to its data are the same in every copy of one version. The program prints their length and SHA-256, and verify compares them:', 'Данные этой страницы до начала записей одинаковы во всех копиях одной версии. Программа печатает их длину и SHA-256, а verify сверяет:', 'הבתים של הדף עד הנתונים זהים בכל עותק של גרסה אחת. התוכנה מדפיסה את אורכם ואת ה־SHA-256 שלהם, ו־verify משווה:'],
  'about.own': ['A viewer of your own, without data, into which any copy can be dropped:', 'Собственный просмотр без данных, куда можно перетащить любую копию:', 'מציג משלכם, בלי נתונים, שאפשר לגרור אליו כל עותק:'],
  'about.paper': ['The format is written down in docs/SPEC.md; others can check by it without this program.', 'Формат описан в docs/SPEC.md; по нему можно проверять и без этой программы.', 'התבנית כתובה ב־docs/SPEC.md; אפשר לבדוק לפיה גם בלי התוכנה הזאת.'],
  'print.footer': ['Ledger {digits}', 'Реестр {digits}', 'ספר {digits}'],
  'print.state': ['Printed page. Compare the digits with those that you had from members.', 'Печатная страница. Сверьте цифры с полученными от участников.', 'דף מודפס. השוו את הספרות לאלה שקיבלתם מהחברים.'],
  'noscript': ['This page needs its own script to show the record.', 'Чтобы показать записи, странице нужен её скрипт.', 'הדף זקוק לסקריפט שלו כדי להציג את הרשומה.'],

  'code.size': ['larger than the format allows', 'больше, чем допускает формат', 'גדול משמתירה התבנית'],
  'code.note_form': ['not a signed note in its one form', 'не подписанная запись установленного вида', 'אינו רישום חתום בצורתו האחת'],
  'code.first_line': ['its first line names no message of this format', 'первая строка не называет сообщения этого формата', 'השורה הראשונה אינה נוקבת בהודעה של התבנית'],
  'code.json_form': ['not strict JSON', 'не строгий JSON', 'אינו JSON קפדני'],
  'code.character': ['a character outside the table', 'символ вне таблицы', 'תו שאינו בטבלה'],
  'code.field': ['a field that is absent, surplus or not of its type', 'поля нет, оно лишнее или не того типа', 'שדה חסר, עודף או שלא מסוגו'],
  'code.key_form': ['a public key that does not pass the gate', 'открытый ключ не проходит проверку вида', 'מפתח ציבורי שאינו עובר את השער'],
  'code.key_unknown': ['signed with a key that is not in force at this place', 'подписано ключом, который здесь не действует', 'נחתם במפתח שאינו בתוקף במקום הזה'],
  'code.signature': ['a signature that does not verify', 'подпись не сходится', 'חתימה שאינה מתאמתת'],
  'code.signers': ['the signature lines are not those that the entry names', 'строки подписей не те, что названы в записи', 'שורות החתימה אינן אלה שהרישום נוקב'],
  'code.threshold': ['fewer labels signed than the set in force asks for', 'подписей меньше, чем требует действующий набор', 'נחתם בפחות תוויות משדורשת הקבוצה שבתוקף'],
  'code.other_ledger': ['made for another ledger', 'составлено для другого реестра', 'נוצר לספר אחר'],
  'code.other_log': ['made for another log', 'составлено для другого журнала', 'נוצר ליומן אחר'],
  'code.number': ['not the number that comes next', 'номер не следующий по порядку', 'אינו המספר הבא'],
  'code.prev': ['does not name the entry before it', 'не называет предыдущую запись', 'אינו נוקב ברישום שלפניו'],
  'code.root': ['does not name the root of the entries before it', 'не называет корень предыдущих записей', 'אינו נוקב בשורש הרישומים שלפניו'],
  'code.keys_pointer': ['does not name the set of keys in force', 'не называет действующий набор ключей', 'אינו נוקב בקבוצת המפתחות שבתוקף'],
  'code.receipt_order': ['a receipt that does not grow, or of one\u2019s own log', 'расписка не растёт или дана по своему журналу', 'קבלה שאינה גדלה, או על יומן עצמי'],
  'code.key_set': ['a set of keys that does not follow from the one before', 'набор ключей не следует из предыдущего', 'קבוצת מפתחות שאינה נובעת מקודמתה'],
  'code.possession': ['a new key without its own proof', 'новый ключ без собственного доказательства', 'מפתח חדש בלי הוכחה משלו'],
  'code.join_form': ['a joining entry not in its form or place', 'вступление не того вида или не на своём месте', 'רישום הצטרפות שלא בצורתו או במקומו'],
  'code.volume_proof': ['a further volume without the proof of the recovery key', 'новый том без доказательства ключа восстановления', 'כרך נוסף בלי הוכחת מפתח השחזור'],
  'code.receipt_seal': ['a receipt whose seal was not made by the log it names', 'печать в расписке не от названного журнала', 'קבלה שחותמה לא נעשה ביומן שהיא נוקבת'],
  'code.same_key_twice': ['one key stands in the sets of two members', 'один ключ есть в наборах двух участников', 'מפתח אחד עומד בקבוצות של שני חברים'],
  'code.head_absent': ['sealed entries that another log names are not here', 'закрытых записей, названных в другом журнале, здесь нет', 'רישומים חתומים שיומן אחר נוקב בהם אינם כאן'],
  'code.checkpoint_form': ['not a checkpoint of this log', 'не печать этого журнала', 'אינו חותם של היומן הזה'],
  'code.checkpoint_signature': ['no signature of the log key verifies', 'ни одна подпись ключа журнала не сходится', 'שום חתימה של מפתח היומן אינה מתאמתת'],
  'code.tile': ['hashes that are not those under the seal', 'хеши не те, что под печатью', 'גיבובים שאינם אלה שתחת החותם'],
  'code.bundle': ['bytes that are not those under the seal', 'данные не те, что под печатью', 'בתים שאינם אלה שתחת החותם'],
  'code.bytes_absent': ['bytes that should be here are not', 'данных, которые должны быть здесь, нет', 'בתים שאמורים להיות כאן אינם'],
  'code.unsealed': ['signed entries that are under no seal', 'подписанные записи вне печати', 'רישומים חתומים שאינם תחת חותם'],
  'code.split': ['two seals of one log exclude each other', 'две печати одного журнала исключают друг друга', 'שני חותמים של יומן אחד מוציאים זה את זה'],
  'code.fork': ['two seals, and the two entries under one number where they part', 'две печати и две записи под одним номером, где они расходятся', 'שני חותמים, ושני הרישומים תחת מספר אחד שבו הם נפרדים'],
  'code.bad_entry': ['a sealed entry that the chain does not take', 'закрытая запись, которую цепь не принимает', 'רישום חתום שהשרשרת אינה מקבלת'],
  'code.charter_form': ['not a charter', 'не устав', 'אינו אמנה'],
  'code.not_pinned': ['whose ledger this is was not compared', 'чей это реестр, не сверено', 'של מי הספר לא הושווה'],
  'code.older_than_pins': ['older than a state seen before', 'старее виденного ранее', 'ישן ממצב שנראה בעבר'],
  'code.odd_file': ['a link or special file where a plain file should be', 'ссылка или особый файл вместо обычного', 'קישור או קובץ מיוחד במקום קובץ רגיל'],
  'code.digest': ['a file whose bytes do not match its name', 'данные файла не соответствуют его имени', 'קובץ שבתיו אינם תואמים את שמו'],
  'code.excerpt_lacks': ['an excerpt without what belongs to it', 'выдержка без того, что к ней относится', 'קטע בלי מה ששייך אליו'],
  'code.page_unknown': ['a page that this version does not know', 'страница, этой версии неизвестная', 'דף שהגרסה הזאת אינה מכירה'],
  'code.page_data': ['a page whose data contradict those of the folder', 'данные страницы противоречат данным в папке', 'דף שנתוניו סותרים את אלה שבתיקייה'],
  'code.page_other': ['a page of another state of the record', 'страница другого состояния записи', 'דף של מצב אחר של הרשומה'],
};

export let tongue = 'en';

let wordsColumn = 0;

/** The language in which the page speaks: `en`, `ru` or `he`. */
export function setTongue(tag) {
  wordsColumn = Math.max(0, TONGUES.indexOf(String(tag).slice(0, 2).toLowerCase().replace('iw', 'he')));
  tongue = TONGUES[wordsColumn];
}

// What is put in is not looked at again, so words of a ledger cannot name a place.
function wordsFilled(row, places) {
  return row.replace(/\{([a-z_]+)\}/g, (_, name) => String(places[name] ?? ''));
}

function wordsRow(key) {
  return WORDS[key]?.[wordsColumn] ?? `[${key}]`;
}

/** A phrase of the frame, each `{name}` replaced. */
export function t(key, places = {}) {
  return wordsFilled(wordsRow(key), places);
}

/** A phrase of the frame in the form that a number asks for. */
export function plural(key, n, places = {}) {
  const form = new Intl.PluralRules(tongue).select(n);
  const chosen = [`${key}.${form}`, `${key}.other`].find((one) => WORDS[one]) ?? key;
  return t(chosen, { n: n.toLocaleString(tongue), ...places });
}

function wordsLedger(key) {
  const all = typeof VOCABULARY === 'undefined' ? {} : VOCABULARY;
  return all[key]?.[wordsColumn === 1 ? 1 : 0] ?? `[${key}]`;
}

/** A phrase of the program's vocabulary: `v('effect.IN_EFFECT')`. */
export function v(key, places = {}) {
  return wordsFilled(wordsLedger(key), places);
}

/** A phrase in pieces, `places` being nodes or strings: for sentences with links in them. */
export function phrase(key, places = {}) {
  const row = WORDS[key] ? wordsRow(key) : wordsLedger(key);
  return row.split(/(\{[a-z_]+\})/).map((piece) => (/^\{[a-z_]+\}$/.test(piece) ? places[piece.slice(1, -1)] ?? '' : piece));
}
