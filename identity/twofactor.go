package identity

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"image/png"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

const (
	issuer        = "Jalon"
	stepSeconds   = 30
	secretBytes   = 20 // RFC 4226: as long as the hash
	recoveryCodes = 10
	recoveryBytes = 10 // 80 bits: needs no slow hash
	qrPixels      = 256
)

// twoFactorPurpose is what the secret of a user is sealed for: it opens for nobody else.
func twoFactorPurpose(user int64) string { return fmt.Sprintf("totp:%d", user) }

// newTwoFactorSecret makes the secret that an authenticator app and Jalon share.
func newTwoFactorSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails: the program would have ended
	return base32.StdEncoding.EncodeToString(b)
}

// newTwoFactorSetup shows a secret in the forms that authenticator apps take.
func newTwoFactorSetup(secret, email string) (TwoFactorSetup, error) {
	address := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + email,
		RawQuery: url.Values{"secret": {secret}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {fmt.Sprint(stepSeconds)}}.Encode()}
	key, err := otp.NewKeyFromURL(address.String())
	if err != nil {
		return TwoFactorSetup{}, fmt.Errorf("address of the second factor: %w", err)
	}
	picture, err := key.Image(qrPixels, qrPixels)
	if err != nil {
		return TwoFactorSetup{}, fmt.Errorf("picture of the second factor: %w", err)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return TwoFactorSetup{}, fmt.Errorf("picture of the second factor: %w", err)
	}
	return TwoFactorSetup{Secret: secret, URL: address.String(), PNG: out.Bytes()}, nil
}

// matchStep finds the step of time whose code this is: the present one or a neighbour, because clocks differ, and none that
// is not after the last one used.
func matchStep(secret, code string, now time.Time, last int64) (step int64, ok bool) {
	present := now.Unix() / stepSeconds
	for s := present - 1; s <= present+1; s++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(s), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok
}

// cleanCode takes away what people and apps put between the parts of a code.
func cleanCode(code string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, code))
}

// newRecoveryCodes makes codes that each stand once for the second factor, as they are shown, and their hashes.
func newRecoveryCodes() (shown, hashes []string) {
	for range recoveryCodes {
		b := make([]byte, recoveryBytes)
		_, _ = rand.Read(b) // never fails: the program would have ended
		code := base32.StdEncoding.EncodeToString(b)
		shown = append(shown, strings.Join([]string{code[:4], code[4:8], code[8:12], code[12:]}, "-"))
		hashes = append(hashes, hashToken(code))
	}
	return shown, hashes
}
