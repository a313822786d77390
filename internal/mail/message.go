package mail

import (
	"net/mail"
	"strings"
	"time"
	"unicode"

	"jalon/internal/fault"
)

// Message is one mail, in plain text, to one address.
type Message struct {
	OrganisationID int64
	Key            string    // what the mail is about: a second one with the same key in an organisation is not sent
	UserID         int64     // whose mail it is, 0 for nobody's
	To             string    // an address without a name
	Subject        string    // one line
	Body           string    // lines end as they like
	ExpiresAt      time.Time // from then on it is not sent any more; zero for never
}

// clean gives the message as it may be stored and sent, or refuses its address. Names of people and projects get into subjects
// and bodies: what they contain must neither end a header nor be refused by a database.
func (m Message) clean() (Message, error) {
	if err := checkAddress(m.To); err != nil {
		return Message{}, err
	}
	m.Subject = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(m.Subject, "\uFFFD"), unicode.IsControl), " ")
	lines := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(m.Body)
	m.Body = strings.ToValidUTF8(lines, "\uFFFD")
	return m, nil
}

// longestAddress is the longest that SMTP can carry (RFC 5321, 4.5.3.1.3).
const longestAddress = 254

// checkAddress refuses whatever is not just an address.
func checkAddress(address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > longestAddress || strings.ContainsFunc(address, unicode.IsControl) {
		return fault.Invalid("mail.address")
	}
	return nil
}
