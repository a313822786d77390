package projectfile

import (
	"math/big"
	"regexp"
	"strings"
	"unicode/utf8"

	"jalon/internal/civil"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// draft is a row with the changes that a series needs to look back.
type draft struct {
	Row
	costChange *money.Amount
	daysChange *int
}

// a code such as 12345678901234 that a spreadsheet shortened, for ever, to 1.23E+13
var mangledCode = regexp.MustCompile(`^\d([.,]\d+)?[eE]\+\d+$`)

// row understands one data row. It gives false, after a finding, for a row that is rejected.
func (pl *plan) row(rec record, l *List) (draft, bool) {
	for _, code := range rec.issues {
		pl.found.add(rec.line, "", code)
	}
	if pl.table.positional() && !pl.fits(rec) {
		l.Unattributed = true
		return draft{}, false
	}
	r := reader{plan: pl, rec: rec}
	d := draft{Row: Row{Line: rec.line}}
	var ok bool
	if d.Code, ok = r.code(); !ok {
		l.Unattributed = true
		return draft{}, false
	}
	d.Name = r.text(FieldName, maxShortText)
	if d.Code == "" && strings.TrimSpace(d.Name) == "" {
		pl.found.add(rec.line, "", RowUnnamed)
		l.Unattributed = true
		return draft{}, false
	}
	if l.Series {
		asOf, given := r.date(FieldAsOf, false)
		if !given {
			pl.found.add(rec.line, pl.columns[FieldAsOf].header, RowUndated)
			return draft{}, false
		}
		d.AsOf = asOf
	}
	d.Need = r.text(FieldNeed, maxLongText)
	d.Sponsor = r.text(FieldSponsor, maxShortText)
	d.Manager = r.text(FieldManager, maxShortText)
	d.Department = r.text(FieldDepartment, maxShortText)
	d.Theme = r.text(FieldTheme, maxShortText)
	d.Phase = r.phase()
	d.InterAdministration = r.flag()
	d.Weight = r.weight()
	d.Cost, d.HasCost = r.cost()
	d.Start, d.End = r.dates()
	if l.Series {
		d.costChange, d.TotalCostChange = r.change(FieldCostChange), r.change(FieldTotalCostChange)
		d.daysChange, d.TotalDaysChange = r.days(FieldDaysChange), r.days(FieldTotalDaysChange)
	}
	return d, true
}

// fits reports rows with too many or too few cells. Cells in excess come from a separator inside
// an unquoted text, and move every figure behind it into another column.
func (pl *plan) fits(rec record) bool {
	used := len(rec.cells)
	for used > 0 && strings.TrimSpace(rec.cells[used-1].Text) == "" {
		used--
	}
	if used > pl.width {
		pl.found.add(rec.line, "", RowLong, used, pl.width)
		return false
	}
	for _, c := range pl.columns {
		if c.index >= rec.width {
			pl.found.add(rec.line, "", RowShort, rec.width, pl.width)
			break
		}
	}
	return true
}

// reader takes the fields out of one row.
type reader struct {
	*plan
	rec record
}

func (r reader) report(f Field, code string, args ...any) {
	r.found.add(r.rec.line, r.columns[f].header, code, args...)
}

// cell gives the cell of a field that is there and not blank. Error values count as blank.
func (r reader) cell(f Field) (grid.Cell, bool) {
	col, ok := r.columns[f]
	if !ok || col.index >= len(r.rec.cells) {
		return grid.Cell{}, false
	}
	c := r.rec.cells[col.index]
	trimmed := strings.TrimSpace(c.Text)
	if trimmed == "" {
		return grid.Cell{}, false
	}
	if grid.ErrorValue(trimmed) {
		r.report(f, CellError, trimmed)
		return grid.Cell{}, false
	}
	return c, true
}

// text takes a text, tidied up or, under ExactText, to the letter.
func (r reader) text(f Field, limit int) string {
	var s string
	if r.profile.ExactText {
		if col, ok := r.columns[f]; ok && col.index < len(r.rec.cells) {
			s = strings.ReplaceAll(grid.Unguard(r.rec.cells[col.index].Text), "\x00", "")
		}
	} else {
		s = r.tidy(f, limit == maxLongText)
	}
	s, cut := cutText(s, limit)
	if cut {
		r.report(f, TextCut, limit)
	}
	return s
}

func (r reader) tidy(f Field, lines bool) string {
	c, ok := r.cell(f)
	if !ok {
		return ""
	}
	s := c.Text
	if r.profile.HTML {
		s = htmlText(s)
	}
	s, dropped := dropControls(s)
	if dropped {
		r.report(f, TextControl)
	}
	if lines {
		return longText(s)
	}
	return shortText(s)
}

// code gives the project code; false when the row has to be rejected for it.
func (r reader) code() (string, bool) {
	c, ok := r.cell(FieldCode)
	if !ok {
		return "", true
	}
	s := c.Text
	if r.profile.ExactText {
		s = grid.Unguard(s)
	}
	s, dropped := dropControls(s)
	if dropped {
		r.report(FieldCode, TextControl)
	}
	if s = shortText(s); utf8.RuneCountInString(s) > maxCodeRunes {
		r.report(FieldCode, CodeLong, maxCodeRunes)
		return "", false
	}
	if n, isNumber := grid.MachineNumber(s); c.Number && isNumber && n.IsInt() {
		return n.Num().String(), true
	}
	if mangledCode.MatchString(s) {
		r.report(FieldCode, CodeMangled, s)
		return "", false
	}
	return s, true
}

// phrase is the text of a cell that is matched against words.
func (r reader) phrase(f Field) (string, bool) {
	c, ok := r.cell(f)
	if !ok {
		return "", false
	}
	s := c.Text
	if r.profile.HTML {
		s = htmlText(s)
	}
	s = shortText(s)
	return truncateRunes(s, maxPhrase), s != ""
}

func (r reader) phase() string {
	s, ok := r.phrase(FieldPhase)
	if !ok {
		return ""
	}
	code, known := r.phases[grid.WordKey(s)]
	if !known {
		r.report(FieldPhase, PhaseUnknown, grid.Clip(s))
	}
	return code
}

func (r reader) flag() *bool {
	s, ok := r.phrase(FieldInterAdministration)
	if !ok {
		return nil
	}
	switch yes, no := r.yes[grid.WordKey(s)], r.no[grid.WordKey(s)]; {
	case yes, s == "TRUE":
		v := true
		return &v
	case no, s == "FALSE":
		v := false
		return &v
	}
	r.report(FieldInterAdministration, FlagUnknown, grid.Clip(s))
	return nil
}

// figure gives a cell that may hold a figure; words for "no figure" are reported and leave none.
func (r reader) figure(f Field) (grid.Cell, bool) {
	c, ok := r.cell(f)
	if !ok {
		return c, false
	}
	if r.profile.HTML {
		c.Text = htmlText(c.Text)
	}
	c.Text = strings.TrimSpace(c.Text)
	if !c.Number && len(c.Text) <= maxFigure && r.none[grid.WordKey(c.Text)] {
		r.report(f, FigureNone, grid.Clip(c.Text))
		return c, false
	}
	return c, c.Text != ""
}

// number reads a plain number in the profile's notation.
func (r reader) number(f Field) (*big.Rat, grid.Cell, bool) {
	c, ok := r.figure(f)
	if !ok {
		return nil, c, false
	}
	if c.Number {
		n, ok := grid.MachineNumber(c.Text)
		return n, c, ok
	}
	n, code := plainNumber(c.Text, r.profile.Decimal)
	if code != "" {
		r.report(f, code, grid.Clip(c.Text))
		return nil, c, false
	}
	return n, c, true
}

func (r reader) weight() int64 {
	n, c, ok := r.number(FieldWeight)
	if !ok {
		return 0
	}
	if !n.IsInt() || n.Cmp(big.NewRat(1, 1)) < 0 || n.Cmp(big.NewRat(100, 1)) > 0 {
		r.report(FieldWeight, WeightInvalid, grid.Clip(c.Text))
		return 0
	}
	return n.Num().Int64()
}

// amount reads money that may be negative.
func (r reader) amount(f Field) (money.Amount, grid.Cell, bool) {
	c, ok := r.figure(f)
	if !ok {
		return 0, c, false
	}
	a, code, args := r.amountIn(c)
	if code != "" {
		if args == nil {
			args = []any{grid.Clip(c.Text)}
		}
		r.report(f, code, args...)
	}
	return a, c, code == "" || code == CostRounded
}

func (r reader) cost() (money.Amount, bool) {
	a, c, ok := r.amount(FieldCost)
	if !ok {
		return 0, false
	}
	if a < 0 {
		r.report(FieldCost, CostNegative, grid.Clip(c.Text))
		return 0, false
	}
	if s, given := r.phrase(FieldCurrency); given && !strings.EqualFold(s, string(r.currency)) {
		r.report(FieldCost, CurrencyOther, grid.Clip(s), string(r.currency))
		return 0, false
	}
	return a, true
}

func (r reader) change(f Field) *money.Amount {
	a, _, ok := r.amount(f)
	if !ok {
		return nil
	}
	return &a
}

// days reads a whole number of days, at most 200 years either way.
func (r reader) days(f Field) *int {
	n, c, ok := r.number(f)
	if !ok {
		return nil
	}
	if !n.IsInt() || !n.Num().IsInt64() || n.Num().Int64() > maxDays || n.Num().Int64() < -maxDays {
		r.report(f, NumberUnreadable, grid.Clip(c.Text))
		return nil
	}
	d := int(n.Num().Int64())
	return &d
}

func (r reader) date(f Field, last bool) (civil.Date, bool) {
	c, ok := r.figure(f)
	if !ok {
		return civil.Date{}, false
	}
	d, code := r.dateIn(c, last)
	if code != "" {
		r.report(f, code, grid.Clip(c.Text))
		return civil.Date{}, false
	}
	return d, true
}

const maxDays = 73_050 // 200 years

// dates reads start and end. Where no end is written, a duration gives it: days = 365.25 · years,
// rounded half away from zero, and end = start + days − 1, since both days count.
func (r reader) dates() (start, end civil.Date) {
	start, _ = r.date(FieldStart, false)
	end, ended := r.date(FieldEnd, true)
	if !ended {
		end = r.endByDuration(start)
	}
	if !start.IsZero() && !end.IsZero() && end.Before(start) {
		r.report(FieldEnd, EndBeforeStart, start.String(), end.String())
		return civil.Date{}, civil.Date{}
	}
	return start, end
}

func (r reader) endByDuration(start civil.Date) civil.Date {
	years, c, ok := r.number(FieldDurationYears)
	if !ok {
		return civil.Date{}
	}
	days := money.Round(new(big.Rat).Mul(years, big.NewRat(1461, 4)))
	switch {
	case days.Sign() <= 0 || days.Cmp(big.NewInt(maxDays)) > 0:
		r.report(FieldDurationYears, DurationInvalid, grid.Clip(c.Text))
		return civil.Date{}
	case start.IsZero():
		r.report(FieldDurationYears, DurationNoStart, grid.Clip(c.Text))
		return civil.Date{}
	}
	return start.AddDays(int(days.Int64()) - 1)
}
