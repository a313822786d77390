package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var day = time.Date(2026, 11, 2, 10, 0, 0, 1000, time.FixedZone("", 3600))

// hashLeaf is a leaf of RFC 6962 with any content.
func hashLeaf(content []byte) digest { return sha256.Sum256(append([]byte{LeafMark}, content...)) }

// TestTreeIsThatOfRFC6962 holds the roots against those that other programs publish for the same leaves.
func TestTreeIsThatOfRFC6962(t *testing.T) {
	leaves := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var tr Tree
	for i, leaf := range leaves {
		content, err := hex.DecodeString(leaf)
		if err != nil {
			t.Fatal(err)
		}
		tr.Add(hashLeaf(content))
		if got := tr.Root(); got != roots[i] {
			t.Errorf("root of %d leaves = %s, want %s", i+1, got, roots[i])
		}
	}
}

// recursive is the definition of RFC 6962: the tree splits at the largest power of two below the number of leaves.
func recursive(leaves []digest) digest {
	if len(leaves) == 1 {
		return leaves[0]
	}
	split := 1
	for split*2 < len(leaves) {
		split *= 2
	}
	return inner(recursive(leaves[:split]), recursive(leaves[split:]))
}

func TestTreeIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "leaves")
		var tr Tree
		leaves := make([]digest, n)
		for i := range leaves {
			leaves[i] = hashLeaf([]byte{byte(i), byte(i >> 8)})
			tr.Add(leaves[i])
		}
		want := recursive(leaves)
		if got := tr.Root(); got != hex.EncodeToString(want[:]) {
			t.Errorf("root = %s, want %x", got, want)
		}
	})
}

// TestCanonicalForm: the format of leaves and seals must not change with the program, or old seals would break.
func TestCanonicalForm(t *testing.T) {
	e := entry{ID: 7, OrganisationID: 1, At: day, Actor: "user:12", Action: "project.update", Subject: "project", SubjectID: 42,
		Details: "left out", Salt: "left out", DetailsHash: "ab", ErasedAt: day, Seal: 3, Position: 4}
	want := sha256.Sum256([]byte("\x00" + `{"organisation":1,"id":7,"at":"2026-11-02T09:00:00.000001Z","actor":"user:12","action":"project.update",` +
		`"subject":"project","subject_id":42,"details_hash":"ab"}`))
	if got, err := e.leaf(); got != want || err != nil {
		t.Errorf("leaf = %x, %v, want %x", got, err, want)
	}
	s := seal{OrganisationID: 1, Number: 2, Entries: 3, Root: "cd", Previous: "ef", Hash: "left out", SealedAt: day}
	want = sha256.Sum256([]byte("\x02" + `{"organisation":1,"number":2,"entries":3,"root":"cd","previous":"ef","sealed_at":"2026-11-02T09:00:00.000001Z"}`))
	if got, err := s.compute(); got != hex.EncodeToString(want[:]) || err != nil {
		t.Errorf("seal = %s, %v, want %x", got, err, want)
	}
}

func TestRootOfNoLeaf(t *testing.T) {
	none := sha256.Sum256(nil)
	var empty Tree
	if empty.Root() != hex.EncodeToString(none[:]) {
		t.Error("the root of no leaf is not the hash of nothing (RFC 6962, 2.1)")
	}
}
