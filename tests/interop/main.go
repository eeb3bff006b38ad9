// Verifies a Countersign snapshot with Go's own sumdb packages: every entry and every
// checkpoint with note, every root and every inclusion with tlog. It shares no code
// with the program.
//
//	interop SNAPSHOT CHARTER.json   (the output of `countersign charter show --json`)
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
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

// bundle is the path of the n-th entry bundle with this many entries.
func bundle(folder string, n, width int64) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return filepath.Join(folder, "tile/entries", path)
}

func entries(folder string, size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		rest := must(os.ReadFile(bundle(folder, n, min(256, size-n*256))))
		for len(rest) > 0 {
			length := int(binary.BigEndian.Uint16(rest))
			all = append(all, rest[2:2+length])
			rest = rest[2+length:]
		}
	}
	return all
}

func main() {
	var c charter
	if err := json.Unmarshal(must(os.ReadFile(os.Args[2])), &c); err != nil {
		log.Fatal(err)
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
