package identity

// Options are what only the program knows, not the domain.
type Options struct {
	// Key seals what must be kept but not read by whoever holds a copy of the database: 32 bytes.
	Key []byte
	// Link makes an absolute address of a path of the site, from what was configured, never from a request.
	Link func(path string) string
	// Texts says a text of the catalogues, for mails.
	Texts func(locale, key string, args ...any) string
	// Hashing says what a guess at a password costs.
	Hashing Params
	// Concurrency is how many passwords are hashed at once.
	Concurrency int
}

// Params are the parameters of argon2id.
type Params struct {
	Memory   uint32 // KiB
	Time     uint32
	Parallel uint8
}
