// Conformance of the log with golang.org/x/mod/sumdb, the implementation that C2SP's log formats come from.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run main.go generate ../../../spec/vectors/log/valid
//	GO111MODULE=off GOPATH=/usr/share/gocode go run main.go verify ../../../spec/vectors
//
// generate writes what that implementation makes; test/conformance/log.test.ts reads it, and needs no Go.
// verify reads the vectors that Freehold's own code wrote, and checks them with that implementation.
// On Debian: apt-get install golang-go golang-golang-x-mod-dev.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const madeBy = "golang.org/x/mod/sumdb, note and tlog (Debian golang-golang-x-mod-dev 0.7.0-1), by test/conformance/go/main.go"

func main() {
	if len(os.Args) != 3 || (os.Args[1] != "generate" && os.Args[1] != "verify") {
		fmt.Fprintln(os.Stderr, "usage: main.go generate|verify <folder>")
		os.Exit(2)
	}
	if os.Args[1] == "generate" {
		generate(os.Args[2])
	} else {
		verify(os.Args[2])
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// ---- generate

type object = map[string]any

func generate(folder string) {
	check(os.MkdirAll(folder, 0o777))
	write := func(name, description string, cases any) {
		text := must(json.MarshalIndent(object{"description": description, "madeBy": madeBy, "cases": cases}, "", "  "))
		check(os.WriteFile(filepath.Join(folder, name), append(text, '\n'), 0o666))
	}
	write("go-notes.json", "Signed notes and the keys that verify them.", notes())
	write("go-cosignature.json", "A checkpoint with a cosignature/v1; the note is framed by x/mod, the message made after C2SP tlog-cosignature and signed by Go's crypto/ed25519.", []object{cosigned()})
	write("go-witness.json", "Requests for cosignatures with proofs by x/mod, and the answers: the notes are framed by x/mod, the cosignatures made as above.", witnessed())
	write("go-proofs.json", "Proofs in the log whose entry i is \"entry i\". Hashes in hexadecimal.", proofs())
	write("go-tiles.json", "Hash tiles that are new when that log grows, with the SHA-256 of some. x/mod writes the height into a path; \"tile/8/\" became \"tile/\".", tiles())
}

// signer is the note.Signer of the seed of 32 equal bytes, with its vkey.
func signer(name string, seed byte) (note.Signer, string) {
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string([]byte{seed}), 32)))
	vkey := must(note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey)))
	hash := must(note.NewVerifier(vkey)).KeyHash()
	skey := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, hash, base64.StdEncoding.EncodeToString(append([]byte{1}, private.Seed()...)))
	return must(note.NewSigner(skey)), vkey
}

func notes() []object {
	a, aKey := signer("go.example/a", 11)
	b, bKey := signer("go.example/ü", 12)
	var cases []object
	for _, text := range []string{"one line\n", "empty\n\nlines\n\n\n", "— a AAAAAAE=\n", "beyond ASCII: è 😀 \u0085\n", "\n"} {
		cases = append(cases,
			object{"text": text, "vkeys": []string{aKey}, "note": string(must(note.Sign(&note.Note{Text: text}, a)))},
			object{"text": text, "vkeys": []string{aKey, bKey}, "note": string(must(note.Sign(&note.Note{Text: text}, a, b)))})
	}
	return cases
}

// cosigner is a key of type 0x04 as a note.Signer and a note.Verifier.
type cosigner struct {
	name    string
	private ed25519.PrivateKey
	public  ed25519.PublicKey
	time    uint64
}

func (c *cosigner) Name() string { return c.name }
func (c *cosigner) KeyHash() uint32 {
	hash := sha256.Sum256(append([]byte(c.name+"\n\x04"), c.public...))
	return binary.BigEndian.Uint32(hash[:])
}
func (c *cosigner) vkey() string {
	return fmt.Sprintf("%s+%08x+%s", c.name, c.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{4}, c.public...)))
}
func (c *cosigner) Sign(msg []byte) ([]byte, error) {
	out := binary.BigEndian.AppendUint64(nil, c.time)
	return append(out, ed25519.Sign(c.private, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", c.time, msg)))...), nil
}
func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	c.time = binary.BigEndian.Uint64(sig)
	return ed25519.Verify(c.public, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", c.time, msg)), sig[8:])
}

func cosigned() object {
	log, logKey := signer("go.example/log", 13)
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat("\x0e", 32)))
	witness := &cosigner{"go.example/witness", private, private.Public().(ed25519.PublicKey), 1679315147}
	root := must(tlog.TreeHash(5, newTree(5)))
	text := fmt.Sprintf("go.example/log\n5\n%s\n", root)
	return object{
		"policy": fmt.Sprintf("log %s\nwitness W %s\nquorum W\n", logKey, witness.vkey()),
		"note":   string(must(note.Sign(&note.Note{Text: text}, log, witness))),
		"origin": "go.example/log", "size": 5, "root": hexOf(root), "witnessedTime": witness.time,
	}
}

// witnessed are requests of a log (C2SP tlog-witness), what the witness knows, and what it answers.
func witnessed() []object {
	log, logKey := signer("go.example/log", 13)
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat("\x0e", 32)))
	witness := &cosigner{"go.example/witness", private, private.Public().(ed25519.PublicKey), 1679315147}
	t := newTree(300)
	var cases []object
	for _, sizes := range [][2]int64{{0, 1}, {0, 5}, {1, 2}, {5, 9}, {8, 9}, {9, 9}, {3, 256}, {255, 257}, {256, 300}, {300, 300}} {
		old, size := sizes[0], sizes[1]
		var latest any
		proof := ""
		if old > 0 {
			latest = object{"size": old, "root": hexOf(must(tlog.TreeHash(old, t)))}
			for _, hash := range must(tlog.ProveTree(size, old, t)) {
				proof += hash.String() + "\n"
			}
		}
		text := fmt.Sprintf("go.example/log\n%d\n%s\n", size, must(tlog.TreeHash(size, t)))
		cases = append(cases, object{
			"logs": []string{logKey}, "latest": latest, "witness": object{"name": witness.name, "seed": hex.EncodeToString(private.Seed())}, "time": witness.time,
			"request": fmt.Sprintf("old %d\n%s\n%s", old, proof, must(note.Sign(&note.Note{Text: text}, log))),
			"answer":  strings.TrimPrefix(string(must(note.Sign(&note.Note{Text: text}, witness))), text+"\n"),
		})
	}
	return cases
}

// tree holds the stored hashes of a log whose entry i is "entry i".
type tree []tlog.Hash

func (t tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = t[index]
	}
	return out, nil
}

func newTree(size int64) tree {
	var t tree
	for i := int64(0); i < size; i++ {
		t = append(t, must(tlog.StoredHashes(i, []byte(fmt.Sprintf("entry %d", i)), t))...)
	}
	return t
}

func hexOf(hash tlog.Hash) string { return hex.EncodeToString(hash[:]) }

func hexes(hashes []tlog.Hash) []string {
	out := []string{}
	for _, hash := range hashes {
		out = append(out, hexOf(hash))
	}
	return out
}

func proofs() []object {
	const largest = 1000
	t := newTree(largest)
	var cases []object
	for _, size := range []int64{1, 2, 3, 7, 8, 255, 256, 257, 999, 1000} {
		inclusion, consistency := []object{}, []object{}
		for _, index := range []int64{0, 1, size / 2, size - 2, size - 1} {
			if index < 0 || index >= size {
				continue
			}
			inclusion = append(inclusion, object{"index": index, "proof": hexes(must(tlog.ProveRecord(size, index, t)))})
			consistency = append(consistency, object{"size1": index + 1, "proof": hexes(must(tlog.ProveTree(size, index+1, t)))})
		}
		cases = append(cases, object{"size": size, "root": hexOf(must(tlog.TreeHash(size, t))), "inclusion": inclusion, "consistency": consistency})
	}
	return cases
}

func tilePath(t tlog.Tile) string { return strings.Replace(t.Path(), "tile/8/", "tile/", 1) }

// newTiles are the tiles of size2 that size1 has not. NewTiles itself names every width of a partial tile on the way.
func newTiles(size1, size2 int64) (tiles []tlog.Tile) {
	for _, tile := range tlog.NewTiles(8, size1, size2) {
		width1, width2 := size1>>(8*tile.L)-tile.N<<8, size2>>(8*tile.L)-tile.N<<8
		if int64(tile.W) > width1 && (tile.W == 256 || int64(tile.W) == width2) {
			tiles = append(tiles, tile)
		}
	}
	return tiles
}

func tiles() []object {
	const largest = 66_000
	t := newTree(largest)
	var cases []object
	for _, sizes := range [][2]int64{{0, 1}, {0, 256}, {255, 257}, {256, 256}, {300, 400}, {0, 1000}, {65_000, largest}} {
		list := []object{}
		for i, tile := range newTiles(sizes[0], sizes[1]) {
			entry := object{"path": tilePath(tile)}
			if i%4 == 0 || tile.W < 256 || tile.L > 0 {
				data := sha256.Sum256(must(tlog.ReadTileData(tile, t)))
				entry["sha256"] = hex.EncodeToString(data[:])
			}
			list = append(list, entry)
		}
		cases = append(cases, object{"size1": sizes[0], "size2": sizes[1], "tiles": list})
	}
	return cases
}

// ---- verify

func verify(folder string) {
	count := 0
	each := func(pattern string, run func(name string, read func(any))) {
		for _, file := range must(filepath.Glob(filepath.Join(folder, pattern))) {
			data := must(os.ReadFile(file))
			run(filepath.Base(file), func(into any) { check(json.Unmarshal(data, into)) })
			count++
		}
	}
	fail := func(name, format string, args ...any) { panic(name + ": " + fmt.Sprintf(format, args...)) }

	each("merkle/valid/*.json", func(name string, read func(any)) {
		var v struct {
			Entries   []string
			Expect    struct{ Root string }
			Inclusion *struct {
				LeafHash, Root string
				Index, Size    int64
				Proof          []string
			}
			Consistency *struct {
				Size1, Size2 int64
				Root1, Root2 string
				Proof        []string
			}
		}
		read(&v)
		switch {
		case v.Inclusion != nil:
			check(tlog.CheckRecord(unhexes(v.Inclusion.Proof), v.Inclusion.Size, unhex(v.Inclusion.Root), v.Inclusion.Index, unhex(v.Inclusion.LeafHash)))
		case v.Consistency != nil:
			check(tlog.CheckTree(unhexes(v.Consistency.Proof), v.Consistency.Size2, unhex(v.Consistency.Root2), v.Consistency.Size1, unhex(v.Consistency.Root1)))
		case len(v.Entries) > 0: // x/mod has no root of an empty tree: RFC 6962's is SHA-256 of nothing
			var t tree
			for i, entry := range v.Entries {
				t = append(t, must(tlog.StoredHashes(int64(i), must(hex.DecodeString(entry)), t))...)
			}
			if root := hexOf(must(tlog.TreeHash(int64(len(v.Entries)), t))); root != v.Expect.Root {
				fail(name, "root %s", root)
			}
		}
	})
	each("tile/valid/path-*.json", func(name string, read func(any)) {
		var v struct{ Path string }
		read(&v)
		path := strings.Replace(strings.Replace(v.Path, "entries", "data", 1), "tile/", "tile/8/", 1)
		if tile := must(tlog.ParseTilePath(path)); tile.Path() != path {
			fail(name, "path %s", tile.Path())
		}
	})
	each("tile/valid/new-*.json", func(name string, read func(any)) {
		var v struct {
			Size1, Size2 int64
			Expect       []string
		}
		read(&v)
		want, got := map[string]bool{}, 0
		for _, path := range v.Expect {
			want[path] = true
		}
		for _, tile := range newTiles(v.Size1, v.Size2) {
			paths := []string{tilePath(tile)}
			if tile.L == 0 {
				tile.L = -1
				paths = append(paths, strings.Replace(tilePath(tile), "data", "entries", 1))
			}
			for _, path := range paths {
				got++
				if !want[path] {
					fail(name, "tile %s is missing", path)
				}
			}
		}
		if got != len(v.Expect) {
			fail(name, "%d tiles, not %d", got, len(v.Expect))
		}
	})
	// x/mod is more liberal here: its base64 has newlines and stray bits, its hexadecimal capitals, and of two signatures by one key it verifies the first.
	liberal := map[string]bool{"base64-unused-bits.json": true, "signature-right-then-wrong.json": true, "vkey-id-in-capitals.json": true, "vkey-with-newline.json": true}
	for _, kind := range []string{"valid", "invalid"} {
		each("note/"+kind+"/*.json", func(name string, read func(any)) {
			var v struct {
				Note, Vkey string
				Vkeys      []string
				Expect     struct {
					Text string
					Type int
				}
			}
			read(&v)
			if v.Expect.Type == 4 || name == "surrogate-alone.json" { // x/mod knows Ed25519 only; Go has no text with half a pair
				return
			}
			var err error
			if v.Vkey != "" {
				_, err = note.NewVerifier(v.Vkey)
			} else {
				var known []note.Verifier
				for _, vkey := range v.Vkeys {
					known = append(known, must(note.NewVerifier(vkey)))
				}
				var n *note.Note
				n, err = note.Open([]byte(v.Note), note.VerifierList(known...))
				if err == nil && kind == "valid" && (n.Text != v.Expect.Text || len(n.Sigs) != len(known)) {
					fail(name, "text %q, %d signatures", n.Text, len(n.Sigs))
				}
			}
			if (err == nil) != (kind == "valid" || liberal[name]) {
				fail(name, "%v", err)
			}
		})
	}
	// What our witness cosigns is signed by the log, extends what it knew, and is opened by x/mod with the answer below it; what it refuses, x/mod refuses.
	for _, kind := range []string{"valid", "invalid"} {
		each("witness/"+kind+"/*.json", func(name string, read func(any)) {
			var v struct {
				Logs   []string
				Latest *struct {
					Size int64
					Root string
				}
				Witness struct{ Name, Seed string }
				Request string
				Status  int
				Time    uint64
				Expect  struct{ Body string }
			}
			read(&v)
			if kind == "invalid" && v.Status != 403 && v.Status != 422 {
				return
			}
			head, checkpoint, _ := strings.Cut(v.Request, "\n\n")
			var known []note.Verifier
			for _, vkey := range v.Logs {
				known = append(known, must(note.NewVerifier(vkey)))
			}
			n, err := note.Open([]byte(checkpoint), note.VerifierList(known...))
			if v.Status == 403 {
				origin, _, _ := strings.Cut(checkpoint, "\n")
				if err == nil && n.Sigs[0].Name == origin && !liberal[name] {
					fail(name, "x/mod accepts the signatures")
				}
				return
			}
			check(err)
			lines := strings.Split(n.Text, "\n")
			size, root := must(strconv.ParseInt(lines[1], 10, 64)), must(tlog.ParseHash(lines[2]))
			if v.Latest != nil && v.Latest.Size > 0 {
				var proof tlog.TreeProof
				for _, line := range strings.Split(head, "\n")[1:] {
					proof = append(proof, must(tlog.ParseHash(line)))
				}
				if err := tlog.CheckTree(proof, size, root, v.Latest.Size, unhex(v.Latest.Root)); (err == nil) != (kind == "valid") {
					fail(name, "%v", err)
				}
			}
			if kind == "valid" {
				public := ed25519.NewKeyFromSeed(must(hex.DecodeString(v.Witness.Seed))).Public().(ed25519.PublicKey)
				witness := &cosigner{name: v.Witness.Name, public: public}
				must(note.Open([]byte(n.Text+"\n"+v.Expect.Body), note.VerifierList(witness)))
				if witness.time != v.Time {
					fail(name, "time %d", witness.time)
				}
			}
		})
	}
	each("proof/valid/*.json", func(name string, read func(any)) {
		var v struct{ Proof, Policy, Entry string }
		read(&v)
		head, signed, _ := strings.Cut(v.Proof, "\n\n")
		var known []note.Verifier
		witnesses := 0
		for _, line := range strings.Split(v.Policy, "\n") {
			items := strings.Fields(line)
			if len(items) > 1 && items[0] == "log" {
				known = append(known, must(note.NewVerifier(items[1])))
			} else if len(items) > 2 && items[0] == "witness" {
				parts := strings.SplitN(items[2], "+", 3)
				known = append(known, &cosigner{name: parts[0], public: must(base64.StdEncoding.DecodeString(parts[2]))[1:]})
			}
		}
		n := must(note.Open([]byte(signed), note.VerifierList(known...)))
		for _, sig := range n.Sigs {
			if strings.HasPrefix(sig.Name, "witness") {
				witnesses++
			}
		}
		lines := strings.Split(n.Text, "\n")
		var index int64
		var proof tlog.RecordProof
		for _, line := range strings.Split(head, "\n")[1:] {
			if strings.HasPrefix(line, "index ") {
				index = must(strconv.ParseInt(strings.TrimPrefix(line, "index "), 10, 64))
			} else if !strings.HasPrefix(line, "extra ") {
				proof = append(proof, must(tlog.ParseHash(line)))
			}
		}
		entry := tlog.RecordHash(must(hex.DecodeString(v.Entry)))
		check(tlog.CheckRecord(proof, must(strconv.ParseInt(lines[1], 10, 64)), must(tlog.ParseHash(lines[2])), index, entry))
		if witnesses != 2 {
			fail(name, "%d witnesses", witnesses)
		}
	})
	fmt.Printf("%d vectors hold with golang.org/x/mod/sumdb\n", count)
}

func unhex(text string) (hash tlog.Hash) {
	if copy(hash[:], must(hex.DecodeString(text))) != len(hash) {
		panic("a hash of another length")
	}
	return hash
}

func unhexes(texts []string) (hashes []tlog.Hash) {
	for _, text := range texts {
		hashes = append(hashes, unhex(text))
	}
	return hashes
}
