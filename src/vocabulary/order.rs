//! The order of two entries, and what shows it.

super::phrases! {
    SHOWN
        "{earlier} before {later}: shown"
        "{earlier} раньше, чем {later}: следует из записей";
    NOT_SHOWN
        "{first} and {second}: order not shown"
        "{first} и {second}: порядок из записей не следует";
    SAME
        "{first} and {second} are one entry"
        "{first} и {second}: одна и та же запись";
    BY_LINKS
        "by links"
        "по ссылкам";
    BY_TIMES
        "by times"
        "по времени";
    NONE
        "not shown"
        "из записей не следует";
    HAD_RECEIVED
        "{by} had received {entries}"
        "{by}: ранее получено {entries}";
    FOLLOWS
        "{by} follows {to}"
        "{by} следует за {to}";
    CONTINUES
        "{by} continues {entries}"
        "{by} продолжает {entries}";
    ENTRIES
        "{log} 0 to {last}"
        "{log} с 0 по {last}";
    EXISTED_BY
        "{entry} existed by {time} ({source})"
        "{entry}: существовало не позднее {time} ({source})";
    NOT_BEFORE
        "{entry} not before {time} ({source})"
        "{entry}: создано не ранее {time} ({source})";
    APART
        "apart by {seconds} s at the least"
        "промежуток не менее {seconds} с";
    DATED
        "{entry}: its author dates it {time}; time not shown"
        "{entry}: время, указанное автором: {time}; время из записей не следует";
    NOT_DATED
        "{entry}: its author gives no time; time not shown"
        "{entry}: время автором не указано; время из записей не следует";
    CONTRADICTION
        "bounds contradict each other: {upper}; {lower}"
        "границы противоречат друг другу: {upper}; {lower}";
    OF_ENTRIES
        "This is the order of two entries. When the things came about of which they speak is another question."
        "Это порядок двух записей. Когда произошло то, о чём в них говорится, — другой вопрос.";
}
