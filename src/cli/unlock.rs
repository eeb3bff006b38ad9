//! Passphrases and keys.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use countersign::failure::{Failure, Outcome, Why};
use countersign::key::{KeySet, SecretKey};
use countersign::keyfile::{self, Passphrase};
use countersign::ledger::{KeyPlace, LogPen, Pen};
use zeroize::Zeroizing;

use super::session::Session;

/// Unlocks key files; a passphrase that opened one is tried on the next.
pub struct Unlock<'s> {
    session: &'s Session,
    last: Option<Passphrase>,
}

impl<'s> Unlock<'s> {
    /// Nothing unlocked.
    pub fn new(session: &'s Session) -> Self {
        Self { session, last: None }
    }

    /// The key in a file.
    pub fn key(&mut self, path: &Path) -> Outcome<SecretKey> {
        let pem = keyfile::read_pem(&self.session.disk, path)?;
        if !keyfile::is_encrypted(&pem) {
            return keyfile::from_pem(&pem, None);
        }
        if let Some(passphrase) = from_file(self.session)? {
            return keyfile::from_pem(&pem, Some(&passphrase));
        }
        if let Some(passphrase) = &self.last
            && let Ok(key) = keyfile::from_pem(&pem, Some(passphrase))
        {
            return Ok(key);
        }
        let passphrase = ask(&format!("Passphrase of {}: ", path.display()))?;
        let key = keyfile::from_pem(&pem, Some(&passphrase))?;
        self.last = Some(passphrase);
        Ok(key)
    }

    /// The pens in key files, by their labels in a set, ascending.
    pub fn pens(&mut self, paths: &[PathBuf], set: &KeySet) -> Outcome<Vec<Pen>> {
        let mut pens = Vec::new();
        for path in paths {
            let key = self.key(path)?;
            let public = key.public();
            let label = set.keys().iter().find(|(_, key)| **key == public).map(|(label, _)| label);
            let label = label.cloned().ok_or_else(|| {
                let what = format!("{} is not among the keys in force here", path.display());
                Failure::new(Why::NotAMember, what).next("countersign status")
            })?;
            pens.push(Pen { label, key, path: path.clone() });
        }
        pens.sort_by(|a, b| a.label.cmp(&b.label));
        if pens.windows(2).any(|pair| matches!(pair, [a, b] if a.label == b.label)) {
            return Err(Failure::new(Why::Usage, "each key is given once"));
        }
        Ok(pens)
    }

    /// The log key in a file.
    pub fn log_pen(&mut self, path: &Path) -> Outcome<LogPen> {
        Ok(LogPen { key: self.key(path)?, path: path.to_owned() })
    }
}

/// Where pens lie.
pub fn places(pens: &[Pen]) -> Vec<KeyPlace> {
    let place = |pen: &Pen| KeyPlace { path: pen.path.clone(), label: Some(pen.label.clone()) };
    pens.iter().map(place).collect()
}

fn from_file(session: &Session) -> Outcome<Option<Passphrase>> {
    let Some(path) = &session.common.passphrase_file else { return Ok(None) };
    let text = std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| Failure::disk("reading", path, error))?;
    Ok(Some(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())))
}

fn ask(prompt: &str) -> Outcome<Passphrase> {
    if !std::io::stdin().is_terminal() {
        let what = "the key needs a passphrase and there is no terminal to ask at";
        return Err(Failure::new(Why::Passphrase, what).next("the same command with --passphrase-file FILE"));
    }
    rpassword::prompt_password(prompt)
        .map(Zeroizing::new)
        .map_err(|error| Failure::disk("reading", Path::new("the terminal"), error))
}

/// The passphrase for new keys: from the file, or typed twice.
pub fn new_passphrase(session: &Session) -> Outcome<Passphrase> {
    let passphrase = match from_file(session)? {
        Some(passphrase) => passphrase,
        None => {
            if !std::io::stdin().is_terminal() {
                let what = "there is no terminal at which to type a passphrase";
                return Err(Failure::new(Why::NotConfirmed, what)
                    .next("the same command with --passphrase-file FILE, or with --no-passphrase"));
            }
            let first = ask("New passphrase: ")?;
            if ask("The same again: ")? != first {
                return Err(Failure::new(Why::NotConfirmed, "the two passphrases differ"));
            }
            first
        }
    };
    if passphrase.is_empty() {
        let what = "an empty passphrase protects nothing";
        return Err(Failure::new(Why::NotConfirmed, what)
            .next("the same command with --no-passphrase, if that is meant"));
    }
    Ok(passphrase)
}
