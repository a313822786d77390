package portfolio

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
)

// CreditKey is a fiscal year, by the civil year that it is known by, and a section: what credits are voted for.
type CreditKey struct {
	Year    int
	Section Section
}

// String is the key as problems and pages write it: "2027/I".
func (k CreditKey) String() string { return fmt.Sprintf("%04d/%s", k.Year, k.Section) }

// Compare orders keys by year, investment first.
func (k CreditKey) Compare(o CreditKey) int {
	return cmp.Or(cmp.Compare(k.Year, o.Year), cmp.Compare(o.Section, k.Section))
}

// Credits is what the books know of the money of a roadmap on a day.
type Credits struct {
	// Voted are the payment credits that are open; nil while nothing was voted. A year and section that is missing is not limited.
	Voted map[CreditKey]money.Amount
	// Budgets are those in force, of the projects that have one.
	Budgets map[ProjectID]map[CreditKey]money.Amount
	// Spent is what was mandated, of all years.
	Spent map[ProjectID]map[CreditKey]money.Amount
	// Overrun is what became of the first budgets of finished projects.
	Overrun Overrun
}

// Overrun is how the actual cost of finished projects compares with their first budget: quantiles of what came on top. nil: too few are finished.
type Overrun struct {
	N                  int
	P50, P80           *money.BasisPoints
	LeastP50, LeastP80 int // smallest samples for which a quantile is given
}

// CreditSource tells what the books know. Finance is one; without any no year is limited and costs are those that were estimated.
type CreditSource interface {
	Credits(ctx context.Context, db database.Conn, r Roadmap, day civil.Date) (Credits, error)
}

// UseCredits hands the source of credits in, before anything is asked of the service.
func (s *Service) UseCredits(source CreditSource) { s.credits = source }

var creditForm = regexp.MustCompile(`^([0-9]{4})/([IF])$`)

// parseCredit reads the key of a credit.
func parseCredit(key string) (CreditKey, bool) {
	m := creditForm.FindStringSubmatch(key)
	if m == nil {
		return CreditKey{}, false
	}
	year, err := strconv.Atoi(m[1])
	return CreditKey{year, Section(m[2])}, err == nil
}

// skillKey is the key of a skill in a quarter: "dev/2027-Q1".
func skillKey(code string, q civil.Quarter) string { return code + "/" + q.String() }

// parseSkill reads the key of a skill; codes may hold slashes themselves.
func parseSkill(key string) (code string, q civil.Quarter, ok bool) {
	i := strings.LastIndexByte(key, '/')
	if i <= 0 {
		return "", q, false
	}
	q, err := civil.ParseQuarter(key[i+1:])
	return key[:i], q, err == nil
}

// validKey tells whether a text is the key of a credit or of a skill.
func validKey(key string) bool {
	if _, ok := parseCredit(key); ok {
		return true
	}
	_, _, ok := parseSkill(key)
	return ok && len(key) <= maxCode*4+8
}
