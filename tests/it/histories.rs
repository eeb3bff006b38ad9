//! Random histories: few members, few entries, every kind, good ones and wrong ones. A
//! number makes a history; the same number under other names makes the same history.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use countersign::body::Body;
use countersign::body::envelope::{Place, commitment};
use countersign::body::text::Text;
use countersign::entry::Signed;
use countersign::fields::Words;
use countersign::hash::Hash;
use countersign::json::Value;
use countersign::names::Reference;
use countersign::status::{Cut, Times};
use countersign::time::{Day, Time};

use crate::world::{Joining, World, log};

/// Names of four members at most, in the order of their roles.
pub type Names = [&'static str; 4];

/// Alphabetical.
pub const NAMES: Names = ["athens", "bern", "cairo", "delhi"];

/// Who takes part, by role.
const CASTS: [&[&str]; 4] = [
    &["party", "party"],
    &["party", "party", "observer"],
    &["party", "party", "drafter"],
    &["party", "party", "party", "observer"],
];

/// Dice that fall the same for the same number.
pub struct Dice(u64);

impl Dice {
    pub fn new(number: u64) -> Self {
        Self(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    /// Below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((x ^ (x >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    /// So many times out of a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }

    /// Some of these, at least one.
    fn some<T: Clone + Ord>(&mut self, from: &[T]) -> Vec<T> {
        let mut out: Vec<T> = from.iter().filter(|_| self.chance(50)).cloned().collect();
        if out.is_empty() {
            out.push(self.pick(from).clone());
        }
        out.sort();
        out
    }
}

/// A day of the few in which everything happens.
pub fn day(dice: &mut Dice) -> Day {
    let first: Day = "2027-01-01".parse().unwrap();
    first.plus(u64::try_from(dice.roll(10) * 10).unwrap()).unwrap()
}

/// One history.
pub struct History {
    pub names: Names,
    pub world: World,
    pub brackets: Brackets,
}

/// What is shown of when entries existed: not before, existed by.
#[derive(Clone, Default)]
pub struct Brackets(pub BTreeMap<Hash, (Option<Day>, Option<Day>)>);

fn midnight(day: &Day) -> Time {
    format!("{day}T00:00:00Z").parse().unwrap()
}

impl Times for Brackets {
    fn existed_by(&self, entry: &Hash) -> Option<Time> {
        self.0.get(entry)?.1.as_ref().map(midnight)
    }

    fn not_before(&self, entry: &Hash) -> Option<Time> {
        self.0.get(entry)?.0.as_ref().map(midnight)
    }
}

/// What of a history is left out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// Nothing.
    Stand,
    /// What entries say that they are about.
    AreLeftOut,
}

fn words(text: &str) -> Value {
    Value::object([("en", Value::text(text))])
}

fn base(names: &Names, cast: usize) -> World {
    thread_local! { static MADE: RefCell<HashMap<(Names, usize), World>> = RefCell::default(); }
    MADE.with_borrow_mut(|made| {
        let make = || {
            let roles = CASTS[cast].iter().zip(names);
            let members: Vec<Joining> =
                roles.map(|(role, name)| Joining { role, ..Joining::party(name) }).collect();
            let mut members = members;
            members.sort_by_key(|member| member.id);
            World::new(&members)
        };
        made.entry((*names, cast)).or_insert_with(make).clone()
    })
}

/// How many qualifications an entry makes.
fn numbered(signed: &Signed) -> usize {
    let body = Body::of(signed.entry());
    body.consent().map_or(0, |consent| consent.qualifications.len())
}

struct Maker {
    dice: Dice,
    names: Names,
    count: usize,
    links: Links,
    world: World,
    brackets: Brackets,
    texts: Vec<Signed>,
    others: Vec<Signed>,
    envelopes: Vec<(usize, Signed, Hash, Words, Hash)>,
}

impl History {
    pub fn new(number: u64) -> Self {
        Self::with(number, NAMES, Links::Stand)
    }

    pub fn with(number: u64, names: Names, links: Links) -> Self {
        let mut dice = Dice::new(number);
        let cast = dice.roll(CASTS.len());
        let world = base(&names, cast);
        let (count, brackets) = (CASTS[cast].len(), Brackets::default());
        let mut maker = Maker {
            dice,
            names,
            count,
            links,
            world,
            brackets,
            texts: vec![],
            others: vec![],
            envelopes: vec![],
        };
        let entries = 6 + maker.dice.roll(9);
        let first = maker.dice.roll(maker.count);
        maker.text(first);
        for _ in 1..entries {
            maker.step();
        }
        Self { names, world: maker.world, brackets: maker.brackets }
    }

    /// How many entries of each log, at random; of each at least its first.
    pub fn sizes(&self, dice: &mut Dice) -> BTreeMap<String, u64> {
        let mut sizes = BTreeMap::new();
        for name in self.names {
            if let Some(author) = self.world.authors.get(name) {
                let size = 1 + dice.roll(author.entries.len());
                sizes.insert(name.to_owned(), u64::try_from(size).unwrap());
            }
        }
        sizes
    }

    /// The cut of these sizes.
    pub fn cut(
        &self,
        audit: &countersign::audit::Audit,
        sizes: &BTreeMap<String, u64>,
        day: Option<Day>,
    ) -> Cut {
        let _ = self;
        let last = sizes.iter().map(|(name, size)| (log(name), size - 1)).collect();
        let mut cut = Cut::at(audit, &last);
        cut.day = day;
        cut
    }
}

impl Maker {
    fn name(&self, at: usize) -> &'static str {
        self.names[at]
    }

    fn members(&mut self) -> Value {
        let all: Vec<usize> = (0..self.count).collect();
        let mut named: Vec<&str> = self.dice.some(&all).into_iter().map(|at| self.names[at]).collect();
        named.sort_unstable();
        Value::texts(named)
    }

    fn push(&mut self, who: usize, kind: &str, body: Value) -> Signed {
        let name = self.name(who);
        let mut entry = self.world.next(name, kind, body);
        for of in 0..self.count {
            if of == who || self.dice.chance(40) {
                continue;
            }
            let all = self.world.author(self.name(of)).notes.len();
            let size = if self.dice.chance(80) { all } else { 1 + self.dice.roll(all) };
            let before = self.world.author(name).chain.receipted().get(&log(self.name(of))).copied();
            if u64::try_from(size).unwrap() > before.unwrap_or(0) {
                let head = self.world.seal(self.name(of), size).head().clone();
                entry.seen.insert(log(self.name(of)), head);
            }
        }
        if self.dice.chance(60) {
            entry.said = Some(midnight(&day(&mut self.dice)));
        }
        let bytes = self.world.sign(&entry);
        let signed = self.world.add(name, bytes);
        if self.dice.chance(60) {
            let (one, other) = (day(&mut self.dice), day(&mut self.dice));
            let (from, to) = if one <= other { (one, other) } else { (other, one) };
            let from = self.dice.chance(70).then_some(from);
            let to = self.dice.chance(80).then_some(to);
            self.brackets.0.insert(signed.hash(), (from, to));
        }
        signed
    }

    fn step(&mut self) {
        let who = self.dice.roll(self.count);
        match self.dice.roll(100) {
            0..16 => self.text(who),
            16..44 => self.adopt(who),
            44..56 => self.notice(who),
            56..67 => self.revoke(who),
            67..72 => self.ask(who),
            72..82 => self.answer(who),
            82..90 => self.report(who),
            90..93 => self.state(who),
            93..96 => self.envelope(who),
            96..99 => self.open(who),
            _ => {
                let signed = self.push(who, "seen", Value::object([]));
                self.others.push(signed);
            }
        }
    }

    fn condition(&mut self, depth: usize) -> Value {
        let of = |dice: &mut Dice, texts: &[Signed], id: &str| {
            if dice.chance(30) && !texts.is_empty() {
                format!("{}#{id}", dice.pick(texts).hash())
            } else {
                id.to_owned()
            }
        };
        match self.dice.roll(if depth > 0 { 12 } else { 9 }) {
            0 | 1 => Value::object([("date", Value::text(day(&mut self.dice)))]),
            2..5 => {
                let members = if self.dice.chance(70) { Value::text("each") } else { self.members() };
                Value::object([("adopted", members)])
            }
            5 | 6 => {
                let id = *self.dice.pick(&["c1", "c2", "c3"]);
                let of = of(&mut self.dice, &self.texts, id);
                let named = self.dice.chance(40).then(|| self.members());
                Value::object([("in_effect", Value::text(of))]).with_some("for", named)
            }
            7 | 8 => {
                let of = of(&mut self.dice, &self.texts, "d1");
                let by = match self.dice.roll(5) {
                    0 => Value::text("each observer"),
                    1 => Value::text("any observer"),
                    2 => Value::text("either side"),
                    3 => Value::text("both sides"),
                    _ => self.members(),
                };
                let days = [None, Some(0), Some(30)][self.dice.roll(3)];
                Value::object([("reported", Value::text(of)), ("by", by)])
                    .with_some("same", self.dice.chance(25).then(|| Value::texts(["e"])))
                    .with_some("days", days.map(Value::Number))
            }
            join => {
                let items = (0..=self.dice.roll(2)).map(|_| self.condition(depth - 1)).collect();
                Value::object([(if join == 9 { "all" } else { "any" }, Value::Array(items))])
            }
        }
    }

    fn provisions(&mut self) -> Value {
        let mut all = vec![];
        let item = |id: &str, kind: &str| {
            Value::object([("id", Value::text(id)), ("type", Value::text(kind)), ("words", words(id))])
        };
        if self.dice.chance(70) {
            let mut p = item("p1", "procedure");
            if self.dice.chance(50) {
                p = p.with("takes_effect", self.condition(1));
            }
            if self.dice.chance(70) {
                p = p.with(
                    "parts",
                    Value::text(self.dice.pick(&["whole", "baskets", "provisions", "provisions"])),
                );
            }
            if self.dice.chance(40) {
                let allowed = [Value::text("any"), Value::text("none"), Value::texts(["c1"])];
                p = p.with("reservations", self.dice.pick(&allowed).clone());
            }
            for field in ["withdraw_days", "suspend_days", "reply_hours"] {
                if self.dice.chance(35) {
                    let days = *self.dice.pick(&[0, 10, 40]);
                    p = p.with(field, Value::Number(days));
                }
            }
            if self.dice.chance(50) {
                p = p.with("counted_from", Value::text(self.dice.pick(&["receipt", "notice"])));
            }
            p = self.dates(p);
            all.push(p);
        }
        if self.dice.chance(70) {
            all.push(item("d1", "define").with("with", Value::texts(["e"])));
        }
        let baskets = self.dice.chance(60);
        if baskets {
            all.extend([item("b1", "basket"), item("b2", "basket")]);
        }
        for id in ["c1", "c2", "c3"].into_iter().take(1 + self.dice.roll(3)) {
            let mut c = item(id, if self.dice.chance(50) { "do" } else { "refrain" });
            if baskets && self.dice.chance(80) {
                c = c.with("in", Value::text(self.dice.pick(&["b1", "b2"])));
            }
            match self.dice.roll(6) {
                0 => c = c.with("bearer", Value::text("author")),
                1 => c = c.with("bearer", self.members()),
                2 => c = c.with("bearer", Value::text("each")),
                _ => {}
            }
            for field in ["when", "until", "takes_effect"] {
                if self.dice.chance(20) {
                    c = c.with(field, self.condition(1));
                }
            }
            if id != "c1" && self.dice.chance(7) {
                c = c.with("alternative_to", Value::text("c1"));
            }
            c = self.dates(c);
            all.push(c);
        }
        if self.dice.chance(40) {
            all.push(item("g1", "saving"));
        }
        Value::Array(all)
    }

    fn dates(&mut self, mut provision: Value) -> Value {
        for field in ["applies_from", "expires"] {
            if self.dice.chance(10) {
                provision = provision.with(field, Value::text(day(&mut self.dice)));
            }
        }
        provision
    }

    fn consent(&mut self, mut body: Value) -> Value {
        if self.dice.chance(15) {
            body = body.with("condition", self.condition(1));
        }
        if self.dice.chance(15) {
            body = body.with("provisional", Value::text("yes"));
        }
        if self.dice.chance(30) {
            let made = (0..=self.dice.roll(3)).map(|_| self.qualification()).collect();
            body = body.with("qualifications", Value::Array(made));
        }
        body
    }

    fn qualification(&mut self) -> Value {
        let name = *self.dice.pick(&["reservation", "understanding", "limitation"]);
        let on: &[&str] = match self.dice.roll(20) {
            0..6 => &[],
            6..12 => &["c1"],
            12..15 => &["c2"],
            15..19 => &["c1", "c2"],
            _ => &["x9"],
        };
        Value::object([("name", Value::text(name)), ("words", words("Except at night."))])
            .with_some("on", (!on.is_empty()).then(|| Value::texts(on)))
    }

    /// The number of a qualification, mostly one that is there.
    fn number(&mut self, of: &Signed, percent: usize) -> Option<Value> {
        let made = numbered(of);
        let number = if self.dice.chance(95) && made > 0 { 1 + self.dice.roll(made) } else { 4 };
        let is_given = self.dice.chance(if made > 0 { percent } else { 4 });
        is_given.then(|| Value::Number(u64::try_from(number).unwrap()))
    }

    fn text(&mut self, who: usize) {
        let standing = *self.dice.pick(&["draft", "proposal", "proposal", "pledge"]);
        let mut body = if self.dice.chance(25) && !self.texts.is_empty() {
            // The same words once more.
            let mut old = Text::read(&self.dice.pick(&self.texts).entry().body).unwrap();
            old.standing = countersign::body::text::Standing::Draft;
            old.consent = countersign::body::text::Consent::default();
            old.to_value()
        } else {
            let mut body =
                Value::object([("languages", words("authentic")), ("provisions", self.provisions())]);
            if self.dice.chance(55) {
                body = body.with("between", self.members());
            }
            if self.dice.chance(35) && !self.texts.is_empty() {
                let relation = *self
                    .dice
                    .pick(&["replaces", "replaces", "amends", "ends", "ends", "extends", "corrects"]);
                let earlier = self.dice.pick(&self.texts).hash();
                body = body.with(relation, Value::text(earlier));
            }
            body
        };
        body = body.with("standing", Value::text(standing));
        if standing == "pledge" {
            body = self.consent(body);
        }
        let signed = self.push(who, "text", body);
        self.texts.push(signed);
    }

    /// An entry, mostly of those that fit.
    fn target(&mut self, fitting: &[Signed]) -> Option<Signed> {
        if self.dice.chance(6) && !self.others.is_empty() {
            return Some(self.dice.pick(&self.others).clone());
        }
        // The first and the last are acted on most.
        match self.dice.roll(3) {
            0 => fitting.first().cloned(),
            1 => fitting.last().cloned(),
            _ if fitting.is_empty() => None,
            _ => Some(self.dice.pick(fitting).clone()),
        }
    }

    fn adopt(&mut self, who: usize) {
        let Some(of) = self.target(&self.texts.clone()) else { return };
        let digest = Text::read(&of.entry().body).ok().and_then(|text| text.words_digest(None));
        let digest = digest.filter(|_| !self.dice.chance(2)).unwrap_or(Hash::of(b"other"));
        let mut body =
            Value::object([("text", Value::text(of.hash())), ("words_digest", Value::text(digest))]);
        if self.dice.chance(40) {
            let step = *self.dice.pick(&["initialled", "to be confirmed", "confirmed", "final"]);
            body = body.with("step", Value::text(step));
        }
        if self.dice.chance(25) {
            let field = *self.dice.pick(&["only", "except"]);
            let ids = ["b1", "b2", "c1", "c2", "g1"];
            body = body.with(field, Value::texts(self.dice.some(&ids)));
        }
        if self.dice.chance(10) {
            body = body.with("mirrored", Value::text("yes"));
        }
        body = self.consent(body);
        let signed = self.push(who, "adopt", body);
        self.others.push(signed);
    }

    fn notice(&mut self, who: usize) {
        let Some(of) = self.target(&self.texts.clone()) else { return };
        let act = *self.dice.pick(&["withdraw", "withdraw", "suspend", "resume"]);
        let mut body = Value::object([("act", Value::text(act)), ("of", Value::text(of.hash()))]);
        if self.dice.chance(40) {
            body = body.with("effective", Value::text(day(&mut self.dice)));
        }
        if self.dice.chance(25) {
            let ids = ["b1", "b2", "c1", "c2"];
            body = body.with("only", Value::texts(self.dice.some(&ids)));
        }
        let signed = self.push(who, "notice", body);
        self.others.push(signed);
    }

    fn revoke(&mut self, who: usize) {
        let name = self.name(who);
        let mut own = self.world.author(name).entries.clone();
        own.retain(|signed| signed.entry().kind != "join" || self.dice.chance(10));
        let made: Vec<Signed> = own.iter().filter(|signed| numbered(signed) > 0).cloned().collect();
        let own = if self.dice.chance(80) && !made.is_empty() { made } else { own };
        let pool = if self.dice.chance(90) && !own.is_empty() { own } else { self.texts.clone() };
        let act = self.dice.pick(&pool).clone();
        let number = self.number(&act, 70);
        let of = act.hash();
        let on = self.dice.chance(if numbered(&act) > 0 { 50 } else { 25 });
        let of = if on { format!("{of}#c1") } else { of.to_string() };
        let body = Value::object([("act", Value::text("revoke")), ("of", Value::text(of))])
            .with_some("qualification", number);
        let signed = self.push(who, "notice", body);
        self.others.push(signed);
    }

    fn about(&mut self, body: Value) -> Value {
        let mut about = vec![];
        for _ in 0..self.dice.roll(3) {
            let of = self.target(&self.texts.clone()).unwrap().hash();
            let id = self.dice.chance(80).then(|| self.dice.pick(&["c1", "c2", "g1"]).parse().unwrap());
            about.push(Reference { entry: of, provision: id });
        }
        let stands = self.links == Links::Stand && !about.is_empty();
        body.with_some("about", stands.then(|| Value::texts(about)))
    }

    fn with(&mut self, body: Value) -> Value {
        let value = *self.dice.pick(&["us", "ru"]);
        let with = self.dice.chance(60).then(|| Value::object([("e", Value::text(value))]));
        body.with_some("with", with)
    }

    fn ask(&mut self, who: usize) {
        let act = *self.dice.pick(&["proposal", "protest", "concern"]);
        let to = if self.dice.chance(4) { Value::texts(["nobody"]) } else { self.members() };
        let body = Value::object([("act", Value::text(act)), ("to", to), ("words", words("Why?"))]);
        let body = self.about(body);
        let body = self.with(body);
        let signed = self.push(who, "ask", body);
        self.others.push(signed);
    }

    fn answer(&mut self, who: usize) {
        if self.others.is_empty() {
            return;
        }
        let asks: Vec<Signed> =
            self.others.iter().filter(|signed| signed.entry().kind == "ask").cloned().collect();
        let made: Vec<Signed> =
            self.others.iter().chain(&self.texts).filter(|signed| numbered(signed) > 0).cloned().collect();
        let pool = if self.dice.chance(35) && !made.is_empty() {
            made
        } else if self.dice.chance(70) && !asks.is_empty() {
            asks
        } else {
            self.others.clone()
        };
        let act = self.dice.pick(&pool).clone();
        let number = self.number(&act, 60);
        let to = act.hash();
        let to = if self.dice.chance(20) { format!("{to}#c1") } else { to.to_string() };
        let stance =
            *self.dice.pick(&["will answer", "accept", "decline", "object", "received content", "counter"]);
        let between = (stance == "object" && self.dice.chance(60))
            .then(|| *self.dice.pick(&["stands", "does not stand"]));
        let counter = (stance == "counter").then(|| self.target(&self.texts.clone()).unwrap().hash());
        let body = Value::object([("stance", Value::text(stance)), ("to", Value::text(to))])
            .with_some("counter", counter.map(Value::text))
            .with_some("between_us", between.map(Value::text))
            .with_some("qualification", number);
        let signed = self.push(who, "answer", body);
        self.others.push(signed);
    }

    fn report(&mut self, who: usize) {
        let of = self.target(&self.texts.clone()).unwrap().hash();
        let mut body = Value::object([("words", words("It was so."))]);
        if self.dice.chance(85) {
            body = body.with("of", Value::text(format!("{of}#d1")));
        }
        if self.dice.chance(15) {
            body = body.with("found", Value::text(self.dice.pick(&["nothing seen", "no access"])));
        }
        if self.dice.chance(60) {
            body = body.with("happened", Value::object([("from", Value::text(day(&mut self.dice)))]));
        }
        let body = self.with(body);
        let body = self.about(body);
        let signed = self.push(who, "report", body);
        self.others.push(signed);
    }

    fn state(&mut self, who: usize) {
        let body = self.about(Value::object([("words", words("We say so."))]));
        let signed = self.push(who, "statement", body);
        self.others.push(signed);
    }

    fn envelope(&mut self, who: usize) {
        let slot = u64::try_from(self.dice.roll(2)).unwrap();
        let content = Words::from([("en".to_owned(), format!("word {}", self.dice.roll(2)))]);
        let nonce = Hash::of(&[u8::try_from(self.dice.roll(2)).unwrap()]);
        let ledger = self.world.charter.id();
        let own = log(self.name(who));
        let made = commitment(&Place { ledger: &ledger, log: &own, slot }, &nonce, &content);
        let copied = self.dice.chance(30).then(|| self.envelopes.last().map(|last| last.4)).flatten();
        let made = copied.unwrap_or(made);
        let mut body = Value::object([("commitment", Value::text(made)), ("slot", Value::Number(slot))]);
        if self.dice.chance(50) {
            body = body.with("open_by", Value::text(day(&mut self.dice)));
        }
        let signed = self.push(who, "envelope", body);
        self.envelopes.push((who, signed.clone(), nonce, content, made));
        self.others.push(signed);
    }

    fn open(&mut self, who: usize) {
        let Some((author, signed, nonce, content, _)) = self.envelopes.last().cloned() else {
            return self.envelope(who);
        };
        let who = if self.dice.chance(75) { author } else { who };
        let nonce = if self.dice.chance(85) { nonce } else { Hash::of(b"guess") };
        let body = Value::object([
            ("content", countersign::fields::words_value(&content)),
            ("envelope", Value::text(signed.hash())),
            ("nonce", Value::text(nonce)),
        ]);
        let signed = self.push(who, "open", body);
        self.others.push(signed);
    }
}
