//! Peers that also keep signed records: p2panda-core, and git with SSH signatures.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use p2panda_core::cbor::decode_cbor;
use p2panda_core::{Body, Header, Operation, SigningKey, Timestamp, validate_backlink, validate_operation};

use crate::Outcome;
use crate::clock::{Took, take};
use crate::program;
use crate::words::Chance;

/// A log of operations, as bytes.
pub struct Operations(Vec<(Vec<u8>, Vec<u8>)>);

impl Operations {
    /// Signs so many, with bodies of about this size.
    pub fn make(count: usize, bytes: usize) -> Self {
        let key = SigningKey::from_bytes(&[7; 32]);
        let (mut chance, mut backlink, mut all) = (Chance::of(1), None, Vec::new());
        for seq_num in 0..count {
            let body = Body::new(chance.text(bytes).as_bytes());
            let mut header = Header {
                version: 1,
                verifying_key: key.verifying_key(),
                signature: None,
                payload_size: body.size(),
                payload_hash: Some(body.hash()),
                timestamp: Timestamp::now(),
                seq_num: seq_num as u64,
                backlink,
                extensions: (),
            };
            header.sign(&key);
            backlink = Some(header.hash());
            all.push((header.to_bytes(), body.to_bytes()));
        }
        Self(all)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Decodes every one, verifies it with its body and its link to the one before.
    pub fn verify(&self) -> Outcome<Took> {
        let (held, took) = take(|| self.hold());
        held?;
        Ok(took)
    }

    fn hold(&self) -> Outcome<()> {
        let mut past: Option<Header> = None;
        for (header, body) in &self.0 {
            let header: Header = decode_cbor(header.as_slice())?;
            let body = Some(Body::new(body));
            let operation = Operation { hash: header.hash(), header, body };
            validate_operation(&operation)?;
            if let Some(past) = &past {
                validate_backlink(past, &operation.header)?;
            }
            past = Some(operation.header);
        }
        Ok(())
    }
}

/// A repository of commits that an SSH key signed.
pub struct Repository {
    folder: PathBuf,
    commits: usize,
}

/// What git takes for one commit.
pub struct GitTook {
    /// `git log --format=%G?` over all of them.
    pub log: Took,
    /// `git verify-commit` for one.
    pub verify: Took,
}

impl Repository {
    /// Makes so many commits of files of about this size; nothing if git or
    /// ssh-keygen is not here.
    pub fn make(folder: &Path, commits: usize, bytes: usize) -> Outcome<Option<Self>> {
        let there = |program: &str, word: &str| Command::new(program).arg(word).output().is_ok();
        if !there("git", "--version") || !there("ssh-keygen", "-?") {
            return Ok(None);
        }
        fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        said(&folder, "ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", "key"])?;
        let public = fs::read_to_string(folder.join("key.pub"))?;
        fs::write(folder.join("allowed"), format!("bench@example.org {public}"))?;
        let repository = Self { folder: folder.join("repository"), commits };
        fs::create_dir_all(&repository.folder)?;
        let (key, allowed) = (folder.join("key"), folder.join("allowed"));
        for words in [
            &["init", "-q"][..],
            &["config", "user.name", "bench"],
            &["config", "user.email", "bench@example.org"],
            &["config", "gpg.format", "ssh"],
            &["config", "user.signingkey", program::word(&key)?],
            &["config", "gpg.ssh.allowedSignersFile", program::word(&allowed)?],
        ] {
            repository.git(words)?;
        }
        let mut chance = Chance::of(1);
        for _ in 0..commits {
            fs::write(repository.folder.join("words"), chance.text(bytes))?;
            repository.git(&["add", "words"])?;
            repository.git(&["commit", "-q", "-S", "-m", "words"])?;
        }
        let verdicts = repository.git(&["log", "--format=%G?"])?;
        if verdicts.lines().count() != commits || verdicts.lines().any(|line| line != "G") {
            return Err("git does not find its own signatures good".into());
        }
        Ok(Some(repository))
    }

    fn git(&self, words: &[&str]) -> Outcome<String> {
        said(&self.folder, "git", words)
    }

    /// How many commits there are.
    pub fn commits(&self) -> usize {
        self.commits
    }

    /// Verifies all by `log`, and one in ten by `verify-commit`.
    pub fn verify(&self) -> Outcome<GitTook> {
        let git = Path::new("git");
        let log = program::run(git, &["log", "--format=%G?"], Some(&self.folder))?;
        let mut verify = Took::default();
        let few = (self.commits / 10).max(1);
        for back in 0..few {
            let commit = format!("HEAD~{back}");
            verify += program::run(git, &["verify-commit", &commit], Some(&self.folder))?.took;
        }
        Ok(GitTook { log: log.took.per(self.commits as f64), verify: verify.per(few as f64) })
    }
}

/// Runs a program without the settings of whoever measures.
fn said(folder: &Path, program: &str, words: &[&str]) -> Outcome<String> {
    let output = Command::new(program)
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program} {}: {error}", words.join(" ")).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
