package archive

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"time"

	"jalon/internal/fault"
	"jalon/migrations"
)

// Format is the layout of archives that this program writes, and the newest that it reads.
const Format = 1

// The entries of an archive, in their order.
const (
	manifestName = "manifest.json"
	databaseName = "jalon.db"
)

// Secret is what an archive leaves out, as its manifest says.
const Secret = "secret"

// A Manifest says what an archive holds.
type Manifest struct {
	Format        int       `json:"format"`
	Version       string    `json:"jalon"` // of the program that wrote it
	CreatedAt     time.Time `json:"created_at"`
	Migrations    []string  `json:"migrations"` // of the schema, oldest first
	Organisations int       `json:"organisations"`
	Entries       []Entry   `json:"entries"`
	Without       []string  `json:"without"` // what belongs to the installation and must be kept apart
}

// An Entry is one file of an archive beside the manifest.
type Entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// database is the entry that holds the data; a manifest that was read has it.
func (m Manifest) database() Entry { return m.Entries[0] }

// encode writes the manifest as it stands in an archive.
func (m Manifest) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(m)
	return b.Bytes(), err
}

// longestManifest keeps a file that is no manifest from being read whole.
const longestManifest = 1 << 20

var fingerprint = regexp.MustCompile(`^[0-9a-f]{64}$`)

// readManifest reads what encode writes and refuses everything that this program would not restore. The format comes
// first: what a newer one means by its fields is unknown.
func readManifest(r io.Reader) (Manifest, error) {
	text, err := io.ReadAll(io.LimitReader(r, longestManifest+1))
	if err != nil {
		return Manifest{}, err
	}
	var newer struct {
		Format int `json:"format"`
	}
	if len(text) > longestManifest || json.Unmarshal(text, &newer) != nil || newer.Format < 1 {
		return Manifest{}, fault.Invalid("archive.manifest")
	}
	if newer.Format > Format {
		return Manifest{}, fault.Invalid("archive.newer_format", newer.Format, Format)
	}
	var m Manifest
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil || !m.whole() {
		return Manifest{}, fault.Invalid("archive.manifest")
	}
	known := migrations.Names().Pending // of an empty database: all of them
	for _, name := range m.Migrations {
		if !slices.Contains(known, name) {
			return Manifest{}, fault.Invalid("archive.newer_schema", name, m.Version)
		}
	}
	return m, nil
}

// whole tells whether the manifest is one of a backup: one entry, the database, with a size and a fingerprint, and a schema.
func (m Manifest) whole() bool {
	return len(m.Entries) == 1 && m.database().Name == databaseName && m.database().Size > 0 && fingerprint.MatchString(m.database().SHA256) && len(m.Migrations) > 0
}
