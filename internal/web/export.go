package web

import (
	"bytes"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"jalon/internal/civil"
	"jalon/internal/grid"
	"jalon/internal/money"
	"jalon/internal/sheet"
	"jalon/views"
)

// exportTable is a table that leaves the site as a file. Cells are string, int, int64, money.Amount, money.BasisPoints, civil.Date, or nil for an
// empty one.
type exportTable struct {
	organisation int64
	action       string // in the audit trail
	subject      string
	id           int64
	name         string // of the file, without its extension
	title        string // of the sheet
	currency     money.Currency
	head         []string
	rows         [][]any
}

// export sends a table as CSV or as a workbook, and books that it left. No text of it is run by a spreadsheet.
func (s *site) export(c *fiber.Ctx, format string, t exportTable) error {
	var b bytes.Buffer
	kind := "text/csv; charset=utf-8"
	write := t.csv
	if format == "xlsx" {
		kind, write = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", t.xlsx
	}
	if err := write(&b, s.printer(c)); err != nil {
		return err
	}
	if err := s.deps.Identity.Note(c.UserContext(), actor(c), t.organisation, t.action, t.subject, t.id, map[string]any{"rows": len(t.rows), "format": format}); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", t.name+"."+format))
	return c.Send(b.Bytes())
}

func (t exportTable) csv(b *bytes.Buffer, p views.Printer) error {
	rows := make([][]string, 0, len(t.rows)+1)
	rows = append(rows, t.head)
	for _, r := range t.rows {
		cells := make([]string, len(r))
		for i, v := range r {
			cells[i] = plainCell(v, t.currency, p)
		}
		rows = append(rows, cells)
	}
	return grid.WriteTable(b, rows)
}

// plainCell writes a value as spreadsheets of the reader's language read it: no blanks between thousands.
func plainCell(v any, currency money.Currency, p views.Printer) string {
	switch x := v.(type) {
	case nil:
		return ""
	case money.Amount:
		return p.AmountValue(&x, currency)
	case money.BasisPoints:
		return p.PercentValue(x)
	case civil.Date:
		return x.String()
	}
	return fmt.Sprint(v)
}

func (t exportTable) xlsx(b *bytes.Buffer, _ views.Printer) error {
	columns := make([]sheet.Column, len(t.head))
	for i, h := range t.head {
		columns[i] = sheet.Column{Title: h}
	}
	rows := make([][]sheet.Cell, len(t.rows))
	for n, r := range t.rows {
		rows[n] = make([]sheet.Cell, len(r))
		for i, v := range r {
			rows[n][i] = sheetCell(v, t.currency)
		}
	}
	return sheet.Write(b, sheet.Document{Title: t.title, Sheets: []sheet.Sheet{{Name: t.title, Columns: columns, Rows: sheet.Rows(rows)}}})
}

func sheetCell(v any, currency money.Currency) sheet.Cell {
	switch x := v.(type) {
	case nil:
		return sheet.Cell{}
	case money.Amount:
		return sheet.Amount(x, currency)
	case money.BasisPoints:
		return sheet.Percent(x)
	case civil.Date:
		return sheet.Date(x)
	case int:
		return sheet.Int(int64(x))
	case int64:
		return sheet.Int(x)
	}
	return sheet.Text(fmt.Sprint(v))
}
