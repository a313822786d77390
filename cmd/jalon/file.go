package main

import (
	"os"
	"path/filepath"
	"syscall"

	"jalon/internal/fault"
)

// draft is a file that takes its name only when it is whole. It is begun before the work whose result
// it will hold, so that a folder that cannot be written to stops the work, and not its result.
type draft struct{ tmp *os.File }

// newDraft begins a file beside the one that is named, which must not be a folder.
func newDraft(name string) (*draft, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil, fault.Unavailable(syscall.EISDIR, "file.unwritable", name)
	}
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fault.File(err, "file.unwritable", name)
	}
	tmp, err := os.CreateTemp(dir, ".jalon-*")
	if err != nil {
		return nil, fault.File(err, "file.unwritable", name)
	}
	return &draft{tmp}, nil
}

// save writes the data and gives the file its name, in the folder that the draft was begun in.
func (d *draft) save(name string, data []byte) error {
	_, err := d.tmp.Write(data)
	if err == nil {
		err = d.tmp.Chmod(0o644)
	}
	if err == nil {
		err = d.tmp.Sync()
	}
	if cerr := d.tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(d.tmp.Name(), name)
	}
	if err != nil {
		return fault.File(err, "file.unwritable", name)
	}
	return nil
}

// discard leaves nothing of a draft that was not saved, and does nothing to one that was.
func (d *draft) discard() {
	_ = d.tmp.Close()
	_ = os.Remove(d.tmp.Name())
}

// writeFile writes a file whole or not at all.
func writeFile(name string, data []byte) error {
	d, err := newDraft(name)
	if err != nil {
		return err
	}
	defer d.discard()
	return d.save(name, data)
}
