package identity

import "jalon/internal/fault"

// Hashes is how many passwords the service hashed so far.
func (s *Service) Hashes() int64 { return s.hash.runs.Load() }

// Hold takes every place in which a password can be hashed, until free is called.
func (s *Service) Hold() (free func()) {
	for range cap(s.hash.slots) {
		s.hash.slots <- struct{}{}
	}
	return func() {
		for range cap(s.hash.slots) {
			<-s.hash.slots
		}
	}
}

// ParsePHC reads a stored hash and writes it again; false when it cannot be read.
func ParsePHC(text string) (string, bool) {
	h, ok := parsePHC(text)
	return h.String(), ok
}

// CheckPassword gives the keys of the rules that a password breaks.
func CheckPassword(password, email, name string) (keys []string) {
	var f fault.Fields
	checkPassword(&f, "password", password, email, name)
	for _, field := range f {
		keys = append(keys, field.Key)
	}
	return keys
}
