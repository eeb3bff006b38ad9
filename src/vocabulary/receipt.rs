//! Receipt, evidence, order.

super::phrases! {
    RECEIVED
        "Received: these bytes arrived and their signatures and links hold. It does not mean agreement."
        "Получено: эти данные поступили, их подписи и связи верны. Это не означает согласия.";
}
