package archive

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

var written = time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC)

// organisations gives a migrated database with organisations of these codes.
func organisations(t *testing.T, codes ...string) *database.DB {
	t.Helper()
	db := dbtest.SQLite(t)
	for _, code := range codes {
		_, err := db.Write().ExecContext(t.Context(), `INSERT INTO organisation (kind, code, name, currency, locale, time_zone, created_at)
			VALUES ('administration', ?, ?, 'EUR', 'fr', 'Europe/Paris', ?)`, code, "Département "+code, written)
		if err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// archived writes a backup of the database and gives its file.
func archived(t *testing.T, db *database.DB) (string, Written) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "backup.zip")
	out, err := Write(t.Context(), WriteInput{DSN: "sqlite:" + db.Path(), File: file, Version: "1.2.3", Now: written})
	if err != nil {
		t.Fatal(err)
	}
	return file, out
}

// restored brings a backup back into a new file.
func restored(t *testing.T, file string) *database.DB {
	t.Helper()
	target := filepath.Join(t.TempDir(), "new", "jalon.db")
	if _, err := Restore(t.Context(), RestoreInput{File: file, DSN: "sqlite:" + target}); err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(t.Context(), "sqlite:"+target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// codesOf lists the organisations of a database.
func codesOf(t *testing.T, db *database.DB) string {
	t.Helper()
	var codes []string
	if err := db.Read().NewRaw("SELECT code FROM organisation ORDER BY code").Scan(context.Background(), &codes); err != nil {
		t.Fatal(err)
	}
	return strings.Join(codes, " ")
}

// expectFault fails unless the error is the fault of that key.
func expectFault(t *testing.T, name string, err error, key string) {
	t.Helper()
	if f := fault.As(err); f == nil || f.Key != key {
		t.Errorf("%s: error = %v, want the fault %q", name, err, key)
	}
}

// tree gives the files below a folder with their fingerprints.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		out[strings.TrimPrefix(name, dir)] = fingerprintOf(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// expectUntouched fails when anything below a folder is not as it was.
func expectUntouched(t *testing.T, name, dir string, before map[string]string) {
	t.Helper()
	if after := tree(t, dir); !maps.Equal(after, before) {
		t.Errorf("%s: the folder held %v and holds %v", name, slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
	}
}

func fingerprintOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// A parcel is an archive that a test takes apart, changes and packs again.
type parcel struct {
	manifest map[string]any
	data     []byte
	entries  []forged // beside the two; or, with alone, instead of them
	alone    bool
}

type forged struct {
	name  string
	data  []byte
	mode  fs.FileMode
	flags uint16
}

// parcelOf takes a backup apart.
func parcelOf(t *testing.T, file string) parcel {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var p parcel
	text, err := fs.ReadFile(z, manifestName)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &p.manifest); err != nil {
		t.Fatal(err)
	}
	if p.data, err = fs.ReadFile(z, databaseName); err != nil {
		t.Fatal(err)
	}
	return p
}

// entry is the manifest's line about the database.
func (p parcel) entry() map[string]any { return p.manifest["entries"].([]any)[0].(map[string]any) }

// agree makes the manifest fit the data.
func (p parcel) agree() {
	p.entry()["size"], p.entry()["sha256"] = len(p.data), fingerprintOf(p.data)
}

// pack writes the parcel into a new file.
func (p parcel) pack(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(p.manifest)
	if err != nil {
		t.Fatal(err)
	}
	entries := p.entries
	if !p.alone {
		entries = append([]forged{{name: manifestName, data: text}, {name: databaseName, data: p.data}}, entries...)
	}
	file := filepath.Join(t.TempDir(), "forged.zip")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Flags: e.flags}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}
