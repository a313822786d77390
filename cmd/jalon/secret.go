package main

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"jalon/internal/fault"
)

const (
	// secretBytes is how long the secret of an installation is at least.
	secretBytes = 32
	// longestSecret keeps a file that was named by mistake from being read whole.
	longestSecret = 64 << 10
)

// secretKey gives the key that seals what a copy of the database must not tell. It comes from the file that was named, or from one
// in the data folder, which is made when it is first needed.
func secretKey(c Config) ([]byte, error) {
	if c.SecretFile != "" {
		return readSecret(c.SecretFile)
	}
	file := filepath.Join(c.DataDir, "secret")
	key, err := readSecret(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := makeSecret(file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fault.File(err, "file.unwritable", file)
	}
	return readSecret(file) // of two processes that began at once, the one that came first made it
}

// readSecret makes the key of a file's bytes, whatever their length.
func readSecret(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.File(err, "file.unreadable", file)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fault.File(err, "file.unreadable", file)
	}
	// Containers hand secrets over readable to all of their few users, so reading is not held against a file. Writing is.
	if info.Mode().Perm()&0o022 != 0 {
		return nil, fault.Invalid("secret.open", file)
	}
	data, err := io.ReadAll(io.LimitReader(f, longestSecret))
	if err != nil {
		return nil, fault.File(err, "file.unreadable", file)
	}
	if len(data) < secretBytes {
		return nil, fault.Invalid("secret.short", file, secretBytes)
	}
	key := sha256.Sum256(data)
	return key[:], nil
}

// makeSecret writes a new secret that has its name only once it is whole on the disk. It never takes the place of another: what that
// one sealed would be lost.
func makeSecret(file string) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".jalon-*") // for the owner alone
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	data := make([]byte, secretBytes)
	_, _ = rand.Read(data) // never fails: the program would have ended
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Link(tmp.Name(), file)
	}
	if err != nil {
		return err
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
