package civil

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Quarter is a quarter of a civil year; Number is 1 to 4. The zero value is no quarter.
type Quarter struct {
	Year   int
	Number int
}

// String writes "2027-Q1", "" for no quarter.
func (q Quarter) String() string {
	if q.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-Q%d", q.Year, q.Number)
}

// ParseQuarter reads "2027-Q1".
func ParseQuarter(s string) (Quarter, error) {
	if len(s) == 7 && s[4:6] == "-Q" && s[6] >= '1' && s[6] <= '4' {
		if d, err := Parse(s[:4] + "-01-01"); err == nil {
			return Quarter{d.Year(), int(s[6] - '0')}, nil
		}
	}
	return Quarter{}, fmt.Errorf("civil: %q is not a quarter like 2027-Q1", s)
}

// QuarterOf gives the quarter that a day lies in.
func (d Date) QuarterOf() Quarter { return Quarter{d.Year(), (int(d.Month()) + 2) / 3} }

// IsZero tells that there is no quarter.
func (q Quarter) IsZero() bool { return q == Quarter{} }

// Add moves by n quarters.
func (q Quarter) Add(n int) Quarter {
	k := q.Year*4 + q.Number - 1 + n
	y := floorDiv(k, 4)
	return Quarter{y, k - y*4 + 1}
}

// Until counts the quarters from q to o.
func (q Quarter) Until(o Quarter) int { return (o.Year-q.Year)*4 + o.Number - q.Number }

// Before tells whether q comes before o.
func (q Quarter) Before(o Quarter) bool { return q.Until(o) > 0 }

// First and Last are the first and the last day of the quarter.
func (q Quarter) First() Date { return Month{q.Year, time.Month(3*q.Number - 2)}.First() }
func (q Quarter) Last() Date  { return Month{q.Year, time.Month(3 * q.Number)}.Last() }

// MarshalText writes "2027-Q1", "" for no quarter.
func (q Quarter) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads "2027-Q1", "" for no quarter.
func (q *Quarter) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*q = Quarter{}
		return nil
	}
	*q, err = ParseQuarter(string(b))
	return err
}

// Value stores the quarter as text.
func (q Quarter) Value() (driver.Value, error) { return q.String(), nil }

// Scan reads the text of a column.
func (q *Quarter) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return q.UnmarshalText([]byte(v))
	case []byte:
		return q.UnmarshalText(v)
	}
	return fmt.Errorf("civil: cannot read a quarter from %T", src)
}
