//! One log as it grows on disk, twice: the journal of a ledger folder and the
//! bundles of a snapshot. Nothing is kept in memory but one bundle.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use countersign::checkpoint::Checkpoint;
use countersign::merkle::Nodes as _;
use countersign::merkle::Tree;
use countersign::tile::{self, TileId, WIDTH};

use crate::Outcome;

/// The files of one log.
pub struct LogFiles {
    journal: BufWriter<File>,
    checkpoint: PathBuf,
    tiled: PathBuf,
    bundle: Vec<u8>,
    held: u64,
    full: u64,
}

impl LogFiles {
    /// Begins both.
    pub fn begin(ledger: &Path, snapshot: &Path, log: &str) -> Outcome<Self> {
        let logs = ledger.join("logs");
        let tiled = snapshot.join("logs").join(log);
        fs::create_dir_all(&logs)?;
        fs::create_dir_all(&tiled)?;
        Ok(Self {
            journal: BufWriter::with_capacity(1 << 18, File::create(logs.join(format!("{log}.journal")))?),
            checkpoint: logs.join(format!("{log}.checkpoint")),
            tiled,
            bundle: Vec::new(),
            held: 0,
            full: 0,
        })
    }

    /// Adds an entry.
    pub fn add(&mut self, note: &[u8]) -> Outcome<()> {
        let frame = tile::frame(note).ok_or("an entry longer than a frame can say")?;
        self.journal.write_all(&frame)?;
        self.bundle.extend(&frame);
        self.held += 1;
        if self.held == WIDTH {
            self.write_bundle()?;
        }
        Ok(())
    }

    fn write_bundle(&mut self) -> Outcome<()> {
        let id = TileId { level: None, index: self.full, width: self.held };
        self.write(&id, &self.bundle)?;
        self.bundle.clear();
        (self.full, self.held) = (self.full + 1, 0);
        Ok(())
    }

    fn write(&self, id: &TileId, bytes: &[u8]) -> Outcome<()> {
        let path = self.tiled.join(id.path());
        if id.index.is_multiple_of(1000) || id.width < WIDTH {
            fs::create_dir_all(path.parent().ok_or("a tile lies in a folder")?)?;
        }
        fs::write(path, bytes)?;
        Ok(())
    }

    /// Writes what is left, the hash tiles and the seal.
    pub fn end(mut self, tree: &Tree, seal: &Checkpoint) -> Outcome<()> {
        if self.held > 0 {
            self.write_bundle()?;
        }
        self.journal.flush()?;
        for id in tile::tiles(tree.size()) {
            let hashes = tile::hashes(tree, &id).ok_or("the tree has all its tiles")?;
            self.write(&id, &hashes)?;
        }
        fs::write(self.tiled.join("checkpoint"), seal.to_bytes())?;
        fs::write(&self.checkpoint, seal.to_bytes())?;
        Ok(())
    }
}
