//! A condition as it is typed: the inline table of a text, `{ adopted = ["moscow"] }`.

use countersign::audit::Audit;
use countersign::authoring::Page;
use countersign::body::condition::{By, Condition, Members};
use countersign::failure::{Failure, Outcome, Why};
use countersign::json::Value;
use countersign::names::MemberId;
use toml::de::DeValue;

use super::entries;

/// Reads a condition; `moscow/3#c1` in it becomes a reference.
pub fn typed(audit: &Audit, verb: &str, text: &str) -> Outcome<Condition> {
    let usage = |what: String| {
        Failure::new(Why::Usage, format!("--condition: {what}")).next(format!("countersign {verb} --help"))
    };
    let source = format!("condition = {text}");
    let (_, table) = Page::open(&source).map_err(|error| usage(error.due))?;
    let item = table.iter().find(|(key, _)| key.get_ref() == "condition").map(|(_, item)| item.get_ref());
    let value = item.map(|item| value(audit, item)).transpose()?.flatten();
    let value = value.filter(|_| table.len() == 1);
    let value = value.ok_or_else(|| usage("due is a table such as { adopted = [\"moscow\"] }".to_owned()))?;
    let read = Condition::read(&value, "condition")
        .map_err(|error| usage(format!("{}: {}", error.place, error.due)))?;
    let unknown = members(&read)
        .into_iter()
        .find(|member| audit.charter.as_ref().is_some_and(|charter| charter.member(member).is_none()));
    match unknown {
        Some(member) => Err(usage(format!("the charter has no member {member}"))),
        None => Ok(read),
    }
}

/// The members that a condition names.
fn members(condition: &Condition) -> Vec<MemberId> {
    let named = condition.atoms().into_iter().map(|atom| match atom {
        Condition::Adopted(Members::Named(ids))
        | Condition::InEffect { members: Members::Named(ids), .. }
        | Condition::Reported { by: By::Named(ids), .. } => ids.clone(),
        _ => Vec::new(),
    });
    named.flatten().collect()
}

fn value(audit: &Audit, item: &DeValue<'_>) -> Outcome<Option<Value>> {
    Ok(match item {
        DeValue::String(text) if text.contains('/') => Some(Value::text(entries::refer(audit, text)?)),
        DeValue::String(text) => Some(Value::text(text)),
        DeValue::Datetime(day) => Some(Value::text(day)),
        DeValue::Integer(digits) if digits.radix() == 10 => digits.as_str().parse().ok().map(Value::Number),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| value(audit, item.get_ref())).collect::<Outcome<Vec<_>>>()?;
            items.into_iter().collect::<Option<_>>().map(Value::Array)
        }
        DeValue::Table(table) => {
            let mut fields = Vec::new();
            for (key, item) in table {
                fields.push(value(audit, item.get_ref())?.map(|value| (key.get_ref().to_string(), value)));
            }
            fields.into_iter().collect::<Option<_>>().map(Value::Object)
        }
        _ => None,
    })
}
