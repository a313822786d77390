package archive

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// An opened archive has been looked at: it has the entries of a backup and a manifest that fits them.
type opened struct {
	zip      *zip.ReadCloser
	manifest Manifest
	data     *zip.File
}

// open opens an archive and refuses whatever this program did not write: other entries, other names, one twice, a
// manifest that does not fit. Names are compared, never followed, so none leads anywhere.
func open(file string) (*opened, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, fault.File(err, "file.unreadable", file)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			return nil, fault.File(err, "file.unreadable", file)
		}
		return nil, fault.Invalid("archive.unreadable", file) // something else, or without its end
	}
	o := &opened{zip: z}
	if err := o.check(); err != nil {
		_ = z.Close()
		return nil, err
	}
	return o, nil
}

func (o *opened) close() { _ = o.zip.Close() }

// check looks at everything that can be known without unpacking the data.
func (o *opened) check() error {
	wanted := []string{manifestName, databaseName}
	for i, f := range o.zip.File {
		if i >= len(wanted) || f.Name != wanted[i] || !f.Mode().IsRegular() || f.Flags&encrypted != 0 {
			return fault.Invalid("archive.entry", f.Name)
		}
	}
	if len(o.zip.File) != len(wanted) {
		return fault.Invalid("archive.missing", wanted[len(o.zip.File)])
	}
	text, err := o.zip.File[0].Open()
	if err != nil {
		return fault.Invalid("archive.manifest")
	}
	defer text.Close()
	m, err := readManifest(text)
	if err != nil {
		if fault.As(err) != nil {
			return err
		}
		return fault.Invalid("archive.manifest") // it does not unpack
	}
	o.manifest, o.data = m, o.zip.File[1]
	if size := o.data.UncompressedSize64; size != uint64(m.database().Size) {
		return fault.Invalid("archive.size", databaseName, m.database().Size, size)
	}
	return nil
}

// encrypted is the bit of an entry's flags that says so.
const encrypted = 1

// unpack writes the database into a new file for its owner alone, no more than the manifest says, and to the disk. What
// cannot be written is told of the target that the file is for.
func (o *opened) unpack(ctx context.Context, file string, in RestoreInput) error {
	target, _ := database.File(in.DSN)
	entry := o.manifest.database()
	packed, err := o.data.Open()
	if err != nil {
		return fault.Invalid("archive.damaged", databaseName)
	}
	defer packed.Close()
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.File(err, "file.unwritable", target)
	}
	defer f.Close()
	sum := sha256.New()
	source := &watched{ctx: ctx, r: io.LimitReader(packed, entry.Size+1), total: entry.Size, tell: in.Progress}
	size, err := io.Copy(io.MultiWriter(f, sum), source)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case writing(err):
		return fault.File(err, "file.unwritable", target)
	case err != nil: // a checksum of the ZIP itself, or packed data that is none
		return fault.Invalid("archive.damaged", databaseName)
	case size != entry.Size:
		return fault.Invalid("archive.size", databaseName, entry.Size, size)
	case hex.EncodeToString(sum.Sum(nil)) != entry.SHA256:
		return fault.Invalid("archive.checksum", databaseName)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fault.File(err, "file.unwritable", target)
	}
	return nil
}

// writing tells an error of the file that is written from one of the archive that is read.
func writing(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path) && path.Op == "write"
}

// sameContents tells whether the database is what the manifest says.
func (m Manifest) sameContents(c contents) bool {
	return slices.Equal(m.Migrations, c.schema.Applied) && m.Organisations == len(c.organisations)
}
