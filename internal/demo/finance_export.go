package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// entry is a line of an export of entries: a mandat, or a titre of a revenue.
type entry struct {
	exercice   int
	revenue    bool
	kind       string // type of the document
	number     int    // of the document; given when the month is written
	on         civil.Date
	commitment string
	nature     string
	operation  string
	from       supplier
	contract   string
	invoice    string
	label      string
	amount     money.Amount // with taxes
	origin     *entry       // that it corrects
	treat      *Treatment   // what the finance officer does with it

	project   string // that it is about, whatever the line says; "" none
	work      int
	withdrawn bool         // only in the first export of its month
	excess    money.Amount // of the amount in the first export of its month
}

var entryColumns = []string{"exercice", "budget", "sens", "type", "n°engagement", "n°mandat", "bordereau", "date", "section", "chapitre", "nature M57", "fonction", "opération",
	"tiers", "SIRET", "n°marché", "n° facture", "libellé", "montant HT", "TVA", "montant TTC", "mandat d'origine"}

const theBudget = "00 - Budget principal"

// section of an account by its class.
func sectionOf(nature string) string {
	if nature[0] == '1' || nature[0] == '2' {
		return "I"
	}
	return "F"
}

// chapterOf is the chapter that an account stands in.
func chapterOf(nature string) string {
	switch {
	case strings.HasPrefix(nature, "203"), strings.HasPrefix(nature, "205"):
		return "20"
	case strings.HasPrefix(nature, "61"), strings.HasPrefix(nature, "62"):
		return "011"
	}
	return nature[:2]
}

// net is an amount without its twenty per cent of tax.
func net(a money.Amount) money.Amount { return a.Split([]int64{5, 1})[0] }

func decimal(a money.Amount) string { return strings.Replace(a.Decimal(money.EUR), ".", ",", 1) }

func frenchDay(d civil.Date) string {
	return fmt.Sprintf("%02d/%02d/%04d", d.Day(), int(d.Month()), d.Year())
}

func (e *entry) cells() []string {
	sense, ht := "D", net(e.amount)
	if e.revenue {
		sense, ht = "R", e.amount
	}
	origin := ""
	if e.origin != nil {
		origin = strconv.Itoa(e.origin.number)
	}
	return []string{strconv.Itoa(e.exercice), theBudget, sense, e.kind, e.commitment, strconv.Itoa(e.number), strconv.Itoa(1 + e.number/12), frenchDay(e.on), sectionOf(e.nature), chapterOf(e.nature),
		e.nature, "0201", e.operation, e.from.name, e.from.siret, e.contract, e.invoice, e.label, decimal(ht), decimal(e.amount - ht), decimal(e.amount), origin}
}

// counter numbers the documents of each fiscal year.
type counter map[[2]int]int

func (c counter) number(e *entry) {
	series := 0
	if e.revenue {
		series = 1
	}
	c[[2]int{e.exercice, series}]++
	e.number = c[[2]int{e.exercice, series}]
}

// sorted puts the entries of a month into the order of their days and numbers them.
func (c counter) sorted(all []*entry) {
	slices.SortStableFunc(all, func(a, b *entry) int { return cmp.Or(a.on.Compare(b.on), cmp.Compare(a.exercice, b.exercice)) })
	for _, e := range all {
		c.number(e)
	}
}

// written writes rows as a finance suite does: windows-1252, semicolons, lines that end as in a text of Windows.
func written(rows [][]string) []byte {
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(';')
			}
			if strings.ContainsAny(cell, "\";") {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			b.WriteString(cell)
		}
		b.WriteString("\r\n")
	}
	out, err := charmap.Windows1252.NewEncoder().String(b.String())
	if err != nil {
		panic(fmt.Errorf("demo: an export: %w", err)) // its words are those of this package
	}
	return []byte(out)
}

// entriesExport is the export of the entries of a month.
func entriesExport(month civil.Month, on civil.Date, all []*entry) Export {
	rows := [][]string{entryColumns}
	for _, e := range all {
		rows = append(rows, e.cells())
	}
	return Export{Name: "mandats-" + month.String() + ".csv", Profile: "generic-fr", From: month.First(), To: month.Last(), On: on, Lines: len(all), Data: written(rows)}
}

var commitmentColumns = []string{"exercice", "budget", "n°engagement", "date engagement", "section", "chapitre", "nature", "opération", "tiers", "SIRET", "n°marché", "objet", "statut",
	"montant engagé initial", "montant engagé actuel"}

// commitmentsExport is the list of commitments as they stand at the end of a month. A commitment that is settled is listed a last time.
func (t *financeTeller) commitmentsExport(month civil.Month, on civil.Date) Export {
	rows := [][]string{commitmentColumns}
	for i := range t.wallets {
		v := &t.wallets[i]
		for j := range works {
			c := &v.by[j]
			if c.number == "" || c.listed < 0 {
				continue
			}
			status := "en cours"
			if c.settled {
				status = "soldé"
			}
			p, w := v.project, works[j]
			nature, from := p.account(w, 2), supplierOf(p.Code, w.nature, w.part)
			rows = append(rows, []string{strconv.Itoa(c.opened.Year()), theBudget, c.number, frenchDay(c.opened), w.section(), chapterOf(nature), nature, t.codes[p.Code], from.name, from.siret,
				contractOf(c.opened.Year(), p.Code, w.part), p.Name, status, decimal(c.initial), decimal(c.listed)})
			if c.settled {
				c.listed = -1
			}
		}
	}
	return Export{Name: "engagements-" + month.String() + ".csv", Profile: "generic-fr-commitments", From: month.First(), To: month.Last(), On: on, Commitment: true, Lines: len(rows) - 1, Data: written(rows)}
}
