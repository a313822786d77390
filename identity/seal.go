package identity

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"jalon/internal/fault"
)

// KeyBytes is the length of the key that seals secrets.
const KeyBytes = 32

const tokenBytes = 32

// newToken gives a text that nobody guesses, for addresses and cookies.
func newToken() string {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // never fails: the program would have ended
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashToken is how a token is kept: who reads the database must not be able to use it. It has no salt, because it
// is looked up by, and needs no slow hash, because there is nothing to guess.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// sealer is the cipher for what only the running program may read.
func (s *Service) sealer() (cipher.AEAD, error) {
	if len(s.options.Key) != KeyBytes {
		return nil, fault.Unavailable(nil, "secret.missing")
	}
	block, err := aes.NewCipher(s.options.Key)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return cipher.NewGCM(block)
}

// seal encrypts a text for a purpose; what was sealed for one purpose opens for no other.
func (s *Service) seal(purpose, text string) (string, error) {
	c, err := s.sealer()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, c.NonceSize())
	_, _ = rand.Read(nonce) // never fails: the program would have ended
	return base64.RawURLEncoding.EncodeToString(c.Seal(nonce, nonce, []byte(text), []byte(purpose))), nil
}

// open decrypts what seal made. It gives false for everything else: another key, another purpose, a changed text.
func (s *Service) open(purpose, sealed string) (string, bool, error) {
	c, err := s.sealer()
	if err != nil {
		return "", false, err
	}
	data, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(data) < c.NonceSize() {
		return "", false, nil
	}
	text, err := c.Open(nil, data[:c.NonceSize()], data[c.NonceSize():], []byte(purpose))
	return string(text), err == nil, nil
}
