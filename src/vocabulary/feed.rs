//! The feed that announces entries.

super::phrases! {
    ENTRY "{entry}: {act}" "{entry}: {act}";
    NOTE "This feed announces and shows nothing: whoever wants to know checks the copy in which it stands." "Эта лента только сообщает о записях и ничего не подтверждает: кто хочет убедиться, проверяет копию, в которой она лежит.";
}
