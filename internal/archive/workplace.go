package archive

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"jalon/internal/fault"
)

// A workplace is a folder beside a target in which a file becomes whole, for one program at a time.
type workplace struct {
	dir  string
	lock *os.File
}

// lockName is the file in a workplace that whoever works there holds.
const lockName = "lock"

// enter makes the workplace of that name in a folder, or takes over what a program left that was killed.
func enter(parent, name string) (*workplace, error) {
	dir := filepath.Join(parent, name)
	for range 3 { // another program may clear it away in between
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fault.File(err, "file.unwritable", dir)
		}
		lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fault.File(err, "file.unwritable", dir)
		}
		err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		w := &workplace{dir, lock}
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			_ = lock.Close()
			return nil, fault.Conflict("archive.busy", parent)
		case err != nil:
			_ = lock.Close()
			return nil, fault.Unavailable(err, "file.unwritable", lock.Name())
		case !w.held():
			_ = lock.Close()
			continue
		}
		return w, w.clear()
	}
	return nil, fault.Conflict("archive.busy", parent)
}

// held tells whether the lock is still the one that others find.
func (w *workplace) held() bool {
	mine, err := w.lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(w.lock.Name())
	return err == nil && os.SameFile(mine, there)
}

// path names a file in the workplace.
func (w *workplace) path(name string) string { return filepath.Join(w.dir, name) }

// clear removes all but the lock.
func (w *workplace) clear() error {
	names, err := os.ReadDir(w.dir)
	if err != nil {
		return fault.File(err, "file.unwritable", w.dir)
	}
	for _, n := range names {
		if n.Name() == lockName {
			continue
		}
		if err := os.RemoveAll(w.path(n.Name())); err != nil {
			return fault.File(err, "file.unwritable", w.path(n.Name()))
		}
	}
	return nil
}

// leave clears the workplace away. The folder goes only when it is empty: somebody may have come after the lock went.
func (w *workplace) leave() {
	_ = w.clear()
	_ = os.Remove(w.lock.Name())
	_ = os.Remove(w.dir)
	_ = w.lock.Close()
}

// place gives a whole file its name, which nobody may have; taken is the fault when somebody has. The name is new: a link
// fails where a file came in between. Some shares of other machines know no links; there the file is renamed.
func place(whole, name string, taken error) error {
	err := os.Link(whole, name)
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrExist):
		return taken
	default:
		if _, err := os.Lstat(name); err == nil {
			return taken
		}
		if err := os.Rename(whole, name); err != nil {
			return fault.File(err, "file.unwritable", name)
		}
	}
	return settle(filepath.Dir(name))
}

// settle makes the names in a folder survive a power cut.
func settle(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return fault.File(err, "file.unwritable", dir)
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) { // some file systems need none and know none
		return fault.File(err, "file.unwritable", dir)
	}
	return nil
}
