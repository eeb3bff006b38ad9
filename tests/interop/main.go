// Verifies a Countersign snapshot with Go's own sumdb packages: every entry and every
// checkpoint with note, every root and every inclusion with tlog. It shares no code
// with the program.
//
//	verify SNAPSHOT CHARTER.json         (the output of `countersign charter show --json`)
//	verify trees SNAPSHOT CHARTER.json   checkpoints, tiles, inclusion and consistency; one word
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type charter struct {
	Members []struct {
		ID      string
		LogVkey string `json:"log_vkey"`
		Origin  string
		Keys    []struct{ Vkey string }
	}
}

// hashes holds the stored hashes of a tree, as tlog counts them.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, index := range indexes {
		out = append(out, h[index])
	}
	return out, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// tile is the path of the n-th tile of a level, or entry bundle, with this many hashes.
func tile(folder, level string, n, width int64) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return filepath.Join(folder, "tile", level, path)
}

func entries(folder string, size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		rest := must(os.ReadFile(tile(folder, "entries", n, min(256, size-n*256))))
		for len(rest) > 0 {
			length := int(binary.BigEndian.Uint16(rest))
			all = append(all, rest[2:2+length])
			rest = rest[2+length:]
		}
	}
	return all
}

// split takes a bundle apart.
func split(rest []byte) ([][]byte, error) {
	var all [][]byte
	for len(rest) > 0 {
		if len(rest) < 2 || len(rest)-2 < int(binary.BigEndian.Uint16(rest)) {
			return nil, errors.New("a bundle that is cut short")
		}
		length := int(binary.BigEndian.Uint16(rest))
		all = append(all, rest[2:2+length])
		rest = rest[2+length:]
	}
	return all, nil
}

// tree verifies one log's checkpoint, entries, tiles, inclusions and consistencies.
func tree(folder, vkey, origin string) error {
	bytes, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	opened, err := note.Open(bytes, note.VerifierList(must(note.NewVerifier(vkey))))
	if err != nil {
		return err
	}
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != origin || len(lines) != 4 {
		return errors.New("not a checkpoint of three lines of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 1 {
		return errors.New("a size")
	}
	var root tlog.Hash
	decoded, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(decoded) != len(root) {
		return errors.New("a root")
	}
	copy(root[:], decoded)
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		bytes, err := os.ReadFile(tile(folder, "entries", n, min(256, size-n*256)))
		if err != nil {
			return err
		}
		entries, err := split(bytes)
		if err != nil {
			return err
		}
		all = append(all, entries...)
	}
	var stored hashes
	for number, entry := range all {
		stored = append(stored, must(tlog.StoredHashes(int64(number), entry, stored))...)
	}
	if int64(len(all)) != size || must(tlog.TreeHash(size, stored)) != root {
		return errors.New("another root than the one sealed")
	}
	for _, t := range tlog.NewTiles(8, 0, size) {
		bytes, err := os.ReadFile(tile(folder, strconv.Itoa(t.L), t.N, int64(t.W)))
		if err != nil {
			return err
		}
		if string(bytes) != string(must(tlog.ReadTileData(t, stored))) {
			return errors.New("another tile than the one sealed")
		}
	}
	for n := range size {
		leaf := tlog.RecordHash(all[n])
		if err := tlog.CheckRecord(must(tlog.ProveRecord(size, n, stored)), size, root, n, leaf); err != nil {
			return err
		}
		before := must(tlog.TreeHash(n+1, stored))
		if err := tlog.CheckTree(must(tlog.ProveTree(size, n+1, stored)), size, root, n+1, before); err != nil {
			return err
		}
	}
	return nil
}

// trees says the worst of all logs that are here.
func trees(snapshot string, c charter) string {
	worst := "whole"
	for _, member := range c.Members {
		folder := filepath.Join(snapshot, "logs", member.ID)
		if _, err := os.Stat(folder); err != nil {
			continue
		}
		err := tree(folder, member.LogVkey, member.Origin)
		if errors.Is(err, fs.ErrNotExist) && worst == "whole" {
			worst = "incomplete"
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Printf("%s: %v", member.ID, err)
			worst = "damaged"
		}
	}
	return worst
}

func main() {
	onlyTrees := os.Args[1] == "trees"
	if onlyTrees {
		os.Args = os.Args[1:]
	}
	var c charter
	if err := json.Unmarshal(must(os.ReadFile(os.Args[2])), &c); err != nil {
		log.Fatal(err)
	}
	if onlyTrees {
		fmt.Println(trees(os.Args[1], c))
		return
	}
	signed, included := 0, 0
	for _, member := range c.Members {
		folder := filepath.Join(os.Args[1], "logs", member.ID)
		bytes, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
		if os.IsNotExist(err) {
			continue
		}
		logKey := must(note.NewVerifier(member.LogVkey))
		opened := must(note.Open(must(bytes, err), note.VerifierList(logKey)))
		lines := strings.Split(opened.Text, "\n")
		if lines[0] != member.Origin || len(lines) != 4 {
			log.Fatalf("%s: checkpoint of %q", member.ID, lines[0])
		}
		size := must(strconv.ParseInt(lines[1], 10, 64))
		var root tlog.Hash
		copy(root[:], must(base64.StdEncoding.DecodeString(lines[2])))

		var keys []note.Verifier
		for _, key := range member.Keys {
			keys = append(keys, must(note.NewVerifier(key.Vkey)))
		}
		var stored hashes
		all := entries(folder, size)
		for number, entry := range all {
			n := must(note.Open(entry, note.VerifierList(keys...)))
			if len(n.UnverifiedSigs) > 0 {
				log.Fatalf("%s/%d: a signature by another key", member.ID, number)
			}
			signed++
			stored = append(stored, must(tlog.StoredHashes(int64(number), entry, stored))...)
		}
		if int64(len(all)) != size || must(tlog.TreeHash(size, stored)) != root {
			log.Fatalf("%s: another root than the one sealed", member.ID)
		}
		for number, entry := range all {
			proof := must(tlog.ProveRecord(size, int64(number), stored))
			if err := tlog.CheckRecord(proof, size, root, int64(number), tlog.RecordHash(entry)); err != nil {
				log.Fatal(err)
			}
			included++
		}
	}
	fmt.Printf("%d entries signed, %d included\n", signed, included)
}
