//! What every page for readers has.

super::phrases! {
    ABSTRACT "[abstract]" "[изложение]";
}
