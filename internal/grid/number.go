package grid

import (
	"errors"
	"math/big"
	"strconv"
	"strings"

	"jalon/internal/civil"
)

// MachineNumber reads the notation of numbers inside a spreadsheet file. Such numbers are binary
// floats written out ("39.539999999999999"): fifteen significant digits are what the spreadsheet
// itself shows and what was typed.
func MachineNumber(s string) (*big.Rat, bool) {
	if len(s) > 64 || s == "" || strings.Trim(s, "0123456789+-.eE") != "" {
		return nil, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, false
	}
	return new(big.Rat).SetString(strconv.FormatFloat(f, 'e', 14, 64))
}

// Why a number is no day.
var (
	ErrNotNumber = errors.New("no number from 0 on")
	ErrNoSuchDay = errors.New("the spreadsheet's calendar has no such day")
	ErrDayTooFar = errors.New("beyond year 9999")
)

// SerialDate reads the day number of a spreadsheet; a fraction is the time of day. The 1900 system
// counts a 29 February 1900 that never was (ECMA-376 part 1, 18.17.4.1), as number 60.
func SerialDate(text string, is1904 bool) (civil.Date, error) {
	r, ok := MachineNumber(text)
	if !ok || r.Sign() < 0 {
		return civil.Date{}, ErrNotNumber
	}
	whole := r.Num().Quo(r.Num(), r.Denom())
	if !whole.IsInt64() || whole.Int64() > 3_000_000 {
		return civil.Date{}, ErrDayTooFar
	}
	n := int(whole.Int64())
	switch {
	case is1904:
		return civil.D(1904, 1, 1).AddDays(n), nil
	case n == 0 || n == 60:
		return civil.Date{}, ErrNoSuchDay
	case n < 60:
		return civil.D(1899, 12, 31).AddDays(n), nil
	}
	d := civil.D(1899, 12, 30).AddDays(n)
	if d.IsZero() {
		return d, ErrDayTooFar
	}
	return d, nil
}

// ErrorValue recognises the error values of spreadsheets in French and English.
func ErrorValue(s string) bool {
	switch strings.ToUpper(s) {
	case "#REF!", "#N/A", "#VALUE!", "#VALEUR!", "#DIV/0!", "#NAME?", "#NOM?", "#NULL!", "#NUL!", "#NUM!", "#NOMBRE!":
		return true
	}
	return false
}
