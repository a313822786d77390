package fault

import (
	"errors"
	"io/fs"
	"os"
)

// File reports that the file system refuses something. Of its error the log keeps what is wrong, without the path, which args
// name anyway.
func File(err error, key string, args ...any) *Error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return Unavailable(err, key, args...)
}
