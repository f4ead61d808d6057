// Checks a proof log by Go's own implementation (golang.org/x/mod/sumdb), which shares nothing with ours.
// Reads cases as JSON from the standard input; prints how many were accepted and how many refused, and
// ends with 1 when one of them is not judged as it should be.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type hash []byte

func (h hash) tlog() (out tlog.Hash) {
	copy(out[:], h)
	return out
}

func hashes(all []hash) (out []tlog.Hash) {
	for _, one := range all {
		out = append(out, one.tlog())
	}
	return out
}

type input struct {
	Key    string
	Leaves [][]byte
	// Whole tiles and those at the edge, by "level/index".
	Tiles       map[string][]byte
	// A witness, by its name and public key.
	Witness    string
	WitnessKey []byte
	// Signatures: how many keys must have signed, the log's and the witness's.
	Checkpoints []struct {
		Note       string
		Signatures int
		Want       bool
	}
	Inclusion []struct {
		Index, Size int64
		Root        hash
		Leaf        []byte
		Path        []hash
		Want        bool
	}
	Consistency []struct {
		Earlier, Size int64
		EarlierRoot   hash
		Root          hash
		Path          []hash
		Want          bool
	}
}

var accepted, refused int

func judge(what string, err error, want bool) {
	if (err == nil) != want {
		fmt.Printf("%s: should be accepted: %v, but: %v\n", what, want, err)
		os.Exit(1)
	}
	if want {
		accepted++
	} else {
		refused++
	}
}

// Cosignatures of C2SP tlog-cosignature, which Go's note takes as those of any other verifier.
type cosigner struct {
	name string
	key  ed25519.PublicKey
}

func (c cosigner) Name() string { return c.name }

func (c cosigner) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(c.name+"\n\x04"), c.key...))
	return binary.BigEndian.Uint32(sum[:])
}

func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(c.key, append([]byte(head), text...), signature[8:])
}

// Our tiles, as Go asks for them.
type reader struct {
	tiles map[string][]byte
}

func (r reader) Height() int { return 8 }

func (r reader) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		held := r.tiles[fmt.Sprintf("%d/%d", tile.L, tile.N)]
		if len(held) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %d/%d is not there", tile.L, tile.N)
		}
		data = append(data, held[:tile.W*tlog.HashSize])
	}
	return data, nil
}

func (r reader) SaveTiles([]tlog.Tile, [][]byte) {}

func readAll(tree tlog.Tree, tiles map[string][]byte, leaves [][]byte) error {
	var indexes []int64
	for n := range leaves {
		indexes = append(indexes, tlog.StoredHashIndex(0, int64(n)))
	}
	found, err := tlog.TileHashReader(tree, reader{tiles}).ReadHashes(indexes)
	if err != nil {
		return err
	}
	for n, leaf := range leaves {
		if found[n] != tlog.RecordHash(leaf) {
			return fmt.Errorf("leaf %d is another", n)
		}
	}
	return nil
}

func main() {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	verifier, err := note.NewVerifier(in.Key)
	judge("the key", err, true)

	var tree tlog.Tree
	for _, one := range in.Checkpoints {
		opened, err := note.Open([]byte(one.Note), note.VerifierList(verifier, cosigner{in.Witness, in.WitnessKey}))
		if err == nil && len(opened.Sigs) != one.Signatures {
			err = fmt.Errorf("%d signatures hold", len(opened.Sigs))
		}
		judge("checkpoint", err, one.Want)
		if err != nil {
			continue
		}
		var name, root string
		if _, err := fmt.Sscanf(opened.Text, "%s\n%d\n%s\n", &name, &tree.N, &root); err != nil || name != verifier.Name() {
			judge("the form of a checkpoint", fmt.Errorf("%q", opened.Text), true)
		}
		tree.Hash, err = tlog.ParseHash(root)
		judge("the root of a checkpoint", err, true)
	}

	for _, one := range in.Inclusion {
		err := tlog.CheckRecord(hashes(one.Path), one.Size, one.Root.tlog(), one.Index, tlog.RecordHash(one.Leaf))
		judge(fmt.Sprintf("inclusion of %d in %d", one.Index, one.Size), err, one.Want)
	}
	for _, one := range in.Consistency {
		err := tlog.CheckTree(hashes(one.Path), one.Size, one.Root.tlog(), one.Earlier, one.EarlierRoot.tlog())
		judge(fmt.Sprintf("consistency of %d with %d", one.Earlier, one.Size), err, one.Want)
	}

	judge("the tiles", readAll(tree, in.Tiles, in.Leaves), true)
	for name, held := range in.Tiles {
		altered := map[string][]byte{}
		for other, bytes := range in.Tiles {
			altered[other] = bytes
		}
		altered[name] = append([]byte(nil), held...)
		altered[name][len(held)/2] ^= 1
		judge("an altered tile "+name, readAll(tree, altered, in.Leaves), false)
	}
	fmt.Printf("accepted %d, refused %d\n", accepted, refused)
}
